package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {

    @TempDir
    private Path folder;

    private Path written(String text) throws IOException {
        return Files.writeString(folder.resolve("fresh"), text);
    }

    @Test
    void aFileThatIsPutIntoItsPlaceIsThereAndNothingBesideIt() throws IOException {
        Path file = folder.resolve("file");

        DurableFile.put(written("new"), file);

        assertThat(folder).isDirectoryContaining(it -> it.equals(file));
        assertThat(Files.list(folder)).containsExactly(file);
        assertThat(file).hasContent("new");
    }

    @Test
    void whatWasThereIsReplacedWithItsRights() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        Path fresh = written("new");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));

        DurableFile.put(fresh, file);

        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    /** What a link leads to is somebody else's. */
    @Test
    void aLinkIsReplacedAndNotWhatItLeadsTo() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "old");
        Path file = Files.createSymbolicLink(folder.resolve("file"), elsewhere);

        DurableFile.put(written("new"), file);

        assertThat(file).isRegularFile().hasContent("new");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(elsewhere).hasContent("old");
    }

    @Test
    void whatWasNotWrittenReplacesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");

        assertThatThrownBy(() -> DurableFile.put(folder.resolve("fresh"), file))
                .isInstanceOf(NoSuchFileException.class);

        assertThat(file).hasContent("old");
    }

    @Test
    void aFolderThatIsNotThereCannotBeSynced() {
        assertThatThrownBy(() -> DurableFile.sync(folder.resolve("nowhere"))).isInstanceOf(NoSuchFileException.class);
    }
}
