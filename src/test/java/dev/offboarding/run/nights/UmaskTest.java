package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.CommandsInARow;
import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may read what a run leaves behind does not hang on the shell, the crontab or the unit that started it. */
class UmaskTest {

    private final Scene scene = Scene.set();

    @BeforeEach
    void customers() {
        scene.customers(1, 4);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    /** In its own folder and with its own umask. */
    private void under(String umask, List<Integer> exitCodes, String... args) throws IOException, InterruptedException {
        try (ProgramProcess program = ProgramProcess.startBehind(
                ProgramProcess.shell("umask " + umask), scene.folder(), CommandsInARow.class, args)) {
            assertThat(program.end()).as(program.out() + program.err()).isZero();
            assertThat(program.out()).as(program.err()).endsWith(exitCodes + System.lineSeparator());
        }
    }

    private static Map<String, String> rights(Path folder) throws IOException {
        Map<String, String> rights = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            // a link has no rights of its own
            for (Path path : all.filter(it -> !Files.isSymbolicLink(it)).toList()) {
                PosixFileAttributes attributes =
                        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                rights.put(
                        folder.relativize(path) + (attributes.isDirectory() ? "/" : ""),
                        PosixFilePermissions.toString(attributes.permissions()) + " "
                                + attributes.group().getName());
            }
        }
        return rights;
    }

    private static List<String> without(Map<String, String> rights, String folders, String files) {
        return rights.entrySet().stream()
                .filter(entry ->
                        !entry.getValue().substring(0, 9).equals(entry.getKey().endsWith("/") ? folders : files))
                .map(Object::toString)
                .toList();
    }

    /** The metrics' collector is another user, and has to get as far as its file. Another job's file says otherwise. */
    @Test
    void userAndGroupReadWhatARunLeavesBehindAndWhoCorrectsRejectsMayWriteThem() throws Exception {
        whatARunLeavesBehindHasItsRightsUnder("077");
    }

    @Test
    @Tag("large")
    void othersAreKeptOutWhereTheUmaskKeepsNobodyOut() throws Exception {
        whatARunLeavesBehindHasItsRightsUnder("000");
    }

    private void whatARunLeavesBehindHasItsRightsUnder(String umask) throws Exception {
        handOver(scene.inbox(), 02770);
        String customer = "customer_id,domain\n%s,customer-1.example\n".formatted(Scene.id(1));
        scene.inboxFile("list.csv", customer + "x,y\n").inboxFile("none.csv", "customer_id,domain\n");
        scene.with(
                "metrics.file",
                scene.folder().resolve("collected/textfile/nightly.prom").toString());
        String jobFile = scene.jobFile().toString();
        try (Scene otherwise = whoseJobFileSaysOtherwise()) {
            under(
                    umask,
                    List.of(4, 0, 0),
                    "run",
                    jobFile,
                    CommandsInARow.THEN,
                    "certificate",
                    jobFile,
                    Scene.id(1).toString(),
                    CommandsInARow.THEN,
                    "run",
                    otherwise.jobFile().toString());

            Path reports = otherwise.folder().resolve("reports");
            assertThat(without(rights(reports), "rwx--x--x", "rw-------"))
                    .as("as the job file says")
                    .isEmpty();
            assertThat((Integer) Files.getAttribute(reports.resolve("nightly"), "unix:mode") & 07777)
                    .as("a group that the folder hands on is kept")
                    .isEqualTo(02711);
        }

        Map<String, String> reports = rights(scene.folder().resolve("reports"));
        assertThat(reports.keySet())
                .contains("/", "nightly/", "nightly/logs/", "nightly/certificates/")
                .anyMatch(name -> name.endsWith(".log"))
                .anyMatch(name -> name.endsWith("manifest.json"))
                .anyMatch(name -> name.startsWith("nightly/certificates/" + Scene.id(1)));
        assertThat(without(reports, "rwxr-x---", "rw-r-----")).isEmpty();
        Map<String, String> inbox = rights(scene.inbox());
        assertThat(inbox)
                .containsOnlyKeys(
                        "/",
                        "archive/",
                        "archive/list.csv",
                        "archive/list.csv.rejects.csv",
                        "archive/list.csv.result.csv",
                        "refused/",
                        "refused/none.csv",
                        "refused/none.csv.reason.txt");
        assertThat(without(inbox, "rwxrwx---", "rw-rw----")).isEmpty();
        String group = Files.readAttributes(scene.inbox(), PosixFileAttributes.class)
                .group()
                .getName();
        assertThat(inbox.values()).allMatch(mode -> mode.endsWith(" " + group));
        assertThat(without(rights(scene.folder().resolve("collected")), "rwxr-xr-x", "rw-r--r--"))
                .isEmpty();
    }

    private static Scene whoseJobFileSaysOtherwise() throws IOException {
        Scene scene = Scene.set().customers(1, 4).listed(1);
        Path reports = Files.createDirectory(scene.folder().resolve("reports"));
        Files.setAttribute(reports, "unix:mode", 02711);
        return scene.with("report.file-mode", "0600").with("report.folder-mode", "711");
    }

    /** What is there already was made by somebody, perhaps with more rights on purpose. */
    @Test
    void aFolderThatIsThereKeepsItsRights() throws Exception {
        Path reports = Files.createDirectory(scene.folder().resolve("reports"));
        Files.setPosixFilePermissions(reports, PosixFilePermissions.fromString("rwxrwxr-x"));
        scene.listed(1);

        scene.runs(ExitCode.OK);

        assertThat(rights(reports))
                .hasEntrySatisfying("/", mode -> assertThat(mode).startsWith("rwxrwxr-x"))
                .hasEntrySatisfying("nightly/", mode -> assertThat(mode).startsWith("rwxr-x---"));
    }

    /** To another group than this user's first, where it has one or may give things away. */
    private static void handOver(Path inbox, int mode) throws Exception {
        Process id =
                new ProcessBuilder("sh", "-c", "[ $(id -u) = 0 ] && echo 60 || id -G | tr ' ' '\\n' | tail -1").start();
        String group = new String(id.getInputStream().readAllBytes()).strip();
        Assumptions.assumeTrue(
                new ProcessBuilder("chgrp", group, inbox.toString()).start().waitFor() == 0);
        Files.setAttribute(inbox, "unix:mode", mode);
    }
}
