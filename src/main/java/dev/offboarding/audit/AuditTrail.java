package dev.offboarding.audit;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** The audit trail of one run: appends events, each chained to the one before, whichever run wrote that. */
public final class AuditTrail {

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final String job;
    private final String runId;
    private final String platform;

    public AuditTrail(JdbcTemplate jdbc, Clock clock, String job, String runId, String platform) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.job = job;
        this.runId = runId;
        this.platform = platform;
    }

    /**
     * Appends events within the caller's transaction, which has to exist: the chain's head stays locked to its end, so append
     * last and commit soon.
     *
     * @return the sequence of the first; the others follow without a gap
     */
    public long append(List<NewEvent> events) {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("no event");
        }
        Head head = jdbc.queryForObject(
                "select last_sequence, last_hash from offboarding.chain_head for update",
                (row, i) -> new Head(row.getLong(1), row.getBytes(2)));
        if (head == null) {
            throw new IllegalStateException("the head of the audit trail is missing");
        }
        Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        String moment = AuditEvent.moment(at);
        MessageDigest sha256 = Sha256.begin();
        EventRows rows = new EventRows(at, job, runId, platform);
        long sequence = head.sequence();
        byte[] previous = head.hash();
        for (NewEvent event : events) {
            String data = event.json();
            byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
            AuditEvent canonical = new AuditEvent(
                    ++sequence,
                    at,
                    job,
                    runId,
                    platform,
                    event.customerId(),
                    event.kind().name(),
                    event.action() == null ? null : event.action().name(),
                    event.answers(),
                    data);
            previous = canonical.hash(previous, moment, bytes, sha256);
            rows.add(canonical, bytes, previous);
        }
        jdbc.execute((Connection connection) -> {
            rows.copy(connection);
            return events.size();
        });
        jdbc.update("update offboarding.chain_head set last_sequence = ?, last_hash = ?", sequence, previous);
        return head.sequence() + 1;
    }

    private record Head(long sequence, byte[] hash) {}
}
