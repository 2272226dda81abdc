package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
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
                .hasMessageContainingAll(
                        "it belongs to user nobody",
                        folder.equals(theirs)
                                ? "Run as that user, or set spring.datasource.url."
                                : "once it is removed")
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

    /** The folder's maker put a file of that name in place of what the program had made there to see whose files it makes. */
    @Test
    void nothingInTheFolderSaysWhoWeAre() throws Exception {
        giveAway(folder);
        AtomicBoolean over = new AtomicBoolean();
        Thread other = new Thread(() -> {
            while (!over.get()) {
                try (var all = Files.list(folder)) {
                    for (Path path : all.toList()) {
                        giveAway(path);
                    }
                } catch (IOException | UncheckedIOException gone) {
                    // it was faster
                }
            }
        });
        other.start();
        try {
            for (int n = 0; n < 50; n++) {
                assertRefused(folder, folder);
            }
        } finally {
            over.set(true);
            other.join();
        }
    }

    /** As whoever is not root and has taken their own rights away. */
    @Test
    void ourOwnIsUsedThoughItWasMadeReadOnly() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));

        assertThatCode(() -> EmbeddedServer.prepare(folder)).doesNotThrowAnyException();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
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
