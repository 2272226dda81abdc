package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.util.FileSystemUtils;

/** Runs that lost their lock or did not come to their end, and the run that takes them up. */
class RecoveryTest {

    private static final Executor OWN_THREAD = new SimpleAsyncTaskExecutor("a run");

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private CompletableFuture<RunResult> start() {
        return CompletableFuture.supplyAsync(scene.loaded()::start, OWN_THREAD);
    }

    private void customersWithASubscriptionEach() {
        scene.customers(1, 5);
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3);
        scene.clock.run();
    }

    /** As an administrator may, or a firewall. */
    private void endTheSessionThatHoldsTheLock() {
        assertThat(scene.jdbc()
                        .sql(
                                "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and application_name = 'offboarding nightly'")
                        .query(Boolean.class)
                        .list())
                .containsExactly(true);
    }

    private void assertEveryIntentHasItsOutcome() {
        assertThat(scene.jdbc()
                        .sql("select sequence from offboarding.open_intent")
                        .query(Long.class)
                        .list())
                .isEmpty();
    }

    private static List<String> results(Scene.Report report) {
        return report.table("actions.csv").stream()
                .map(row -> row.get("action") + " " + row.get("result") + " " + row.get("after"))
                .toList();
    }

    @Test
    void aRunWhoseSessionIsLostStopsBeforeItsNextWrite() throws Exception {
        customersWithASubscriptionEach();
        scene.gateBefore("insert on offboarding.event", "new.kind = 'INTENT' and new.action = 'REMOVE'");
        CompletableFuture<RunResult> run = start();
        scene.awaitSomebodyAtTheGate();
        endTheSessionThatHoldsTheLock();
        scene.openTheGate();

        RunResult result = run.get(60, TimeUnit.SECONDS);

        assertThat(result.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(result.stopped()).contains("session that holds this job's lock is gone");
        assertThat(results(Scene.report(result)))
                .containsExactly(
                        "SUSPEND DONE suspended",
                        "SUSPEND DONE suspended",
                        "SUSPEND DONE suspended",
                        "REMOVE NOT_SENT ",
                        "REMOVE NOT_SENT ",
                        "REMOVE NOT_SENT ");
        assertThat(Scene.report(result).table("actions.csv"))
                .extracting(row -> row.get("before"))
                .containsExactly("active", "active", "active", "reseller", "reseller", "reseller");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
    }

    @Test
    void whatARunStillAsksForWhileItIsTakenOverIsLookedUp() throws Exception {
        scene.customers(1, 5).listed(1).with("limits.max-customers", "0");
        Scene.Report first = scene.runs(ExitCode.STOPPED_BY_LIMIT);
        // it lives, but for its lock
        FileSystemUtils.deleteRecursively(first.folder().toFile());
        scene.unwrite(
                "update offboarding.run set ended_at = null, exit_code = null, reported_at = null, manifest_sha256 = null, settled = false");
        scene.with("limits.max-customers", "10").gateBefore("update on offboarding.run", "false");
        scene.sql(
                "create trigger gate_of_all before update on offboarding.run for each statement execute function public.wait_at_gate()");
        CompletableFuture<RunResult> second = start();
        scene.awaitSomebodyAtTheGate();
        scene.asksForARemoval(first.folder().getFileName().toString());
        scene.clock.run();
        scene.openTheGate();

        RunResult through = second.get(60, TimeUnit.SECONDS);

        // what it asked for here no plan has, and that is found
        assertThat(through.exitCode()).as("%s", through).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertEveryIntentHasItsOutcome();
        Scene.Report dead = new Scene.Report(first.folder());
        assertThat(dead.json().get("interrupted").asBoolean()).isTrue();
        assertThat(results(dead)).containsExactly("REMOVE LOST reseller");
        assertThat(dead.table("actions.csv").get(0)).containsEntry("before", "reseller");
        assertThat(results(Scene.report(through))).containsExactly("REMOVE DONE none");
    }

    @Test
    void aRunThatEndedAndDiedBeforeItsReportGetsItAndLeavesNothing() throws Exception {
        customersWithASubscriptionEach();
        scene.gateBefore("update on offboarding.run", "new.reported_at is not null");
        CompletableFuture<RunResult> run = start();
        scene.awaitSomebodyAtTheGate();
        scene.endSessionsAtTheGate();
        scene.openTheGate();
        assertThat(run.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        Scene.Report report = new Scene.Report(scene.reports().get(0));
        // as if it had died a moment before
        FileSystemUtils.deleteRecursively(report.folder().toFile());

        scene.runs(ExitCode.OK);

        assertThat(scene.reports()).hasSize(2);
        Scene.Report again = new Scene.Report(report.folder());
        // as the trail has it: its work was done, and it came to this
        assertThat(again.json().get("interrupted").asBoolean()).isFalse();
        assertThat(again.json().get("exit_code").asInt()).isZero();
        assertThat(again.text("events.jsonl")).contains("RUN_ENDED");
        for (String table : List.of("run_case", "run_listing", "run_plan", "entry", "list_file")) {
            assertThat(scene.count("offboarding." + table)).as(table).isZero();
        }
    }

    @Test
    void aRunWhoseReportCouldNotBeWrittenWasNotInterrupted() throws Exception {
        customersWithASubscriptionEach();
        scene.gateBefore("update on offboarding.run", "new.ended_at is not null");
        CompletableFuture<RunResult> run = start();
        scene.awaitSomebodyAtTheGate();
        String runId = scene.jdbc()
                .sql("select run_id from offboarding.run")
                .query(String.class)
                .single();
        // something is in its place
        Files.createDirectories(
                scene.folder().resolve("reports/nightly").resolve(runId).resolve("x"));
        scene.openTheGate();
        assertThat(run.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        FileSystemUtils.deleteRecursively(
                scene.folder().resolve("reports/nightly").resolve(runId));

        scene.runs(ExitCode.OK);

        Scene.Report late = new Scene.Report(scene.reports().get(0));
        assertThat(late.json().get("run_id").asString()).isEqualTo(runId);
        assertThat(late.json().get("interrupted").asBoolean()).isFalse();
        assertThat(late.json().get("exit_code").asInt()).isEqualTo(ExitCode.EVIDENCE_BROKEN.code());
    }

    /** Its steps cannot be written down, so there are none; it waited half a minute for their end. */
    @Test
    @Timeout(25)
    void aRunWhoseDatabaseTakesNothingAnyMoreEndsAtOnce() {
        scene.customers(1, 5).plans(ExitCode.OK);
        scene.listed(1)
                .sql(
                        "create function public.full() returns trigger language plpgsql as 'begin raise exception ''full''; end'")
                .sql(
                        "create trigger \"full\" before insert on offboarding.BATCH_JOB_INSTANCE for each row execute function public.full()");

        assertThatThrownBy(scene::run).hasStackTraceContaining("full");

        scene.sql("drop trigger \"full\" on offboarding.BATCH_JOB_INSTANCE");
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(1);
    }
}
