package dev.offboarding.audit;

import dev.offboarding.kit.JsonText;
import dev.offboarding.kit.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Reads the audit trail, always in its order. What is handed out one by one is streamed, where the given {@link JdbcTemplate} streams.
 * Sets of other rooms are joined to the views {@code intent}, {@code open_intent} and {@code outcome}.
 */
public final class AuditEvents {

    static final String EVENT =
            "select e.sequence, e.at, e.job, e.run_id, e.platform, e.customer_id, e.kind, e.action, e.answers, e.data";

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
     * @param mode {@code run}, {@code plan} or another; null where that is not known
     */
    public record OfCustomer(
            AuditEvent event,
            @Nullable String platformIdentity,
            @Nullable String mode,
            String hash) {

        /** Of what a plan says nothing has happened. */
        public boolean planned() {
            return "plan".equals(mode);
        }
    }

    /** Where a run's events begin and end; other jobs' may be between them. */
    public record Range(long first, long last, String lastHash) {}

    /** The last event of the whole trail. */
    public record Head(long sequence, String hash) {}

    /** All of a run, in the order of the trail. */
    public void ofRun(String runId, Consumer<Chained> each) {
        @Nullable Chained[] before = {null};
        jdbc.query(
                EVENT
                        + ", encode(e.hash, 'hex') as hash from offboarding.event e where e.run_id = ? order by e.sequence",
                (RowCallbackHandler) row -> {
                    AuditEvent event = event(row);
                    // a join would look each of them up that has just been read
                    Chained last = before[0];
                    String previous = last != null && last.event().sequence() == event.sequence() - 1
                            ? last.hash()
                            : hashOf(event.sequence() - 1);
                    Chained chained = new Chained(event, previous, row.getString("hash"));
                    before[0] = chained;
                    each.accept(chained);
                },
                runId);
    }

