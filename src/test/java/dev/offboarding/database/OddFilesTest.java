package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the embedded database's folder in place of what was written there holds no command. */
@Timeout(value = 100, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OddFilesTest {

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void prepare() {
        folder = EmbeddedServer.prepare(temporary.resolve(".offboarding"));
    }

    private static void pipe(Path file) throws Exception {
        Files.deleteIfExists(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
    }

    @Test
    void aPipeForALogIsReplacedAndOneForThePasswordIsSaid() throws Exception {
        pipe(folder.resolve("postgresql.log"));
        try (EmbeddedServer server = EmbeddedServer.start(folder)) {
            assertThat(Database.answers(server.settings())).isTrue();
            pipe(folder.resolve("password-offboarding"));
            assertThat(EmbeddedServer.running(folder)).isEmpty();
        }
        pipe(folder.resolve("password"));

        assertThatThrownBy(() -> EmbeddedServer.start(folder))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("password: is a pipe, a socket or a device, not a file");
    }

    /** An operator has sent it where logs are kept. */
    @Test
    void aLogThatIsLinkedElsewhereStaysThereAndALinkToNoFileIsSaid() throws Exception {
        Path elsewhere = temporary.resolve("elsewhere.log");
        Path log = Files.createSymbolicLink(folder.resolve("postgresql.log"), elsewhere);
        EmbeddedServer.start(folder).close();
        Files.writeString(elsewhere, "x".repeat(2 << 20));
        EmbeddedServer.start(folder).close();

        assertThat(log).isSymbolicLink();
        assertThat(elsewhere).content().startsWith("xxx").contains("database system is ready");

        Files.delete(elsewhere);
        pipe(elsewhere);
        assertThatThrownBy(() -> EmbeddedServer.start(folder))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("postgresql.log: is a link to something that is not a file; link it to a file");
        assertThat(log).isSymbolicLink();
    }

    @Test
    void aPipeForTheServersNumberIsSaid() throws Exception {
        Files.createDirectory(folder.resolve("data"));
        pipe(folder.resolve("data/postmaster.pid"));

        assertThat(EmbeddedServer.running(folder)).isEmpty();
        assertThatThrownBy(() -> EmbeddedServer.start(folder))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("postmaster.pid: is a pipe, a socket or a device, not a file");
    }

    @Test
    void aPipeForTheOwnerIsReplaced() throws Exception {
        pipe(folder.resolve("owner"));

        assertThat(FolderLock.freeSoon(folder)).isTrue();
        try (FolderLock lock = FolderLock.tryAcquire(folder, Access.OWN).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(FolderLock.holder(folder))
                    .startsWith("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void aPipeForTheLockIsSaid() throws Exception {
        pipe(folder.resolve("lock"));

        assertThatThrownBy(() -> FolderLock.tryAcquire(folder, Access.OWN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lock: is a pipe, a socket or a device, not a file");
    }
}
