package dev.offboarding.cases;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.Standing;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One reason why a case cannot move.
 *
 * @param until the first day, in the job's zone, on which it may continue; null where none is known
 * @param message for people: what is in the way, and who has to do what about it
 * @param renewsOn the day on which waiting begins again unless someone does something before; null where waiting is enough
 * @param renewsWithin of the days before that on which there is a reminder, the last one that was reached; null before the first
 * @param cancellableUntil the last moment at which what is in the way may be cancelled; null where it may not
 */
public record Hold(
        HoldReason reason,
        @Nullable LocalDate until,
        String message,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LocalDate renewsOn,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer renewsWithin,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant cancellableUntil) {

    public Hold(HoldReason reason, @Nullable LocalDate until, String message) {
        this(reason, until, message, null, null, null);
    }

    /** What it waits for: a term that renews itself ends only when someone does something, any other on its own. */
    public HoldReason.Kind kind() {
        return reason.kind(renewsOn != null);
    }

    /** How many days before a term renews itself there is another reminder, after that of the first night. */
    private static final List<Integer> REMINDERS = List.of(30, 7);

    private static final Comparator<Hold> SHOWN_FIRST = Comparator.comparing(Hold::kind)
            .reversed()
            .thenComparing(hold -> hold.reason() != HoldReason.TRANSFER_PENDING)
            .thenComparing(Hold::byDate);

    /** The latest date first. What has none comes before all dates where it only waits, and after them elsewhere. */
    private static int byDate(Hold one, Hold other) {
        Comparator<LocalDate> latestFirst = Comparator.reverseOrder();
        Comparator<@Nullable LocalDate> dates = one.kind() == HoldReason.Kind.WAITS
                ? Comparator.nullsFirst(latestFirst)
                : Comparator.nullsLast(latestFirst);
        return dates.compare(one.until, other.until);
    }

    /**
     * The one that a report shows comes first: what somebody has to look at before what waits for a person before what waits; of
     * these a transfer, then one without a date, then the latest date.
     */
    public static List<Hold> shownFirst(List<Hold> holds) {
        return holds.stream().sorted(SHOWN_FIRST).toList();
    }

    /**
     * Why a case waits that is paused, by itself or with its whole job; empty if it is not.
     *
     * @param withdrawal that waits for the end of the pause, where nobody but its list asks for it; null where none does
     */
    public static List<Hold> paused(Standing asked, @Nullable Intervention withdrawal) {
        // when its list asked for it is tonight, and would be another message every night
        String then = withdrawal == null || asked.withdrawal() != null
                ? asked.then()
                : ". Then it is withdrawn: " + withdrawal.reason();
        return shownFirst(asked.pauses().stream()
                .map(pause -> new Hold(
                        HoldReason.PAUSED,
                        pause.until(),
                        "%s; nothing is written %s%s"
                                .formatted(
                                        pause.words(),
                                        pause.until() == null
                                                ? "until it is resumed"
                                                : "before " + pause.until() + ", unless it is resumed sooner",
                                        then)))
                .toList());
    }

    /** For a relationship that was seen to end and has been re-established, or of which that has to be feared. */
    public static Hold reEstablished(CaseFacts facts) {
        String what = facts.ended()
                ? "the relationship had ended (%s, %s) and has been re-established"
                        .formatted(facts.endedBy(), facts.endedAt())
                : "a removal was sent whose answer was lost (%s), and the customer is the reseller's and does not hold what it held then: it may have left and come back"
                        .formatted(facts.removalLostAt());
        return new Hold(
                HoldReason.RE_ESTABLISHED,
                null,
                what + ": find out who wants it, and list the customer again if it is to go");
    }

    /** Which of the days with a reminder was reached last. */
    public static @Nullable Integer reminder(LocalDate today, LocalDate renewsOn) {
        return REMINDERS.stream()
                .filter(days -> !today.isBefore(renewsOn.minusDays(days)))
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    /** The next day with a reminder; null where none is left. */
    public @Nullable LocalDate nextReminder(LocalDate today) {
        return renewsOn == null
                ? null
                : REMINDERS.stream()
                        .map(renewsOn::minusDays)
                        .filter(day -> day.isAfter(today))
                        .findFirst()
                        .orElse(null);
    }

    /** Whether as much was reported before. */
    boolean saysWhatWasSaid(Hold before) {
        return before.reason == reason
                && Objects.equals(before.renewsOn, renewsOn)
                && Objects.equals(before.renewsWithin, renewsWithin);
    }
}
