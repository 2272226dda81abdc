package dev.offboarding.audit;

import dev.offboarding.kit.JsonText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One write, as an INTENT or an OUTCOME of the trail has it in its {@code data}; an intent knows the first three only. */
public record RecordedWrite(
        String target,
        long attempt,
        @Nullable String correlationId,
        @Nullable String at,
        @Nullable String result,
        @Nullable String before,
        @Nullable String after,
        @Nullable String message) {

    /** @param data of an event, as it is stored */
    public static List<RecordedWrite> of(String data) {
        List<RecordedWrite> writes = new ArrayList<>();
        for (JsonNode write : JsonMapper.shared().readTree(data).path("writes")) {
            String target = JsonText.of(write.path("target"));
            writes.add(new RecordedWrite(
                    target == null ? "" : target,
                    write.path("attempt").asLong(1),
                    JsonText.of(write.path("correlation_id")),
                    JsonText.of(write.path("at")),
                    JsonText.of(write.path("result")),
                    JsonText.of(write.path("before")),
                    JsonText.of(write.path("after")),
                    JsonText.of(write.path("message"))));
        }
        return writes;
    }

    /**
     * Whether it took effect: what was found afterwards is the state that was wanted, or it was accepted and nothing was found. What was
     * accepted and shows no effect has none.
     */
    public boolean tookEffect(String action) {
        if (after == null) {
            return "DONE".equals(result);
        }
        String wanted = action.equals("SUSPEND") ? "suspended" : action.equals("CANCEL") ? "deleted" : "";
        return ("DONE".equals(result) || "LOST".equals(result)) && wanted.equalsIgnoreCase(after);
    }
}
