package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.StandingList;
import dev.offboarding.runs.ExitCode;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Two jobs on one platform, and two starts of one job. */
@Execution(ExecutionMode.CONCURRENT)
class TwoJobsTest {

    /** On two cores the common pool has a single thread, and two runs that wait for each other need two. */
    private static final java.util.concurrent.Executor OWN_THREAD = new SimpleAsyncTaskExecutor("a run");

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Scene as(String job) {
        return scene.with("job", job);
    }

    private void assertAtMostOneOpenCaseEach() {
        assertThat(scene.jdbc()
                        .sql(
                                "select customer_id::text from offboarding.offboarding_case where closed_at is null group by 1 having count(*) > 1")
                        .query(String.class)
                        .list())
                .isEmpty();
    }

    @Test
    void theJobThatOpenedACaseWorksIt() {
        scene.customers(1, 4).with("grace-period", "2d");
        scene.subscription(1, "license", "active");
        as("first").listed(1, 2);
        scene.runs(ExitCode.OK);

        as("second").listed(1, 3);
        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.table("customers.csv"))
                .extracting(row -> row.get("customer_id") + " " + row.get("hold_reason"))
                .containsExactly(Scene.id(1) + " OTHER_JOB", Scene.id(3) + " GRACE_PERIOD");
        assertThat(second.text("report.json"))
                .contains("1 listed customer is left to job first, which opened its case");
        // told as the row that this job has, in its report and beside its list
        assertThat(second.customer(1).get("source").asString()).isEqualTo("list-2.csv");
        assertThat(Scene.csv(scene.inbox().resolve("archive/list-2.csv.result.csv")))
                .extracting(row -> row.get("result_outcome") + " " + row.get("result_hold_reason"))
                .containsExactly("HELD OTHER_JOB", "HELD GRACE_PERIOD");
        assertAtMostOneOpenCaseEach();

