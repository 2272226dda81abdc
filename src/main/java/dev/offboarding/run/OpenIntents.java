package dev.offboarding.run;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Write;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Intents in the trail that have no outcome. */
final class OpenIntents {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    record Open(long sequence, Instant at, UUID customerId, Action action, List<Write> writes) {}

    private final JdbcTemplate jdbc;

    OpenIntents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    boolean any(String runId) {
        return !of(runId).isEmpty();
    }

    List<Open> of(String runId) {
        return jdbc.query(
                """
                select i.sequence, i.at, i.customer_id, i.action, i.data from offboarding.event i
                 where i.run_id = ? and i.kind = 'INTENT'
                   and not exists (select from offboarding.event o where o.answers = i.sequence)
                 order by i.sequence
                """,
                (row, i) -> {
                    UUID customerId = row.getObject(3, UUID.class);
                    Action action = Action.valueOf(row.getString(4));
                    List<Write> writes = JSON.readTree(row.getString(5))
                            .get("writes")
                            .valueStream()
                            .map(write -> write(customerId, action, write))
                            .toList();
                    return new Open(
                            row.getLong(1),
                            row.getObject(2, OffsetDateTime.class).toInstant(),
                            customerId,
                            action,
                            writes);
                },
                runId);
    }

    private static Write write(UUID customerId, Action action, JsonNode write) {
        return new Write(
                customerId,
                action,
                write.get("target").asString(),
                write.get("attempt").asInt(),
                UUID.fromString(write.get("correlation_id").asString()));
    }
}
