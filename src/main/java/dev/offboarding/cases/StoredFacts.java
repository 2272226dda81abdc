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
        Instant begunAt = null;
        Instant writtenAt = null;
        List<String> heldBefore = null;
        List<String> heldAtRemoval = null;
        Instant removalLostAt = null;
        Instant endedAt = null;
        String endedBy = null;
        Instant nothingShownAt = null;
        LastHold lastHold = null;
        List<String> returned = null;
        List<String> suspendedBefore = null;
        List<String> cancelled = null;
        List<ScheduledEnd> scheduledBefore = null;
        try (JsonParser json = CaseJson.parser(stored)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_NULL) {
                    continue;
                }
                switch (name) {
                    case "begun_at" -> begunAt = Instant.parse(json.getString());
                    case "written_at" -> writtenAt = Instant.parse(json.getString());
                    case "held_before" -> heldBefore = texts(json);
                    case "held_at_removal" -> heldAtRemoval = texts(json);
                    case "removal_lost_at" -> removalLostAt = Instant.parse(json.getString());
                    case "ended_at" -> endedAt = Instant.parse(json.getString());
                    case "ended_by" -> endedBy = json.getString();
                    case "nothing_shown_at" -> nothingShownAt = Instant.parse(json.getString());
                    case "last_hold" -> lastHold = lastHold(json);
                    case "returned" -> returned = texts(json);
                    case "suspended_before" -> suspendedBefore = texts(json);
                    case "cancelled" -> cancelled = texts(json);
                    case "scheduled_before" -> scheduledBefore = CaseJson.read(json, StoredCase.SCHEDULED_ENDS);
                    default -> json.skipChildren();
                }
            }
        }
        return new CaseFacts(
                begunAt,
                writtenAt,
                heldBefore,
                heldAtRemoval,
                removalLostAt,
                endedAt,
                endedBy,
                nothingShownAt,
                lastHold,
                returned,
                suspendedBefore,
                cancelled,
                scheduledBefore);
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
