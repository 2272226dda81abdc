package dev.offboarding.report.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One line of {@code events.jsonl}.
 *
 * @param answers the sequence of the intent of which this is the outcome
 * @param data the part of it that is checked
 * @param previous the hash of the event before it, of whatever run
 */
record Event(
        Place place,
        long sequence,
        String at,
        @Nullable String job,
        @Nullable String runId,
        @Nullable String platform,
        @Nullable UUID customer,
        String kind,
        @Nullable String action,
        @Nullable Long answers,
        JsonNode data,
        String previous,
        String hash) {

    /** @param customer of an intent of many customers: whose it is; null where that is the event's */
    record Write(
            @Nullable String customer,
            String target,
            long attempt,
            @Nullable String correlationId,
            @Nullable String at,
            @Nullable String result,
            @Nullable String before,
            @Nullable String after,
            @Nullable String message) {}

    /** Of INTENT and OUTCOME. */
    List<Write> writes() {
        List<Write> writes = new ArrayList<>();
        for (JsonNode write : data.path("writes")) {
            writes.add(new Write(
                    StrictJson.text(write, "customer_id"),
                    Objects.requireNonNullElse(StrictJson.text(write, "target"), ""),
                    write.path("attempt").asLong(1),
                    StrictJson.text(write, "correlation_id"),
                    StrictJson.text(write, "at"),
                    StrictJson.text(write, "result"),
                    StrictJson.text(write, "before"),
                    StrictJson.text(write, "after"),
                    StrictJson.text(write, "message")));
        }
        return writes;
    }
}
