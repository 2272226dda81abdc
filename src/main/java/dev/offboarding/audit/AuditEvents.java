package dev.offboarding.audit;

import dev.offboarding.kit.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Reads the audit trail, always in its order. What is handed out one by one is streamed, where the given {@link JdbcTemplate} streams.
 * Sets of other rooms are joined to the views {@code intent} and {@code outcome}.
 */
public final class AuditEvents {

    private static final String EVENT =
            "select e.sequence, e.at, e.job, e.run_id, e.platform, e.customer_id, e.kind, e.action, e.answers, e.data";

    private static final String UNANSWERED =
            "e.kind = 'INTENT' and not exists (select from offboarding.event o where o.answers = e.sequence)";

    private final JdbcTemplate jdbc;

    public AuditEvents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An event with its place in the chain.
     *
     * @param previous hash of the event before it, which may be another job's; null where that is missing
     */
    public record Chained(AuditEvent event, @Nullable String previous, String hash) {}

    /**
     * An event that is about a customer.
     *
     * @param platformIdentity on which ledger or tenant its run worked; null where that is not known
     */
    public record OfCustomer(AuditEvent event, @Nullable String platformIdentity, String hash) {}

    /** Where a run's events begin and end; other jobs' may be between them. */
    public record Range(long first, long last, String lastHash) {}

    /** The last event of the whole trail. */
    public record Head(long sequence, String hash) {}

    public void ofRun(String runId, Consumer<Chained> each) {
        jdbc.query(
                EVENT + """
                , encode(e.hash, 'hex') as hash,
                       case when e.sequence = 1 then repeat('00', 32) else encode(p.hash, 'hex') end as previous
                  from offboarding.event e left join offboarding.event p on p.sequence = e.sequence - 1
                 where e.run_id = ? order by e.sequence
                """,
                (RowCallbackHandler)
                        row -> each.accept(new Chained(event(row), row.getString("previous"), row.getString("hash"))),
                runId);
    }

    /** Null where a run has none. */
    public @Nullable Range range(String runId) {
        return jdbc
                .query(
                        """
                        select (select min(sequence) from offboarding.event where run_id = ?), sequence, hash
                          from offboarding.event where run_id = ? order by sequence desc limit 1
                        """,
                        (row, i) -> new Range(row.getLong(1), row.getLong(2), Sha256.hex(row.getBytes(3))),
                        runId,
                        runId)
                .stream()
                .findFirst()
                .orElse(null);
    }

    /** It may come after a run's last event, where another job wrote meanwhile. */
    public Head head() {
        return jdbc.query(
                        "select last_sequence, last_hash from offboarding.chain_head",
                        (row, i) -> new Head(row.getLong(1), Sha256.hex(row.getBytes(2))))
                .get(0);
    }

    /** The outcomes of a run, and its intents that have none. */
    public void writesOf(String runId, Consumer<AuditEvent> each) {
        jdbc.query(
                EVENT + " from offboarding.event e where e.run_id = ? and (e.kind = 'OUTCOME' or " + UNANSWERED
                        + ") order by e.sequence",
                (RowCallbackHandler) row -> each.accept(event(row)),
                runId);
    }

    /** The same of some customers only, and what was decided of them. */
    public void decisionsAndWritesOf(String runId, UUID[] customerIds, Consumer<AuditEvent> each) {
        jdbc.query(
                EVENT + " from offboarding.event e where e.run_id = ? and e.customer_id = any(?)"
                        + " and (e.kind in ('DECIDED', 'OUTCOME') or " + UNANSWERED + ") order by e.sequence",
                (RowCallbackHandler) row -> each.accept(event(row)),
                runId,
                customerIds);
    }

    /** Everything about a customer of a platform, by any job. */
    public void ofCustomer(String platform, UUID customerId, Consumer<OfCustomer> each) {
        jdbc.query(
                EVENT + """
                , encode(e.hash, 'hex') as hash, r.platform_identity
                  from offboarding.event e left join offboarding.runs r on r.run_id = e.run_id
                 where e.customer_id = ? and e.platform = ? order by e.sequence
                """,
                (RowCallbackHandler) row -> each.accept(
                        new OfCustomer(event(row), row.getString("platform_identity"), row.getString("hash"))),
                customerId,
                platform);
    }

    /** What a run has asked for and has no answer to. */
    public List<OpenIntent> openIntents(String runId) {
        return jdbc.query(
                EVENT + " from offboarding.event e where e.run_id = ? and " + UNANSWERED + " order by e.sequence",
                (row, i) -> OpenIntent.of(event(row)),
                runId);
    }

    /** How many of them there are. */
    public long countOpenIntents(String runId) {
        Long count = jdbc.queryForObject(
                "select count(*) from offboarding.event e where e.run_id = ? and " + UNANSWERED, Long.class, runId);
        return count == null ? 0 : count;
    }

    private static AuditEvent event(ResultSet row) throws SQLException {
        return new AuditEvent(
                row.getLong("sequence"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("job"),
                row.getString("run_id"),
                row.getString("platform"),
                row.getObject("customer_id", UUID.class),
                row.getString("kind"),
                row.getString("action"),
                row.getObject("answers", Long.class),
                row.getString("data"));
    }
}
