package dev.offboarding.report;

import dev.offboarding.cases.CaseRow;
import dev.offboarding.kit.JsonText;
import dev.offboarding.runs.RunRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * What is left to whoever comes to regret a removal: how the relationship is requested again, and what is then made active again, in which
 * order, and until when.
 *
 * @param link null where the platform has none, or it was not read
 * @param how in words
 * @param until in words: as far as the platform says
 */
public record WayBack(@Nullable String link, String how, String until) {

    /** The member of a run's facts that has the link, where it was read. */
    public static final String LINK = "relationship_request";

    /** A subscription as it was read, and the one that it belongs to. */
    record Seen(
            @Nullable String name,
            @Nullable String termEnd,
            @Nullable String parent) {}

    /**
     * A subscription that was active before, and is not any more because of this program.
     *
     * @param name null where it was not read
     * @param until the last day of its term; null where it has none, or that was not read
     * @param again whether it can be made active again; what was cancelled cannot
     */
    record Lost(String id, @Nullable String name, @Nullable String until, boolean again) {}

    static WayBack of(RunRow run) {
        return of(
                run.platform(),
                JsonText.of(ReportJson.MAPPER.readTree(run.facts()).path(LINK)));
    }

    static WayBack of(String platform, @Nullable String link) {
        if (platform.equals("ledger")) {
            return new WayBack(
                    null,
                    "A ledger has no link for it: request the relationship again, enter it in the ledger once the customer has accepted, and make active again what was suspended, in the order in which it is named.",
                    "The ledger does not say until when that works.");
        }
        return new WayBack(
                link,
                "Request the relationship again%s; once its global administrator has accepted, make active again what was suspended, in the order in which it is named, and request delegated administration again where it is needed."
                        .formatted(
                                link == null
                                        ? ", in Partner Center under Customers ▸ Request a reseller relationship"
                                        : ": send the customer the link"),
                "Partner Center does not say until when that works, only that the data of a suspended subscription is deleted some time later; none can be made active once its term has ended.");
    }

    /** Of a customer whose relationship was removed; empty where nothing of it was suspended or cancelled by this program. */
    static List<Lost> lost(CaseRow row) {
        Map<String, Seen> seen = new HashMap<>();
        try (JsonParser json =
                ReportJson.MAPPER.createParser(row.subscriptions().seen())) {
            see(seen, json);
        }
        CaseRow.Ours ours = row.subscriptions().ours();
        return lost(ours.suspended(), ours.ended(), seen);
    }

    /** @param subscriptions an array of them, or nothing */
    static void see(Map<String, Seen> seen, JsonParser subscriptions) {
        if (subscriptions.nextToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (subscriptions.nextToken() == JsonToken.START_OBJECT) {
            String id = null;
            String name = null;
            String termEnd = null;
            String parent = null;
            while (subscriptions.nextToken() == JsonToken.PROPERTY_NAME) {
                String member = subscriptions.currentName();
                subscriptions.nextToken();
                switch (member) {
                    case "id" -> id = text(subscriptions);
                    case "name" -> name = text(subscriptions);
                    case "term_end" -> termEnd = text(subscriptions);
                    case "parent_id" -> parent = text(subscriptions);
                    default -> subscriptions.skipChildren();
                }
            }
            seen.put(String.valueOf(id), new Seen(name, termEnd, parent));
        }
    }

    private static @Nullable String text(JsonParser json) {
        return json.currentToken().isScalarValue()
                ? json.getValueAsString()
                : json.<JsonNode>readValueAsTree().toString();
    }

    /**
     * Those that can be made active again first, in that order: what others belong to before them.
     *
     * @param suspended in the order in which it was suspended: add-ons before what they belong to
     * @param cancelled for good, at once or at the end of their terms
     * @param seen as they were read, by id
     */
    static List<Lost> lost(Collection<String> suspended, Collection<String> cancelled, Map<String, Seen> seen) {
        List<String> again = new ArrayList<>(suspended);
        again.removeAll(cancelled);
        // where it was not read what belongs to what, the order in which it was suspended tells
        Collections.reverse(again);
        again.sort(Comparator.comparingInt(id -> depth(id, seen)));
        List<Lost> lost = new ArrayList<>();
        again.forEach(id -> lost.add(of(id, seen, true)));
        cancelled.forEach(id -> lost.add(of(id, seen, false)));
        return lost;
    }

    /** Bad data may put them in a circle. */
    private static int depth(String id, Map<String, Seen> seen) {
        int depth = 0;
        for (String parent = parent(id, seen); parent != null && depth < seen.size(); parent = parent(parent, seen)) {
            depth++;
        }
        return depth;
    }

    private static @Nullable String parent(String id, Map<String, Seen> seen) {
        Seen subscription = seen.get(id);
        return subscription == null ? null : subscription.parent();
    }

    private static Lost of(String id, Map<String, Seen> seen, boolean again) {
        Seen subscription = seen.get(id);
        return subscription == null
                ? new Lost(id, null, null, again)
                : new Lost(id, subscription.name(), subscription.termEnd(), again);
    }
}
