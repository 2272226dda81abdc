package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.Scene.Report;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.StandInSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Incident 10: a day ends when it ends in the job's zone, also one of 23 or 25 hours. Never a day early, and never a day late. */
@Execution(ExecutionMode.CONCURRENT)
class ClockChangeTest {

    private static final LocalTime FIRST = LocalTime.of(0, 0, 10);
    private static final LocalTime EARLY = LocalTime.of(0, 20);
    private static final LocalTime LAST = LocalTime.of(23, 59, 30);

    private static Scene in(ZoneId zone) {
        return Scene.set().with("zone", zone.getId());
    }

    private static void at(Scene scene, LocalDate day, LocalTime time, ZoneId zone) {
        scene.clock.set(ZonedDateTime.of(day, time, zone).toInstant());
    }

    private static void due(Scene scene, int customer, LocalDate day) {
        scene.inboxFile(
                "due-%d.csv".formatted(customer),
                "customer_id,domain,due date\n%s,customer-%d.example,%s\n"
                        .formatted(Scene.id(customer), customer, day));
    }

    @ParameterizedTest
    @CsvSource({"Europe/Berlin, 2026-03-29", "America/New_York, 2026-11-01"})
    void whatIsDueOnOrAfterTheNightOfTheChangeIsDoneOnTheDayItself(ZoneId zone, LocalDate change) {
        isDoneOnTheDayItself(zone, change);
    }

    @ParameterizedTest
    @Tag("large")
    @CsvSource({"Europe/Berlin, 2026-10-25", "America/New_York, 2026-03-08"})
    void soItIsWhereTheClockIsPutTheOtherWay(ZoneId zone, LocalDate change) {
        isDoneOnTheDayItself(zone, change);
    }

    private static void isDoneOnTheDayItself(ZoneId zone, LocalDate change) {
        try (Scene scene = in(zone)) {
            scene.customers(1, 4);
            due(scene, 1, change);
            due(scene, 2, change.plusDays(1));

            at(scene, change.minusDays(1), LAST, zone);
            Report before = scene.runs(ExitCode.OK);
            assertThat(before.hold(1)).isEqualTo("NOT_DUE");
            assertThat(before.customer(1).get("hold_until").asString()).isEqualTo(change.toString());
            assertThat(before.hold(2)).isEqualTo("NOT_DUE");

            at(scene, change, FIRST, zone);
            Report itself = scene.runs(ExitCode.OK);
            assertThat(itself.outcome(1)).isEqualTo("OFFBOARDED");
            assertThat(itself.hold(2)).isEqualTo("NOT_DUE");

            // 24 hours after midnight it is still the day of 25, and long the day after that of 23
            at(scene, change, LAST, zone);
            assertThat(scene.runs(ExitCode.OK).hold(2)).isEqualTo("NOT_DUE");
            assertThat(scene.relationshipOf(2)).isEqualTo("reseller");

            at(scene, change.plusDays(1), FIRST, zone);
            assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("OFFBOARDED");
        }
    }

    @ParameterizedTest
    @CsvSource({"Europe/Berlin, 2026-03-29", "America/New_York, 2026-11-01"})
    void aGracePeriodOverTheNightOfTheChangeEndsOnItsLastDay(ZoneId zone, LocalDate change) {
        endsOnItsLastDay(zone, change);
    }

    @ParameterizedTest
    @Tag("large")
    @CsvSource({"Europe/Berlin, 2026-10-25", "America/New_York, 2026-03-08"})
    void soDoesOneWhereTheClockIsPutTheOtherWay(ZoneId zone, LocalDate change) {
        endsOnItsLastDay(zone, change);
    }

    private static void endsOnItsLastDay(ZoneId zone, LocalDate change) {
        try (Scene scene = in(zone)) {
            scene.customers(1, 4).with("grace-period", "1d");
            scene.subscription(1, "license", "active");
            scene.subscription(2, "license", "active");

            // late on the day before: its grace period ends with the first minute of the day of the change
            scene.listed(1);
            at(scene, change.minusDays(1), LAST.minusMinutes(5), zone);
            Report before = scene.runs(ExitCode.OK);
            assertThat(before.outcome(1)).isEqualTo("SUSPENDED");
            assertThat(before.customer(1).get("hold_until").asString()).isEqualTo(change.toString());
            at(scene, change.minusDays(1), LAST, zone);
            assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("SUSPENDED");

            // early on the day of the change: its grace period ends with the first minute of the next
            scene.listed(2);
            at(scene, change, EARLY, zone);
            Report itself = scene.runs(ExitCode.OK);
            assertThat(itself.outcome(1)).isEqualTo("OFFBOARDED");
            assertThat(itself.outcome(2)).isEqualTo("SUSPENDED");
            at(scene, change, LAST, zone);
            assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("SUSPENDED");
            assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
            at(scene, change.plusDays(1), FIRST, zone);
            assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("OFFBOARDED");
        }
    }

