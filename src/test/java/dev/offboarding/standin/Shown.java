package dev.offboarding.standin;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The last touch to a resource before it is shown: ids in either case, fields that nobody knows. */
final class Shown {

    private static final Set<String> IDS =
            Set.of("id", "tenantId", "parentSubscriptionId", "orderId", "subscriptionId");

    private final StandInSettings settings;
    private final Dice dice;

    Shown(StandInSettings settings, Dice dice) {
        this.settings = settings;
        this.dice = dice;
    }

    ObjectNode of(Call call, ObjectNode resource) {
        ObjectNode copy = resource.deepCopy();
        if (settings.idsInAnyCase && dice.pick("case", call.number, 3) == 0) {
            upper(copy);
        }
        if (call.faulted(InjectedFault.UNKNOWN_FIELDS)) {
            unknown(copy);
        }
        return copy;
    }

    private static void upper(ObjectNode object) {
        for (Map.Entry<String, JsonNode> it : List.copyOf(object.properties())) {
            if (it.getValue() instanceof ObjectNode inner) {
                upper(inner);
            } else if (IDS.contains(it.getKey())
                    && AnswerWriter.isGuid(it.getValue().asString())) {
                object.put(it.getKey(), it.getValue().asString().toUpperCase(Locale.ROOT));
            }
        }
    }

    private static void unknown(ObjectNode object) {
        for (Map.Entry<String, JsonNode> it : List.copyOf(object.properties())) {
            if (it.getValue() instanceof ObjectNode inner) {
                unknown(inner);
            }
        }
        object.put("zzzText", "…")
                .put("zzzNumber", 1.5)
                .putNull("zzzNull")
                .putArray("zzzList")
                .addObject()
                .put("z", 1);
    }

    /** A page size asked for, cut to what is allowed; 0 and nothing mean as much as is allowed. */
    static int size(@Nullable String asked, int limit) {
        if (asked == null) {
            return limit;
        }
        try {
            int size = Integer.parseInt(asked);
            if (size >= 0) {
                return size == 0 ? limit : Math.min(size, limit);
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw Refusal.badInput("The page size is not valid.");
    }
}
