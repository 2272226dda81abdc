package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Rights are given to what is ours alone: whoever may write beside it would else be given our secrets. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RightsTest {

    @TempDir
    Path folder;

    private Path inbox;
    private Path secret;

    @BeforeEach
    void aSecretAndAnInboxOfMany() throws IOException {
        inbox = Files.createDirectory(folder.resolve("inbox"));
        Files.setPosixFilePermissions(inbox, PosixFilePermissions.fromString("rwxrwxr-x"));
        secret = Files.createFile(
                folder.resolve("secret"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aFileBesideTheInboxTakesItsModeAndExecutesNothing() throws IOException {
        Path list = Files.createFile(inbox.resolve("list.csv"));
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rwx------"));

        Rights.asIn(inbox, list);

        assertThat(rights(list)).isEqualTo("rw-rw-r--");
    }

    @Test
    void aLinkOpensNothing() throws IOException {
        Path link = Files.createSymbolicLink(inbox.resolve("list.csv"), secret);
        Path data = Files.createDirectory(
                folder.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path archive = Files.createSymbolicLink(inbox.resolve("archive"), data);

        Rights.asIn(inbox, link);
        Rights.asIn(inbox, archive);
        Assertions.assertThatThrownBy(() -> Rights.createFolderAsIn(inbox, archive))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("it is a link: replace it with a folder");

        assertThat(rights(secret)).isEqualTo("rw-------");
        assertThat(rights(data)).isEqualTo("rwx------");
    }

    @Test
    void aSecondNameOpensNothing() throws IOException {
        Path second = Files.createLink(inbox.resolve("list.csv"), secret);

        Rights.asIn(inbox, second);

        assertThat(rights(secret)).isEqualTo("rw-------");
    }

    @Test
    void aPipeHoldsNobody() throws Exception {
        Path pipe = inbox.resolve("list.csv");
        assertThat(new ProcessBuilder("mkfifo", "-m", "600", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();

        Rights.asIn(inbox, pipe);

        assertThat(rights(pipe)).isEqualTo("rw-------");
    }

    @Test
    void whatIsMadeTakesNobodysPlace() throws IOException {
        Path link = Files.createSymbolicLink(inbox.resolve("report.json"), secret);
        Path dangling = Files.createSymbolicLink(inbox.resolve("log"), folder.resolve("nowhere"));

        for (Path taken : new Path[] {link, dangling}) {
            Assertions.assertThatThrownBy(
                            () -> Rights.USER_AND_GROUP.createFile(taken).close())
                    .isInstanceOf(FileAlreadyExistsException.class);
        }

        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    /** Makes in an inbox what a night makes there. */
    static final class ANight {
        public static void main(String[] args) throws IOException {
            Path inbox = Path.of(args[0]);
            ListAppender<ILoggingEvent> said = new ListAppender<>();
            said.start();
            Logger log = (Logger) LoggerFactory.getLogger(Rights.class);
            log.setLevel(Level.DEBUG);
            log.addAppender(said);
            for (int list = 0; list < 3; list++) {
                Path archive = inbox.resolve("archive");
                Rights.createFolderAsIn(inbox, archive);
                Rights.createFileAsIn(inbox, archive.resolve(list + ".rejects.csv"))
                        .close();
            }
            said.list.forEach(event -> System.out.println(event.getLevel() + " " + event.getFormattedMessage()));
        }
    }

    /** As somebody who is not in the inbox's group and may not give things away; root may do both unless it steps back. */
    private static String nightOfAStranger(Path inbox) throws Exception {
        Assumptions.assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(inbox, "unix:uid")));
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")));
        assertThat(new ProcessBuilder("chgrp", "60", inbox.toString()).start().waitFor())
                .isZero();
        Process process = new ProcessBuilder(
                        "setpriv",
                        "--bounding-set=-fsetid,-chown",
                        "sh",
                        "-c",
                        "umask 022; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ANight.class.getName(),
                        inbox.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** Linux takes the bit away from whoever is not in the group, and reports success. */
    @Test
    void aSetGroupIdBitThatIsLostIsSaid() throws Exception {
        Files.setAttribute(inbox, "unix:mode", 02770);

        String said = nightOfAStranger(inbox);

        Path archive = inbox.resolve("archive");
        assertThat((Integer) Files.getAttribute(archive, "unix:mode") & 07777).isEqualTo(0770);
        assertThat(said.lines().filter(line -> line.contains("WARN")))
                .first()
                .asString()
                .contains(archive + " cannot be given the set-group-id bit", "not a member of its group, games");
    }

    @Test
    void aGroupThatCannotBeGivenIsSaidOnceAFolderAndNoOtherGetsItsRights() throws Exception {
        Files.setAttribute(inbox, "unix:mode", 0770);

        String said = nightOfAStranger(inbox);

        Path archive = inbox.resolve("archive");
        assertThat(rights(archive)).isEqualTo("rwx------");
        assertThat(rights(archive.resolve("2.rejects.csv"))).isEqualTo("rw-------");
        assertThat(said.lines().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .contains(archive + " cannot be given the group games");
    }

    @Test
    void aFolderThatIsThereAndOpenToOthersIsLeftAndSaid() throws Exception {
        Files.setAttribute(inbox, "unix:mode", 01777);
        Path archive = Files.createDirectory(inbox.resolve("archive"));
        Files.setAttribute(archive, "unix:mode", 01777);

        String said = nightOfAStranger(inbox);

        assertThat(rights(archive)).isEqualTo("rwxrwxrwx");
        assertThat(said.lines().filter(line -> line.contains(archive + " keeps the mode 1777")))
                .singleElement()
                .asString()
                .contains("WARN", "is open to others");
    }
}
