package dev.offboarding.interventions;

import dev.offboarding.platform.Action;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has asked for of a case, and holds by now.
 *
 * @param pauses of this customer and of the whole job, each of which stops all writes
 * @param withdrawal asked for, and not carried out yet
 * @param closing asked for, and not carried out yet
 */
public record Standing(
        List<Intervention> pauses,
        @Nullable Intervention withdrawal,
        @Nullable Intervention closing) {

    public static final Standing NONE = new Standing(List.of(), null, null);

    /** The one that lasts longest: without a date it lasts until somebody ends it. */
    private static final Comparator<Intervention> LONGEST_FIRST =
            Comparator.comparing(Intervention::until, Comparator.nullsFirst(Comparator.reverseOrder()));

    static Standing paused(Intervention pause) {
        return new Standing(List.of(pause), null, null);
    }

    /** The pause that lasts longest; null where there is none. */
    public @Nullable Intervention pause() {
        return pauses.stream().min(LONGEST_FIRST).orElse(null);
    }

    public boolean isNothing() {
        return equals(NONE);
    }

    Standing and(Standing other) {
        return new Standing(
                Stream.concat(pauses.stream(), other.pauses.stream()).toList(),
                other.withdrawal == null ? withdrawal : other.withdrawal,
                other.closing == null ? closing : other.closing);
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
        Intervention pause = pause();
        if (pause != null) {
            return pause;
        }
        return action == Action.REACTIVATE ? null : withdrawal;
    }
}
