package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.offboarding.kit.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The embedded database when a start does not come to its end: killed, or on a disk that is full. */
@Timeout(180)
class CutOffStartTest {

    @TempDir
    Path temporary;

    /** While the programs are unpacked, while the data are made, and while the server starts. */
    @Test
    void aFirstStartThatIsKilledThreeTimesLeavesNothingThatTheFourthStumblesOver() throws Exception {
        Path folder = temporary.resolve(".offboarding");
        Path data = folder.resolve("data");
        for (Callable<Boolean> sign : List.<Callable<Boolean>>of(
                () -> unpacking(folder),
                () -> Files.exists(data.resolve("global")),
                () -> Files.exists(data.resolve("postmaster.pid")))) {
            Process killed = ProgramOnAFolder.start(folder, "OWN");
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> sign.call() || !killed.isAlive());
            assertThat(killed.isAlive()).isTrue();
            killed.toHandle().destroyForcibly();
            killed.waitFor();
        }

        Process fourth = ProgramOnAFolder.start(folder, "OWN");
        ProgramOnAFolder.awaitWord(fourth, "ready");
        fourth.getOutputStream().close();
        assertThat(fourth.waitFor(30, TimeUnit.SECONDS)).isTrue();

        assertThat(Postmaster.of(data)).isEmpty();
        try (EmbeddedServer server = EmbeddedServer.start(folder)) {
            assertThat(server.created()).isFalse();
            assertThat(JdbcClient.create(server.settings().direct())
                            .sql("select text from public.note")
                            .query(String.class)
                            .list())
                    .containsExactly("written before the end");
        }
    }

    /** Something of PostgreSQL is there; the whole takes a second. */
    private static boolean unpacking(Path folder) throws IOException {
        Path programs = folder.resolve("programs");
        if (!Files.exists(programs)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(programs)) {
            return files.anyMatch(Files::isRegularFile);
        } catch (UncheckedIOException comesAndGoes) {
            return false;
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskThatIsFullAtTheFirstStartOrLaterIsSaidAndNothingIsLost() throws Exception {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        assumeTrue(SmallDisk.mount(disk, "20m"), "a small disk is mounted by root only");
        try {
            Path folder = EmbeddedServer.prepare(disk.resolve(".offboarding"));
            assertThatThrownBy(() -> EmbeddedServer.start(folder, ServerAddress::of, PostgresPrograms::unpackedIn))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("there is no space left on the disk. Make room")
                    .hasStackTraceContaining("a first start needs 200 MB in " + folder);
            assertFull(folder);

            assertThat(SmallDisk.remount(disk, "size=300m")).isTrue();
            try (EmbeddedServer server = EmbeddedServer.start(folder)) {
                assertThat(server.created()).isTrue();
                JdbcClient role = JdbcClient.create(server.settings().direct());
                role.sql("create table public.kept (text text)").update();
                role.sql("insert into public.kept values ('before')").update();
            }

            Path filler = disk.resolve("filler");
            SmallDisk.fill(filler);
            assertFull(folder);
            assertThat(Postmaster.of(folder.resolve("data"))).isEmpty();
            // where it is written down who has the folder
            assertThatThrownBy(() -> Database.open(new StandardEnvironment(), folder, Access.OWN))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessage(
                            "The folder of the embedded database, %s, cannot be locked: there is no space left on the disk. Make room, then start again; nothing is lost.",
                            folder);

            Files.delete(filler);
            try (EmbeddedServer server = EmbeddedServer.start(folder)) {
                assertThat(JdbcClient.create(server.settings().direct())
                                .sql("select text from public.kept")
                                .query(String.class)
                                .list())
                        .containsExactly("before");
            }
        } finally {
            SmallDisk.unmount(disk);
        }
    }

    /** It was said that some of it belonged to another user, and nobody's it was. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskOnWhichNoProgramIsRunOrNothingIsWrittenIsCalledThat() throws Exception {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        assumeTrue(SmallDisk.mount(disk, "300m"), "a small disk is mounted by root only");
        try {
            assertThat(SmallDisk.remount(disk, "noexec")).isTrue();
            Path folder = EmbeddedServer.prepare(disk.resolve(".offboarding"));
            assertThatThrownBy(() -> EmbeddedServer.start(folder, ServerAddress::of, PostgresPrograms::unpackedIn))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("does not let programs be run (noexec). Mount it without that");

            assertThat(SmallDisk.remount(disk, "ro")).isTrue();
            assertThatThrownBy(() -> Database.open(new StandardEnvironment(), folder, Access.OWN))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessage(
                            "The folder of the embedded database, %s, cannot be used: the disk can only be read. Mount it for writing, or set spring.datasource.url.",
                            folder);
        } finally {
            SmallDisk.unmount(disk);
        }
    }

    private static void assertFull(Path folder) {
        assertThatThrownBy(() -> EmbeddedServer.start(folder))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining(
                        "there is no space left on the disk. Make room, then start again; nothing is lost");
    }
}
