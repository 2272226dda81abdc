package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.SmallDisk;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.CommandsInARow;
import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.util.FileSystemUtils;

/** Machines and databases that are set up as nobody would have thought. */
class HostileSurroundingsTest {

    private static final String SECRET = "hunter2-x9";
    private static final String ANOTHER = "swordfish-q4";

    private final Scene scene = Scene.set();

    @BeforeEach
    void customers() {
        scene.customers(1, 4);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aDatabaseWithOddDefaultsChangesNoNight() {
        String database = scene.jdbc()
                .sql("select current_database()")
                .query(String.class)
                .single();
        for (String setting : List.of(
                "datestyle = 'SQL, DMY'",
                "intervalstyle = 'sql_standard'",
                "timezone = 'Pacific/Apia'",
                "search_path = 'nowhere'",
                "client_encoding = 'LATIN1'",
                "bytea_output = 'escape'",
                "extra_float_digits = -15",
                "standard_conforming_strings = off",
                "default_transaction_isolation = 'serializable'",
                "lock_timeout = '1s'",
                "statement_timeout = '1s'",
                "idle_in_transaction_session_timeout = '1s'",
                "row_security = off",
                "plan_cache_mode = 'force_generic_plan'")) {
            scene.sql("alter database %s set %s".formatted(database, setting));
        }
        scene.listed(1, 2);

        scene.runs(ExitCode.OK);

        assertThat(List.of(scene.relationshipOf(1), scene.relationshipOf(2), scene.relationshipOf(3)))
                .containsExactly("none", "none", "reseller");
    }

    /** The program may see and make the reseller's customers only: a customer that has left is neither, and the server says no. */
    @Test
    void rowSecurityThatForbidsARemovalIsReportedAndNothingIsHalfDone() {
        scene.sql("drop role if exists shown_some");
        scene.sql("create role shown_some login");
        try {
            scene.sql("grant usage on schema ledger to shown_some");
            scene.sql("grant select, insert, update, delete on all tables in schema ledger to shown_some");
            scene.sql("alter table ledger.customer enable row level security");
            scene.sql("create policy resellers on ledger.customer using (relationship = 'reseller')");
            scene.with("ledger.url", scene.database().url().replaceFirst("user=\\w+", "user=shown_some"))
                    .listed(1, 2);

            Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

            for (int n : new int[] {1, 2}) {
                assertThat(report.outcome(n)).isEqualTo("FAILED");
                assertThat(report.customer(n).get("message").asString()).contains("row-level security", "42501");
                assertThat(scene.relationshipOf(n)).isEqualTo("reseller");
            }
            assertThat(scene.count("ledger.purchase_authority")).isEqualTo(4);
        } finally {
            scene.sql("drop owned by shown_some");
            scene.sql("drop role shown_some");
        }
    }

    /** As many files as a night needs, beside those of a class path that is one file where the program is packed. */
    @Test
    void withoutHomeAndPathWith24OpenFilesInAZoneThatThereIsNotARunIsARun() throws Exception {
        scene.listed(1);
        int files = 24 + System.getProperty("java.class.path").split(File.pathSeparator).length;
        List<String> bare = new ArrayList<>(List.of("/usr/bin/env", "-i", "TZ=Nowhere/At_All"));
        bare.addAll(ProgramProcess.shell("ulimit -n " + files));

        try (ProgramProcess program = ProgramProcess.startBehind(
                bare, scene.folder(), "run", scene.jobFile().toString())) {
            assertThat(program.end()).as(program.out() + program.err()).isZero();
        }

        assertThat(scene.relationshipOf(1)).isEqualTo("none");
    }

    /** Each with the job file, an inbox and a reports folder of its own, and of a name that nobody knows. */
    @Test
    void ofTwoMachinesOnOneDatabaseOneWorksAndTheOtherSaysWhoDoes() throws Exception {
        Assumptions.assumeTrue(
                new ProcessBuilder("unshare", "-u", "hostname", "trial").start().waitFor() == 0);
        scene.subscription(1, "license", "active");
        scene.gateBefore("update on ledger.customer", "true");
        String jobFile = Files.readString(scene.listed(1, 2).jobFile());
        Map<String, ProgramProcess> machines = new TreeMap<>();
        try {
            for (String name : List.of("machine-a", "machine-b")) {
                Path disk = Files.createDirectory(scene.folder().resolve(name));
                FileSystemUtils.copyRecursively(scene.inbox(), disk.resolve("inbox"));
                Path own = Files.writeString(
                        disk.resolve("job.yaml"),
                        jobFile.replace(scene.folder() + "/inbox", disk + "/inbox")
                                .replace(scene.folder() + "/reports", disk + "/reports"));
                List<String> elsewhere = new ArrayList<>(List.of("unshare", "-u"));
                elsewhere.addAll(ProgramProcess.shell("hostname " + name));
                machines.put(name, ProgramProcess.startBehind(elsewhere, disk, "run", own.toString()));
            }
            scene.awaitSomebodyAtTheGate();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> machines.values().stream().anyMatch(machine -> !machine.isAlive()));
            String idle = machines.entrySet().stream()
                    .filter(machine -> !machine.getValue().isAlive())
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
            String busy = idle.equals("machine-a") ? "machine-b" : "machine-a";
            // it may have come before the first had written down who it is
            RunResult third = scene.run();
            scene.openTheGate();

            assertThat(third.exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
            assertThat(third.failures()).singleElement().asString().contains("on " + busy);
            ProgramProcess second = machines.get(idle);
            assertThat(second.end()).as(second.out() + second.err()).isEqualTo(6);
            assertThat(second.out() + second.err()).contains("another run of job nightly is under way");
            ProgramProcess first = machines.get(busy);
            assertThat(first.end()).as(first.out() + first.err()).isZero();
        } finally {
            for (ProgramProcess machine : machines.values()) {
                machine.close();
            }
        }

        assertThat(scene.count("offboarding.run")).isEqualTo(1);
        assertThat(scene.count("offboarding.intent where action = 'REMOVE'")).isEqualTo(2);
        assertThat(List.of(scene.relationshipOf(1), scene.relationshipOf(2))).containsOnly("none");
    }

    /** Root may do anything unless it steps back. */
    @Test
    void aFileThatCannotBeReadIsRefusedAloneAndAnInboxThatCannotBeWrittenToBeginsNoNight() throws Exception {
        Path secret = scene.inbox().resolve("secret.csv");
        scene.inboxFile("secret.csv", "customer_id,domain\n%s,customer-1.example\n".formatted(Scene.id(1)))
                .listed(2);
        Files.setPosixFilePermissions(secret, Set.of());
        List<String> ordinary = Files.getAttribute(secret, "unix:uid").equals(0)
                ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search")
                : List.of("env");
        try (Scene readOnly = Scene.set().customers(1, 4).listed(3)) {
            Files.setPosixFilePermissions(readOnly.inbox(), PosixFilePermissions.fromString("r-xr-xr-x"));
            try (ProgramProcess program = ProgramProcess.startBehind(
                    ordinary,
                    scene.folder(),
                    CommandsInARow.class,
                    "run",
                    scene.jobFile().toString(),
                    CommandsInARow.THEN,
                    "run",
                    readOnly.jobFile().toString())) {
                assertThat(program.end()).as(program.out() + program.err()).isZero();
                assertThat(program.out()).as(program.err()).endsWith("[4, 2]" + System.lineSeparator());
                assertThat(program.out() + program.err())
                        .contains("secret.csv")
                        .contains(
                                readOnly.inbox().toString(),
                                "cannot be written to",
                                "Give this program's user the right to")
                        .doesNotContain("Exception", "\tat ");
            } finally {
                Files.setPosixFilePermissions(readOnly.inbox(), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            assertThat(readOnly.relationshipOf(3)).isEqualTo("reseller");
            assertThat(readOnly.count("offboarding.run")).isZero();
        }
        assertThat(List.of(scene.relationshipOf(1), scene.relationshipOf(2))).containsExactly("reseller", "none");
        assertThat(scene.inboxFiles()).contains("refused/secret.csv", "refused/secret.csv.reason.txt");
        assertThat(scene.inboxText("refused/secret.csv.reason.txt"))
                .contains("could not be read (user %s may not)".formatted(System.getProperty("user.name")));
        assertThat(scene.count("offboarding.run where exit_code = 4")).isEqualTo(1);
    }

    /** Full before it begins, a night begins nothing; full in its midst, it goes on to its end and only the report waits. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aReportsDiskThatIsFullCostsNobodyHisRecordAndTheNextRunWritesTheReport() throws Exception {
        Path reports = Files.createDirectory(scene.folder().resolve("reports"));
        Assumptions.assumeTrue(SmallDisk.mount(reports, "2m"), "a small disk is mounted by root only");
        try {
            scene.clock.run();
            scene.subscription(1, "license", "active");
            scene.gateBefore("update on ledger.customer", "true");
            String jobFile = scene.listed(1, 2).jobFile().toString();
            String said;
            try (ProgramProcess program = ProgramProcess.start(scene.folder(), "run", jobFile)) {
                scene.awaitSomebodyAtTheGate();
                SmallDisk.fill(reports.resolve("filler"));
                scene.openTheGate();
                assertThat(program.end()).as(program.out() + program.err()).isEqualTo(8);
                said = program.out() + program.err();
            }
            assertThat(said)
                    .contains("could not be written in " + reports.resolve("nightly")
                            + ": the disk is full. Free some space")
                    .doesNotContain("Exception", "\tat ");
            assertThat(scene.reports()).isEmpty();
            assertThat(List.of(scene.relationshipOf(1), scene.relationshipOf(2)))
                    .containsOnly("none");

            scene.listed(3);
            assertBeginsNothing("the disk is full. Free some space");
            Files.delete(reports.resolve("filler"));
            assertThat(SmallDisk.remount(reports, "ro")).isTrue();
            assertBeginsNothing("the disk can only be read. Mount it for writing");
            assertThat(SmallDisk.remount(reports, "rw")).isTrue();

            Scene.Report next = scene.runs(ExitCode.OK);
            assertThat(next.outcome(3)).isEqualTo("OFFBOARDED");
            assertThat(scene.reports()).hasSize(2);
            Scene.Report missing = new Scene.Report(scene.reports().get(0));
            assertThat(missing.json().get("exit_code").asInt()).isEqualTo(8);
            assertThat(missing.json().get("interrupted").asBoolean()).isFalse();
            assertThat(missing.total("customers", "OFFBOARDED")).isEqualTo(2);
            assertThat(missing.table("actions.csv")).hasSize(3).allMatch(row -> "DONE".equals(row.get("result")));
            for (Scene.Report report : List.of(missing, next)) {
                assertThat(new ReportVerifier(null).verify(report.folder()).findings())
                        .isEmpty();
            }
        } finally {
            SmallDisk.unmount(reports);
        }
    }

    private void assertBeginsNothing(String why) {
        Map<String, List<String>> ledger = scene.ledger();
        long runs = scene.count("offboarding.run");

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(result.failures()).singleElement().asString().contains(why);
        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(scene.inboxFiles()).contains("list-2.csv");
        assertThat(scene.count("offboarding.run")).isEqualTo(runs);
    }

    /**
     * In key, address and certificate's password, with everything logged, also as JSON. Seen: the pool writes down all that the driver is
     * given, once it is asked to log so much, and masks the password only.
     */
    @Test
    void aSecretIsInNoFileThatAFailedNightOrAGoodOneLeavesBehind() throws Exception {
        try (Scene good = Scene.set().customers(1, 4)) {
            List<Path> jobFiles = List.of(secretsEverywhere(good), failing());

            try (ProgramProcess program = ProgramProcess.start(
                    scene.folder(),
                    CommandsInARow.class,
                    "run",
                    jobFiles.get(0).toString(),
                    "--log",
                    "json",
                    CommandsInARow.THEN,
                    "run",
                    jobFiles.get(1).toString(),
                    "--log",
                    "json")) {
                assertThat(program.end()).as(program.out() + program.err()).isZero();
                assertThat(program.out()).as(program.err()).endsWith("[0, 7]" + System.lineSeparator());
                assertThat(program.err().lines())
                        .as("of the good one, which got as far as its database")
                        .anyMatch(line -> line.contains("\"TRACE\"") && line.contains("SQL update affected"));
            }

            // what was said on the terminal lies in the failed one's
            for (Scene night : List.of(scene, good)) {
                try (Stream<Path> all = Files.walk(night.folder())) {
                    assertThat(all.filter(Files::isRegularFile).filter(path -> !jobFiles.contains(path)))
                            .isNotEmpty()
                            .allSatisfy(path -> assertThat(text(path)).doesNotContain(SECRET, ANOTHER));
                }
            }
        }
    }

    /** @return the job file */
    private Path failing() throws IOException {
        Path jobFile = scene.listed(1).jobFile();
        String yaml = Files.readString(jobFile);
        return Files.writeString(jobFile, yaml.replaceFirst("(?m)^spring.datasource.url: .*$", """
                        spring.datasource.url: 'jdbc:postgresql://127.0.0.1:1/x?password=%s&sslpassword=%s'
                        spring.datasource.username: ops
                        spring.datasource.password: '%s'
                        logging.level.root: trace
                        offboarding.notify.webhook: { url: 'http://127.0.0.1:1/%s', format: slack }
                        """.formatted(
                        SECRET, SECRET, SECRET, SECRET)));
    }

    /** @return the job file */
    private static Path secretsEverywhere(Scene scene) throws IOException {
        String secret = "&password=%1$s&sslpassword=%1$s".formatted(ANOTHER);
        Path jobFile = scene.listed(1)
                .with("ledger.url", scene.database().url() + secret)
                .with("metrics.file", scene.folder().resolve("nightly.prom").toString())
                .jobFile();
        String yaml = Files.readString(jobFile);
        return Files.writeString(
                jobFile,
                yaml.replaceFirst("(?m)^(spring.datasource.url: '.*)'$", "$1" + secret + "'") + """
                        spring.datasource.password: '%1$s'
                        logging.level: { root: trace, com.zaxxer.hikari.HikariConfig: trace }
                        offboarding.notify.when: always
                        offboarding.notify.webhook: { url: 'http://127.0.0.1:1/%1$s', format: slack }
                        offboarding.notify.heartbeat: 'http://127.0.0.1:1/%1$s'
                        """.formatted(ANOTHER));
    }

    private static String text(Path path) {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
