package dev.offboarding.audit;

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
            String target = text(write, "target");
            writes.add(new RecordedWrite(
                    target == null ? "" : target,
                    write.path("attempt").asLong(1),
                    text(write, "correlation_id"),
                    text(write, "at"),
                    text(write, "result"),
                    text(write, "before"),
                    text(write, "after"),
                    text(write, "message")));
        }
        return writes;
    }

    private static @Nullable String text(JsonNode write, String member) {
        JsonNode value = write.path(member);
        if (value.isNull() || value.isMissingNode()) {
            return null;
        }
        return value.isValueNode() ? value.asString() : value.toString();
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
