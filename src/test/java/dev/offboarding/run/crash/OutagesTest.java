package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** What a run needs goes away, for seconds or for longer. */
@Tag("loss")
class OutagesTest {

    private static final Duration FOR_SECONDS = Duration.ofSeconds(3);

    private final Scene scene = Scene.set();
    private Wire wire;

    @BeforeEach
    void threeCustomersListed() throws IOException {
        wire = new Wire(
                URI.create(scene.database().url().substring("jdbc:".length())).getPort());
        scene.clock.run();
        scene.customers(1, 5);
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3);
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
        scene.close();
    }

    private String throughTheWire() {
        return scene.database().url().replaceFirst(":\\d+/", ":" + wire.port() + "/");
    }

    /** A run whose job's own database, or only whose ledger, is at the other end of the wire. */
    private CompletableFuture<RunResult> start(boolean ledgerOnly, Duration retryPolicy) throws IOException {
        Path jobFile = scene.jobFile();
        String text = Files.readString(jobFile);
        if (ledgerOnly) {
            text += "offboarding.ledger.url: '" + throughTheWire() + "'\n";
        } else {
            text = text.replace(
                    "spring.datasource.url: '" + scene.database().url(), "spring.datasource.url: '" + throughTheWire());
        }
        Path own = Files.writeString(scene.folder().resolve("wired.yaml"), text);
        OffboardingRun run = TestRuns.of(
                new JobFileReader().read(own),
                Mode.RUN,
                scene.folder().resolve(".offboarding"),
                scene.clock,
                Progress.NONE,
                List.of(),
                Duration.ZERO,
                Duration.ofSeconds(1),
                retryPolicy);
        return CompletableFuture.supplyAsync(run::start, new SimpleAsyncTaskExecutor("a run"));
    }

    private static RunResult end(CompletableFuture<RunResult> run) throws Exception {
        return run.get(90, TimeUnit.SECONDS);
    }

    private static void away(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        Awaitility.await().atMost(time.plusSeconds(10)).until(() -> System.nanoTime() > until);
    }

    private void assertEachWriteOnce() {
        assertIntents("REMOVE 3", "SUSPEND 3");
    }

    private void assertIntents(String... byAction) {
        assertThat(scene.jdbc()
                        .sql("select action || ' ' || count(*) from offboarding.intent group by action order by 1")
                        .query(String.class)
                        .list())
                .containsExactly(byAction);
        assertThat(scene.jdbc()
                        .sql("select max(sequence) - count(*) from offboarding.event")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void theJobsDatabaseIsAwayForSecondsAndTheRunContinues() throws Exception {
        // the run is between two transactions of its own, and waits for the ledger
        scene.gateBefore("update on ledger.subscription", "true");
        scene.with("ledger.url", scene.database().url());
        assertContinuesAfterSeconds(start(false, Duration.ofSeconds(30)));
    }

    /** What is at the other end of the wire goes away while the run stands at the gate. */
    private void assertContinuesAfterSeconds(CompletableFuture<RunResult> running) throws Exception {
        scene.awaitSomebodyAtTheGate();
        wire.cut();
        scene.openTheGate();
        away(FOR_SECONDS);
        wire.restore();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.OK);
        assertThat(Scene.report(result).total("customers", "OFFBOARDED")).isEqualTo(3);
        assertEachWriteOnce();
    }

    @Test
    void theJobsDatabaseIsAwayForSecondsWhenTheRunStarts() throws Exception {
        wire.cut();
        CompletableFuture<RunResult> running = start(false, Duration.ofSeconds(30));
        away(FOR_SECONDS);
        assertThat(running).isNotDone();
        wire.restore();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.OK);
        assertEachWriteOnce();
    }

    @Test
    void aTransactionThatBreaksIsMadeAgain() throws Exception {
        scene.gateBefore("insert on offboarding.event", "new.kind = 'OUTCOME' and new.action = 'SUSPEND'");
        scene.with("ledger.url", scene.database().url());
        CompletableFuture<RunResult> running = start(false, Duration.ofSeconds(30));
        scene.awaitSomebodyAtTheGate();
        wire.cut();
        scene.endSessionsAtTheGate();
        away(Duration.ofSeconds(1));
        scene.openTheGate();
        wire.restore();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.OK);
        assertThat(Scene.report(result).total("customers", "OFFBOARDED")).isEqualTo(3);
        assertEachWriteOnce();
    }

    @Test
    void theJobsDatabaseIsAwayForLongerAndTheNextRunContinues() throws Exception {
        scene.gateBefore("update on ledger.subscription", "true");
        scene.with("ledger.url", scene.database().url());
        CompletableFuture<RunResult> running = start(false, Duration.ofSeconds(2));
        scene.awaitSomebodyAtTheGate();
        wire.cut();
        scene.openTheGate();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(result.failures()).isNotEmpty();
        assertThat(scene.reports()).isEmpty();
        Scene.Report next = scene.runs(ExitCode.OK);
        assertThat(next.total("customers", "OFFBOARDED")).isEqualTo(3);
        assertThat(scene.reports()).hasSize(2);
        assertEachWriteOnce();
    }

    @Test
    void aLockThatIsFreeAgainWhenTheDatabaseIsBackIsTakenAgainOnlyIfNobodyEndedTheRun() throws Exception {
        scene.gateBefore("update on ledger.subscription", "true");
        scene.with("ledger.url", scene.database().url());
        CompletableFuture<RunResult> running = start(false, Duration.ofSeconds(30));
        scene.awaitSomebodyAtTheGate();
        wire.cut();
        // somebody was quicker, and has been through already
        scene.sql("update offboarding.run set ended_at = now(), interrupted = true, exit_code = 9");
        scene.openTheGate();
        away(Duration.ofSeconds(1));
        wire.restore();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.event where action = 'REMOVE'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aRunWhoseSessionAloneIsEndedStopsBeforeItsNextWrite() throws Exception {
        scene.gateBefore("update on ledger.subscription", "true");
        CompletableFuture<RunResult> running = start(false, Duration.ofSeconds(30));
        scene.awaitSomebodyAtTheGate();
        scene.jdbc()
                .sql(
                        "select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")
                .query(Boolean.class)
                .list();
        // an answer about the lock may be a second old
        away(Duration.ofMillis(1100));
        scene.openTheGate();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(result.stopped()).contains("session that holds this job's lock is gone");
        Scene.Report report = Scene.report(result);
        assertThat(report.actions()).hasSize(3).allMatch(action -> action.startsWith("SUSPEND"));
        // what was under way when the lock was last asked for is done, and what was not counts for nothing
        List<String> results = report.table("actions.csv").stream()
                .map(row -> String.valueOf(row.get("result")))
                .toList();
        assertThat(results).isSubsetOf("DONE", "NOT_SENT");
        long notSent = results.stream().filter("NOT_SENT"::equals).count();
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
        assertIntents("REMOVE 3", "SUSPEND " + (3 + notSent));
    }

    @Test
    void aLedgerInAnotherDatabaseIsAwayForSecondsAndTheRunContinues() throws Exception {
        scene.gateBefore("insert on offboarding.event", "new.kind = 'OUTCOME' and new.action = 'SUSPEND'");
        assertContinuesAfterSeconds(start(true, Duration.ofSeconds(30)));
    }

    @Test
    void whenTheReportCannotBeWrittenTheRunSaysSoAndTheNextRunWritesIt() throws Exception {
        scene.gateBefore("update on ledger.subscription", "true");
        CompletableFuture<RunResult> running = start(false, Duration.ofSeconds(30));
        scene.awaitSomebodyAtTheGate();
        Path place = scene.folder().resolve("reports/nightly");
        Files.delete(place);
        Files.writeString(place, "something else is here");
        scene.openTheGate();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(result.failures()).anySatisfy(failure -> assertThat(failure).contains("reports/nightly"));
        assertThat(scene.relationshipOf(1)).isEqualTo("none");
        Files.delete(place);
        Scene.Report next = scene.runs(ExitCode.OK);
        assertThat(scene.reports()).hasSize(2).contains(next.folder());
        assertThat(new Scene.Report(scene.reports().get(0)).total("customers", "OFFBOARDED"))
                .isEqualTo(3);
        assertEachWriteOnce();
    }

    @Test
    void aClockThatIsSetBackChangesNoOrderOfRunsAndStopsTheNextUntilItIsRight() throws Exception {
        scene.clock.stop();
        scene.gateBefore("update on ledger.subscription", "true");
        CompletableFuture<RunResult> running = start(false, Duration.ofSeconds(30));
        scene.awaitSomebodyAtTheGate();
        scene.clock.pass(Duration.ofHours(-2));
        scene.openTheGate();

        RunResult first = end(running);
        Scene.Report second = scene.runs(ExitCode.STOPPED_BY_LIMIT);
        scene.clock.pass(Duration.ofHours(3));
        Scene.Report third = scene.runs(ExitCode.OK);

        assertThat(first.exitCode()).describedAs("%s", first).isEqualTo(ExitCode.OK);
        List<Path> reports = scene.reports();
        assertThat(reports).containsExactly(Scene.report(first).folder(), second.folder(), third.folder());
        assertThat(second.json().get("stop_reason").asString()).isEqualTo("CLOCK");
        assertThat(Scene.report(first).json().get("ended_at").asString())
                .isGreaterThanOrEqualTo(
                        Scene.report(first).json().get("started_at").asString());
        assertThat(second.actions()).isEmpty();
        assertThat(third.actions()).isEmpty();
        assertThat(second.text("manifest.json")).contains("\"" + first.runId() + "\"");
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.run where ended_at < started_at")
                        .query(Long.class)
                        .single())
                .isZero();
    }
}
