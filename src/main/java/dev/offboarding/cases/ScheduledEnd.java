package dev.offboarding.cases;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.offboarding.platform.TermInstruction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cancellation at the end of a term that this program has scheduled, and that it watches from then on.
 *
 * @param subscription whose term it is
 * @param at when it was written
 * @param before what was to happen before that; null where it is not known, as with those that an earlier version scheduled
 * @param repaired whether it was put right once already, because someone or something had changed it
 */
public record ScheduledEnd(
        String subscription,
        Instant at,
        boolean repaired,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable TermInstruction before) {

    /** Where it is not known what it was before. */
    public ScheduledEnd(String subscription, Instant at, boolean repaired) {
        this(subscription, at, repaired, null);
    }
}
