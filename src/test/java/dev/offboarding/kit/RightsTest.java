package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
}
