package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.offboarding.run.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another user of the machine made {@code .offboarding} before the program did, with a PostgreSQL of their own in it, and opened it again as
 * soon as it was narrowed: it was run as the program's user. Only root may give files away, and whoever is not root may not narrow what
 * belongs to others.
 */
class OwnFilesTest {

    private static final int NOBODY = 65534;

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void aFolderOfOurOwn() throws IOException {
        assumeThat(Files.getAttribute(temporary, "unix:uid")).isEqualTo(0);
        folder = Files.createDirectory(temporary.resolve(".offboarding"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private static void giveAway(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    }

    private static void assertRefused(Path folder, Path theirs) {
        assertThatThrownBy(() -> EmbeddedServer.prepare(folder))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageStartingWith("The folder of the embedded database, " + folder)
                .hasMessageContainingAll("it belongs to user nobody", "Run as that user, or move it away")
                .hasMessageNotContaining("Exception")
                .satisfies(e -> {
                    if (!folder.equals(theirs)) {
                        assertThat(e).hasMessageContaining(theirs + ": ");
                    }
                });
    }

    @Test
    void aFolderThatAnotherUserHasMadeIsNotUsed() throws Exception {
        giveAway(folder);

        assertRefused(folder, folder);

        assertThat(folder).isEmptyDirectory();
    }

    /** As everyone but root. */
    @Test
    void whoMayNotWriteInItIsToldWhose() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        giveAway(folder);
        Path jobFile = Files.writeString(
                temporary.resolve("job.yaml"),
                "offboarding: { job: a, list: { database: { query: select 1 } }, platform: ledger, protected-customers: none }");

        try (ProgramProcess program = ProgramProcess.startBehind(
                List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"),
                temporary,
                "cases",
                jobFile.toString())) {
            assertThat(program.end()).as(program.out() + program.err()).isEqualTo(7);
            assertThat(program.err())
                    .isEqualToIgnoringNewLines(
                            "The folder of the embedded database, %s, cannot be used: it belongs to user nobody, and user root may not write in it. Run as the one to whom it belongs, or move it away, or set spring.datasource.url."
                                    .formatted(folder));
        }
    }

    @Test
    void aLinkByWhichAnotherUserLeadsToAFolderOfOursIsNotFollowed() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        giveAway(link);

        assertRefused(link, link);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwxrwxrwx");
    }

    @Test
    void programsThatAnotherUserHasPutIntoAnOpenFolderAreNotRun() throws Exception {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Path postgres = Files.createDirectory(programs.resolve("PG-0"));
        giveAway(postgres);
        assertRefused(folder, postgres);

        giveAway(programs);
        assertRefused(folder, programs);
    }

    @Test
    void ourOwnIsUsedAndNarrowedAlsoThroughALinkOfOurOwn() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        Files.createDirectories(folder.resolve("programs/PG-0"));

        assertThatCode(() -> EmbeddedServer.prepare(link)).doesNotThrowAnyException();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(folder.toFile().list()).containsExactly("programs");
    }
}
