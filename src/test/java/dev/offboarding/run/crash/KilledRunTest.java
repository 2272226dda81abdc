package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Program;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The program in a process of its own, that ends or is ended. */
@Execution(ExecutionMode.CONCURRENT)
class KilledRunTest {

    private static final int CUSTOMERS = 3;

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Program start(String... args) {
        return Program.start(scene.folder(), "correct-horse-battery", args);
    }

    @Test
    void theProcessEndsWithTheExitCode() throws Exception {
        Files.writeString(
                scene.folder().resolve("wrong.yaml"), "offboarding:\n  jbo: nightly\n", StandardCharsets.UTF_8);

        Program.Ended ended = start("run", "wrong.yaml").end();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("wrong.yaml, line 2").contains("jbo").doesNotContain("\tat ");
        assertThat(scene.folder().resolve(".offboarding")).doesNotExist();
    }

    @Test
    void aSecretShowsNowhere() throws Exception {
        scene.customers(1, 2).listed(1);
        scene.with("ledger.url", "jdbc:postgresql://127.0.0.1:1/ledger")
                .with("ledger.username", "ops")
                .with("ledger.password", "${" + Program.SECRET + "}");

        Program.Ended ended = start("run", scene.jobFile().toString()).end();

        assertThat(ended.exitCode()).isEqualTo(7);
        assertThat(ended.out() + ended.err())
                .contains("Exit code 7")
                .contains("127.0.0.1")
                .doesNotContain("correct-horse")
                .doesNotContain("\tat ");
        List<Path> written = new java.util.ArrayList<>();
        try (var files = Files.walk(scene.folder().resolve("reports"))) {
            files.filter(Files::isRegularFile).forEach(written::add);
        }
        // the report, the log
        assertThat(written)
                .hasSizeGreaterThan(4)
                .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("correct-horse"));
    }

    /** Customers with a subscription each, listed, in a ledger that counts every change of a customer and of a subscription. */
    private void threeCustomersInALedgerThatCounts() {
        scene.customers(1, CUSTOMERS + 2);
        for (int n = 1; n <= CUSTOMERS; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.sql("create table public.written (what text)");
        scene.sql("""
                create function public.count_it() returns trigger language plpgsql as $$
                begin
                  insert into public.written values (tg_table_name || ' ' || new.customer_id);
                  return null;
                end $$
                """);
        for (String table : List.of("customer", "subscription")) {
            scene.sql(
                    "create trigger count_it after update on ledger.%s for each row execute function public.count_it()"
                            .formatted(table));
        }
        scene.listed(1, 2, 3);
    }

    private void killAtTheGate() throws Exception {
        Program program = start("run", scene.jobFile().toString());
        try {
            scene.awaitSomebodyAtTheGate();
        } finally {
            program.kill();
        }
        scene.endSessionsAtTheGate();
        scene.openTheGate();
        // incident 15: its lock goes with its session, and does not outlive it
        awaitNoLock();
        assertThat(scene.reports()).isEmpty();
        // the program has stamped what it did by the system's clock, and what it left is waited for by a clock that
        // goes
        scene.clock.run();
    }

    private void awaitNoLock() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> scene.jdbc()
                        .sql(
                                "select not exists (select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()))")
                        .query(Boolean.class)
                        .single());
    }

    private void assertEverythingIsThroughAndWrittenOnce() {
        Map<String, Long> written = new TreeMap<>();
        scene.jdbc().sql("select what, count(*) from public.written group by 1").query(row -> {
            written.put(row.getString(1), row.getLong(2));
        });
        assertThat(written).hasSize(2 * CUSTOMERS);
        assertThat(written.values()).containsOnly(1L);
        for (int n = 1; n <= CUSTOMERS; n++) {
            assertThat(scene.relationshipOf(n)).isEqualTo("none");
        }
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.open_intent")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(scene.jdbc()
                        .sql("select distinct closed_as from offboarding.offboarding_case")
                        .query(String.class)
                        .list())
                .containsExactly("OFFBOARDED");
        assertThat(scene.jdbc()
                        .sql(
                                "select status from offboarding.BATCH_JOB_EXECUTION where status not in ('COMPLETED', 'STOPPED', 'FAILED') or end_time is null")
                        .query(String.class)
                        .list())
                .as("executions that are not over")
                .isEmpty();
    }

    private static List<String> results(Scene.Report report) {
        return report.table("actions.csv").stream()
                .map(row -> row.get("action") + " " + row.get("result") + " " + row.get("after"))
                .toList();
    }

    private Scene.Report deadRunsReport() {
        assertThat(scene.reports()).hasSize(2);
        Scene.Report dead = new Scene.Report(scene.reports().get(0));
        assertThat(dead.json().get("interrupted").asBoolean()).isTrue();
        assertThat(dead.json().get("exit_code").asInt()).isEqualTo(9);
        assertThat(dead.json().get("problems")).isEmpty();
        assertThat(dead.total("customers", "total")).isEqualTo(CUSTOMERS);
        return dead;
    }

    /** It was not written down yet what was decided, which would have told of it. */
    @Test
    void whatWasListedIsInTheTrailOfARunThatIsKilledBeforeItDecides() throws Exception {
        threeCustomersInALedgerThatCounts();
        scene.gateBefore("insert on offboarding.event", "new.kind = 'DECIDED'");
        killAtTheGate();

        scene.runs(ExitCode.OK);

        assertThat(deadRunsReport().text("events.jsonl").lines().filter(event -> event.contains("\"RECEIVED\"")))
                .hasSize(CUSTOMERS)
                .allSatisfy(event -> assertThat(event).contains("\"source\":\"list-1.csv\""));
        assertEverythingIsThroughAndWrittenOnce();
    }

    @Test
    void aRunThatIsKilledBeforeItsRemovalsTookEffectIsTakenUp() throws Exception {
        threeCustomersInALedgerThatCounts();
        scene.gateBefore("update on ledger.customer", "old.customer_id = '%s'".formatted(Scene.id(2)));
        killAtTheGate();
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
        assertThat(results(second)).hasSize(CUSTOMERS).containsOnly("REMOVE DONE none");
        Scene.Report dead = deadRunsReport();
        assertThat(results(dead))
                .containsExactly(
                        "SUSPEND DONE suspended",
                        "SUSPEND DONE suspended",
                        "SUSPEND DONE suspended",
                        "REMOVE LOST reseller",
                        "REMOVE LOST reseller",
                        "REMOVE LOST reseller");
        assertThat(second.text("report.json"))
                .contains("run %s had been interrupted: 3 of its writes were looked up"
                        .formatted(dead.folder().getFileName()));
        assertEverythingIsThroughAndWrittenOnce();
    }

    @Test
    void whoeverStartsItAgainIsToldThatWhatTheDeadRunLeftIsTakenUpAndWhereItsReportIs() throws Exception {
        threeCustomersInALedgerThatCounts();
        scene.gateBefore("update on ledger.customer", "old.customer_id = '%s'".formatted(Scene.id(2)));
        killAtTheGate();

        Program.Ended said = start("run", scene.jobFile().toString()).end();

        Path dead = deadRunsReport().folder();
        assertThat(said.out() + said.err())
                .contains(
                        "Taken up: run %s had been interrupted: 3 of its writes were looked up, its report is written: %s"
                                .formatted(dead.getFileName(), dead.resolve("report.html")));
    }

    /** The database is still at the first thing that it was asked for: until it is done nobody can tell that there was a run. */
    @Test
    void aRunThatIsKilledWhileItIsWrittenDownThatItBeginsIsTakenUp() throws Exception {
        threeCustomersInALedgerThatCounts();
        scene.gateBefore("insert on offboarding.run", "true");
        Program program = start("run", scene.jobFile().toString());
        try {
            scene.awaitSomebodyAtTheGate();
        } finally {
            program.kill();
        }
        scene.nobodyElseWaitsAtTheGate();
        scene.clock.run();

        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
        scene.openTheGate();
        awaitNoLock();

        scene.runs(ExitCode.OK);
        assertThat(scene.reports()).hasSize(2);
        assertThat(new Scene.Report(scene.reports().get(0))
                        .json()
                        .get("interrupted")
                        .asBoolean())
                .isTrue();
        assertEverythingIsThroughAndWrittenOnce();
    }

    /** Its rows are there, and have not been counted. */
    @Test
    void aRunThatIsKilledWhileItReadsAListHasAcceptedNothingOfIt() throws Exception {
        threeCustomersInALedgerThatCounts();
        scene.gateBefore("update on offboarding.list_file", "new.rows_read > 0");
        killAtTheGate();
        assertThat(scene.count("offboarding.entry")).isEqualTo(CUSTOMERS);

        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.total("rows", "accepted")).isEqualTo(CUSTOMERS);
        assertThat(second.total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
        Scene.Report dead = new Scene.Report(scene.reports().get(0));
        assertThat(dead.json().get("interrupted").asBoolean()).isTrue();
        assertThat(dead.json().get("problems")).isEmpty();
        assertThat(dead.total("rows", "read")).isZero();
        assertEverythingIsThroughAndWrittenOnce();
    }

    /** Incident 16: a crash left the job STARTED for ever. */
    @Test
    void aRunThatIsKilledBetweenARemovalAndItsRecordIsTakenUpAndNothingIsRemovedTwice() throws Exception {
        threeCustomersInALedgerThatCounts();
        scene.gateBefore("insert on offboarding.event", "new.kind = 'OUTCOME' and new.action = 'REMOVE'");
        killAtTheGate();
        assertThat(scene.relationshipOf(1)).isEqualTo("none");

        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
        assertThat(second.actions()).isEmpty();
        assertThat(results(deadRunsReport()))
                .containsExactly(
                        "SUSPEND DONE suspended",
                        "SUSPEND DONE suspended",
                        "SUSPEND DONE suspended",
                        "REMOVE LOST none",
                        "REMOVE LOST none",
                        "REMOVE LOST none");
        assertEverythingIsThroughAndWrittenOnce();
    }

    @Test
    void aRunThatIsAskedToStopFinishesWhatIsUnderWayAndReports() throws Exception {
        threeCustomersInALedgerThatCounts();
        scene.gateBefore("update on ledger.subscription", "true");
        Program program = start("run", scene.jobFile().toString());
        scene.awaitSomebodyAtTheGate();
        program.askToStop();
        // it has been asked once it says so in its log
        Path logs = scene.folder().resolve("reports/nightly/logs");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (var files = Files.list(logs)) {
                return Files.readString(files.findFirst().orElseThrow()).contains("asked to stop");
            }
        });
        scene.openTheGate();

        assertThat(program.end().exitCode()).isIn(9, 143);

        Scene.Report stopped = new Scene.Report(scene.reports().get(0));
        assertThat(stopped.json().get("exit_code").asInt()).isEqualTo(9);
        assertThat(stopped.json().get("interrupted").asBoolean()).isFalse();
        assertThat(results(stopped)).hasSize(CUSTOMERS).containsOnly("SUSPEND DONE suspended");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        scene.clock.run();
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
        assertEverythingIsThroughAndWrittenOnce();
    }
}
