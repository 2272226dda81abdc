package dev.offboarding.approvals;

import dev.offboarding.kit.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How a customer differs from what was approved, in words. */
final class Difference {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Difference() {}

    static String inWords(
            List<String> settings, String plannedThen, String heldThen, String plannedNow, String heldNow) {
        List<String> said = new ArrayList<>(settings);
        Map<String, JsonNode> before = byId(heldThen);
        Map<String, JsonNode> now = byId(heldNow);
        before.forEach((id, was) -> {
            JsonNode is = now.get(id);
            if (is == null) {
                said.add("%s (%s) was %s, and is not shown any more".formatted(text(was, "name"), id, state(was)));
            } else if (!state(was).equals(state(is))) {
                said.add("%s (%s) was %s, and is %s".formatted(text(is, "name"), id, state(was), state(is)));
            }
        });
        now.forEach((id, is) -> {
            if (!before.containsKey(id)) {
                said.add("%s (%s) is %s, and was not there".formatted(text(is, "name"), id, state(is)));
            }
        });
        String then = writes(plannedThen);
        String tonight = writes(plannedNow);
        if (!then.equals(tonight)) {
            said.add("approved was %s, and tonight it would be %s".formatted(then, tonight));
        }
        return String.join("; ", said);
    }

    private static Map<String, JsonNode> byId(String holdings) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        JSON.readTree(holdings).forEach(holding -> byId.put(text(holding, "id"), holding));
        return byId;
    }

    /** What of it the digest is made of. */
    private static String state(JsonNode holding) {
        String kind = words(text(holding, "kind"));
        String end = JsonText.of(holding.path("at_term_end"));
        return "%s %s%s"
                .formatted(
                        words(text(holding, "status")),
                        kind,
                        end == null ? "" : " (at the end of its term: %s)".formatted(words(end)));
    }

    private static String writes(String planned) {
        List<String> writes = new ArrayList<>();
        JSON.readTree(planned).forEach(write -> writes.add(text(write, "action") + " " + text(write, "target")));
        return String.join(", ", writes);
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String text(JsonNode node, String name) {
        String text = JsonText.of(node.path(name));
        return text == null ? "?" : text;
    }
}
