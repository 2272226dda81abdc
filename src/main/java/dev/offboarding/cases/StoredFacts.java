package dev.offboarding.cases;

import dev.offboarding.cases.CaseFacts.LastHold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the facts of a case as they are stored: each step reads them of each case, so one member after another. */
final class StoredFacts {

    private StoredFacts() {}

    static CaseFacts read(String stored) {
        CaseFacts.Draft facts = new CaseFacts.Draft(CaseFacts.NONE);
        try (JsonParser json = CaseJson.parser(stored)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_NULL) {
                    continue;
                }
                switch (name) {
                    case "begun_at" -> facts.begunAt = Instant.parse(json.getString());
                    case "written_at" -> facts.writtenAt = Instant.parse(json.getString());
                    case "held_before" -> facts.heldBefore = texts(json);
                    case "held_at_removal" -> facts.heldAtRemoval = texts(json);
                    case "removal_lost_at" -> facts.removalLostAt = Instant.parse(json.getString());
                    case "ended_at" -> facts.endedAt = Instant.parse(json.getString());
                    case "ended_by" -> facts.endedBy = json.getString();
                    case "nothing_shown_at" -> facts.nothingShownAt = Instant.parse(json.getString());
                    case "last_hold" -> facts.lastHold = lastHold(json);
                    case "returned" -> facts.returned = texts(json);
                    case "suspended_before" -> facts.suspendedBefore = texts(json);
                    case "cancelled" -> facts.cancelled = texts(json);
                    case "scheduled_before" -> facts.scheduledBefore = CaseJson.read(json, StoredCase.SCHEDULED_ENDS);
                    case "inactive_before" -> facts.inactiveBefore = texts(json);
                    case "undeletable" -> facts.undeletable = texts(json);
                    default -> json.skipChildren();
                }
            }
        }
        return facts.facts();
    }

    private static LastHold lastHold(JsonParser json) {
        List<Hold> holds = List.of();
        Instant since = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "holds" -> holds = CaseJson.read(json, StoredCase.HOLDS);
                case "since" -> since = Instant.parse(json.getString());
                default -> json.skipChildren();
            }
        }
        return new LastHold(holds, since);
    }

    private static List<String> texts(JsonParser json) {
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(json.getString());
        }
        return texts;
    }
}
