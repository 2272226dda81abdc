package dev.offboarding.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * When a job is due.
 *
 * <p>Where the hour is {@code *} the clock on the wall is followed through both nights of a clock change: a job of every minute comes every
 * minute. Where hours are named, every second one ({@code *}{@code /2}) among them, each comes once a day: one that the clock leaves out comes as much later as the clock was moved
 * (02:30 at 03:30), and one that comes twice comes the first time. Spring's own {@code next(ZonedDateTime)} is not asked: it gives the
 * second, too.
 */
public final class DueTimes {

    private static final int HOUR = 2;

    private final CronExpression cron;
    private final ZoneRules rules;
    private final boolean hourly;

    public DueTimes(CronExpression cron, ZoneId zone) {
        this.cron = cron;
        this.rules = zone.getRules();
        this.hourly = cron.toString().split("\\s+")[HOUR].equals("*");
    }

    /** The first time after this one; null if there is none any more. */
    public @Nullable Instant next(Instant after) {
        return hourly ? nextOnTheClock(after) : nextOfTheDay(after);
    }

    private @Nullable Instant nextOnTheClock(Instant after) {
        ZoneOffset offset = rules.getOffset(after);
        LocalDateTime from = LocalDateTime.ofInstant(after, offset);
        while (true) {
            LocalDateTime local = cron.next(from);
            Instant until = local == null ? null : local.toInstant(offset);
            ZoneOffsetTransition change = rules.nextTransition(after);
            if (change == null || until != null && until.isBefore(change.getInstant())) {
                return until;
            }
            if (until == null && change.getInstant().isAfter(after.plus(Duration.ofDays(366)))) {
                return null;
            }
            after = change.getInstant();
            offset = change.getOffsetAfter();
            from = LocalDateTime.ofInstant(after, offset).minusNanos(1);
        }
    }

    private @Nullable Instant nextOfTheDay(Instant after) {
        Instant best = null;
        LocalDateTime bestLocal = LocalDateTime.MAX;
        LocalDateTime local =
                LocalDateTime.ofInstant(after, rules.getOffset(after)).minus(moved(after));
        // later in the day may be earlier in time, where the clock was moved in between
        while ((local = cron.next(local)) != null && local.isBefore(bestLocal)) {
            Instant time = instant(local);
            if (time.isAfter(after) && (best == null || time.isBefore(best))) {
                best = time;
                bestLocal = LocalDateTime.ofInstant(time, rules.getOffset(time));
            }
        }
        return best;
    }

    /** By how much the clock was moved forward, as long as what it left out may be yet to come. */
    private Duration moved(Instant after) {
        ZoneOffsetTransition last = rules.previousTransition(after.plusNanos(1));
        return last != null && last.isGap() && after.isBefore(last.getInstant().plus(last.getDuration()))
                ? last.getDuration()
                : Duration.ZERO;
    }

    private Instant instant(LocalDateTime local) {
        ZoneOffsetTransition change = rules.getTransition(local);
        return local.toInstant(change == null ? rules.getOffset(local) : change.getOffsetBefore());
    }
}
