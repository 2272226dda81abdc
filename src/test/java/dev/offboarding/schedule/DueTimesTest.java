package dev.offboarding.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.scheduling.support.CronExpression;

/** Incident 10: a date and a time zone. Both nights of the clock change, for jobs that name an hour and for those that do not. */
class DueTimesTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    /** 02:00 to 03:00 does not come. */
    private static final String SPRING = "2026-03-29";
    /** 02:00 to 03:00 comes twice. */
    private static final String AUTUMN = "2026-10-25";

    /** From the noon before to the noon after, as the clock on the wall shows them. */
    private static List<String> times(String cron, String day) {
        return times(cron, day, BERLIN);
    }

    private static List<String> times(String cron, String day, ZoneId zone) {
        Instant from = ZonedDateTime.parse(day + "T12:00:00Z").minusDays(1).toInstant();
        Instant until = from.plus(Duration.ofDays(1));
        return times(cron, from, until, zone);
    }

    private static List<String> times(String cron, Instant from, Instant until, ZoneId zone) {
        DueTimes due = new DueTimes(CronExpression.parse(cron), zone);
        List<String> times = new ArrayList<>();
        for (Instant at = due.next(from); at != null && at.isBefore(until); at = due.next(at)) {
            times.add(at.atZone(zone).toOffsetDateTime().toString());
        }
        return times;
    }

    @Test
    void anOrdinaryNightComesOnce() {
        assertThat(times("0 30 3 * * *", "2026-03-10")).containsExactly("2026-03-10T03:30+01:00");
    }

    @ParameterizedTest
    @CsvSource({
        "0 30 1 * * *, 2026-03-29T01:30+01:00",
        "0 0 2 * * *, 2026-03-29T03:00+02:00",
        "0 30 2 * * *, 2026-03-29T03:30+02:00",
        "59 59 2 * * *, 2026-03-29T03:59:59+02:00",
        "0 0 3 * * *, 2026-03-29T03:00+02:00",
        "0 30 3 * * *, 2026-03-29T03:30+02:00",
    })
    void inSpringATimeThatDoesNotComeIsMadeUpForAsMuchLaterAndNoNightIsLeftOut(String cron, String time) {
        assertThat(times(cron, SPRING)).containsExactly(time);
    }

    @ParameterizedTest
    @CsvSource({
        "0 30 1 * * *, 2026-10-25T01:30+02:00",
        "0 0 2 * * *, 2026-10-25T02:00+02:00",
        "0 30 2 * * *, 2026-10-25T02:30+02:00",
        "59 59 2 * * *, 2026-10-25T02:59:59+02:00",
        "0 0 3 * * *, 2026-10-25T03:00+01:00",
        "0 30 3 * * *, 2026-10-25T03:30+01:00",
    })
    void inAutumnATimeThatComesTwiceIsTakenTheFirstTimeOnly(String cron, String time) {
        assertThat(times(cron, AUTUMN)).containsExactly(time);
    }

    @Test
    void timesThatFallTogetherInSpringComeOnce() {
        assertThat(times("0 30 2,3 * * *", SPRING)).containsExactly("2026-03-29T03:30+02:00");
    }

    @Test
    void whatIsMadeUpForComesInItsPlaceAmongTheOthers() {
        assertThat(times("0 0,45 2,3 * * *", SPRING))
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-29T03:45+02:00");
        assertThat(times("0 15 1-4 * * *", SPRING))
                .containsExactly("2026-03-29T01:15+01:00", "2026-03-29T03:15+02:00", "2026-03-29T04:15+02:00");
    }

    /** Every second hour is hours that are named: the one that does not come is made up for, and the one that comes twice comes once. */
    @Test
    void everySecondHourComesOnceInBothNights() {
        assertThat(times("0 0 */2 * * *", SPRING))
                .containsSubsequence("2026-03-29T00:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00")
                .doesNotContain("2026-03-29T02:00+01:00")
                .hasSize(12);
        assertThat(times("0 0 */2 * * *", AUTUMN))
                .containsSubsequence("2026-10-25T00:00+02:00", "2026-10-25T02:00+02:00", "2026-10-25T04:00+01:00")
                .doesNotContain("2026-10-25T02:00+01:00");
    }

    @Test
    void everyHalfHourIsEveryHalfHourInBothNights() {
        for (String night : List.of(SPRING, AUTUMN)) {
            List<String> times = times("0 */30 * * * *", night);

            assertThat(times).hasSize(47).doesNotHaveDuplicates();
            for (int i = 1; i < times.size(); i++) {
                assertThat(Duration.between(instant(times.get(i - 1)), instant(times.get(i))))
                        .isEqualTo(Duration.ofMinutes(30));
            }
        }
    }

    private static Instant instant(String time) {
        return java.time.OffsetDateTime.parse(time).toInstant();
    }

    @Test
    void wherePlacesSkipAWholeDayTheNightIsMadeUpFor() {
        // Samoa left out the 30th of December 2011
        assertThat(times(
                        "0 30 3 * * *",
                        Instant.parse("2011-12-28T20:00:00Z"),
                        Instant.parse("2012-01-01T00:00:00Z"),
                        ZoneId.of("Pacific/Apia")))
                .containsExactly("2011-12-29T03:30-10:00", "2011-12-31T03:30+14:00", "2012-01-01T03:30+14:00");
    }

    @Test
    void aTimeIsNeverGivenTwiceAndNeverBeforeTheOneThatWasAskedFor() {
        for (String cron : List.of("0 30 2 * * *", "0 0/7 1-3 * * *", "30 * * * * *", "0 0 2 * * SUN")) {
            DueTimes due = new DueTimes(CronExpression.parse(cron), BERLIN);
            for (String night : List.of(SPRING, AUTUMN)) {
                Instant begin = Instant.parse(night + "T00:00:00Z").minus(Duration.ofHours(3));
                Instant last = begin;
                // whenever one asks, it is the first of all that come later
                for (Instant at = begin; at.isBefore(begin.plus(Duration.ofHours(7))); at = at.plusSeconds(60)) {
                    Instant next = Objects.requireNonNull(due.next(at));
                    assertThat(next).isAfter(at).isAfterOrEqualTo(last);
                    last = next;
                }
            }
        }
    }

    @Test
    void aTimeThatNeverComesAgainIsNone() {
        assertThat(new DueTimes(CronExpression.parse("0 0 3 30 2 *"), BERLIN).next(Instant.EPOCH))
                .isNull();
        assertThat(new DueTimes(CronExpression.parse("0 0 * 30 2 *"), BERLIN).next(Instant.EPOCH))
                .isNull();
    }

    @Test
    void aLeapDayIsWaitedFor() {
        for (String hour : List.of("3", "*")) {
            assertThat(new DueTimes(CronExpression.parse("0 0 " + hour + " 29 2 *"), ZoneId.of("UTC"))
                            .next(Instant.parse("2026-03-01T00:00:00Z")))
                    .isAfter(Instant.parse("2028-02-28T23:59:59Z"));
        }
    }
}
