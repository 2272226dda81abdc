package dev.offboarding.plan;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.PlannedWrite;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do with a customer seen like this. */
public sealed interface Decision {

    /**
     * Proceed.
     *
     * @param writes what may be written, in that order; ends with the removal, unless there is a grace period to wait for
     * @param afterwards why the case will be held once these are made; null when they end with the removal
     */
    record Proceed(List<PlannedWrite> writes, @Nullable Hold afterwards) implements Decision {}

    /**
     * Stay held.
     *
     * @param holds every reason, the one to be shown first
     * @param writes what may be written nevertheless, so that waiting comes to an end: it takes nothing away from the customer
     */
    record Held(List<Hold> holds, List<PlannedWrite> writes) implements Decision {
        public Held(List<Hold> holds) {
            this(holds, List.of());
        }
    }

    /** It is withdrawn, and this is what is made active again, or put back as it was, and no more. */
    record PutBack(List<PlannedWrite> writes) implements Decision {}

    /** It is withdrawn, and nothing is left to be put back: the case is closed. */
    record Withdrawn(String message) implements Decision {}

    /** It is withdrawn, and what is left of what this program did cannot be put back. */
    record Stuck(String why) implements Decision {}

    /** The case ends on somebody's word. */
    record Closed(String message) implements Decision {}

    /** There is no relationship any more, and nothing to write: the effects are to be read back. */
    record AlreadyGone(String proof) implements Decision {}

    /** Nothing can be said about the customer tonight. */
    record CannotTell(String why) implements Decision {}
}
