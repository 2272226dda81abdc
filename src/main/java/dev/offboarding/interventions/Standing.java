package dev.offboarding.interventions;

import dev.offboarding.platform.Action;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has asked for of a case, and holds by now.
 *
 * @param pause of this customer or of the whole job
 * @param withdrawal asked for, and not carried out yet
 * @param closing asked for, and not carried out yet
 */
public record Standing(
        @Nullable Intervention pause,
        @Nullable Intervention withdrawal,
        @Nullable Intervention closing) {

    public static final Standing NONE = new Standing(null, null, null);

    public boolean isNothing() {
        return equals(NONE);
    }

    /** Together with what was asked for of the customer itself, whose pause says more than one of the whole job. */
    Standing and(Standing itself) {
        return new Standing(
                itself.pause == null ? pause : itself.pause,
                itself.withdrawal == null ? withdrawal : itself.withdrawal,
                itself.closing == null ? closing : itself.closing);
    }

    /** What happens next where nothing holds a case back; null where nobody has asked for anything. */
    public @Nullable String toBe() {
        Intervention next = closing == null ? withdrawal : closing;
        return next == null
                ? null
                : "it is to be %s, as asked for %s".formatted(next.kind().done(), next.byWhom());
    }

    /** What follows once a case goes on that waits, as a sentence for the end of another; empty where nobody has asked for anything. */
    public String then() {
        if (closing != null) {
            return ". Then it is closed, as asked for " + closing.byWhom();
        }
        return withdrawal == null ? "" : ". Then it is withdrawn, as asked for " + withdrawal.byWhom();
    }

    /** What forbids this write; null where nothing does. A pause stops a withdrawal, too: it stops all writes. */
    public @Nullable Intervention forbids(Action action) {
        if (closing != null) {
            return closing;
        }
        if (pause != null) {
            return pause;
        }
        return action == Action.REACTIVATE ? null : withdrawal;
    }
}