    private @Nullable String hashOf(long sequence) {
        return sequence == 0
                ? "00".repeat(32)
                : jdbc
                        .queryForList(
                                "select encode(hash, 'hex') from offboarding.event where sequence = ?",
                                String.class,
                                sequence)
                        .stream()
                        .findFirst()
                        .orElse(null);
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

    /** What was decided of some customers of a run, and the outcomes. */
    public void decisionsAndOutcomesOf(String runId, UUID[] customerIds, Consumer<AuditEvent> each) {
        jdbc.query(
                EVENT + " from offboarding.event e where e.run_id = ? and e.customer_id = any(?)"
                        + " and e.kind in ('DECIDED', 'OUTCOME') order by e.sequence",
                (RowCallbackHandler) row -> each.accept(event(row)),
                runId,
                customerIds);
    }

    /** The intents of a run that have no outcome: one for each customer and intent, with the writes of that customer only. */
    public List<AuditEvent> unanswered(String runId) {
        return jdbc.query("""
                select sequence, at, job, run_id, platform, customer_id, 'INTENT' as kind, action, null::bigint as answers, data
                  from offboarding.open_intent where run_id = ? order by sequence, place
                """, (row, i) -> event(row), runId);
    }

    /**
     * The decisions that were found to hold still in a run, and when that was recorded: of each of these customers who was found unchanged,
     * the event of an earlier run that says how it stood.
     */
    public void foundUnchanged(String runId, UUID[] customerIds, BiConsumer<AuditEvent, Instant> each) {
        new UnchangedEvents(jdbc)
                .of(runId, Long.MAX_VALUE, customerIds, (said, found) -> each.accept(said, found.at()));
    }

    /**
     * Everything about a customer of a platform, by any job. Of an event of many customers what it says of this one; its hash is that of
     * the whole.
     */
    public void ofCustomer(String platform, UUID customerId, Consumer<OfCustomer> each) {
        jdbc.query(
                EVENT + """
                , encode(e.hash, 'hex') as hash, r.platform_identity, r.mode
                  from (
                    select * from offboarding.event where customer_id = ?
                    union all
                    select * from offboarding.event where kind = 'INTENT' and customer_id is null and sequence in (
                      select answers from offboarding.event where customer_id = ? and answers is not null
                      union
                      select sequence from offboarding.open_intent where not settled and customer_id = ?)
                    union all
                    select * from offboarding.event where sequence in (%s)) e
                  left join offboarding.runs r on r.run_id = e.run_id
                 where e.platform = ? order by e.sequence
                """.formatted(UnchangedEvents.NAMING),
                (RowCallbackHandler) row -> each.accept(new OfCustomer(
                        about(customerId, event(row)),
                        row.getString("platform_identity"),
                        row.getString("mode"),
                        row.getString("hash"))),
                customerId,
                customerId,
                customerId,
                customerId,
                platform);
    }

    /** Of whom a run of this job with such an id, from the one up to, and without, the other, has recorded something; plans aside. */
    public List<UUID> customersOf(String job, String firstRun, String endRun) {
        return jdbc.queryForList("""
                select distinct e.customer_id from offboarding.runs r join offboarding.event e on e.run_id = r.run_id
                 where r.job = ? and r.mode in ('run', 'withdraw') and e.customer_id is not null
                   and r.run_id collate "C" >= ? and r.run_id collate "C" < ?
                """, UUID.class, job, firstRun, endRun);
    }

    /**
     * When a customer was last found unchanged.
     *
     * @param sequence of the event that names it
     */
    public record Unchanged(long sequence, String runId) {}

    /** The same runs' last word about customers whom they found unchanged. */
    public Map<UUID, Unchanged> lastFoundUnchanged(String job, String firstRun, String endRun) {
        Map<UUID, Unchanged> found = new HashMap<>();
        jdbc.query(
                """
                select named.id, e.sequence, e.run_id
                  from (select id::uuid as id, max(f.sequence) as sequence
                          from offboarding.runs r join offboarding.event f on f.run_id = r.run_id and f.kind = 'FOUND_UNCHANGED'
                         cross join lateral json_array_elements(f.data::json -> 'unchanged') said
                         cross join lateral json_array_elements_text(said -> 'customers') id
                         where r.job = ? and r.mode in ('run', 'withdraw') and r.run_id collate "C" >= ? and r.run_id collate "C" < ?
                         group by 1) named
                  join offboarding.event e on e.sequence = named.sequence
                """,
                (RowCallbackHandler)
                        row -> found.put(row.getObject(1, UUID.class), new Unchanged(row.getLong(2), row.getString(3))),
                job,
                firstRun,
                endRun);
        return found;
    }

    /**
     * What runs of this job with ids before that one have recorded of these customers, customer by customer in the order of their ids; plans
     * and what is about many aside: intents, and who was found unchanged.
     */
    public void ofCustomers(String job, Collection<UUID> customerIds, String endRun, Consumer<OfCustomer> each) {
        jdbc.query(
                EVENT + """
                , encode(e.hash, 'hex') as hash, r.platform_identity, r.mode
                  from offboarding.event e join offboarding.runs r on r.run_id = e.run_id
                 where e.customer_id = any(?) and r.job = ? and r.mode <> 'plan' and r.run_id collate "C" < ? and e.kind <> 'INTENT'
                 order by e.customer_id, e.sequence
                """,
                (RowCallbackHandler) row -> each.accept(new OfCustomer(
                        event(row), row.getString("platform_identity"), row.getString("mode"), row.getString("hash"))),
                customerIds.toArray(UUID[]::new),
                job,
                endRun);
    }

    /** Whether there is anything about a customer of a platform. */
    public boolean anyOfCustomer(String platform, UUID customerId) {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "select exists (select from offboarding.event where customer_id = ? and platform = ?)",
                Boolean.class,
                customerId,
                platform));
    }

    private static AuditEvent about(UUID customerId, AuditEvent event) {
        if (event.customerId() != null) {
            return event;
        }
        if (event.is(EventKind.FOUND_UNCHANGED)) {
            return UnchangedEvents.about(customerId, event);
        }
        ArrayNode own = JsonMapper.shared().createArrayNode();
        for (JsonNode write : JsonMapper.shared().readTree(event.data()).path("writes")) {
            if (customerId.toString().equals(JsonText.of(write.path("customer_id")))) {
                own.add(write);
            }
        }
        return event.about(customerId, JsonMapper.shared().writeValueAsString(Map.of("writes", own)));
    }

    /** What a run has asked for and has no answer to, by customer. */
    public List<OpenIntent> openIntents(String runId) {
        return unanswered(runId).stream().map(OpenIntent::of).toList();
    }

    /** How many of them there are. */
    public long countOpenIntents(String runId) {
        Long count =
                jdbc.queryForObject("select count(*) from offboarding.open_intent where run_id = ?", Long.class, runId);
        return count == null ? 0 : count;
    }

    static AuditEvent event(ResultSet row) throws SQLException {
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
