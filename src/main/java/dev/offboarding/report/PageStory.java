package dev.offboarding.report;

import dev.offboarding.kit.JsonText;
import dev.offboarding.report.PageCustomers.Slim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The parts of a customer's story, from how they are stored to what the page needs of them. */
final class PageStory {
    /** How many subscriptions, or writes, or holds one story shows. */
    static final int MOST = 200;

    private static final Map<String, String> EFFECTS = new LinkedHashMap<>();

    static {
        EFFECTS.put("customer_list", "customer list");
        EFFECTS.put("support_contact", "support contact");
        EFFECTS.put("delegated_admin", "delegated administration");
        EFFECTS.put("purchasing", "purchasing");
    }

    private PageStory() {}

    /** What the platform showed of the customer when the run decided. */
    static Map<String, Object> seen(String decided, PageTime time) {
        JsonNode from = ReportJson.MAPPER.readTree(decided).path("seen");
        Slim seen = new Slim();
        seen.put("at", time.moment(JsonText.of(from.path("at"))));
        seen.put("name", PageText.story(JsonText.of(from.path("company_name"))));
        seen.put("domain", PageText.story(JsonText.of(from.path("domain"))));
        seen.put("relationship", PageText.line(JsonText.of(from.path("relationship"))));
        seen.put("contact", PageText.story(JsonText.of(from.path("support_contact"))));
        seen.put("unknown", PageText.story(JsonText.of(from.path("unknown"))));
        seen.put("unreadable", PageText.story(JsonText.of(from.path("unreadable"))));
        List<Map<String, Object>> delegations = new ArrayList<>();
        for (JsonNode delegation : from.path("delegations")) {
            delegations.add(texts(delegation, "id", "name", "status"));
        }
        seen.put("delegations", delegations);
        return seen.members();
    }

    /**
     * The same of what was found unchanged.
     *
     * @param decided when it was seen so first
     */
    static Map<String, Object> seenAgain(String decided, Instant foundAt, PageTime time) {
        Map<String, Object> seen = new LinkedHashMap<>(seen(decided, time));
        Object since = seen.put("at", time.moment(foundAt));
        if (since != null) {
            seen.put("since", since);
        }
        return seen;
    }

    static List<Map<String, Object>> holds(String stored) {
        List<Map<String, Object>> holds = new ArrayList<>();
        for (JsonNode hold : ReportJson.MAPPER.readTree(stored)) {
            if (holds.size() < MOST) {
                holds.add(texts(hold, "reason", "until", "message", "renews_on"));
            }
        }
        return holds;
    }

    static List<Map<String, Object>> effects(String stored, PageTime time) {
        List<Map<String, Object>> effects = new ArrayList<>();
        JsonNode all = ReportJson.MAPPER.readTree(stored);
        for (String name : EFFECTS.keySet()) {
            JsonNode reading = all.path(name);
            if (!reading.isMissingNode()) {
                Slim effect = new Slim();
                effect.put("effect", name);
                effect.put("result", PageText.line(JsonText.of(reading.path("result"))));
                effect.put("at", time.moment(JsonText.of(reading.path("at"))));
                effect.put("proof", PageText.story(JsonText.of(reading.path("proof"))));
                effects.add(effect.members());
            }
        }
        return effects;
    }

    /** Of a removal: what was read of it, for paper. Empty where nothing was. */
    static String effectsInShort(String stored) {
        Map<String, List<String>> byResult = new LinkedHashMap<>();
        JsonNode all = ReportJson.MAPPER.readTree(stored);
        EFFECTS.forEach((name, words) -> {
            String result = JsonText.of(all.path(name).path("result"));
            if (result != null) {
                byResult.computeIfAbsent(PageWords.reading(result), it -> new ArrayList<>())
                        .add(words);
            }
        });
        return byResult.entrySet().stream()
                .map(it -> it.getKey() + ": "
                        + (it.getValue().size() == EFFECTS.size() ? "all four" : String.join(", ", it.getValue())))
                .collect(Collectors.joining("; "));
    }

    static List<Map<String, Object>> holdings(String stored) {
        List<Map<String, Object>> holdings = new ArrayList<>();
        int left = 0;
        for (JsonNode holding : ReportJson.MAPPER.readTree(stored)) {
            if (holdings.size() == MOST) {
                left++;
                continue;
            }
            Slim shown = new Slim();
            shown.put("id", text(holding, "id"));
            shown.put("name", text(holding, "name"));
            shown.put("kind", text(holding, holding.has("kind_text") ? "kind_text" : "kind"));
            shown.put("status", text(holding, holding.has("status_text") ? "status_text" : "status"));
            shown.put("term", text(holding, "term_end"));
            shown.put("parent", text(holding, "parent_id"));
            if (holding.path("auto_renew").isBoolean()) {
                shown.put("renews", holding.path("auto_renew").asBoolean() ? "yes" : "no");
            }
            holdings.add(shown.members());
        }
        if (left > 0) {
            holdings.add(Map.of("left", left));
        }
        return holdings;
    }

    static List<Map<String, Object>> wayBack(List<WayBack.Lost> lost) {
        return lost.stream()
                .limit(MOST)
                .map(it -> {
                    Slim shown = new Slim();
                    shown.put("id", PageText.line(it.id()));
                    shown.put("name", PageText.story(it.name()));
                    shown.put("until", PageText.line(it.until()));
                    shown.put("gone", it.again() ? null : true);
                    return shown.members();
                })
                .toList();
    }

    /** What a plan would make of a customer; null where that is not known. */
    static @Nullable String would(String stored) {
        Set<String> actions = new HashSet<>();
        for (JsonNode write : ReportJson.MAPPER.readTree(stored)) {
            actions.add(String.valueOf(JsonText.of(write.path("action"))));
        }
        if (actions.isEmpty()) {
            return null;
        }
        return actions.contains("REMOVE")
                ? "Would be offboarded"
                : actions.contains("SUSPEND")
                        ? "Would be suspended"
                        : actions.contains("AUTO_RENEW_OFF")
                                ? "Would end with its term"
                                : actions.contains("REACTIVATE") ? "Would be put back" : "Would continue";
    }

    static List<Map<String, Object>> planned(String stored) {
        List<Map<String, Object>> planned = new ArrayList<>();
        for (JsonNode write : ReportJson.MAPPER.readTree(stored)) {
            if (planned.size() < MOST) {
                planned.add(texts(write, "action", "target"));
            }
        }
        return planned;
    }

    private static Map<String, Object> texts(JsonNode from, String... names) {
        Slim texts = new Slim();
        for (String name : names) {
            texts.put(name, text(from, name));
        }
        return texts.members();
    }

    private static String text(JsonNode from, String name) {
        return PageText.story(JsonText.of(from.path(name)));
    }
}
