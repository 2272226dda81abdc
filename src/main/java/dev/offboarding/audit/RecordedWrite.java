package dev.offboarding.audit;

import dev.offboarding.platform.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
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

    /** A value may have more behind it. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @param data of an event, as it is stored */
    public static List<RecordedWrite> of(String data) {
        List<RecordedWrite> writes = new ArrayList<>();
        try (JsonParser json = JSON.createParser(data)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = json.currentName().equals("writes");
                if (json.nextToken() == JsonToken.START_ARRAY && found) {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        writes.add(read(json));
                    }
                    return writes; // what is behind them is how the case stands, and longer
                }
                json.skipChildren();
            }
        }
        return writes;
    }

    /** A report reads them several times over, so without a tree or a map in between. */
    private static RecordedWrite read(JsonParser json) {
        String target = null;
        String attempt = null;
        String correlationId = null;
        String at = null;
        String result = null;
        String before = null;
        String after = null;
        String message = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            String value = text(json);
            switch (name) {
                case "target" -> target = value;
                case "attempt" -> attempt = value;
                case "correlation_id" -> correlationId = value;
                case "at" -> at = value;
                case "result" -> result = value;
                case "before" -> before = value;
                case "after" -> after = value;
                case "message" -> message = value;
                default -> {}
            }
        }
        return new RecordedWrite(
                Objects.requireNonNullElse(target, ""),
                attempt == null ? 1 : Long.parseLong(attempt),
                correlationId,
                at,
                result,
                before,
                after,
                message);
    }

    private static @Nullable String text(JsonParser json) {
        JsonToken value = json.nextToken();
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        return value.isScalarValue() ? json.getString() : JSON.readTree(json).toString();
    }

    /**
     * Whether it took effect: what was found afterwards is the state that was wanted, or it was accepted and nothing was found. What was
     * accepted and shows no effect has none.
     */
    public boolean tookEffect(String action) {
        if (after == null) {
            return "DONE".equals(result);
        }
        String wanted = switch (action) {
            case "SUSPEND" -> "suspended";
            case "CANCEL" -> "deleted";
            case "REACTIVATE" -> "active";
            case "AUTO_RENEW_OFF" -> WriteOutcome.ENDS_WITH_TERM;
            default -> "";
        };
        return ("DONE".equals(result) || "LOST".equals(result)) && wanted.equalsIgnoreCase(after);
    }
}
