package dev.offboarding.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.RunHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a schedule starts what, and what it says of what it did not. The clock is a test's own, and so is how long runs take. */
@Timeout(60)
class SchedulerTest {

    private static final String NIGHTLY = "{ cron: \"0 30 3 * * *\" }";
    private static final String CATCHES_UP = "{ cron: \"0 30 3 * * *\", catch-up: true }";
    private static final String EVENING = "2026-03-09T20:00:00+01:00";

    @TempDir
    private Path folder;

    private Rehearsal at(String now) {
        return new Rehearsal(folder, now);
    }

    private static JobStatus only(Rehearsal rehearsal) {
        return rehearsal.scheduler().status().get(0);
    }

    // ---- on time

    @Test
    void aJobRunsEveryNightAtItsTime() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.begin("a");
        assertThat(r.lines()).containsExactly("a: next at 2026-03-10T03:30+01:00");

        r.until("2026-03-10T03:29:59+01:00");
        assertThat(r.underWay).isEmpty();
        r.until("2026-03-10T03:30:00+01:00");
        assertThat(r.underWay).hasSize(1);
        r.clock.pass(java.time.Duration.ofMinutes(5));
        r.end().until("2026-03-11T12:00:00+01:00");
        r.end();

        assertThat(r.lines())
                .containsExactly(
                        "a began run-1",
                        "a ended 0 at 2026-03-10T03:35+01:00",
                        "a began run-2",
                        "a ended 0 at 2026-03-11T12:00+01:00");
        assertThat(only(r).healthy()).isTrue();
        assertThat(r.notes).allSatisfy((run, notes) -> assertThat(notes).isEmpty());
    }

    @Test
    void inBothNightsOfTheClockChangeAJobRunsOnce() {
        for (String day : List.of("2026-03-29", "2026-10-25")) {
            Rehearsal r = at(day + "T00:00:00+01:00");
            r.job("a", "{ cron: \"0 30 2 * * *\" }");
            r.begin("a");

            r.until(day + "T12:00:00+01:00");

            assertThat(r.underWay).as(day).hasSize(1);
            r.end();
            r.until(day + "T23:00:00+01:00");
            assertThat(r.underWay).as(day).isEmpty();
            assertThat(r.lines()).noneMatch(line -> line.contains("missed"));
        }
    }

    @Test
    void jobsRunBesideEachOtherAndOneRunOfEachAtATime() {
        Rehearsal r = at(EVENING);
        r.job("a", "{ cron: \"0 0 * * * *\" }");
        r.job("b", "{ cron: \"0 0 * * * *\" }");
        r.begin("a", "b");

        r.until("2026-03-09T21:00:00+01:00");
        assertThat(r.underWay).hasSize(2);
        r.until("2026-03-09T22:30:00+01:00");

        assertThat(r.underWay).hasSize(2);
        assertThat(r.lines())
                .contains(
                        "a missed: the run that was due at 2026-03-09T22:00:00+01:00 did not take place: the run before it was still under way",
                        "b missed: the run that was due at 2026-03-09T22:00:00+01:00 did not take place: the run before it was still under way");
    }

    // ---- missed nights

    @Test
    void aNightInWhichTheProgramWasDownIsFoundInTheTableOfRunsAndReportedInTheNextReport() {
        Rehearsal r = at("2026-03-12T08:00:00+01:00");
        r.job("a", NIGHTLY);
        r.history("a", "2026-03-09T03:30:00.412+01:00");
        r.begin("a");

        String missed =
                "missed: 3 runs that were due from 2026-03-10T03:30:00+01:00 to 2026-03-12T03:30:00+01:00 did not take place: the program was not running, or its machine was asleep or too busy";
        assertThat(r.lines()).containsExactly("a: next at 2026-03-13T03:30+01:00", "a " + missed);
        assertThat(r.underWay).isEmpty();
        assertThat(only(r).healthy()).isFalse();
        assertThat(only(r).missed()).isEqualTo(3);

        r.until("2026-03-13T03:30:00+01:00")
                .end()
                .until("2026-03-14T03:30:00+01:00")
                .end();

        assertThat(r.notes.get("run-1")).containsExactly(missed);
        assertThat(r.notes.get("run-2")).isEmpty();
        assertThat(only(r).healthy()).isTrue();
        assertThat(only(r).missed()).isEqualTo(3);
    }

    @Test
    void aMissedNightIsMadeUpForOnceWhereTheJobFileSaysSo() {
        Rehearsal r = at("2026-03-12T08:00:00+01:00");
        r.job("a", CATCHES_UP);
        r.history("a", "2026-03-09T03:30:00+01:00");
        r.begin("a");

        assertThat(r.lines()).last().asString().endsWith("too busy; to be made up for");
        assertThat(r.underWay).hasSize(1);
        r.end().until("2026-03-13T03:29:00+01:00");

        assertThat(r.underWay).isEmpty();
        assertThat(r.notes.get("run-1")).hasSize(2).last().isEqualTo("this run makes up for what was missed");
    }

    @Test
    void aJobThatHasNeverRunHasMissedNothing() {
        Rehearsal r = at("2026-03-12T08:00:00+01:00");
        r.job("a", CATCHES_UP);
        r.begin("a");

        assertThat(r.lines()).containsExactly("a: next at 2026-03-13T03:30+01:00");
        assertThat(r.underWay).isEmpty();
    }

    @Test
    void aRunByHandAfterTheMissedTimeStandsForIt() {
        Rehearsal r = at("2026-03-12T08:00:00+01:00");
        r.job("a", CATCHES_UP);
        r.history("a", "2026-03-12T07:30:00+01:00");
        r.begin("a");

        assertThat(r.lines()).hasSize(1);
        assertThat(r.underWay).isEmpty();
    }

    @Test
    void aProgramThatComesBackWithinTheMinuteIsOnTime() {
        Rehearsal r = at("2026-03-12T03:30:40+01:00");
        r.job("a", NIGHTLY);
        r.history("a", "2026-03-11T03:30:00+01:00");
        r.begin("a");

        assertThat(r.lines()).hasSize(1);
        assertThat(r.underWay).hasSize(1);
    }

    @Test
    void aMachineThatWasAsleepAtTheTimeHasMissedIt() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.job("b", CATCHES_UP);
        r.begin("a", "b");
        r.until("2026-03-09T23:00:00+01:00").lines();

        r.jump("2026-03-10T09:00:00+01:00");

        String missed =
                " missed: the run that was due at 2026-03-10T03:30:00+01:00 did not take place: the program was not running, or its machine was asleep or too busy";
        assertThat(r.lines()).containsExactly("a" + missed, "b" + missed + "; to be made up for");
        assertThat(r.underWay).hasSize(1);
        r.end();
        assertThat(r.lines()).containsExactly("b began run-1", "b ended 0 at 2026-03-10T09:00+01:00");
    }

    @Test
    void aRunThatWasStillUnderWayIsFollowedByOneThatMakesUpForAllThatWasMissed() {
        Rehearsal r = at(EVENING);
        r.job("a", "{ cron: \"0 0 * * * *\", catch-up: true }");
        r.begin("a");
        r.until("2026-03-09T23:10:00+01:00");
        assertThat(r.underWay).hasSize(1);

        r.end().until("2026-03-09T23:11:00+01:00");

        assertThat(r.underWay).hasSize(1);
        r.end().until("2026-03-09T23:59:00+01:00");
        assertThat(r.underWay).isEmpty();
        assertThat(r.notes.get("run-1")).isEmpty();
        assertThat(r.notes.get("run-2"))
                .containsExactly(
                        "missed: 2 runs that were due from 2026-03-09T22:00:00+01:00 to 2026-03-09T23:00:00+01:00 did not take place: the run before it was still under way",
                        "this run makes up for what was missed");
    }

    @Test
    void aRunThatAnotherOneStoodInTheWayOfIsMissedAndTriedAgainLessAndLessOften() {
        Rehearsal r = at(EVENING);
        r.job("a", CATCHES_UP);
        r.begin("a");
        r.until("2026-03-10T03:30:00+01:00").lines();

        r.end(ExitCode.ALREADY_RUNNING);

        assertThat(r.lines())
                .containsExactly(
                        "a ended 6 at 2026-03-10T03:30+01:00",
                        "a missed: the run that was due at 2026-03-10T03:30:00+01:00 did not take place: another run of the job, which this schedule had not started, was under way; to be made up for");
        assertThat(only(r).healthy()).isFalse();
        r.until("2026-03-10T03:30:59+01:00");
        assertThat(r.underWay).isEmpty();
        r.until("2026-03-10T03:31:00+01:00");
        r.end(ExitCode.ALREADY_RUNNING).until("2026-03-10T03:32:59+01:00");
        assertThat(r.underWay).isEmpty();
        r.until("2026-03-10T03:33:00+01:00");
        assertThat(r.underWay).hasSize(1);
        r.end();
        assertThat(r.lines()).last().isEqualTo("a ended 0 at 2026-03-10T03:33+01:00");
        assertThat(only(r).healthy()).isTrue();
        assertThat(only(r).missed()).isEqualTo(1);
    }

    @Test
    void withoutCatchUpARunThatCouldNotBeginWaitsForTheNextNight() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.begin("a");
        r.until("2026-03-10T03:30:00+01:00").end(ExitCode.WRONG_USAGE);
        assertThat(r.lines()).last().asString().contains("missed").endsWith("it could not begin");

        r.until("2026-03-11T03:29:00+01:00");
        assertThat(r.underWay).isEmpty();
        r.until("2026-03-11T03:30:00+01:00").end();

        assertThat(r.notes.get("run-1")).hasSize(1);
    }

    /** A job of every minute, say, and a database that is away for a weekend. */
    @Test
    void whatWasMissedForOneReasonIsOneLineOfTheNextReportAndReportedOnce() {
        Rehearsal r = at("2026-03-09T21:00:30+01:00");
        r.job("a", "{ cron: \"0 * * * * *\" }");
        r.begin("a");
        for (int minute = 1; minute <= 30; minute++) {
            r.until("2026-03-09T21:%02d:00+01:00".formatted(minute)).end(ExitCode.WRONG_USAGE);
        }
        r.until("2026-03-09T21:31:00+01:00");
        // the run that reports it is still under way while the next one is due
        r.until("2026-03-09T21:32:10+01:00").end();
        r.until("2026-03-09T21:33:00+01:00").end();
        r.until("2026-03-09T21:34:00+01:00").end();

        assertThat(r.notes.get("run-1"))
                .containsExactly(
                        "missed: 30 runs that were due from 2026-03-09T21:01:00+01:00 to 2026-03-09T21:30:00+01:00 did not take place: it could not begin");
        assertThat(r.notes.get("run-2"))
                .containsExactly(
                        "missed: the run that was due at 2026-03-09T21:32:00+01:00 did not take place: the run before it was still under way");
        assertThat(r.notes.get("run-3")).isEmpty();
        assertThat(only(r).missed()).isEqualTo(31);
    }

    @Test
    void aDatabaseThatIsAwayWhenTheProgramStartsOnlyDelaysWhatIsKnown() {
        Rehearsal r = at("2026-03-12T08:00:00+01:00");
        r.job("a", CATCHES_UP);
        r.history("a", "2026-03-09T03:30:00+01:00");
        r.historyFails = new IllegalStateException("no connection");
        r.begin("a");
        assertThat(r.lines()).containsExactly("a: next at 2026-03-13T03:30+01:00", "a: history unknown: no connection");

        r.until("2026-03-12T08:00:30+01:00");
        assertThat(r.lines()).isEmpty();
        r.historyFails = null;
        r.until("2026-03-12T08:01:30+01:00");

        assertThat(r.lines())
                .singleElement()
                .asString()
                .startsWith(
                        "a missed: 3 runs that were due from 2026-03-10T03:30:00+01:00 to 2026-03-12T03:30:00+01:00");
        assertThat(r.underWay).hasSize(1);
    }

    @Test
    void aYearOfSecondsIsNotCounted() {
        Rehearsal r = at("2026-03-12T08:00:00+01:00");
        r.job("a", "{ cron: \"* * * * * *\" }");
        r.history("a", "2025-03-12T08:00:00+01:00");
        r.begin("a");

        assertThat(r.lines()).last().asString().startsWith("a missed: 1000 or more runs that were due from 2025-03-12");
        assertThat(r.underWay).hasSize(1);
    }

    @Test
    void aClockThatJumpsBackStopsNothing() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.begin("a");
        r.jump("2027-03-09T20:00:00+01:00");
        r.lines();

        r.jump("2026-03-09T20:01:00+01:00").until("2026-03-10T03:30:00+01:00");

        assertThat(r.underWay).hasSize(1);
    }

    @Test
    void aClockThatIsSetBackAFewSecondsStartsNothingTwice() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.begin("a");
        r.until("2026-03-10T03:30:00.100+01:00").end();

        r.jump("2026-03-10T03:29:58+01:00").until("2026-03-10T03:31:00+01:00");

        assertThat(r.underWay).isEmpty();
    }

    // ---- job files

    @Test
    void aChangedJobFileIsTakenUpForTheNextRun() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.begin("a");
        r.until("2026-03-09T21:00:00+01:00").lines();

        r.job("a", "{ cron: \"0 0 22 * * *\" }");
        r.until("2026-03-09T21:00:30+01:00");

        assertThat(r.lines()).containsExactly("a: next at 2026-03-09T22:00+01:00");
        r.until("2026-03-09T22:00:00+01:00");
        assertThat(r.underWay).hasSize(1);
    }

    @Test
    void aBrokenJobFileStopsItsOwnJobOnlyAndIsTakenUpAgainOnceItIsCorrected() throws Exception {
        Rehearsal r = at(EVENING);
        r.job("a", CATCHES_UP);
        r.job("b", NIGHTLY);
        r.begin("a", "b");
        r.until("2026-03-09T21:00:00+01:00").lines();

        r.write("a", "offboarding:\n  jbo: a\n");
        r.until("2026-03-10T03:30:00+01:00");

        List<String> lines = r.lines();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("broken: ").contains("a.yaml, line 2", "jbo");
        assertThat(lines.get(1)).startsWith("a missed").contains("its job file could not be used");
        assertThat(r.underWay).hasSize(1);
        r.end();
        assertThat(r.lines()).first().isEqualTo("b began run-1");
        assertThat(r.scheduler().status()).extracting(JobStatus::healthy).containsExactly(false, true);

        Files.delete(r.file("a"));
        r.until("2026-03-10T04:00:00+01:00");
        assertThat(r.lines()).singleElement().asString().contains("there is no such file");
        r.job("a", CATCHES_UP);
        r.until("2026-03-10T04:01:00+01:00");

        assertThat(r.lines()).containsExactly("a: next at 2026-03-11T03:30+01:00");
        assertThat(r.underWay).hasSize(1);
        r.end();
        assertThat(r.notes.get("run-2")).hasSize(2).first().asString().contains("could not be used");
        assertThat(r.scheduler().status()).allMatch(JobStatus::healthy);
    }

    @Test
    void aFileThatIsBrokenFromTheBeginningDoesNotStopTheOthers() {
        Rehearsal r = at(EVENING);
        r.write("a", "offboarding: {");
        r.job("b", NIGHTLY);
        r.begin("a", "b");
        assertThat(r.lines()).hasSize(2).first().asString().startsWith("broken: ");
        r.until("2026-03-10T03:30:00+01:00");
        assertThat(r.underWay).hasSize(1);

        r.job("a", NIGHTLY);
        r.until("2026-03-10T03:31:00+01:00");

        assertThat(r.lines()).containsExactly("a: next at 2026-03-11T03:30+01:00");
    }

    @Test
    void aFileThatLosesItsScheduleIsBrokenAndSoIsOneThatTakesAnothersName() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.job("b", NIGHTLY);
        r.begin("a", "b");
        r.lines();

        String b = read(r.file("b"));
        r.write("b", b.replace("job: b", "job: a"));
        r.write("a", read(r.file("a")).replaceFirst("(?m)^.*schedule.*\n", ""));
        r.until("2026-03-09T20:01:00+01:00");

        assertThat(r.lines())
                .containsExactly(
                        "broken: [%s: offboarding.schedule: is missing; write when the job runs, like schedule: { cron: \"0 30 3 * * *\" }]"
                                .formatted(r.file("a")),
                        "broken: [%s: offboarding.job: a is the job of %s; each needs a name of its own]"
                                .formatted(r.file("b"), r.file("a")));

        r.write("a", read(r.file("a")).replace("job: a", "job: c\n  schedule: " + NIGHTLY));
        r.until("2026-03-09T20:02:00+01:00");
        assertThat(r.lines()).containsExactly("c: next at 2026-03-10T03:30+01:00", "a: next at 2026-03-10T03:30+01:00");
        r.until("2026-03-10T03:30:00+01:00");
        assertThat(r.underWay).hasSize(2);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void nothingBeginsWithAFileThatHasNoScheduleOrWithTwoOfOneName() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.write("b", read(r.job("b", NIGHTLY)).replaceFirst("(?m)^.*schedule.*\n", ""));
        assertThat(catchThrowableOfType(ScheduleException.class, () -> r.begin("a", "b"))
                        .problems())
                .containsExactly(
                        r.file("b")
                                + ": offboarding.schedule: is missing; write when the job runs, like schedule: { cron: \"0 30 3 * * *\" }");

        assertThatThrownBy(() -> r.begin("a", "a"))
                .isInstanceOf(ScheduleException.class)
                .hasMessageContaining("each needs a name of its own");
        r.write("b", "offboarding: {");
        assertThatThrownBy(() -> r.begin("b")).isInstanceOf(ScheduleException.class);
        assertThat(r.told).isEmpty();
    }

    // ---- the end

    @Test
    void anIdleScheduleEndsAtOnceAndWell() throws Exception {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        Scheduler scheduler = r.begin("a");

        scheduler.stop();

        assertThat(scheduler.run()).isEqualTo(ExitCode.OK);
        r.until("2026-03-10T04:00:00+01:00");
        assertThat(r.underWay).isEmpty();
        assertThat(r.lines()).endsWith("stopping, 0 under way", "asked the runs to stop");
    }

    @Test
    void aScheduleEndsWhenTheRunsUnderWayHaveAndAsTheyDo() throws Exception {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.job("b", NIGHTLY);
        Scheduler scheduler = r.begin("a", "b");
        r.until("2026-03-10T03:30:00+01:00").lines();

        scheduler.stop();
        scheduler.stop();
        assertThat(r.lines()).containsExactly("stopping, 2 under way", "asked the runs to stop");
        Thread ends = new Thread(() -> {
            r.end(ExitCode.STOPPED_EARLY);
            r.end(ExitCode.NEEDS_ATTENTION);
        });
        ends.start();

        assertThat(scheduler.run()).isEqualTo(ExitCode.STOPPED_EARLY);
        ends.join();
        assertThat(r.lines()).hasSize(4);
        // nobody begins them
        assertThat(r.dueNext).containsExactly("nothing", "nothing");
    }

    @Test
    void aRunThatEndsUnexpectedlyIsReportedAndTheNextNightComes() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.begin("a");
        r.until("2026-03-10T03:30:00+01:00").lines();
        r.clock.pass(java.time.Duration.ofMinutes(1));

        r.end(ExitCode.UNEXPECTED);

        assertThat(only(r).healthy()).isFalse();
        assertThat(Objects.requireNonNull(only(r).lastExitCode())).isEqualTo(ExitCode.UNEXPECTED);
        r.until("2026-03-11T03:30:00+01:00");
        assertThat(r.underWay).hasSize(1);
    }

    @Test
    void whenTheLastSuccessWasIsKnownFromTheTableOfRunsAndThenFromTheRunsThemselves() {
        Rehearsal r = at(EVENING);
        r.job("a", NIGHTLY);
        r.history("a", "2026-03-09T03:30:00+01:00");
        r.histories.computeIfPresent(
                "a",
                (job, history) -> new RunHistory(
                        history.lastThrough(),
                        java.time.OffsetDateTime.parse("2026-03-08T03:31:00+01:00")
                                .toInstant()));
        r.begin("a");
        assertThat(only(r).lastSuccess()).isEqualTo("2026-03-08T02:31:00Z");

        r.until("2026-03-10T03:30:00+01:00").end(ExitCode.STOPPED_BY_LIMIT);
        assertThat(only(r).lastSuccess()).isEqualTo("2026-03-08T02:31:00Z");

        r.until("2026-03-11T03:30:00+01:00").end(ExitCode.NEEDS_ATTENTION);
        assertThat(only(r).lastSuccess()).isEqualTo("2026-03-11T02:30:00Z");
    }

    // ---- previews

    private static final String AT_SIX = "{ cron: \"0 0 18 * * *\" }";

    @Test
    void inTheEveningThePlanOfTheComingNightIsMade() {
        Rehearsal r = at("2026-03-09T12:00:00+01:00");
        r.previewed("a", NIGHTLY, AT_SIX);
        r.begin("a");
        r.lines();

        r.until("2026-03-09T18:00:00+01:00").end();
        assertThat(r.lines()).containsExactly("a previewed 2026-03-10T03:30+01:00 with 0");
        r.until("2026-03-10T03:30:00+01:00").end();
        assertThat(r.lines()).containsExactly("a began run-2", "a ended 0 at 2026-03-10T03:30+01:00");
        r.until("2026-03-10T18:00:00+01:00").end(ExitCode.UNAVAILABLE);

        assertThat(r.lines()).containsExactly("a previewed 2026-03-11T03:30+01:00 with 7");
        assertThat(only(r).lastExitCode()).isEqualTo(ExitCode.OK);
        assertThat(only(r).healthy()).isTrue();
    }

    @Test
    void aPreviewThatWasMissedIsNotMadeUpFor() {
        Rehearsal r = at("2026-03-09T12:00:00+01:00");
        r.previewed("a", NIGHTLY, AT_SIX);
        r.begin("a");
        r.lines();

        r.jump("2026-03-09T19:00:00+01:00");

        assertThat(r.underWay).isEmpty();
        assertThat(r.lines()).isEmpty();
        r.until("2026-03-10T03:30:00+01:00");
        assertThat(r.underWay).hasSize(1);
    }

    @Test
    void thereIsNoPreviewWhileARunIsUnderWay() {
        Rehearsal r = at("2026-03-09T12:00:00+01:00");
        r.previewed("a", "{ cron: \"0 59 17 * * *\" }", AT_SIX);
        r.begin("a");

        r.until("2026-03-09T19:00:00+01:00");
        assertThat(r.underWay).hasSize(1);
        r.end().until("2026-03-09T20:00:00+01:00");

        assertThat(r.underWay).isEmpty();
        assertThat(r.lines()).noneMatch(line -> line.contains("preview"));
    }

    @Test
    void aPreviewMakesRoomForTheRunThatIsDueHoweverLateThatMakesIt() {
        Rehearsal r = at("2026-03-09T12:00:00+01:00");
        r.previewed("a", NIGHTLY, "{ cron: \"0 25 3 * * *\" }");
        r.begin("a");
        r.lines();

        r.until("2026-03-10T03:30:00+01:00");
        assertThat(r.underWay).hasSize(1);
        assertThat(r.lines()).containsExactly("asked the preview of a to stop");
        r.jump("2026-03-10T03:35:00+01:00");
        r.end(ExitCode.STOPPED_EARLY);
        assertThat(r.underWay).hasSize(1);
        r.end();

        assertThat(r.lines())
                .endsWith(
                        "a previewed 2026-03-10T03:30+01:00 with 9",
                        "a began run-1",
                        "a ended 0 at 2026-03-10T03:35+01:00")
                .noneMatch(line -> line.contains("missed"));
    }

    @Test
    void aScheduleThatIsAskedToStopWaitsForItsPreviewAndStartsNoRunAfterIt() {
        Rehearsal r = at("2026-03-09T12:00:00+01:00");
        r.previewed("a", NIGHTLY, "{ cron: \"0 25 3 * * *\" }");
        r.begin("a");
        r.until("2026-03-10T03:30:00+01:00");

        r.scheduler().stop();
        r.end(ExitCode.STOPPED_EARLY);

        assertThat(r.underWay).isEmpty();
        assertThat(r.lines()).contains("stopping, 1 under way", "asked the runs to stop");
    }
}