    /** The hour that comes twice is of one day, both times. */
    @Test
    void inTheHourThatComesTwiceItIsTheSameDay() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        LocalDate change = LocalDate.of(2026, 10, 25);
        try (Scene scene = in(berlin)) {
            scene.customers(1, 4).with("grace-period", "1d").listed(1);
            scene.subscription(1, "license", "active");
            ZonedDateTime first =
                    ZonedDateTime.of(change, LocalTime.of(2, 30), berlin).withEarlierOffsetAtOverlap();
            scene.clock.set(first.toInstant());
            assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("SUSPENDED");
            scene.clock.set(first.withLaterOffsetAtOverlap().toInstant());
            Report again = scene.runs(ExitCode.OK);
            assertThat(again.outcome(1)).isEqualTo("SUSPENDED");
            assertThat(again.customer(1).get("hold_until").asString()).isEqualTo("2026-10-26");
        }
    }

    /** Saturday is a day as any other; and where its night was missed, the next run does what was due in it. */
    @Test
    void aGracePeriodThatEndsOnAWeekendAndInAMissedNightEndsWithTheNextRun() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        LocalDate tuesday = LocalDate.of(2026, 3, 10);
        LocalTime night = LocalTime.of(3, 30);
        try (Scene scene = in(berlin)) {
            scene.customers(1, 6).with("grace-period", "4d").listed(1);
            scene.subscription(1, "license", "active");
            scene.subscription(2, "license", "active");
            at(scene, tuesday, night, berlin);
            assertThat(scene.runs(ExitCode.OK).customer(1).get("hold_until").asString())
                    .as("a Saturday")
                    .isEqualTo("2026-03-14");
            scene.listed(2);
            at(scene, tuesday.plusDays(1), night, berlin);
            assertThat(scene.runs(ExitCode.OK).customer(2).get("hold_until").asString())
                    .as("a Sunday, whose night is missed")
                    .isEqualTo("2026-03-15");
            at(scene, tuesday.plusDays(3), night, berlin);
            assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("SUSPENDED");

            at(scene, tuesday.plusDays(4), night, berlin);
            Report saturday = scene.runs(ExitCode.OK);
            assertThat(saturday.outcome(1)).isEqualTo("OFFBOARDED");
            assertThat(saturday.outcome(2)).isEqualTo("SUSPENDED");

            at(scene, tuesday.plusDays(6), night, berlin);
            assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("OFFBOARDED");
        }
    }

    @ParameterizedTest
    @CsvSource({"Europe/Berlin, 2027-03-28", "America/New_York, 2027-11-07"})
    void onPartnerCenterADueDateIsTheDayItselfToo(ZoneId zone, LocalDate change) {
        try (PartnerCenterScene center =
                new PartnerCenterScene(StandInSettings.standard().noQuotas())) {
            center.with("zone", zone.getId());
            center.standIn.customer("Bystander").licence("E1", "active");
            CustomerBuilder contoso = center.standIn.customer("Contoso").licence("E5", "active");
            center.scene.inboxFile(
                    "due.csv",
                    "customer_id,domain,due date\n%s,%s,%s\n".formatted(contoso.id(), contoso.domain(), change));

            Report before = night(center, change.minusDays(1), LocalTime.of(23, 55), zone);
            assertThat(PartnerCenterScene.outcome(before, contoso)).isEqualTo("HELD NOT_DUE");
            assertThat(PartnerCenterScene.row(before, contoso).get("hold_until").asString())
                    .isEqualTo(change.toString());
            Report itself = night(center, change, LocalTime.of(0, 1), zone);
            assertThat(PartnerCenterScene.outcome(itself, contoso)).isEqualTo("OFFBOARDED");
            assertThat(center.standIn.violations()).isEmpty();
        }
    }

    private static Report night(PartnerCenterScene center, LocalDate day, LocalTime time, ZoneId zone) {
        Clock now = Clock.systemUTC();
        Clock then = Clock.offset(
                now,
                Duration.between(
                        now.instant(), ZonedDateTime.of(day, time, zone).toInstant()));
        RunResult result = center.loaded(Mode.RUN, Progress.NONE, then).start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(ExitCode.OK);
        return Scene.report(result);
    }
}
