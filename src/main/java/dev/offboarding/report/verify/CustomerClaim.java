package dev.offboarding.report.verify;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the row of a customer says that the trail has to say as well. Longer texts are kept as the number that stands for them.
 *
 * @param listedAs what its list said about it
 * @param names company name and domain
 * @param standing state, outcome, message and holds
 * @param planned its planned writes as they are written down
 * @param effects the four effects with their proofs
 * @param digest of what it holds and what is planned; null where nothing is
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
        @Nullable String digest) {

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
}
