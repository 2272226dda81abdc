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
