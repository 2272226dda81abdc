package dev.offboarding.audit;

import dev.offboarding.platform.Action;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event that is to go into the trail.
 *
 * @param answers for an outcome: the sequence of the intent that asked for its writes
 * @param data what happened, in the order in which it is to be read; values are JSON's own types, lists and maps of them, and JSON as it is stored
 */
public record NewEvent(
        EventKind kind,
        @Nullable UUID customerId,
        @Nullable Action action,
        @Nullable Long answers,
        Map<String, ?> data) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The data as it is stored. */
    public String json() {
        return JSON.writeValueAsString(data);
    }

    /** The same event, which says one thing more. */
    public NewEvent with(String name, Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(data);
        more.put(name, value);
        return new NewEvent(kind, customerId, action, answers, more);
    }

    public static NewEvent ofRun(EventKind kind, Map<String, ?> data) {
        return new NewEvent(kind, null, null, null, data);
    }

    public static NewEvent ofCustomer(EventKind kind, UUID customerId, Map<String, ?> data) {
        return new NewEvent(kind, customerId, null, null, data);
    }
}
