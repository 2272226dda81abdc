package dev.offboarding.run.crash;

import static dev.offboarding.run.crash.CountedWrites.assertEverythingIsThroughAndWrittenOnce;
import static dev.offboarding.run.crash.CountedWrites.threeCustomersInALedgerThatCounts;
import static dev.offboarding.run.crash.CountedWrites.threeCustomersListed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Runs over a ledger that are asked to stop, by a signal or otherwise, whatever they are about. */
@Execution(ExecutionMode.CONCURRENT)
class StoppedRunTest {

    private static final String A_RUN = "a run";
    private static final Duration GRACE = Duration.ofMillis(500);

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private static List<String> results(Scene.Report report) {
        return report.table("actions.csv").stream()
                .map(row -> row.get("action") + " " + row.get("result"))
                .toList();
    }

    private void assertTheNextRunContinues() {
        scene.clock.run();
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
        assertThat(scene.relationshipOf(1)).isEqualTo("none");
    }

    private void terminateAtTheGate(ProgramProcess program) {
        scene.awaitSomebodyAtTheGate();
        program.terminate();
        program.awaitErr(err -> err.contains("Stopping: finishing"));
    }

    @Test
    void aSignalLetsTheRunFinishWhatIsUnderWayAndSayWhatItCameTo() throws Exception {
        threeCustomersInALedgerThatCounts(scene);
        scene.gateBefore("update on ledger.subscription", "true");
        try (ProgramProcess program =
                ProgramProcess.start(scene.folder(), "run", scene.jobFile().toString())) {
            terminateAtTheGate(program);
            awaitThatItsLogSaysSo();
            scene.openTheGate();

            assertThat(program.end()).isEqualTo(9);

            Scene.Report report = new Scene.Report(scene.reports().get(0));
            assertThat(report.json().get("exit_code").asInt()).isEqualTo(9);
            assertThat(report.json().get("interrupted").asBoolean()).isFalse();
            assertThat(report.table("actions.csv"))
                    .extracting(row -> row.get("action") + " " + row.get("result") + " " + row.get("after"))
                    .containsExactly("SUSPEND DONE suspended", "SUSPEND DONE suspended", "SUSPEND DONE suspended");
            assertThat(program.out().lines().skip(1))
                    .containsExactly(
                            "List list-1.csv: columns understood: customer_id, domain, ticket; only carried through: none",
                            "Planned: 3 subscriptions suspended, 3 relationships removed",
                            "      3 suspended; the removal is still to come",
                            "      3 subscriptions were active: 3 suspended",
                            "Report: " + scene.reports().get(0).resolve("report.html"),
                            "Exit code 9: stopped early; the next run continues");
            assertThat(program.err())
                    .contains("Stopped: the program was asked to stop; the next run continues from here");
        }
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertTheNextRunContinues();
        assertEverythingIsThroughAndWrittenOnce(scene);
    }