        scene.clock.pass(java.time.Duration.ofDays(2));
        assertThat(scene.runs(ExitCode.OK).total("customers", "total")).isLessThanOrEqualTo(1);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(as("first").runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** Also where the row says nothing that the other job's list has not said. */
    @Test
    void whoseCaseIsAnotherJobsIsToldAsTheRowThatThisJobHas() {
        scene.customers(1, 4).with("grace-period", "2d");
        scene.subscription(1, "license", "active");
        String row = "customer_id,domain,cost centre\n" + Scene.id(1) + ",customer-1.example,";
        as("first").inboxFile("monday.csv", row + "a\n").runs(ExitCode.OK);

        Scene.Report second = as("second").inboxFile("tuesday.csv", row + "b\n").runs(ExitCode.OK);

        assertThat(second.table("customers.csv"))
                .singleElement()
                .satisfies(told -> assertThat(told)
                        .containsEntry("hold_reason", "OTHER_JOB")
                        .containsEntry("source", "tuesday.csv")
                        .containsEntry("cost centre", "b"));
        assertThat(Scene.csv(scene.inbox().resolve("archive/tuesday.csv.result.csv")))
                .singleElement()
                .satisfies(told -> assertThat(told)
                        .containsEntry("result_outcome", "HELD")
                        .containsEntry("result_hold_reason", "OTHER_JOB"));
    }

    /** Its file was archived, its row was nothing new, and no job had a case. */
    @Test
    void whomAnotherJobListsWhileItsCaseIsBeingWithdrawnGetsACaseOfThatJobAfterwards() {
        scene.customers(1, 4).with("grace-period", "2d");
        UUID licence = scene.subscription(1, "license", "active");
        as("first").inboxFile("monday.csv", dated("2026-03-10", "T-1")).runs(ExitCode.OK);
        scene.asks(InterventionKind.PAUSE, new Target.All(), "a dispute");
        assertThat(scene.asks(InterventionKind.WITHDRAW, 1, "they stay").exitCode())
                .isEqualTo(ExitCode.OK);
        scene.clock.pass(java.time.Duration.ofDays(1));

        as("second").inboxFile("tuesday.csv", dated("2026-03-10", "T-9"));
        for (int night = 1; night <= 2; night++) {
            assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("OTHER_JOB");
            assertThat(scene.inboxFiles()).contains("tuesday.csv");
            scene.clock.pass(java.time.Duration.ofDays(1));
        }

        // nothing of that row is in the case that ends
        java.nio.file.Path file = scene.inbox().resolve("tuesday.csv");
        java.nio.file.Path away = scene.folder().resolve("tuesday.csv");
        assertThat(file.toFile().renameTo(away.toFile())).isTrue();
        as("first").asks(InterventionKind.RESUME, new Target.All(), "settled");
        Scene.Report withdrawn = scene.runs(ExitCode.OK);
        assertThat(withdrawn.outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(withdrawn.customer(1).get("ticket").asString()).isEqualTo("T-1");
        assertThat(scene.statusOf(licence)).isEqualTo("active");
        assertThat(away.toFile().renameTo(file.toFile())).isTrue();

        scene.clock.pass(java.time.Duration.ofDays(1));
        assertThat(as("second").runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        assertThat(scene.inboxFiles()).doesNotContain("tuesday.csv");
        assertAtMostOneOpenCaseEach();
    }

    /** Nothing keeps a standing list's row but that it is not yet taken for the last one. */
    @ParameterizedTest
    @EnumSource
    void whomAStandingListListsWhileAnotherJobsCaseIsBeingWithdrawnGetsACaseAfterwards(StandingList source) {
        scene.customers(1, 4).with("grace-period", "2d");
        UUID licence = scene.subscription(1, "license", "active");
        as("first").inboxFile("monday.csv", dated("2026-03-10", "T-1")).runs(ExitCode.OK);
        scene.asks(InterventionKind.PAUSE, new Target.All(), "a dispute");
        scene.asks(InterventionKind.WITHDRAW, 1, "they stay");
        scene.clock.pass(java.time.Duration.ofDays(1));

        source.set(as("second"), List.<String[]>of(new String[] {Scene.id(1).toString(), "customer-1.example", "T-9"}));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("OTHER_JOB");
        as("first")
                .without("list.csv.file")
                .without("list.database.query")
                .with("list.csv.inbox", scene.inbox().toString());
        scene.asks(InterventionKind.RESUME, new Target.All(), "settled");
        scene.clock.pass(java.time.Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        scene.clock.pass(java.time.Duration.ofDays(1));

        source.set(
                as("second").without("list.csv.inbox"),
                List.<String[]>of(new String[] {Scene.id(1).toString(), "customer-1.example", "T-9"}));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
    }

    @Test
    void twoJobsThatListTheSameCustomersAtOnceOpenOneCaseEach() throws Exception {
        scene.customers(1, 40);
        scene.subscription(1, "license", "active");
        int[] all = new int[30];
        java.util.Arrays.setAll(all, i -> i + 1);
        java.nio.file.Path other = scene.folder().resolve("other");
        scene.listed(all);
        java.nio.file.Files.createDirectories(other);
        java.nio.file.Files.copy(scene.inbox().resolve("list-1.csv"), other.resolve("list-1.csv"));
        // the second waits until the first has opened its cases
        scene.gateBefore("insert on offboarding.offboarding_case", "new.customer_id = '%s'".formatted(Scene.id(1)));

        CompletableFuture<RunResult> first = startAs("first", scene.inbox());
        scene.awaitSomebodyAtTheGate();
        // in the same millisecond it would wait for the first one's row
        scene.clock.pass(java.time.Duration.ofMillis(5));
        CompletableFuture<RunResult> second = startAs("second", other);
        awaitSomebodyAtTheLockOfTheLimits();
        scene.openTheGate();

        List<RunResult> results = List.of(first.get(60, TimeUnit.SECONDS), second.get(60, TimeUnit.SECONDS));
        assertThat(results).as("%s", results).extracting(RunResult::exitCode).containsOnly(ExitCode.OK);
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.intent where action = 'REMOVE'")
                        .query(Long.class)
                        .single())
                .isEqualTo(30);
        assertThat(results.stream()
                        .map(Scene::report)
                        .mapToInt(report -> report.total("customers", "OFFBOARDED"))
                        .sum())
                .isEqualTo(30);
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.offboarding_case where closed_as = 'OFFBOARDED'")
                        .query(Long.class)
                        .single())
                .isEqualTo(30);
        assertAtMostOneOpenCaseEach();
    }

    @Test
    void aDateThatOneJobHasAcceptedStaysWhereTheOtherOneListsTheCustomerWithoutAny() throws Exception {
        scene.customers(1, 4);
        scene.inboxFile(
                "list-1.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,2027-01-31\n".formatted(Scene.id(1)));
        java.nio.file.Path other =
                java.nio.file.Files.createDirectories(scene.folder().resolve("other"));
        java.nio.file.Files.writeString(
                other.resolve("list-1.csv"), "customer_id,domain\n%s,customer-1.example\n".formatted(Scene.id(1)));
        scene.gateBefore("insert on offboarding.offboarding_case", "true");

        // both have looked for a case of the customer before there is one
        CompletableFuture<RunResult> first = startAs("first", scene.inbox());
        scene.awaitSomebodyAtTheGate();
        scene.clock.pass(java.time.Duration.ofMillis(5));
        CompletableFuture<RunResult> second = startAs("second", other);
        awaitSomebodyAtTheLockOfTheLimits();
        scene.openTheGate();

        Scene.Report accepted = Scene.report(first.get(60, TimeUnit.SECONDS));
        assertThat(accepted.hold(1)).isEqualTo("NOT_DUE");
        assertThat(Scene.report(second.get(60, TimeUnit.SECONDS)).hold(1)).isEqualTo("OTHER_JOB");
        scene.clock.pass(java.time.Duration.ofDays(1));
        Scene.Report next =
                as("first").with("list.csv.inbox", scene.inbox().toString()).runs(ExitCode.OK);
        assertThat(next.hold(1)).isEqualTo("NOT_DUE");
        assertThat(next.customer(1).get("effective_date").asString()).isEqualTo("2027-01-31");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void aLaterDateThatAnotherJobAcceptsWhileThisOneLooksIsNotActedAgainst() throws Exception {
        scene.customers(1, 6);
        UUID licence = scene.subscription(1, "license", "active");
        java.nio.file.Path other =
                java.nio.file.Files.createDirectories(scene.folder().resolve("other"));
        scene.inboxFile("list-1.csv", dated("2026-03-12", "T-1"));
        as("first").runs(ExitCode.OK);
        java.nio.file.Files.writeString(other.resolve("list-1.csv"), dated("2026-03-12", "T-2"));
        runAs("second", other);
        scene.clock.pass(java.time.Duration.ofDays(2));
        java.nio.file.Files.writeString(other.resolve("list-2.csv"), dated("2027-01-31", "T-3"));
        scene.gateBefore("update on offboarding.offboarding_case", "new.ticket = 'T-3'");

        CompletableFuture<RunResult> second = startAs("second", other);
        scene.awaitSomebodyAtTheGate();
        scene.clock.pass(java.time.Duration.ofMillis(5));
        // its rows say the twelfth, which is today
        CompletableFuture<RunResult> first = startAs("first", scene.inbox());
        awaitSomebodyAtALock();
        scene.openTheGate();

        assertThat(Scene.report(second.get(60, TimeUnit.SECONDS)).hold(1)).isEqualTo("OTHER_JOB");
        Scene.Report tonight = Scene.report(first.get(60, TimeUnit.SECONDS));
        for (int n : new int[] {1, 2}) {
            assertThat(tonight.hold(n)).as("customer %d", n).isEqualTo("NOT_DUE");
            assertThat(tonight.customer(n).get("effective_date").asString()).isEqualTo("2027-01-31");
            assertThat(scene.relationshipOf(n)).isEqualTo("reseller");
        }
        assertThat(tonight.actions()).isEmpty();
        assertThat(scene.statusOf(licence)).isEqualTo("active");
        scene.clock.pass(java.time.Duration.ofDays(1));
        Scene.Report next = runAs("first", scene.inbox());
        assertThat(next.hold(1)).isEqualTo("NOT_DUE");
        assertThat(next.customer(1).get("ticket").asString()).isEqualTo("T-3");
        assertThat(next.actions()).isEmpty();
    }

    @Test
    void aLaterDateOfAnotherJobOutlivesTheSameOldRowOfThisOne() throws Exception {
        scene.customers(1, 6);
        java.nio.file.Path standing = scene.folder().resolve("standing.csv");
        java.nio.file.Files.writeString(standing, dated("2026-03-12", "T-1"));
        scene.without("list.csv.inbox").with("list.csv.file", standing.toString());
        as("first").runs(ExitCode.OK);
        scene.without("list.csv.file");
        scene.inboxFile("list-1.csv", dated("2027-01-31", "T-2"));
        runAs("second", scene.inbox());

        scene.without("list.csv.inbox").with("list.csv.file", standing.toString());
        for (int night = 1; night <= 4; night++) {
            scene.clock.pass(java.time.Duration.ofDays(1));
            Scene.Report report = as("first").runs(ExitCode.OK);
            assertThat(report.hold(1)).as("night %d", night).isEqualTo("NOT_DUE");
            assertThat(report.customer(1).get("effective_date").asString()).isEqualTo("2027-01-31");
            assertThat(report.customer(1).get("ticket").asString()).isEqualTo("T-2");
        }
    }

    @Test
    void aLaterDateThatAnotherJobAcceptsAfterTheCheckHoldsTheRemoval() throws Exception {
        scene.customers(1, 6);
        UUID licence = scene.subscription(1, "license", "active");
        java.nio.file.Path other =
                java.nio.file.Files.createDirectories(scene.folder().resolve("other"));
        scene.inboxFile("list-1.csv", dated("2026-03-10", "T-1"));
        java.nio.file.Files.writeString(other.resolve("list-1.csv"), dated("2027-01-31", "T-2"));
        scene.gateBefore("update on ledger.subscription", "true");

        CompletableFuture<RunResult> first = startAs("first", scene.inbox());
        scene.awaitSomebodyAtTheGate();
        scene.clock.pass(java.time.Duration.ofMillis(5));
        assertThat(runAs("second", other).hold(1)).isEqualTo("OTHER_JOB");
        scene.openTheGate();

        Scene.Report tonight = Scene.report(first.get(60, TimeUnit.SECONDS));
        for (int n : new int[] {1, 2}) {
            assertThat(tonight.hold(n)).as("customer %d", n).isEqualTo("NOT_DUE");
            assertThat(tonight.customer(n).get("effective_date").asString()).isEqualTo("2027-01-31");
            assertThat(tonight.customer(n).get("ticket").asString()).isEqualTo("T-2");
            assertThat(scene.relationshipOf(n)).isEqualTo("reseller");
        }
        // that write was under way
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        assertThat(tonight.actions()).singleElement().asString().contains("SUSPEND");
    }

    /** Two customers, to be offboarded from one day on. */
    private static String dated(String date, String ticket) {
        return "customer_id,domain,effective_date,ticket\n%s,customer-1.example,%s,%s\n%s,customer-2.example,%s,%s\n"
                .formatted(Scene.id(1), date, ticket, Scene.id(2), date, ticket);
    }

    private Scene.Report runAs(String job, java.nio.file.Path inbox) {
        return as(job).with("list.csv.inbox", inbox.toString()).runs(ExitCode.OK);
    }

    private void awaitSomebodyAtALock() {
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(60))
                .until(() -> scene.jdbc()
                                .sql(
                                        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                                .query(Long.class)
                                .single()
                        == 1);
    }

    private void awaitSomebodyAtTheLockOfTheLimits() {
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(60))
                .until(() -> scene.jdbc()
                                .sql(
                                        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'")
                                .query(Long.class)
                                .single()
                        == 1);
    }

    /** The job file is read before this returns. */
    private CompletableFuture<RunResult> startAs(String job, java.nio.file.Path inbox) {
        OffboardingRun run = as(job).with("list.csv.inbox", inbox.toString()).loaded();
        return CompletableFuture.supplyAsync(run::start, OWN_THREAD);
    }

    /** As a schedule may have them: the numbers that Batch gives to their steps must not be the same. */
    @Test
    void twoRunsAtOnceOnTwoDatabasesKeepTheCourseOfEachToItself() throws Exception {
        try (Scene elsewhere = Scene.set()) {
            List<Scene> scenes = List.of(scene, elsewhere);
            List<CompletableFuture<RunResult>> runs = new java.util.ArrayList<>();
            for (Scene each : scenes) {
                each.customers(1, 3);
                each.subscription(1, "license", "active");
                each.listed(1).gateBefore("update on ledger.customer", "true");
                OffboardingRun run = each.loaded();
                runs.add(CompletableFuture.supplyAsync(run::start, OWN_THREAD));
                each.awaitSomebodyAtTheGate();
            }
            scene.openTheGate();
            assertThat(runs.get(0).get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);
            elsewhere.openTheGate();
            assertThat(runs.get(1).get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);

            for (Scene each : scenes) {
                assertThat(each.jdbc().sql("""
                                        select step_name || ' ' || status || ' ' || write_count
                                          from offboarding.BATCH_STEP_EXECUTION order by step_execution_id
                                        """).query(String.class).list())
                        .containsExactly(
                                "receive COMPLETED 1",
                                "observe COMPLETED 1",
                                "check-limits COMPLETED 1",
                                "suspend COMPLETED 1",
                                "remove COMPLETED 1",
                                "verify COMPLETED 1",
                                "report COMPLETED 1");
            }
            assertThat(scenes.stream()
                            .flatMap(each -> each
                                    .jdbc()
                                    .sql("select step_execution_id from offboarding.BATCH_STEP_EXECUTION")
                                    .query(Long.class)
                                    .list()
                                    .stream()))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void ofTwoStartsOfOneJobTheSecondEndsAtOnceAndTheFirstContinues() throws Exception {
        scene.customers(1, 3);
        scene.listed(1).gateBefore("update on ledger.customer", "true");
        CompletableFuture<RunResult> first = CompletableFuture.supplyAsync(scene.loaded()::start, OWN_THREAD);
        scene.awaitSomebodyAtTheGate();

        RunResult second = scene.run();
        RunResult plan = scene.plan();

        for (RunResult refused : List.of(second, plan)) {
            assertThat(refused.exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
            assertThat(refused.runId()).isNull();
            assertThat(refused.summary()).isNull();
            assertThat(refused.stopped()).isNull();
            assertThat(refused.failures())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "another run of job nightly is under way: run 20260310T023000000Z, since 2026-03-10T02:30:00Z")
                    .contains("by process %d of user %s on "
                            .formatted(ProcessHandle.current().pid(), System.getProperty("user.name")))
                    .contains("database session");
        }
        assertThat(scene.count("offboarding.run")).isEqualTo(1);
        assertStillRunning(first);
        scene.openTheGate();
        RunResult through = first.get(60, TimeUnit.SECONDS);
        assertThat(through.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(Scene.report(through).outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(scene.reports()).hasSize(1);
        assertThat(scene.runs(ExitCode.OK).actions()).isEmpty();
    }

    @Test
    void ofTenStartsOfOneJobAtOnceOneRuns() throws Exception {
        scene.customers(1, 12);
        scene.listed(1, 2).gateBefore("update on ledger.customer", "true");
        List<CompletableFuture<RunResult>> runs = new java.util.ArrayList<>();
        for (int i = 0; i < 10; i++) {
            runs.add(CompletableFuture.supplyAsync(scene.loaded()::start, OWN_THREAD));
        }
        scene.awaitSomebodyAtTheGate();
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(60))
                .until(() -> runs.stream().filter(CompletableFuture::isDone).count() == 9);
        scene.openTheGate();

        List<ExitCode> exitCodes = new java.util.ArrayList<>();
        for (CompletableFuture<RunResult> run : runs) {
            exitCodes.add(run.get(60, TimeUnit.SECONDS).exitCode());
        }

        assertThat(exitCodes).filteredOn(ExitCode.OK::equals).hasSize(1);
        assertThat(exitCodes).filteredOn(ExitCode.ALREADY_RUNNING::equals).hasSize(9);
        assertThat(scene.count("offboarding.run")).isEqualTo(1);
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.intent")
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
    }

    private static void assertStillRunning(CompletableFuture<RunResult> run)
            throws InterruptedException, ExecutionException {
        try {
            throw new AssertionError("ended: " + run.get(1, TimeUnit.MILLISECONDS));
        } catch (TimeoutException asExpected) {
            // it waits at the gate
        }
    }
}
