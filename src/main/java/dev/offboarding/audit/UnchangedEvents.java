package dev.offboarding.audit;

import dev.offboarding.kit.JsonText;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events that name customers who were found as the last event of each says. */
final class UnchangedEvents {

    /**
     * SQL for the sequences of those that name a customer, who is its parameter: a decision is found to hold after it was made and before the
     * same job makes another, so that each of them is looked through once a job at most, however long history is.
     */
    static final String NAMING = """
            select f.sequence
              from (select customer_id, sequence, lead(sequence) over (partition by job order by sequence) as next
                      from offboarding.event where customer_id = ? and kind = 'DECIDED') said
              join offboarding.event f on f.kind = 'FOUND_UNCHANGED'
               and f.sequence between said.sequence and coalesce(said.next, 9223372036854775807)
             where offboarding.said_between(f.data) @> said.sequence
               and strpos(f.data, said.customer_id::text) > 0
            """;

    private final JdbcTemplate jdbc;

    UnchangedEvents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Which event of which run, of which job, says that an earlier event holds. */
    record Found(long sequence, Instant at, String runId, String job) {}

    /**
     * Those of a run.
     *
     * @param before only what was said up to, and without, this event
     * @param each the event that says how a customer stood, and that it was found to hold
     */
    void of(String runId, long before, UUID[] customerIds, BiConsumer<AuditEvent, Found> each) {
        jdbc.query(
                """
                with last as materialized (
                  select e.* from unnest(?) as c (customer_id)
                   cross join lateral (
                     select * from offboarding.event said
                      where said.customer_id = c.customer_id
                        and said.sequence < least((select min(sequence) from offboarding.event where run_id = ?), ?)
                      order by said.sequence desc limit 1) e
                   where e.kind = 'DECIDED'
                ), found as materialized (
                  -- a text that is long is unpacked once, and not for each customer
                  select sequence, at, run_id, job, offboarding.said_between(data) as said_between, data || '' as data
                    from offboarding.event
                   where run_id = ? and kind = 'FOUND_UNCHANGED'
                     and sequence between (select min(sequence) from offboarding.event where run_id = ?)
                                      and (select max(sequence) from offboarding.event where run_id = ?)
                     and offboarding.said_between(data) && (select int8range(min(sequence), max(sequence), '[]') from last)
                )
                %s, f.sequence as found_sequence, f.at as found_at, f.run_id as found_run, f.job as found_job
                  from last e
                  join found f on f.said_between @> e.sequence and strpos(f.data, e.customer_id::text) > 0
                """.formatted(AuditEvents.EVENT),
                (RowCallbackHandler) row -> each.accept(
                        AuditEvents.event(row),
                        new Found(
                                row.getLong("found_sequence"),
                                row.getObject("found_at", OffsetDateTime.class).toInstant(),
                                row.getString("found_run"),
                                row.getString("found_job"))),
                customerIds,
                runId,
                before,
                runId,
                runId,
                runId);
    }

    /** What such an event says of one customer: when the chunk was read, and which event still holds. */
    static AuditEvent about(UUID customerId, AuditEvent event) {
        JsonNode data = JsonMapper.shared().readTree(event.data());
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("read_from", String.valueOf(JsonText.of(data.path("read_from"))));
        own.put("read_until", String.valueOf(JsonText.of(data.path("read_until"))));
        for (JsonNode said : data.path("unchanged")) {
            long sequence = said.path("event").asLong(0);
            for (JsonNode customer : said.path("customers")) {
                if (customerId.toString().equals(JsonText.of(customer))) {
                    own.put("event", sequence);
                }
                sequence++;
            }
        }
        return event.about(customerId, JsonMapper.shared().writeValueAsString(own));
    }
}
