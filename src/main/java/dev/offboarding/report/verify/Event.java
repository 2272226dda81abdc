package dev.offboarding.report.verify;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One line of {@code events.jsonl}, with of its {@code data} what is looked at.
 *
 * @param writes of INTENT and OUTCOME
 * @param says how a case stands: a number that stands for it; null if it does not say
 * @param planned likewise for the planned writes
 * @param effects likewise for the four effects
 * @param confirmed whether it says that all four are
 * @param known what it knows of the case beside that
 * @param data of an event of the run as a whole; else null
 */
record Event(
        long line,
        long sequence,
        String at,
        @Nullable String job,
        @Nullable String runId,
        @Nullable String platform,
        @Nullable UUID customer,
        String kind,
        @Nullable String action,
        @Nullable Long answers,
        List<Write> writes,
        @Nullable Long says,
        @Nullable Long planned,
        @Nullable Long effects,
        boolean confirmed,
        EventData.Known known,
        @Nullable JsonNode data,
        String previous,
        String hash) {

    record Write(
            String target,
            long attempt,
            @Nullable String correlationId,
            @Nullable String at,
            @Nullable String result,
            @Nullable String before,
            @Nullable String after,
            @Nullable String message) {}
}
