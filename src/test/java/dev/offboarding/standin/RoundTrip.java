package dev.offboarding.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares the body of a PATCH with the resource that it should be a faithful copy of. */
record RoundTrip(List<String> lost, List<String> changed) {

    /** What a client may change; that it is there at all is checked none the less. */
    private static final Set<String> CHANGEABLE =
            Set.of("status", "autoRenewEnabled", "scheduledActions", "attributes.etag");

    /** The client may have read an older version: the one that the body resembles most counts. */
    static RoundTrip closest(List<SubscriptionState.Version> versions, ObjectNode body) {
        RoundTrip best = null;
        for (SubscriptionState.Version it : versions) {
            RoundTrip trip = new RoundTrip(new ArrayList<>(), new ArrayList<>());
            trip.compare("", it.json(), body);
            if (best == null || trip.size() < best.size()) {
                best = trip;
            }
        }
        return best == null ? new RoundTrip(List.of(), List.of()) : best;
    }

    private int size() {
        return lost.size() + changed.size();
    }

    private void compare(String path, JsonNode read, JsonNode sent) {
        for (Map.Entry<String, JsonNode> it : read.properties()) {
            String name = path + it.getKey();
            JsonNode was = it.getValue();
            JsonNode is = AnswerWriter.get(sent, it.getKey());
            if (is == null) {
                if (!was.isNull()) {
                    lost.add(name);
                }
            } else if (was.isObject() && is.isObject()) {
                compare(name + ".", was, is);
            } else if (!CHANGEABLE.contains(name) && !same(was, is)) {
                changed.add(name);
            }
        }
    }

    private static boolean same(JsonNode was, @Nullable JsonNode is) {
        if (is != null && was.isString() && is.isString() && AnswerWriter.isGuid(was.asString())) {
            return was.asString().equalsIgnoreCase(is.asString());
        }
        return was.equals(is);
    }
}
