package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.report.verify.ReportVerifier;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Each open case has a row in each night's report, whatever stopped the night, and it says how the customer stands. */
@Execution(ExecutionMode.CONCURRENT)
class EveryOpenCaseTest {

    private final Scene scene = Scene.set();
    private Wire wire;

    @BeforeEach
    void wire() throws IOException {
        wire = new Wire(
                URI.create(scene.database().url().substring("jdbc:".length())).getPort());
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
        scene.close();
    }

    private String throughTheWire() {
        return scene.database().url().replaceFirst(":\\d+/", ":" + wire.port() + "/");
    }

    private CompletableFuture<RunResult> startWith(String jobFile) throws IOException {
        Path own = Files.writeString(scene.folder().resolve("wired.yaml"), jobFile);
        OffboardingRun run = TestRuns.of(
                new JobFileReader().read(own),
                Mode.RUN,
                scene.folder().resolve(".offboarding"),
                scene.clock,
                Progress.NONE,
                List.of(),
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        return CompletableFuture.supplyAsync(run::start, new SimpleAsyncTaskExecutor("a run"));
    }

    /** A run whose own database is at the other end of the wire, and that is not left to wait for it for long. */
    private CompletableFuture<RunResult> startThroughTheWire() throws IOException {
        return startWith(Files.readString(scene.jobFile())
                        .replace(
                                "spring.datasource.url: '" + scene.database().url(),
                                "spring.datasource.url: '" + throughTheWire())
                + "spring.datasource.hikari.connection-timeout: 500\n");
    }

    private static RunResult end(CompletableFuture<RunResult> run) throws Exception {
        return run.get(60, TimeUnit.SECONDS);
    }

    private void threeCustomersListed() {
        scene.clock.run();
        scene.customers(1, 5);
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3);
    }

    /** Somebody who is held as no customer is looked for once more at the end: where that cannot be, the night had no report at all. */
    @Test
    void aLedgerThatLacksATableCostTheNightItsReport() {
        scene.clock.run();
        scene.listed(7);
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.sql("alter table ledger.customer rename to customer_away");

        Scene.Report report = scene.runs(ExitCode.UNAVAILABLE);

        assertThat(report.customer(7).get("state").asString()).isEqualTo("MARKED");
        assertThat(report.json().get("failures").toString()).contains("lacks what was there before: customer");
        scene.sql("alter table ledger.customer_away rename to customer");
        assertThat(scene.runs(ExitCode.OK).hold(7)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
    }

    private static void assertSuspendedEverywhere(Scene.Report report) {
        for (int n = 1; n <= 3; n++) {
            assertThat(report.outcome(n)).isEqualTo("SUSPENDED");
            assertThat(report.customer(n).get("state").asString()).isEqualTo("SUSPENDED");
        }
        assertThat(report.json().get("totals").get("customers").toString()).isEqualTo("{\"total\":3,\"SUSPENDED\":3}");
        assertThat(report.table("customers.csv"))
                .extracting(row -> row.get("outcome"))
                .containsOnly("SUSPENDED");
        assertThat(report.text("report.html"))
                .contains("3 customers are suspended")
                .doesNotContain("not begun");
        assertInOrder(report);
    }

    private static void assertInOrder(Scene.Report report) {
        assertThat(new ReportVerifier(null).verify(report.folder()).findings()).isEmpty();
    }

    // ---- incident 35

    @Test
    void thePlatformGoesAwayBetweenSuspendingAndRemoving() throws Exception {
        threeCustomersListed();
        // all is suspended, and read back
        scene.gateBefore("insert on offboarding.event", "new.kind = 'OUTCOME' and new.action = 'SUSPEND'");
        CompletableFuture<RunResult> running =
                startWith(Files.readString(scene.jobFile()) + "offboarding.ledger.url: '" + throughTheWire() + "'\n");
        scene.awaitSomebodyAtTheGate();
        wire.cut();
        scene.openTheGate();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.UNAVAILABLE);
        assertSuspendedEverywhere(Scene.report(result));
        wire.restore();
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
    }

