package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * What the row of a customer says that the trail has to say as well. Longer texts are kept as the number that stands for them.
 *
 * @param listedAs what its list said about it
 * @param names company name and domain
 * @param standing state, outcome, message and holds
 * @param planned its planned writes as they are written down
 * @param effects the four effects with their proofs
 * @param digest of what it holds and what is planned; null where nothing is
 * @param seen whether it says what the customer holds
 * @param waiting of a row that may be of a customer found unchanged, the SHA-256 of what an event of it says; null of any other
 */
record CustomerClaim(
        UUID id,
        Outcome outcome,
        boolean listedAnew,
        int suspended,
        int cancelled,
        int failed,
        @Nullable Instant suspendedAt,
        @Nullable Instant removedAt,
        long listedAs,
        long names,
        long standing,
        long planned,
        long effects,
        PlannedActions writes,
        @Nullable String digest,
        boolean seen,
        byte @Nullable [] waiting) {

    private static final List<String> WAITING = List.of(
            "state", "outcome", "message", "holds", "suspended_at", "removed_at", "company_name", "domain", "holdings");

    static long listedAs(JsonNode entry, Fingerprints fingerprints) {
        return fingerprints.of(
                StrictJson.text(entry, "source"),
                StrictJson.text(entry, "line"),
                StrictJson.text(entry, "company_name"),
                StrictJson.text(entry, "domain"),
                StrictJson.text(entry, "effective_date"),
                StrictJson.text(entry, "reason"),
                StrictJson.text(entry, "ticket"),
                StrictJson.text(entry, "requested_by"),
                entry.path("others"));
    }

    static long names(JsonNode listed, Fingerprints fingerprints) {
        return fingerprints.of(StrictJson.text(listed, "company_name"), StrictJson.text(listed, "domain"));
    }

    static long standing(JsonNode said, JsonNode holds, Fingerprints fingerprints) {
        String message = Objects.requireNonNullElse(StrictJson.text(said, "message"), "");
        return fingerprints.of(StrictJson.text(said, "state"), StrictJson.text(said, "outcome"), message, holds);
    }

    /** The line of which an event that names unchanged customers has a digest of digests; null of a row that cannot be one of them. */
    static byte @Nullable [] waiting(UUID id, JsonNode row) {
        boolean may = !row.path("listed_anew").asBoolean(false)
                && !row.path("holds").isEmpty()
                && row.path("planned").isEmpty();
        if (!may) {
            return null;
        }
        ArrayNode says = StrictJson.MAPPER.createArrayNode();
        says.add(id.toString());
        for (String name : WAITING) {
            JsonNode value = row.path(name);
            says.add(name.endsWith("_at") ? moment(value) : value);
        }
        return Sha256.of(StrictJson.MAPPER.writeValueAsString(says).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode moment(JsonNode stored) {
        Instant at = ReportInstant.of(StrictJson.text(stored));
        return at == null
                ? StrictJson.MAPPER.getNodeFactory().nullNode()
                : StrictJson.MAPPER.getNodeFactory().stringNode(at.toString());
    }
}
