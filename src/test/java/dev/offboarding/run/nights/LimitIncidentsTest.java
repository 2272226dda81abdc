package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** How limits were got round, and how a list that was stopped stayed loaded. */
@Execution(ExecutionMode.CONCURRENT)
class LimitIncidentsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private OffboardingRun as(String job, Path inbox) {
        return scene.with("job", job).with("list.csv.inbox", inbox.toString()).loaded();
    }

    private Path inboxOf(String job, int from, int to) throws Exception {
        Path inbox = Files.createDirectories(scene.folder().resolve("inbox-" + job));
        StringBuilder csv = new StringBuilder("customer_id,domain\n");
        IntStream.rangeClosed(from, to).forEach(n -> csv.append("%s,customer-%d.example%n".formatted(Scene.id(n), n)));
        Files.writeString(inbox.resolve("list.csv"), csv);
        return inbox;
    }

    private Scene.Report stops(String limit) {
        Map<String, List<String>> ledger = scene.ledger();
        Scene.Report report = scene.runs(ExitCode.STOPPED_BY_LIMIT);
        assertThat(report.json().get("stop_message").asString()).startsWith(limit + ": ");
        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(report.text("events.jsonl")).doesNotContain("INTENT");
        return report;
    }

    /** Incident 22. */
    @Test
    void twoJobsAtOneMinuteRemovedNineCustomersEachWhereTenAreAllowedInThirtyDays() throws Exception {
        scene.customers(1, 100).with("limits.per-30-days", "10%");
        Path firsts = inboxOf("first", 1, 9);
        Path seconds = inboxOf("second", 11, 19);
        scene.gateBefore("update on ledger.customer", "true");
        CompletableFuture<RunResult> first =
                CompletableFuture.supplyAsync(as("first", firsts)::start, new SimpleAsyncTaskExecutor("a run"));
        scene.awaitSomebodyAtTheGate();

        // the first has written nothing yet, and everything is reserved
        RunResult second = as("second", seconds).start();

        assertThat(second.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(second.stopped())
                .startsWith("per-30-days: 18 customers attempted in 30 days")
                .contains("10 are allowed");
        scene.openTheGate();
        assertThat(first.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(scene.jdbc()
                        .sql("select count(*) from ledger.customer where relationship = 'none'")
                        .query(Long.class)
                        .single())
                .isEqualTo(9);
    }

    @Test
    void twoJobsAtOneMinuteStayTogetherWithinMaxCustomersAndTheSecondContinuesOnceTheFirstIsOver() throws Exception {
        scene.customers(1, 100).with("limits.max-customers", "10");
        Path firsts = inboxOf("first", 1, 6);
        Path seconds = inboxOf("second", 11, 16);
        scene.gateBefore("update on ledger.customer", "true");
        CompletableFuture<RunResult> first =
                CompletableFuture.supplyAsync(as("first", firsts)::start, new SimpleAsyncTaskExecutor("a run"));
        scene.awaitSomebodyAtTheGate();

        RunResult stopped = as("second", seconds).start();

        assertThat(stopped.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(stopped.stopped())
                .startsWith("max-customers: 12 customers are to be begun (6 of them reserved by runs under way beside");
        scene.openTheGate();
        assertThat(first.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);
        // each run by its own job file: what is over is reserved no more
        assertThat(as("second", seconds).start().exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aRunThatIsDeadHasReservedNothingAndAPlanNeverHas() {
        scene.customers(1, 100).with("limits.max-customers", "5");
        scene.listed(1, 2, 3, 4, 5).plans(ExitCode.OK);
        assertThat(scene.count("offboarding.reservation")).isZero();
        scene.sql("""
                insert into offboarding.run (run_id, job, mode, platform, started_at, facts)
                select '20260310T010000000Z', 'dead', 'run', platform, started_at, '{"lock_session": "1 2026-03-10T01:00:00Z"}'
                  from offboarding.run limit 1
                """);
        scene.sql("""
                insert into offboarding.reservation (run_id, customer_id, platform_identity, begins)
                select '20260310T010000000Z', ?, %s, true from offboarding.run where job = 'nightly'
                """.formatted(IDENTITY), Scene.id(50));

        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(5);
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.reservation where run_id like '20260310T01%'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private static final String IDENTITY = "platform_identity";

    @Test
    void whatWasBegunIsFinishedHoweverMuchItIs() {
        scene.customers(1, 20).with("limits.max-customers", "3").with("grace-period", "1d");
        for (int n = 1; n <= 6; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3).runs(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(1));
        scene.listed(4, 5, 6).runs(ExitCode.OK);

        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(6);
    }

    /** Incident 28. */
    @Test
    void aPopulationThatFellBecameTheMeasureByARunOfAnotherJobThatHadNothingToDo() {
        scene.customers(1, 101);
        scene.listed(1).runs(ExitCode.OK);
        scene.sql("delete from ledger.customer where customer_id > ?", Scene.id(14));
        scene.clock.pass(Duration.ofHours(1));

        scene.with("job", "other").runs(ExitCode.OK);
        scene.listed(3).plans(ExitCode.STOPPED_BY_LIMIT);

        scene.clock.pass(Duration.ofHours(1));
        Scene.Report report = stops("population");
        assertThat(report.json().get("stop_message").asString())
                .contains("13 reseller customers, 101 when a run was last allowed to write, 1 of them removed");
        scene.clock.pass(Duration.ofDays(1));
        stops("population");
    }

    /** Incident 33. */
    @Test
    void aListOfThreeHundredInsteadOfThirtyWasStoppedAndStayedLoadedAndBlockedEveryLaterNight() {
        scene.customers(1, 60).with("limits.max-customers", "5");
        scene.listed(50).runs(ExitCode.OK);
        // its effects show only now
        scene.sql("""
                update offboarding.offboarding_case set state = 'REMOVED', effects = '{}', closed_at = null, closed_run = null,
                       closed_as = null
                """);
        scene.clock.pass(Duration.ofDays(1));
        scene.inboxFile("refused.csv", "nothing,of,use\n1,2,3\n");
        scene.listed(IntStream.rangeClosed(1, 30).toArray());

        Scene.Report report = stops("max-customers");

        assertThat(report.json().get("stop_message").asString())
                .contains("30 customers are to be begun, 5 allowed")
                .contains("0 come from open cases and 30 from tonight's list")
                .contains("take it away");
        assertThat(report.total("rows", "accepted")).isEqualTo(30);
        assertThat(report.outcome(1)).isEqualTo("PLANNED");
        assertThat(report.outcome(50)).isEqualTo("OFFBOARDED");
        assertThat(report.json().get("files").toString())
                .contains("NOT_ACCEPTED")
                .doesNotContain("TAKEN");
        assertThat(scene.inboxFiles())
                .containsExactly(
                        "archive/list-1.csv", "list-2.csv", "refused/refused.csv", "refused/refused.csv.reason.txt");
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.offboarding_case where closed_at is null")
                        .query(Long.class)
                        .single())
                .isZero();

        // taking the file away is enough
        assertThat(scene.inbox().resolve("list-2.csv").toFile().delete()).isTrue();
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.listed(31, 32).runs(ExitCode.OK).total("customers", "OFFBOARDED"))
                .isEqualTo(2);
    }

    @Test
    void aListThatIsStoppedChangesNothingOfAnOpenCase() {
        scene.customers(1, 60).with("limits.max-customers", "2");
        scene.inboxFile(
                "a.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,2026-06-01\n".formatted(Scene.id(1)));
        scene.runs(ExitCode.OK);
        List<String> before = cases();
        scene.clock.pass(Duration.ofDays(1));
        scene.inboxFile(
                "b.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,2026-03-01\n%s,customer-2.example,\n%s,customer-3.example,\n"
                        .formatted(Scene.id(1), Scene.id(2), Scene.id(3)));

        stops("max-customers");

        assertThat(cases()).isEqualTo(before);
    }

    private List<String> cases() {
        return scene.jdbc()
                .sql("select to_jsonb(c)::text from offboarding.offboarding_case c order by 1")
                .query(String.class)
                .list();
    }

    @Test
    void daysOnWhichTheLimitWillNotBeEnoughAreReportedOnceAndAsSoonAsThatIsKnown() {
        scene.customers(1, 60).with("limits.max-customers", "2");
        StringBuilder csv = new StringBuilder("customer_id,domain,effective_date\n");
        for (int n = 1; n <= 5; n++) {
            csv.append("%s,customer-%d.example,%s\n".formatted(Scene.id(n), n, n < 4 ? "2026-06-01" : "2026-07-01"));
        }
        scene.inboxFile("a.csv", csv.toString());

        scene.plans(ExitCode.NEEDS_ATTENTION);
        Scene.Report told = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(told.json().get("notes").toString())
                .contains("3 open cases fall due on 2026-06-01, and 2 may be begun")
                .doesNotContain("2026-07-01");
        assertThat(told.text("report.html")).contains("1 day ahead on which a limit will not be enough", "2026-06-01");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).json().get("notes").toString()).contains("2026-06-01");
    }

    /** Eight go tonight and two on one day: with the one of another day they are more than ten in 30 days, and nobody had been told. */
    @Test
    void daysOnWhichTooManyHaveGoneIn30DaysAreReportedAsSoonAsThatIsKnown() {
        scene.customers(1, 60).with("limits.per-30-days", "10%");
        StringBuilder csv = new StringBuilder("customer_id,domain,effective_date\n");
        for (int n = 1; n <= 13; n++) {
            csv.append("%s,customer-%d.example,%s\n"
                    .formatted(
                            Scene.id(n),
                            n,
                            n <= 8 ? "" : n <= 10 ? "2026-03-20" : n == 11 ? "2026-03-25" : "2026-06-01"));
        }
        scene.inboxFile("a.csv", csv.toString());

        Scene.Report told = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(told.json().get("notes").toString())
                .contains("1 open case falls due on 2026-03-25, and 0 may be begun", "per-30-days 10%")
                .doesNotContain("2026-03-20", "2026-06-01");
        assertThat(told.text("report.html"))
                .contains("1 day ahead on which a limit will not be enough", "1 customer falls due, 0 may be begun");
        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(9));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(5));
        scene.runs(ExitCode.STOPPED_BY_LIMIT);
    }

    /** Nothing of it is begun: it was said to leave no room for those of the next weeks, and each of their days was told as well. */
    @Test
    void aDayThatWillBeStoppedTakesNothingFromTheDaysAfterIt() {
        scene.customers(1, 60).with("limits.per-30-days", "10%").with("limits.max-customers", "5");
        StringBuilder csv = new StringBuilder("customer_id,domain,effective_date\n");
        for (int n = 1; n <= 15; n++) {
            csv.append("%s,customer-%d.example,%s\n"
                    .formatted(
                            Scene.id(n),
                            n,
                            n <= 8 ? "2026-03-20" : n <= 12 ? "2026-03-25" : n <= 14 ? "2026-04-01" : "2026-04-02"));
        }
        scene.inboxFile("a.csv", csv.toString());

        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).json().get("notes").toString())
                .contains("8 open cases fall due on 2026-03-20, and 5 may be begun in one night")
                .doesNotContain("2026-03-25", "2026-04-01", "2026-04-02");
    }

    /** Tried: it removed a customer whose effective date is in 2028. */
    @Test
    void aMachineThreeYearsAheadForOneNightRemovedACustomerWhoseDayHadNotCome() {
        LocalDate due = LocalDate.now(ZoneOffset.UTC).plusYears(2);
        scene.customers(1, 10)
                .inboxFile(
                        "a.csv",
                        "customer_id,domain,effective_date\n%s,customer-1.example,%s\n".formatted(Scene.id(1), due));
        Map<String, List<String>> ledger = scene.ledger();

        RunResult result = onAMachineWith(Clock.offset(Clock.systemUTC(), Duration.ofDays(3 * 365)), Mode.RUN);

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(result.stopped())
                .contains("this machine's clock says")
                .contains("the job's own database")
                .contains("days earlier");
        assertThat(Scene.report(result).json().get("stop_reason").asString()).isEqualTo("CLOCK");
        assertThat(Scene.report(result).text("report.html")).contains("a clock is wrong");
        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(scene.inboxFiles()).containsExactly("a.csv");
        assertThat(scene.count("offboarding.offboarding_case")).isZero();
        assertThat(onAMachineWith(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-6)), Mode.PLAN)
                        .exitCode())
                .isEqualTo(ExitCode.STOPPED_BY_LIMIT);

        // that night's end is not a later run's baseline
        RunResult right = onAMachineWith(Clock.systemUTC(), Mode.RUN);
        assertThat(right.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(Scene.report(right).hold(1)).isEqualTo("NOT_DUE");
        assertThat(onAMachineWith(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(4)), Mode.RUN)
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    /** As from the command line: with the clocks that there are. */
    private RunResult onAMachineWith(Clock clock, Mode mode) {
        return TestRuns.of(scene.read(), mode, scene.folder().resolve(".offboarding"), clock, Progress.NONE)
                .start();
    }

    @Test
    void aClockThatIsBeforeTheEndOfTheLastRunStopsTheRun() {
        scene.customers(1, 10).listed(1).runs(ExitCode.OK);
        scene.listed(2);

        scene.clock.pass(Duration.ofMinutes(-1));
        RunResult result = scene.with("job", "other").run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(result.stopped()).contains("of job nightly ended at 2026-03-10T02:30:00Z, which is later");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }
}
