package dev.offboarding.report;

import dev.offboarding.kit.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Who asked, planned and approved, and why, in words. */
final class PageApproval {

    private PageApproval() {}

    /** @param stored what the run says about it; null if there is nothing to be said */
    static Map<String, String> facts(@Nullable String stored) {
        Map<String, String> facts = new LinkedHashMap<>();
        if (stored == null) {
            return facts;
        }
        JsonNode approval = ReportJson.MAPPER.readTree(stored);
        put(
                facts,
                "Requested by",
                approval.path("requesters").valueStream().map(JsonText::of).collect(Collectors.joining(", ")));
        facts.put("Plan made by", person(approval.path("planner")));
        put(
                facts,
                "Approved by",
                approval.path("approvals")
                        .valueStream()
                        .map(PageApproval::given)
                        .collect(Collectors.joining("; ")));
        put(
                facts,
                "In one person",
                approval.path("same_person").valueStream().map(JsonText::of).collect(Collectors.joining("; ")));
        return facts;
    }

    private static String given(JsonNode given) {
        String limit = JsonText.of(given.path("limit"));
        return "%s%s, of plan %s made by %s: %s"
                .formatted(
                        person(given.path("approver")),
                        switch (text(given, "kind")) {
                            case "spread" -> ", spread over several nights";
                            case "lift" -> ", although it is over " + limit;
                            default -> "";
                        },
                        text(given, "plan_id"),
                        person(given.path("planner")),
                        text(given, "reason"));
    }

    /** Who has lifted a limit. */
    static String lifter(JsonNode lifted) {
        return named(text(lifted, "by"), lifted);
    }

    private static String person(JsonNode person) {
        return named(text(person, "name"), person);
    }

    private static String named(String name, JsonNode person) {
        return person.path("claimed").asBoolean(false)
                ? "%s (a claim of the user %s)".formatted(name, text(person, "user"))
                : name;
    }

    private static void put(Map<String, String> facts, String label, String value) {
        if (!value.isEmpty()) {
            facts.put(label, value);
        }
    }

    private static String text(JsonNode from, String name) {
        return Objects.requireNonNullElse(JsonText.of(from.path(name)), "?");
    }
}
