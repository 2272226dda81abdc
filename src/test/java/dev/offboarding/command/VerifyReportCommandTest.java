package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.CommandsInARow;
import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An auditor with nothing but the folders. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerifyReportCommandTest {

    private final Scene scene = Scene.set();
    private final KeyPair pair = keyPair();
    private List<Path> signed = List.of();

    @TempDir
    Path folder;

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TypedCommand type(String... args) {
        TypedCommand typed = TypedCommand.type(args);
        assertThat(typed.out() + typed.err()).doesNotContain("Exception").doesNotContain("\tat ");
        return typed;
    }

    private static TypedCommand verify(Path... folders) {
        return type(Stream.concat(Stream.of("verify-report"), Stream.of(folders).map(Path::toString))
                .toArray(String[]::new));
    }

    @BeforeAll
    void threeNights() throws Exception {
        Path key = file("key.pem", "PRIVATE KEY", pair.getPrivate().getEncoded());
        scene.with("report.signing-key-file", key.toString());
        scene.customers(1, 20);
        scene.subscription(1, "license", "active");
        for (int night = 1; night <= 3; night++) {
            scene.listed(night);
            assertThat(type("run", scene.jobFile().toString()).exitCode()).isZero();
        }
        signed = scene.reports();
        assertThat(signed).hasSize(3);
    }

    @AfterAll
    void close() {
        scene.close();
    }

    private Path file(String name, String kind, byte[] der) throws IOException {
        Path file = Files.writeString(
                scene.folder().resolve(name),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(kind, Base64.getEncoder().encodeToString(der), kind));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private Path copy(Path report) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy").resolve(report.getFileName()));
        try (Stream<Path> files = Files.list(report)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copy;
    }

    private static JsonNode manifest(Path report) {
        return JsonMapper.shared().readTree(report.resolve("manifest.json").toFile());
    }

    /** Takes the signature off, and makes the manifest fit in itself again. */
    private static void unsigned(Path report) throws Exception {
        Path manifest = report.resolve("manifest.json");
        String own = manifest(report).get("manifest_sha256").asString();
        String text = Files.readString(manifest)
                .replaceFirst("\"signature\" : \\{[^}]*}", "\"signature\" : null")
                .replace(own, "");
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                manifest,
                text.replace(
                        "\"manifest_sha256\" : \"\"",
                        "\"manifest_sha256\" : \"%s\"".formatted(HexFormat.of().formatHex(hash))));
    }

    @Test
    void aReportAsItWasWrittenIsInOrder() {
        TypedCommand one = verify(signed.get(0));

        assertThat(one.exitCode()).isZero();
        assertThat(one.err()).isEmpty();
        assertThat(one.out().lines().findFirst().orElseThrow())
                .startsWith(signed.get(0) + ": in order: 1 customer, 2 actions, ");
        assertThat(one.out()).contains("its signature was checked only against the key that it names itself");
        assertThat(one.out()).endsWith("Exit code 0: what was given is in order" + System.lineSeparator());
    }

    @Test
    void severalAreAChainInWhateverOrderAndWhatTheyCannotShowIsSaid() {
        TypedCommand all = verify(signed.get(2), signed.get(0), signed.get(1), signed.get(0));

        assertThat(all.exitCode()).isZero();
        assertThat(all.out().lines().filter(line -> line.contains(": in order: ")))
                .hasSize(3);
        assertThat(all.out())
                .contains("nothing in these reports shows that run %s is the last of job nightly"
                        .formatted(signed.get(2).getFileName()))
                .contains(manifest(signed.get(2)).get("manifest_sha256").asString());
        assertThat(verify(signed.get(2), signed.get(0)).out())
                .contains("between run %s and run %s of job nightly there is a gap: the report of run %s was not given"
                        .formatted(
                                signed.get(0).getFileName(),
                                signed.get(2).getFileName(),
                                signed.get(1).getFileName()));
    }

    @Test
    void whoeverKnowsTheKeySaysWhichOneItHasToBe() throws Exception {
        Path open = file("public.pem", "PUBLIC KEY", pair.getPublic().getEncoded());
        String fingerprint = manifest(signed.get(0))
                .get("signature")
                .get("public_key_sha256")
                .asString();

        TypedCommand byFile = type("verify-report", signed.get(0).toString(), "--public-key", open.toString());
        TypedCommand byFingerprint = type(
                "verify-report",
                "--fingerprint",
                fingerprint.toUpperCase(java.util.Locale.ROOT).replaceAll("(..)(?=.)", "$1:"),
                signed.get(0).toString());
        TypedCommand another = type(
                "verify-report", "--fingerprint", "ab".repeat(32), signed.get(0).toString());

        assertThat(byFile.exitCode()).isZero();
        assertThat(byFile.out()).doesNotContain("its signature was checked only against");
        assertThat(byFingerprint.exitCode()).isZero();
        assertThat(another.exitCode()).isEqualTo(8);
        assertThat(another.out())
                .contains("manifest.json: key that signed it: expected \"%s\", found \"%s\""
                        .formatted("ab".repeat(32), fingerprint));
    }

    @Test
    void whatIsOffIsNamedWithFileLineExpectedAndFound() throws Exception {
        Path report = copy(signed.get(0));
        Path actions = report.resolve("actions.csv");
        Files.writeString(actions, Files.readString(actions).replace(",SUSPEND,", ",CANCEL,"));

        TypedCommand changed = verify(report);

        assertThat(changed.exitCode()).isEqualTo(8);
        assertThat(changed.out())
                .contains(report + ": NOT in order")
                .contains("actions.csv, line 2: action: expected \"SUSPEND\", found \"CANCEL\"")
                .contains("actions.csv: SHA-256: expected ");
    }

    /** Incident 37: the report of the largest night was missing from the middle of seven. */
    @Test
    void aReportThatIsMissingFromTheMiddleOfAFolderIsFoundAndSingleOnesAreASample() throws Exception {
        copy(signed.get(0));
        Path parent = Objects.requireNonNull(copy(signed.get(2)).getParent());

        TypedCommand gap = verify(parent);
        TypedCommand sample = verify(signed.get(0), signed.get(2));
        TypedCommand whole = verify(Objects.requireNonNull(copy(signed.get(1)).getParent()));

        assertThat(gap.exitCode()).isEqualTo(8);
        assertThat(gap.out())
                .contains("report of the run before it: expected that of run %s, which it names, found none"
                        .formatted(signed.get(1).getFileName()))
                .contains("2 reports, 0 not in order; 1 gap; ");
        assertThat(sample.exitCode()).isZero();
        assertThat(sample.out()).contains("2 reports, 0 not in order; 1 gap; ");
        assertThat(whole.exitCode()).isZero();
        assertThat(whole.out()
                        .lines()
                        .filter(line -> line.matches("3 reports, 0 not in order; 0 gaps; 3 removals; 0 unplanned")))
                .hasSize(1);
    }

    @Test
    void aReportWhoseManifestIsGoneIsFoundInAFolderOfReports() throws Exception {
        copy(signed.get(0));
        copy(signed.get(1));
        Path last = copy(signed.get(2));
        Path job = Objects.requireNonNull(last.getParent());
        Files.delete(last.resolve("manifest.json"));

        for (Path above : List.of(job, folder)) {
            TypedCommand all = verify(above);

            assertThat(all.exitCode()).as("%s", all).isEqualTo(8);
            assertThat(all.out())
                    .contains(last + ": NOT in order")
                    .contains("the folder: manifest.json: expected there, found missing")
                    .contains("3 reports, 1 not in order; 0 gaps; ");
        }
    }

    /** Whoever may delete one file may delete more, or put something else in its place. */
    @Test
    void soIsWhatIsLeftOfAReportUnderItsNameAndOneThatWasMovedWithoutIt() throws Exception {
        Path job = Objects.requireNonNull(copy(signed.get(0)).getParent());
        Path moved = Files.move(copy(signed.get(2)), job.resolve("november"));
        Files.delete(moved.resolve("manifest.json"));
        Path empty = Files.createDirectory(job.resolve(signed.get(1).getFileName()));
        Path file = Files.writeString(job.resolve(signed.get(2).getFileName()), "no report");

        TypedCommand all = verify(job);

        assertThat(all.exitCode()).isEqualTo(8);
        assertThat(all.out())
                .contains(empty + ": NOT in order", file + ": NOT in order", moved + ": NOT in order")
                .contains("4 reports, 3 not in order");
    }

    @Test
    void oneInWhichThereIsAnotherIsNotPassedOverForThatOne() throws Exception {
        Path report = copy(signed.get(0));
        Path within = Files.createDirectory(report.resolve("within"));
        FileSystemUtils.copyRecursively(signed.get(1), within);
        Files.delete(report.resolve("manifest.json"));

        TypedCommand outer = verify(report);

        assertThat(outer.exitCode()).as("%s", outer).isEqualTo(8);
        assertThat(outer.out()).contains(report + ": NOT in order");
        FileSystemUtils.deleteRecursively(within);
    }

    @Test
    void aReportThatIsKeptElsewhereAndLinkedIsReadThroughTheLink() throws Exception {
        Path job = Objects.requireNonNull(copy(signed.get(0)).getParent());
        copy(signed.get(2));
        Files.createSymbolicLink(job.resolve(signed.get(1).getFileName()), signed.get(1));

        TypedCommand all = verify(job);

        assertThat(all.exitCode()).as("%s", all).isZero();
        assertThat(all.out()).contains("3 reports, 0 not in order; 0 gaps; ");
    }

    /** What a run is still writing, or was when it died, and what others keep in the same place. */
    @Test
    void whatIsNoReportIsPassedOverInAFolderOfReports() throws Exception {
        Path report = copy(signed.get(0));
        Path job = Objects.requireNonNull(report.getParent());
        Path writing = Files.createDirectory(job.resolve(".20261122T033000123Z.2b5c"));
        Files.copy(report.resolve("report.json"), writing.resolve("report.json"));
        Files.copy(report.resolve("events.jsonl"), writing.resolve("events.jsonl"));
        FileSystemUtils.copyRecursively(
                writing.toFile(), job.resolve(".trash/20261122T033000123Z").toFile());
        Path logs = Files.createDirectory(job.resolve("logs"));
        Files.writeString(logs.resolve("20261122T033000123Z.log"), "log");
        Files.writeString(
                Files.createDirectories(folder.resolve("lists/archive")).resolve("customers.csv"), "list");
        Path tests = Files.createDirectories(folder.resolve("other/tests"));
        Files.writeString(tests.resolve("report.json"), "{}");
        Files.writeString(tests.resolve("report.html"), "<html>");
        Files.createDirectories(folder.resolve("other/tests/20261122T033000123Z"));
        Files.createSymbolicLink(job.resolve("latest"), report.getFileName());
        Files.writeString(job.resolve("index.html"), "<html>");

        for (Path above : List.of(job, folder)) {
            TypedCommand all = verify(above);

            assertThat(all.exitCode()).as("%s", all).isZero();
            assertThat(all.out()).contains("1 report, 0 not in order");
        }
    }

    @Test
    void thatTheyAreNotSignedIsSaidOnce() throws Exception {
        for (Path report : signed) {
            unsigned(copy(report));
        }

        TypedCommand all = verify(folder.resolve("copy"));

        assertThat(all.out().lines().filter(line -> line.contains("not signed")))
                .singleElement()
                .asString()
                .startsWith("note: 3 of 3 reports not signed");
    }

    @Test
    void wrongUsageIsDistinguishedFromWrongReports() throws Exception {
        TypedCommand nowhere = verify(folder.resolve("nowhere"));
        TypedCommand noKey =
                type("verify-report", "--fingerprint", "abc", signed.get(0).toString());
        TypedCommand noFile = type(
                "verify-report", "--public-key", "nowhere.pem", signed.get(0).toString());

        assertThat(List.of(nowhere, noKey, noFile, type("verify-report"))).allSatisfy(terminal -> {
            assertThat(terminal.exitCode()).isEqualTo(2);
            assertThat(terminal.out()).isEmpty();
            assertThat(terminal.err()).isNotEmpty();
        });
        assertThat(nowhere.err()).contains("there is no such folder");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThat(verify(empty).exitCode()).isEqualTo(8);
        assertThat(verify(empty).out()).contains("the folder: manifest.json: expected there, found missing");
    }

    /** As one names it who stands beside it, above it or in it: it ended as an unexpected error. */
    @Test
    void aFolderMayBeNamedAsOneSeesItFromWhereOneStands() throws Exception {
        Path job = Objects.requireNonNull(signed.get(0).getParent());
        Path reports = Objects.requireNonNull(job.getParent());

        assertInOrder(job, List.of(".", signed.get(0).getFileName().toString()), List.of(3, 1));
        assertInOrder(signed.get(0), List.of(".."), List.of(3));
        // one process stands in one folder: what is named from the reports' is named from above them, too
        Path above = Objects.requireNonNull(reports.getParent());
        Path beside = above.resolve(job.getFileName());
        FileSystemUtils.copyRecursively(job, beside);
        // the copy of the link is a folder, and would be one more report
        FileSystemUtils.deleteRecursively(beside.resolve("latest"));
        try {
            assertInOrder(
                    above,
                    List.of(
                            reports.getFileName().toString(),
                            beside.getFileName().toString()),
                    List.of(3, 3));
        } finally {
            FileSystemUtils.deleteRecursively(beside);
        }
    }

    /** @param reports so many are found in what is named, one after another */
    private void assertInOrder(Path folder, List<String> named, List<Integer> reports) throws Exception {
        List<List<String>> commands =
                named.stream().map(name -> List.of("verify-report", name)).toList();
        try (ProgramProcess program = ProgramProcess.startFrom(
                folder, scene.folder(), CommandsInARow.class, CommandsInARow.together(commands))) {
            assertThat(program.end()).as(named + program.out() + program.err()).isZero();
            assertThat(program.out().lines().filter(line -> line.contains(" not in order")))
                    .as("%s %s", named, program.out())
                    .hasSameSizeAs(reports)
                    .zipSatisfy(
                            reports,
                            (line, count) -> assertThat(line)
                                    .contains("%d %s, 0 not in order"
                                            .formatted(count, count == 1 ? "report" : "reports")));
            assertThat(program.out())
                    .as(program.err())
                    .endsWith(Collections.nCopies(named.size(), 0) + System.lineSeparator());
        }
    }

    /** With a star a shell names whatever lies there. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsNoFolderIsAFindingAndTheNextIsChecked() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path file = Files.writeString(folder.resolve("file"), "no report");
        Path dangling = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));

        TypedCommand all = verify(pipe, file, dangling, signed.get(0));

        assertThat(all.exitCode()).isEqualTo(8);
        assertThat(all.err()).isEmpty();
        assertThat(all.out())
                .contains(pipe + ": NOT in order", file + ": NOT in order", dangling + ": NOT in order")
                .contains("found that it is not a folder")
                .contains(signed.get(0) + ": in order", "4 reports, 3 not in order");
    }

    /** Also below a folder into which they may not look: "there is no such folder" was not true. Root may look anywhere unless it steps back. */
    @Test
    void whatThisUserMayNotReadIsAFindingAndTheNextIsChecked() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Path within = Files.createDirectory(closed.resolve("within"));
        Files.setPosixFilePermissions(closed, Set.of());
        // as that of another user's run is while it is written
        Path job = Objects.requireNonNull(copy(signed.get(1)).getParent());
        Files.createDirectory(job.resolve(".20261122T033000123Z.2b5c"), PosixFilePermissions.asFileAttribute(Set.of()));
        List<String> ordinary = Files.getAttribute(closed, "unix:uid").equals(0)
                ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search")
                : List.of("env");
        try (ProgramProcess program = ProgramProcess.startBehind(
                ordinary,
                scene.folder(),
                "verify-report",
                closed.toString(),
                within.toString(),
                job.toString(),
                signed.get(0).toString())) {
            assertThat(program.end()).as(program.out() + program.err()).isEqualTo(8);
            assertThat(program.err()).isEmpty();
            assertThat(program.out())
                    .contains(closed + ": NOT in order", within + ": NOT in order", signed.get(0) + ": in order")
                    .contains("found that %s may not read it".formatted(System.getProperty("user.name")))
                    .contains("4 reports, 2 not in order");
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aFolderThatWasPutIntoAReportIsAFindingAndNoWrongUsage() throws Exception {
        Path report = copy(signed.get(0));
        Path within = Files.createDirectories(report.resolve("within"));
        Files.copy(report.resolve("manifest.json"), within.resolve("manifest.json"));

        TypedCommand both = verify(report, signed.get(1));

        assertThat(both.exitCode()).isEqualTo(8);
        assertThat(both.err()).isEmpty();
        assertThat(both.out())
                .contains("the folder: within: expected a file, found something else")
                .contains(signed.get(1) + ": in order: ");
        Files.delete(within.resolve("manifest.json"));
        Files.delete(within);
    }

    @Test
    void aSignatureThatOnlyTheLastReportLacksIsFound() throws Exception {
        Path last = copy(signed.get(2));
        unsigned(last);

        assertThat(verify(last).exitCode()).isZero();
        TypedCommand all = verify(signed.get(0), signed.get(1), last);

        assertThat(all.exitCode()).isEqualTo(8);
        assertThat(all.out())
                .contains("  %s/manifest.json: key that signed it: expected ".formatted(last.getFileName()))
                .contains(", found no signature");
    }

    @Test
    void theSignatureIsOneThatAnybodyCanCheckByHand() throws Exception {
        String manifest = Files.readString(signed.get(1).resolve("manifest.json"));
        JsonNode json = manifest(signed.get(1));
        String value = json.get("signature").get("value").asString();
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(pair.getPublic());
        signature.update(manifest.replace(json.get("manifest_sha256").asString(), "")
                .replace(value, "")
                .getBytes(StandardCharsets.UTF_8));

        assertThat(signature.verify(Base64.getDecoder().decode(value))).isTrue();
    }

    @Test
    void aRunWhoseKeyCannotBeUsedDoesNotBegin() throws Exception {
        Path key = file("wide.pem", "PRIVATE KEY", pair.getPrivate().getEncoded());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        Path jobFile = scene.folder().resolve("wide.yaml");
        Files.writeString(
                jobFile,
                Files.readString(scene.jobFile())
                        .replace(scene.folder().resolve("key.pem").toString(), key.toString()));

        TypedCommand run = type("run", jobFile.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("chmod 600 " + key).doesNotContain("PRIVATE KEY");
        assertThat(scene.reports()).hasSize(3);
    }

    @Test
    void latestLeadsToTheNewestReportAndIsNotASecondOne() throws IOException {
        Path job = Objects.requireNonNull(signed.get(0).getParent());
        Path latest = job.resolve("latest");
        assertThat(Files.readSymbolicLink(latest)).isEqualTo(signed.get(2).getFileName());

        TypedCommand newest = verify(latest);
        assertThat(newest.exitCode()).as("%s", newest).isZero();
        assertThat(newest.out()).startsWith(signed.get(2) + ": in order: ");
        assertThat(verify(job).out()).contains("3 reports, 0 not in order");
        assertThat(verify(signed.get(1), latest, signed.get(2)).out()).contains("2 reports, 0 not in order");
    }

    @Test
    void latestMayBeAFileWithTheNameAndLeadsNowhereElse() throws IOException {
        Path report = copy(signed.get(2));
        Path latest = report.resolveSibling("latest");

        Files.writeString(latest, report.getFileName() + "\n");
        TypedCommand newest = verify(latest);
        assertThat(newest.exitCode()).as("%s", newest).isZero();
        assertThat(newest.out()).startsWith(report + ": in order: ");

        Files.writeString(latest, "../" + report.getFileName());
        assertThat(verify(latest).out()).contains("NOT in order");
        Files.delete(latest);
        Files.createSymbolicLink(latest, Path.of("20261122T033000123Z"));
        assertThat(verify(latest).out()).contains("NOT in order");
        Files.delete(latest);
    }

    /** What a shell makes of {@code reports/nightly/*}. */
    @Test
    void whatTheProgramKeepsBesideItsReportsIsPassedOver() throws IOException { // incident 53
        Path job = Objects.requireNonNull(signed.get(0).getParent());
        assertThat(job.resolve("logs")).isDirectory();
        Files.createDirectories(job.resolve("certificates"));
        try (Stream<Path> all = Files.list(job)) {
            TypedCommand everything = verify(all.sorted().toArray(Path[]::new));

            assertThat(everything.exitCode()).as("%s", everything).isZero();
            assertThat(everything.out()).doesNotContain("logs", "certificates").contains("3 reports, 0 not in order");
        }
        assertThat(verify(job.resolve("logs"), job.resolve("logs")).exitCode()).isEqualTo(2);
    }
}