    private void awaitThatItsLogSaysSo() {
        Path logs = scene.folder().resolve("reports/nightly/logs");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (var files = Files.list(logs)) {
                return Files.readString(files.findFirst().orElseThrow()).contains("asked to stop");
            }
        });
    }

    @Test
    void aSecondSignalEndsTheProgramAtOnceAndTheNextRunTakesItUp() throws Exception {
        threeCustomersListed(scene);
        scene.gateBefore("update on ledger.subscription", "true");
        try (ProgramProcess program =
                ProgramProcess.start(scene.folder(), "run", scene.jobFile().toString())) {
            terminateAtTheGate(program);
            program.terminate();

            assertThat(program.end()).isEqualTo(9);
        }
        assertThat(scene.reports()).isEmpty();
        scene.endSessionsAtTheGate();
        scene.openTheGate();
        scene.clock.run();

        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.total("customers", "OFFBOARDED")).isEqualTo(3);
        Scene.Report dead = new Scene.Report(scene.reports().get(0));
        assertThat(dead.json().get("interrupted").asBoolean()).isTrue();
        assertThat(results(dead)).containsExactly("SUSPEND LOST", "SUSPEND LOST", "SUSPEND LOST");
        assertThat(dead.table("actions.csv"))
                .extracting(row -> row.get("before"))
                .containsOnly("active");
    }

    private OffboardingRun loaded() {
        return TestRuns.of(
                scene.read(),
                Mode.RUN,
                scene.folder().resolve(".offboarding"),
                scene.clock,
                Progress.NONE,
                List.of(),
                Duration.ZERO,
                GRACE,
                Duration.ofSeconds(20));
    }

    private static CompletableFuture<RunResult> start(OffboardingRun run) {
        return CompletableFuture.supplyAsync(run::start, new SimpleAsyncTaskExecutor(A_RUN));
    }

    private static RunResult end(CompletableFuture<RunResult> run) throws Exception {
        return run.get(20, TimeUnit.SECONDS);
    }

    private void awaitSomebodyWaitingForALock(CompletableFuture<RunResult> running) {
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .failFast(() -> assertThat(running).isNotDone())
                    .until(() -> scene.jdbc()
                            .sql(
                                    "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')")
                            .query(Boolean.class)
                            .single());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(whereTheRunIs(), e);
        }
    }

    private static String whereTheRunIs() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith(A_RUN))
                .map(thread -> "it is at " + Arrays.toString(thread.getValue()))
                .collect(Collectors.joining("\n", "nobody waits for a lock;\n", ""));
    }

    /** Asked to stop while it waits for someone else's lock, which stays until it has ended. */
    private Scene.Report stoppedBehind(String lock) throws Exception {
        try (Connection somebody = scene.database().direct().getConnection();
                Statement statement = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            statement.execute(lock);
            OffboardingRun run = loaded();
            CompletableFuture<RunResult> running = start(run);
            awaitSomebodyWaitingForALock(running);

            run.stop();

            RunResult result = end(running);
            assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_EARLY);
            assertThat(result.failures()).isEmpty();
            somebody.rollback();
            return Scene.report(result);
        }
    }

    @Test
    void aReadThatSomebodysLockHoldsUpIsCalledOff() throws Exception {
        threeCustomersListed(scene);
        scene.runs(ExitCode.OK);
        scene.reset();
        threeCustomersListed(scene);
        Scene.Report report = stoppedBehind("lock table ledger.customer in access exclusive mode");

        assertThat(report.total("customers", "NOT_READ")).isEqualTo(3);
        assertThat(results(report)).isEmpty();
        assertTheNextRunContinues();
    }

    /** Each suspension is noted in a table that somebody may lock. */
    private void suspensionsAreNoted() {
        scene.sql("create table public.journal (what text)");
        scene.sql("""
                create function public.note() returns trigger language plpgsql as $$
                begin
                  insert into public.journal values ('suspended');
                  return new;
                end $$
                """);
        scene.sql(
                "create trigger note before update on ledger.subscription for each row execute function public.note()");
    }

    private Scene.Report stoppedBeforeItSuspends() throws Exception {
        return stoppedBehind("lock table public.journal in access exclusive mode");
    }

    @Test
    void aWriteThatSomebodysLockHoldsUpIsCalledOffAndNeverSent() throws Exception {
        threeCustomersListed(scene);
        suspensionsAreNoted();
        Scene.Report report = stoppedBeforeItSuspends();

        assertThat(results(report)).containsExactly("SUSPEND NOT_SENT", "SUSPEND NOT_SENT", "SUSPEND NOT_SENT");
        assertThat(report.table("actions.csv"))
                .extracting(row -> row.get("before"))
                .containsOnly("active");
        assertThat(scene.count("public.journal")).isZero();
        assertTheNextRunContinues();
    }

    /** Night after night they would add up, and all of them go in the first that is not called off. */
    @Test
    void whoseWritesWereNeverSentWereNotBegunAndCountOnTheNextNight() throws Exception {
        scene.customers(1, 30).with("limits.max-customers", "3");
        for (int n = 1; n <= 9; n++) {
            scene.subscription(n, "license", "active");
        }
        suspensionsAreNoted();
        assertThat(stoppedBeforeItSuspendsAll(1, 2, 3).outcome(1)).isEqualTo("PLANNED");

        scene.listed(4, 5, 6);
        scene.clock.pass(Duration.ofMinutes(1));
        RunResult next = scene.run();

        assertThat(next.exitCode()).as("%s", next).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(next.stopped())
                .startsWith("max-customers: 6 customers are to be begun, 3 allowed")
                .contains("3 come from open cases and 3 from tonight's list");
        assertThat(scene.count("public.journal")).isZero();
        scene.inbox().resolve("list-2.csv").toFile().delete();
        scene.clock.pass(Duration.ofMinutes(1));
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
        scene.clock.pass(Duration.ofMinutes(1));
        assertThat(scene.listed(4, 5, 6).runs(ExitCode.OK).total("customers", "OFFBOARDED"))
                .as("what was begun then counts no more")
                .isEqualTo(3);
    }

    @Test
    void whatWasNeverSentIsNoAttemptInThirtyDays() throws Exception {
        scene.customers(1, 30).with("limits.per-30-days", "0%");
        scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        suspensionsAreNoted();
        stoppedBeforeItSuspendsAll(1, 2);
        assertThat(scene.asks(InterventionKind.WITHDRAW, new InterventionOrder.Target.All(), "they stay")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        scene.clock.pass(Duration.ofMinutes(1));
        scene.listed(11, 12, 13, 14, 15, 16, 17, 18, 19, 20);

        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED"))
                .as("as many as may be attempted in 30 days")
                .isEqualTo(10);
    }

    private Scene.Report stoppedBeforeItSuspendsAll(int... customers) throws Exception {
        scene.listed(customers);
        Scene.Report report = stoppedBeforeItSuspends();
        assertThat(results(report)).hasSize(customers.length).containsOnly("SUSPEND NOT_SENT");
        return report;
    }

    @Test
    void whoseWritesWereNeverSentAndWhoIsNoCustomerIsSomebodyToWhomNothingWasDone() throws Exception {
        scene.customers(1, 30);
        scene.subscription(1, "license", "active");
        suspensionsAreNoted();
        stoppedBeforeItSuspendsAll(1);
        scene.sql("delete from ledger.customer where customer_id = ?", Scene.id(1));
        scene.clock.pass(Duration.ofMinutes(1));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        assertThat(report.state(1)).isEqualTo("WITHDRAWN");
    }

    /** What a pause keeps from being sent was not begun either. */
    @Test
    void whoseWritesAPauseHasKeptFromBeingSentCountOnceItIsOver() throws Exception {
        scene.customers(1, 30).with("limits.max-customers", "3");
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3);
        try (Connection somebody = scene.database().direct().getConnection();
                Statement statement = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            statement.execute("select from ledger.subscription for update");
            CompletableFuture<RunResult> running = start(loaded());
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> scene.count("offboarding.open_intent") == 3);
            scene.asks(InterventionKind.PAUSE, new InterventionOrder.Target.All(), "not tonight");
            Scene.Report paused = Scene.report(end(running));
            assertThat(results(paused)).hasSize(3).containsOnly("SUSPEND NOT_SENT");
            assertThat(paused.table("actions.csv"))
                    .extracting(row -> row.get("before"))
                    .containsOnly("active");
            somebody.rollback();
        }
        scene.asks(InterventionKind.RESUME, new InterventionOrder.Target.All(), "now");
        scene.listed(4, 5, 6);
        scene.clock.pass(Duration.ofMinutes(1));

        RunResult next = scene.run();

        assertThat(next.exitCode()).as("%s", next).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(next.stopped()).startsWith("max-customers: 6 customers are to be begun, 3 allowed");
    }

    private void threeCustomersListedInADatabase() {
        threeCustomersListed(scene);
        scene.sql("create table crm.to_offboard as select customer_id, domain, null::timestamptz as done_at"
                + " from ledger.customer order by domain limit 3");
        scene.listedBy("select customer_id, domain from crm.to_offboard where done_at is null")
                .with(
                        "list.database.done",
                        "update crm.to_offboard set done_at = :offboarded_at where customer_id = :customer_id");
    }

    @Test
    void aListThatSomebodysLockHoldsUpIsCalledOff() throws Exception {
        threeCustomersListedInADatabase();
        stoppedBehind("lock table crm.to_offboard in access exclusive mode");

        assertTheNextRunContinues();
    }

    @Test
    void aDoneStatementThatSomebodysLockHoldsUpIsCalledOffAndRunByTheNextRun() throws Exception {
        threeCustomersListedInADatabase();
        Scene.Report report = stoppedBehind("lock table crm.to_offboard in share mode");

        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(3);
        assertThat(scene.count("crm.to_offboard where done_at is null")).isEqualTo(3);
        scene.clock.run();
        scene.runs(ExitCode.OK);
        assertThat(scene.count("crm.to_offboard where done_at is null")).isZero();
    }

    @Test
    void aRunThatIsAskedToStopBeforeItBeginsDoesNotBegin() {
        threeCustomersListed(scene);
        OffboardingRun run = loaded();
        run.stop();

        RunResult result = run.start();

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(result.runId()).isNull();
        assertThat(scene.count("offboarding.run")).isZero();
        assertThat(scene.inboxFiles()).containsExactly("list-1.csv");
    }

    @Test
    void theLongestDurationEndsARunOnItsOwnAlsoWhereEverythingWaits() throws Exception {
        threeCustomersListed(scene);
        scene.with("max-duration", "4h");
        try (Connection somebody = scene.database().direct().getConnection();
                Statement lock = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            lock.execute("lock table ledger.customer in access exclusive mode");
            CompletableFuture<RunResult> running = start(loaded());
            awaitSomebodyWaitingForALock(running);

            scene.clock.pass(Duration.ofHours(4).plusSeconds(1));

            RunResult result = end(running);
            assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_EARLY);
            assertThat(result.stopped()).contains("max-duration");
            somebody.rollback();
        }
        assertTheNextRunContinues();
    }

    @Test
    void aQueryThatSleepsEndsWithTheNight() throws Exception {
        scene.customers(1, 3);
        scene.with("max-duration", "4h")
                .listedBy(
                        "select customer_id, domain from ledger.customer cross join lateral (select pg_sleep(300)) nap");
        CompletableFuture<RunResult> running = start(loaded());
        awaitSomebodyAsleep();

        scene.clock.pass(Duration.ofHours(4).plusSeconds(1));

        RunResult result = end(running);
        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(result.stopped()).contains("max-duration");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    private void awaitSomebodyAsleep() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> scene.jdbc()
                        .sql(
                                "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep')")
                        .query(Boolean.class)
                        .single());
    }
}
