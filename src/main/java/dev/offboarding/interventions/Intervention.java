package dev.offboarding.interventions;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody has asked for.
 *
 * @param by who
 * @param claimed whether that is what they said of themselves, and not the operating system's user
 * @param user the operating system's user
 * @param until of a pause, the first day on which it is over; null where it lasts until it is resumed
 * @param wholeJob whether it is about all of the job's customers
 */
public record Intervention(
        InterventionKind kind,
        Instant at,
        String reason,
        String by,
        boolean claimed,
        String user,
        @Nullable LocalDate until,
        boolean wholeJob) {

    /** A row is gone from its list, and {@code withdraw-when-unlisted} says that this withdraws its case. */
    public static Intervention byTheList(Instant at) {
        return new Intervention(
                InterventionKind.WITHDRAW,
                at,
                "its row is gone from the list, and withdraw-when-unlisted is true",
                "the list",
                false,
                "",
                null,
                false);
    }

    /** Who, when and why, like {@code withdrawn by Ada (as --by says; user ops) at 2026-03-10T10:00:00Z: the file was a mistake}. */
    public String words() {
        return "%s%s %s".formatted(wholeJob ? "the whole job is " : "", kind.done(), byWhom());
    }

    /** Who, when and why, as it follows what they ask for. */
    public String byWhom() {
        return "by %s%s at %s: %s"
                .formatted(
                        by,
                        claimed ? " (as --by says; user %s)".formatted(user) : "",
                        at.truncatedTo(ChronoUnit.SECONDS),
                        reason);
    }
}
