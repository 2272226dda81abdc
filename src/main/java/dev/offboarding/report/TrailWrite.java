package dev.offboarding.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One write, as an INTENT or an OUTCOME of the trail has it in its {@code data}; an intent knows the first three only. */
record TrailWrite(
        String target,
        long attempt,
        @Nullable String correlationId,
        @Nullable String at,
        @Nullable String result,
        @Nullable String before,
        @Nullable String after,
        @Nullable String message) {

    static List<TrailWrite> of(String data) {
        List<TrailWrite> writes = new ArrayList<>();
        for (JsonNode write : ReportJson.MAPPER.readTree(data).path("writes")) {
            String target = ReportJson.text(write.path("target"));
            writes.add(new TrailWrite(
                    target == null ? "" : target,
                    write.path("attempt").asLong(1),
                    ReportJson.text(write.path("correlation_id")),
                    ReportJson.text(write.path("at")),
                    ReportJson.text(write.path("result")),
                    ReportJson.text(write.path("before")),
                    ReportJson.text(write.path("after")),
                    ReportJson.text(write.path("message"))));
        }
        return writes;
    }

    /**
     * Whether it took effect: what was found afterwards is the state that was wanted, or it was accepted and nothing was found. What was
     * accepted and shows no effect has none.
     */
    boolean tookEffect(String action) {
        if (after == null) {
            return "DONE".equals(result);
        }
        String wanted = action.equals("SUSPEND") ? "suspended" : action.equals("CANCEL") ? "deleted" : "";
        return ("DONE".equals(result) || "LOST".equals(result)) && wanted.equalsIgnoreCase(after);
    }
}
