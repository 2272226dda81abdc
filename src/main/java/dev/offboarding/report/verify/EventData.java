package dev.offboarding.report.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/** Reads the {@code data} of an event as it goes by; what nobody looks at is skipped. */
final class EventData {
    private static final Set<String> OF_THE_RUN = Set.of("RUN_STARTED", "LIST", "LIMITS", "RUN_ENDED");
    private static final Set<String> OF_A_CASE = Set.of("DECIDED", "CASE", "VERIFIED");

    private final Standing standing;

    List<Event.Write> writes = List.of();

    @Nullable
    Long says;

    @Nullable
    Long planned;

    @Nullable
    Long effects;

    boolean confirmed;

    private long suspendedAt = ReportInstant.NONE;
    private long removedAt = ReportInstant.NONE;
    private @Nullable Long names;

    /**
     * When the customer was suspended and removed, and what it was listed as.
     *
     * @param names a number that stands for them; null where the event does not say, as those of earlier versions did not
     */
    record Known(long suspendedAt, long removedAt, @Nullable Long names) {}

    Known known() {
        return new Known(suspendedAt, removedAt, names);
    }

    @Nullable
    JsonNode tree;

    EventData(Standing standing) {
        this.standing = standing;
    }

    /** @param json at the first token of the data; afterwards at its last */
    void read(String kind, JsonParser json) {
        if (OF_THE_RUN.contains(kind)) {
            tree = StrictJson.MAPPER.readTree(json);
        } else if (kind.equals("INTENT") || kind.equals("OUTCOME")) {
            readWrites(json);
        } else if (OF_A_CASE.contains(kind)) {
            readCase(json);
        } else if (kind.equals("RECEIVED")) {
            says = standing.ofEntry(StrictJson.MAPPER.readTree(json));
        } else {
            json.skipChildren();
        }
    }

    private void readWrites(JsonParser json) {
        writes = new ArrayList<>();
        for (JsonNode write : StrictJson.MAPPER.readTree(json).path("writes")) {
            writes.add(new Event.Write(
                    Objects.requireNonNullElse(StrictJson.text(write.path("target")), ""),
                    write.path("attempt").asLong(1),
                    StrictJson.text(write.path("correlation_id")),
                    StrictJson.text(write.path("at")),
                    StrictJson.text(write.path("result")),
                    StrictJson.text(write.path("before")),
                    StrictJson.text(write.path("after")),
                    StrictJson.text(write.path("message"))));
        }
    }

    private void readCase(JsonParser json) {
        String state = null;
        String outcome = null;
        String message = "";
        long holds = standing.noHolds();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "state" -> state = json.getString();
                case "outcome" -> outcome = json.getString();
                case "message" -> message = json.getString();
                case "suspended_at" ->
                    suspendedAt = ReportInstant.of(StrictJson.text(StrictJson.MAPPER.readTree(json)));
                case "removed_at" -> removedAt = ReportInstant.of(StrictJson.text(StrictJson.MAPPER.readTree(json)));
                case "listed" -> names = standing.ofNames(StrictJson.MAPPER.readTree(json));
                case "holds" -> holds = standing.of(json);
                case "planned" -> planned = standing.of(json);
                case "effects" -> readEffects(json);
                default -> json.skipChildren();
            }
        }
        if (state != null && outcome != null) {
            says = standing.of(state, outcome, message, holds);
        }
    }

    private void readEffects(JsonParser json) {
        JsonNode read = StrictJson.MAPPER.readTree(json);
        effects = standing.of(read);
        confirmed = Standing.confirmed(read);
    }

    /** How a case stands, in one number; the same for a row and for the event that says the same. */
    static final class Standing {
        private static final List<String> EFFECTS =
                List.of("customer_list", "support_contact", "delegated_admin", "purchasing");

        private static final List<String> ENTRY = List.of(
                "source", "line", "company_name", "domain", "effective_date", "reason", "ticket", "requested_by");

        private final Hash64 hash;
        private final long noHolds;
        private final Map<String, Long> known = new HashMap<>();

        Standing(Hash64 hash) {
            this.hash = hash;
            this.noHolds = of(StrictJson.MAPPER.createArrayNode());
        }

        long noHolds() {
            return noHolds;
        }

        /** What stands for an empty list of planned writes. */
        long nothing() {
            return noHolds;
        }

        /** What was listed: the same for a row and for the event of its reception. */
        long ofEntry(JsonNode entry) {
            long h = hash.begin();
            for (String name : ENTRY) {
                h = Hash64.add(h, StrictJson.text(entry.path(name)));
            }
            return Hash64.add(h, of(entry.path("others")));
        }

        /** The same for a row and for an event that says what the customer is listed as. */
        long ofNames(JsonNode listed) {
            return Hash64.add(
                    Hash64.add(hash.begin(), StrictJson.text(listed.path("company_name"))),
                    StrictJson.text(listed.path("domain")));
        }

        long of(JsonParser json) {
            return Hash64.add(hash.begin(), json);
        }

        long of(JsonNode node) {
            try (JsonParser json = StrictJson.MAPPER.treeAsTokens(node)) {
                json.nextToken();
                return of(json);
            }
        }

        long of(String state, String outcome, String message, long holds) {
            long begin = known.computeIfAbsent(
                    state + " " + outcome, both -> Hash64.add(Hash64.add(hash.begin(), state), outcome));
            return Hash64.add(Hash64.add(begin, message), holds);
        }

        static boolean confirmed(JsonNode effects) {
            return EFFECTS.stream()
                    .allMatch(effect -> "CONFIRMED"
                            .equals(StrictJson.text(effects.path(effect).path("result"))));
        }
    }
}