    @Test
    void theJobsDatabaseGoesAwayBetweenSuspendingAndRemoving() throws Exception {
        threeCustomersListed();
        scene.with("ledger.url", scene.database().url());
        scene.gateBefore("insert on offboarding.event", "new.kind = 'INTENT' and new.action = 'REMOVE'");
        CompletableFuture<RunResult> running = startThroughTheWire();
        scene.awaitSomebodyAtTheGate();
        wire.cut();
        scene.endSessionsAtTheGate();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(scene.reports()).isEmpty();
        scene.openTheGate();
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
        assertSuspendedEverywhere(new Scene.Report(scene.reports().get(0)));
    }

    @Test
    void theRunIsAskedToStopBetweenSuspendingAndRemoving() throws Exception {
        threeCustomersListed();
        scene.gateBefore("update on ledger.subscription", "true");

        assertSuspendedEverywhere(reportOfARunToldToEndAtTheGate());
    }

    private Scene.Report reportOfARunToldToEndAtTheGate() throws Exception {
        OffboardingRun run = scene.loaded();
        CompletableFuture<RunResult> running =
                CompletableFuture.supplyAsync(run::start, new SimpleAsyncTaskExecutor("a run"));
        scene.awaitSomebodyAtTheGate();
        run.stop();
        scene.openTheGate();

        RunResult result = end(running);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_EARLY);
        return Scene.report(result);
    }

    @Test
    void anInterruptedRunsReportSaysWhoIsSuspended() throws Exception {
        threeCustomersListed();
        scene.with("ledger.url", scene.database().url());
        // suspended, and the answers not recorded
        scene.gateBefore("insert on offboarding.event", "new.kind = 'OUTCOME' and new.action = 'SUSPEND'");
        CompletableFuture<RunResult> running = startThroughTheWire();
        scene.awaitSomebodyAtTheGate();
        wire.cut();
        scene.endSessionsAtTheGate();
        assertThat(end(running).exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        scene.openTheGate();

        scene.runs(ExitCode.OK);

        Scene.Report dead = new Scene.Report(scene.reports().get(0));
        assertThat(dead.json().get("interrupted").asBoolean()).isTrue();
        assertThat(dead.json().get("totals").get("customers").toString()).isEqualTo("{\"total\":3,\"SUSPENDED\":3}");
        assertInOrder(dead);
    }

    @Test
    void withAGracePeriodEachNightUntilItsEndSaysSuspended() {
        scene.customers(1, 3).with("grace-period", "3d");
        scene.subscription(1, "license", "active");
        scene.listed(1, 2);
        for (int night = 0; night < 3; night++) {
            Scene.Report report = scene.runs(ExitCode.OK);
            assertThat(report.outcome(1)).isEqualTo("SUSPENDED");
            assertThat(report.hold(1)).isEqualTo("GRACE_PERIOD");
            // nothing of it was suspended
            assertThat(report.outcome(2)).isEqualTo("HELD");
            assertInOrder(report);
            scene.clock.pass(Duration.ofDays(1));
        }
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(2);
    }

    // ---- incidents 38 and 48

    /** One that waits for a date, one in its grace period, and one that could not be removed. */
    private void threeOpenCasesOfADatabaseList() {
        scene.sql("create table public.leaving (customer_id uuid, domain text, effective_date date)");
        scene.customers(1, 5).with("grace-period", "0d");
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.sql(
                "insert into public.leaving values (?, 'customer-1.example', '2026-05-01'), (?, 'customer-2.example', null), (?, 'customer-3.example', null)",
                Scene.id(1),
                Scene.id(2),
                Scene.id(3));
        scene.listedBy("select * from public.leaving");
        scene.sql("""
                create function public.refuse() returns trigger language plpgsql as $$
                begin
                  raise exception 'not tonight';
                end $$
                """);
        scene.sql(
                "create trigger refuse before update on ledger.customer for each row when (new.relationship = 'none') execute function public.refuse()");
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.clock.pass(Duration.ofDays(1));
    }

    private void assertEachHasItsRow(Scene.Report report) {
        assertThat(report.outcome(1)).isEqualTo("HELD");
        assertThat(report.hold(1)).isEqualTo("NOT_DUE");
        assertThat(report.outcome(2)).isEqualTo("NOT_READ");
        assertThat(report.customer(2).get("state").asString()).isEqualTo("SUSPENDED");
        assertThat(report.outcome(3)).isEqualTo("NOT_READ");
        assertThat(report.json().get("totals").get("customers").toString())
                .isEqualTo("{\"total\":3,\"HELD\":1,\"NOT_READ\":2}");
        assertThat(report.json().get("totals").get("subscriptions").toString())
                .isEqualTo("{\"active_before\":0,\"suspended\":0,\"cancelled\":0,\"failed\":0,\"left\":0}");
        assertThat(report.json().get("problems").size()).isZero();
        assertThat(report.text("report.html")).doesNotContain("no case is open").contains("2 were not read");
        assertInOrder(report);
    }

    @ParameterizedTest
    @CsvSource({"the list's database is away, false", "the query fails, false", "the query fails, true"})
    void whateverBecameOfTheListEachOpenCaseHasARow(String what, boolean plan) {
        threeOpenCasesOfADatabaseList();
        if (what.equals("the query fails")) {
            scene.listedBy("select nothing from nowhere");
        } else {
            scene.with("list.database.url", "jdbc:postgresql://127.0.0.1:1/crm");
        }

        RunResult result = plan ? scene.plan() : scene.run();

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.UNAVAILABLE);
        assertEachHasItsRow(Scene.report(result));
    }

    @Test
    void aPlatformThatIsAwayLeavesEachOpenCaseARow() {
        threeOpenCasesOfADatabaseList();
        scene.with("ledger.url", "jdbc:postgresql://127.0.0.1:1/ledger");

        RunResult result = scene.run();

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.UNAVAILABLE);
        assertEachHasItsRow(Scene.report(result));
    }

    @Test
    void aRunThatIsAskedToStopWhileItReceivesLeavesEachOpenCaseARow() throws Exception {
        threeOpenCasesOfADatabaseList();
        scene.gateBefore("insert on offboarding.list_file", "true");

        assertEachHasItsRow(reportOfARunToldToEndAtTheGate());
    }

    @Test
    void aRunThatDiedBeforeItReceivedHasARowForEachOpenCaseInTheReportThatTheNextRunWrites() {
        threeOpenCasesOfADatabaseList();
        scene.sql("""
                insert into offboarding.run (run_id, job, mode, platform, started_at, facts)
                select '20260311T023000001Z', job, mode, platform, '2026-03-11T02:30:00.001Z', facts from offboarding.run
                """);
        scene.sql("drop trigger refuse on ledger.customer");
        scene.clock.pass(Duration.ofHours(1));

        scene.runs(ExitCode.OK);

        Scene.Report dead = new Scene.Report(scene.reports().get(1));
        assertThat(dead.json().get("run_id").asString()).isEqualTo("20260311T023000001Z");
        assertEachHasItsRow(dead);
    }

    @Test
    void onlyWhereNoCaseIsOpenAndNothingWasTouchedIsAWrongQueryAWrongConfiguration() {
        scene.customers(1, 2).listedBy("select nothing from nowhere");

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.summary()).isNull();
        assertThat(scene.count("offboarding.offboarding_case")).isZero();
    }

    @Test
    void aQueryThatCannotBeRunIsFoundBeforeDoneHasTouchedAnything() {
        scene.customers(1, 3);
        scene.sql("create table public.leaving (customer_id text, domain text, done timestamptz)");
        scene.sql(
                "insert into public.leaving values (?, 'customer-1.example', null)",
                Scene.id(1).toString());
        scene.listedBy("select customer_id, domain from public.leaving where done is null")
                .with(
                        "list.database.done",
                        "update public.leaving set done = cast('-' || :offboarded_at as timestamptz) where customer_id = cast(:customer_id as text)");
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        scene.with(
                        "list.database.done",
                        "update public.leaving set done = :offboarded_at where customer_id = cast(:customer_id as text)")
                .with("list.database.query", "select nothing from nowhere");

        RunResult result = scene.run();

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.summary()).isNull();
        assertThat(scene.jdbc()
                        .sql("select count(done) from public.leaving")
                        .query(Long.class)
                        .single())
                .isZero();
    }
}
