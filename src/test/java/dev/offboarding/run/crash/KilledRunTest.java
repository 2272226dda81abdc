package dev.offboarding.run.crash;

import static dev.offboarding.run.crash.CountedWrites.CUSTOMERS;
import static dev.offboarding.run.crash.CountedWrites.assertEverythingIsThroughAndWrittenOnce;
import static dev.offboarding.run.crash.CountedWrites.threeCustomersInALedgerThatCounts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.command.CommandLineProgram;
import dev.offboarding.command.TypedCommand;
import dev.offboarding.run.Program;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The program in a process of its own, that ends or is ended. */
@Execution(ExecutionMode.CONCURRENT)
class KilledRunTest {

    /** What runs are about when they are killed, and what they wait at until they are. */
    private enum Point {
        TO_WRITE_DOWN_WHAT_IT_DECIDED("insert on offboarding.event", "new.kind = 'DECIDED'"),
        TO_REMOVE("update on ledger.customer", "old.customer_id = '%s'".formatted(Scene.id(2))),
        TO_REMOVE_AND_STARTED_AGAIN_BY_HAND(
                "update on ledger.customer", "old.customer_id = '%s'".formatted(Scene.id(2))),
        TO_WRITE_DOWN_THAT_IT_BEGINS("insert on offboarding.run", "true") {
            /** The database is still at it when the next run begins. */
            @Override
            void onceKilled(Scene scene) {}
        },
        TO_COUNT_THE_ROWS_OF_A_LIST("update on offboarding.list_file", "new.rows_read > 0"),
        TO_RECORD_A_REMOVAL("insert on offboarding.event", "new.kind = 'OUTCOME' and new.action = 'REMOVE'"),
        TO_REMOVE_FOR_TWO_DAYS("update on ledger.customer", "true") {
            @Override
            void prepare(Scene scene) {
                scene.customers(1, 3).listed(1);
            }

            /** Whatever the time, its lock holds as long as it lives. */
            @Override
            void whileItIsHeld(Scene scene) {
                scene.clock.pass(Duration.ofDays(2));
                assertThat(scene.run().exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
                assertThat(scene.count("offboarding.run")).isEqualTo(1);
            }

            /** And not a moment longer, however it died: the server sees that nobody is there any more. */
            @Override
            void onceKilled(Scene scene) {
                scene.endSessionsAtTheGate();
                scene.openTheGate();
                scene.clock.run();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> scene.plan().exitCode() != ExitCode.ALREADY_RUNNING);
            }
        },
        TO_MAKE_ACTIVE_AGAIN("update on ledger.subscription", "new.status = 'active'") {
            @Override
            void prepare(Scene scene) {
                scene.customers(1, 4).with("grace-period", "3d").listed(1, 2);
                scene.subscription(1, "license", "active");
                scene.sql(
                        "update ledger.subscription set name = 'other of 1' where subscription_id = ?",
                        scene.subscription(1, "license", "suspended"));
                scene.subscription(2, "license", "active");
                assertThat(CommandLineProgram.execute("run", scene.jobFile().toString()))
                        .isZero();
            }

            @Override
            List<String> command(String jobFile) {
                return List.of("withdraw", jobFile, "--all", "--reason", "they stay");
            }
        };

        private final String event;
        private final String when;

        Point(String event, String when) {
            this.event = event;
            this.when = when;
        }

        void prepare(Scene scene) {
            threeCustomersInALedgerThatCounts(scene);
        }

        List<String> command(String jobFile) {
            return List.of("run", jobFile);
        }

        void whileItIsHeld(Scene scene) {}

        void onceKilled(Scene scene) {
            scene.endSessionsAtTheGate();
            scene.openTheGate();
            // incident 15: its lock goes with its session, and does not outlive it
            awaitNoLock(scene);
        }
    }

    private record AtTheGate(Point point, Scene scene) implements KilledTogether.Held {

        static AtTheGate of(Point point) {
            Scene scene = Scene.set();
            point.prepare(scene);
            return new AtTheGate(point, scene.gateBefore(point.event, point.when));
        }

        @Override
        public List<String> command() {
            return point.command(scene.jobFile().toString());
        }

        @Override
        public Map<String, String> variables() {
            return Map.of();
        }

        @Override
        public void awaitItsPoint() {
            scene.awaitSomebodyAtTheGate();
            point.whileItIsHeld(scene);
        }

        @Override
        public void assertItIsStillThere() {
            scene.awaitSomebodyAtTheGate();
        }

        @Override
        public void onceKilled() {
            point.onceKilled(scene);
        }

        @Override
        public void close() {
            scene.close();
        }
    }

    private static @Nullable KilledTogether<Point, AtTheGate> together;

