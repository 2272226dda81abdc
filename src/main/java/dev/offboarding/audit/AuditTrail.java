package dev.offboarding.audit;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The audit trail of one run: appends events, each chained to the one before, whichever run wrote that. */
public final class AuditTrail {

    private static final JsonMapper JSON = JsonMapper.builder().build();

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
        List<AuditEvent> chained = new ArrayList<>(events.size());
        byte[][] hashes = new byte[events.size()][];
        long sequence = head.sequence();
        byte[] previous = head.hash();
        for (NewEvent event : events) {
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
                    JSON.writeValueAsString(event.data()));
            previous = canonical.hash(previous);
            hashes[chained.size()] = previous;
            chained.add(canonical);
        }
        insert(chained, hashes, at);
        jdbc.update("update offboarding.chain_head set last_sequence = ?, last_hash = ?", sequence, previous);
        return head.sequence() + 1;
    }

    private void insert(List<AuditEvent> events, byte[][] hashes, Instant at) {
        jdbc.execute((Connection connection) -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    insert into offboarding.event
                      (sequence, at, job, run_id, platform, customer_id, kind, action, answers, data, hash)
                    select sequence, ?, ?, ?, ?, customer_id, kind, action, answers, data, hash
                      from unnest(?::bigint[], ?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::bytea[])
                        as e (sequence, customer_id, kind, action, answers, data, hash)
                    """)) {
                insert.setObject(1, at.atOffset(java.time.ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
                insert.setString(2, job);
                insert.setString(3, runId);
                insert.setString(4, platform);
                insert.setArray(5, array(connection, "bigint", events.stream().map(AuditEvent::sequence)));
                insert.setArray(6, array(connection, "uuid", events.stream().map(AuditEvent::customerId)));
                insert.setArray(7, array(connection, "text", events.stream().map(AuditEvent::kind)));
                insert.setArray(8, array(connection, "text", events.stream().map(AuditEvent::action)));
                insert.setArray(9, array(connection, "bigint", events.stream().map(AuditEvent::answers)));
                insert.setArray(10, array(connection, "text", events.stream().map(AuditEvent::data)));
                insert.setArray(11, connection.createArrayOf("bytea", hashes));
                return insert.executeUpdate();
            }
        });
    }

    private static Array array(
            Connection connection, String type, java.util.stream.Stream<? extends @Nullable Object> values)
            throws java.sql.SQLException {
        return connection.createArrayOf(type, values.toArray());
    }

    private record Head(long sequence, byte[] hash) {}
}