    @BeforeAll
    static void aRunIsKilledAtEach() throws Exception {
        together = KilledTogether.at(Point.class, AtTheGate::of);
    }

    @AfterAll
    static void close() {
        if (together != null) {
            together.close();
        }
    }

    private static Scene killed(Point point) {
        return Objects.requireNonNull(together).take(point).scene();
    }

    private static Scene killedAndGone(Point point) {
        Scene scene = killed(point);
        try {
            assertThat(scene.reports()).isEmpty();
            // the program has stamped what it did by the system's clock, and what it left is waited for by a clock that
            // goes
            scene.clock.run();
            return scene;
        } catch (RuntimeException | AssertionError e) {
            scene.close();
            throw e;
        }
    }

    private static void awaitNoLock(Scene scene) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> scene.jdbc()
                        .sql(
                                "select not exists (select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()))")
                        .query(Boolean.class)
                        .single());
    }

    private static Program start(Scene scene, String... args) {
        return Program.start(scene.folder(), "correct-horse-battery", args);
    }

    @Test
    void theProcessEndsWithTheExitCode() throws Exception {
        try (Scene scene = Scene.set()) {
            Files.writeString(
                    scene.folder().resolve("wrong.yaml"), "offboarding:\n  jbo: nightly\n", StandardCharsets.UTF_8);

            Program.Ended ended = start(scene, "run", "wrong.yaml").end();

            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err())
                    .contains("wrong.yaml, line 2")
                    .contains("jbo")
                    .doesNotContain("\tat ");
            assertThat(scene.folder().resolve(".offboarding")).doesNotExist();
        }
    }

    @Test
    void aSecretShowsNowhere() throws Exception {
        try (Scene scene = Scene.set()) {
            scene.customers(1, 2).listed(1);
            scene.with("ledger.url", "jdbc:postgresql://127.0.0.1:1/ledger")
                    .with("ledger.username", "ops")
                    .with("ledger.password", "${" + Program.SECRET + "}");

            Program.Ended ended =
                    start(scene, "run", scene.jobFile().toString()).end();

            assertThat(ended.exitCode()).isEqualTo(7);
            assertThat(ended.out() + ended.err())
                    .contains("Exit code 7")
                    .contains("127.0.0.1")
                    .doesNotContain("correct-horse")
                    .doesNotContain("\tat ");
            List<Path> written = new ArrayList<>();
            try (var files = Files.walk(scene.folder().resolve("reports"))) {
                files.filter(Files::isRegularFile).forEach(written::add);
            }
            // the report, the log
            assertThat(written)
                    .hasSizeGreaterThan(4)
                    .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("correct-horse"));
        }
    }

    private static List<String> results(Scene.Report report) {
        return report.table("actions.csv").stream()
                .map(row -> row.get("action") + " " + row.get("result") + " " + row.get("after"))
                .toList();
    }

    private static Scene.Report deadRunsReport(Scene scene) {
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
        try (Scene scene = killedAndGone(Point.TO_WRITE_DOWN_WHAT_IT_DECIDED)) {
            scene.runs(ExitCode.OK);

            assertThat(deadRunsReport(scene)
                            .text("events.jsonl")
                            .lines()
                            .filter(event -> event.contains("\"RECEIVED\"")))
                    .hasSize(CUSTOMERS)
                    .allSatisfy(event -> assertThat(event).contains("\"source\":\"list-1.csv\""));
            assertEverythingIsThroughAndWrittenOnce(scene);
        }
    }

    @Test
    void aRunThatIsKilledBeforeItsRemovalsTookEffectIsTakenUp() throws Exception {
        try (Scene scene = killedAndGone(Point.TO_REMOVE)) {
            assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

            Scene.Report second = scene.runs(ExitCode.OK);

            assertThat(second.total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
            assertThat(results(second)).hasSize(CUSTOMERS).containsOnly("REMOVE DONE none");
            Scene.Report dead = deadRunsReport(scene);
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
            assertEverythingIsThroughAndWrittenOnce(scene);
        }
    }

    @Test
    void whoeverStartsItAgainIsToldThatWhatTheDeadRunLeftIsTakenUpAndWhereItsReportIs() throws Exception {
        try (Scene scene = killedAndGone(Point.TO_REMOVE_AND_STARTED_AGAIN_BY_HAND)) {
            TypedCommand said = TypedCommand.type("run", scene.jobFile().toString());

            Path dead = deadRunsReport(scene).folder();
            assertThat(said.out() + said.err())
                    .contains(
                            "Taken up: run %s had been interrupted: 3 of its writes were looked up, its report is written: %s"
                                    .formatted(dead.getFileName(), dead.resolve("report.html")));
        }
    }

    /** The database is still at the first thing that it was asked for: until it is done nobody can tell that there was a run. */
    @Test
    void aRunThatIsKilledWhileItIsWrittenDownThatItBeginsIsTakenUp() throws Exception {
        try (Scene scene = killed(Point.TO_WRITE_DOWN_THAT_IT_BEGINS)) {
            scene.nobodyElseWaitsAtTheGate();
            scene.clock.run();

            assertThat(scene.run().exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
            scene.openTheGate();
            awaitNoLock(scene);

            scene.runs(ExitCode.OK);
            assertThat(scene.reports()).hasSize(2);
            assertThat(new Scene.Report(scene.reports().get(0))
                            .json()
                            .get("interrupted")
                            .asBoolean())
                    .isTrue();
            assertEverythingIsThroughAndWrittenOnce(scene);
        }
    }

    /** Its rows are there, and have not been counted. */
    @Test
    void aRunThatIsKilledWhileItReadsAListHasAcceptedNothingOfIt() throws Exception {
        try (Scene scene = killedAndGone(Point.TO_COUNT_THE_ROWS_OF_A_LIST)) {
            assertThat(scene.count("offboarding.entry")).isEqualTo(CUSTOMERS);

            Scene.Report second = scene.runs(ExitCode.OK);

            assertThat(second.total("rows", "accepted")).isEqualTo(CUSTOMERS);
            assertThat(second.total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
            Scene.Report dead = new Scene.Report(scene.reports().get(0));
            assertThat(dead.json().get("interrupted").asBoolean()).isTrue();
            assertThat(dead.json().get("problems")).isEmpty();
            assertThat(dead.total("rows", "read")).isZero();
            assertEverythingIsThroughAndWrittenOnce(scene);
        }
    }

    /** Incident 16: a crash left the job STARTED for ever. */
    @Test
    void aRunThatIsKilledBetweenARemovalAndItsRecordIsTakenUpAndNothingIsRemovedTwice() throws Exception {
        try (Scene scene = killedAndGone(Point.TO_RECORD_A_REMOVAL)) {
            assertThat(scene.relationshipOf(1)).isEqualTo("none");

            Scene.Report second = scene.runs(ExitCode.OK);

            assertThat(second.total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
            assertThat(second.actions()).isEmpty();
            assertThat(results(deadRunsReport(scene)))
                    .containsExactly(
                            "SUSPEND DONE suspended",
                            "SUSPEND DONE suspended",
                            "SUSPEND DONE suspended",
                            "REMOVE LOST none",
                            "REMOVE LOST none",
                            "REMOVE LOST none");
            assertEverythingIsThroughAndWrittenOnce(scene);
        }
    }

    // 15: ShedLock#1596, #1587
    @Test
    void aLockExpiredUnderARunningJobOrOutlivedADeadOne() throws Exception {
        try (Scene scene = killed(Point.TO_REMOVE_FOR_TWO_DAYS)) {
            assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
        }
    }

    /** A withdrawal that dies while it makes subscriptions active again. */
    @Test
    void theNextRunFinishesWhatAKilledWithdrawalHadBegun() throws Exception {
        try (Scene scene = killed(Point.TO_MAKE_ACTIVE_AGAIN)) {
            String job = scene.jobFile().toString();
            assertThat(subscriptions(scene))
                    .containsExactly("license of 1 suspended", "license of 2 suspended", "other of 1 suspended");

            assertThat(CommandLineProgram.execute("run", job)).isZero();

            assertThat(subscriptions(scene))
                    .containsExactly("license of 1 active", "license of 2 active", "other of 1 suspended");
            assertThat(scene.jdbc()
                            .sql("select distinct state || ' ' || closed_as from offboarding.offboarding_case")
                            .query(String.class)
                            .list())
                    .containsExactly("WITHDRAWN WITHDRAWN");
            List<String> verify = new ArrayList<>(List.of("verify-report"));
            List<Path> reports = scene.reports().stream()
                    .filter(path -> path.resolve("report.json").toFile().isFile())
                    .filter(path -> !path.endsWith("latest"))
                    .toList();
            reports.forEach(folder -> verify.add(folder.toString()));
            assertThat(reports).hasSize(3);
            Scene.Report killed = new Scene.Report(reports.get(1));
            assertThat(killed.json().get("mode").asString()).isEqualTo("withdraw");
            assertThat(killed.json().get("interrupted").asBoolean()).isTrue();
            assertThat(killed.json().get("customers")).hasSize(2);
            assertThat(CommandLineProgram.execute(verify.toArray(String[]::new)))
                    .isZero();
        }
    }

    private static List<String> subscriptions(Scene scene) {
        return scene.jdbc()
                .sql("select name || ' ' || status from ledger.subscription order by 1")
                .query(String.class)
                .list();
    }
}
