package dev.offboarding.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RegularFileTest {

    @TempDir
    Path folder;

    private Path pipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    private static void assertRefused(Path file, String why) {
        assertThatThrownBy(() -> RegularFile.bytes(file, 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
        assertThatThrownBy(() -> RegularFile.open(file, 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aFileIsReadWhole() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x".repeat(100));

        assertThat(RegularFile.text(file, 100, UTF_8)).isEqualTo("x".repeat(100));
        try (var in = RegularFile.open(file, 100)) {
            assertThat(in.readAllBytes()).hasSize(100);
        }
        assertThatThrownBy(() -> RegularFile.bytes(folder.resolve("none"), 100))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aPipeADeviceAFolderAndALinkAreRefusedAtOnce() throws Exception {
        Path pipe = pipe();

        assertRefused(pipe, "is a pipe, a socket or a device");
        assertRefused(Files.createSymbolicLink(folder.resolve("link"), pipe), "is a link");
        assertRefused(
                Files.createSymbolicLink(folder.resolve("harmless"), Files.createFile(folder.resolve("file"))),
                "is a link");
        assertRefused(Path.of("/dev/zero"), "is a pipe, a socket or a device");
        assertRefused(folder, "is a folder");
        assertThat(RegularFile.is(pipe)).isFalse();
    }

    @Test
    void aFileOfThreeGigabytesIsNotRead() throws Exception {
        Path file = folder.resolve("large");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(3L << 30);
        }

        assertRefused(file, "is larger than 100 bytes");
    }

    @Test
    void aFileThatGrowsWhileItIsReadEndsWhereItsReaderHasEnough() throws Exception {
        Path file = Files.writeString(folder.resolve("grows"), "x".repeat(100));

        try (var in = RegularFile.open(file, 100)) {
            assertThat(in.readNBytes(50)).hasSize(50);
            Files.writeString(file, "y".repeat(1_000));

            assertThatThrownBy(in::readAllBytes).hasMessageContaining("is larger than 100 bytes");
        }
    }

    @Test
    void aPipeThatTakesTheFilesPlaceInBetweenHoldsNobody() throws Exception {
        Path pipe = pipe();

        assertThatThrownBy(() -> RegularFile.within(Duration.ofSeconds(1), pipe, () -> Files.readAllBytes(pipe)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not answer for 1 seconds");
    }

    @Test
    void whoWasAskedToStopMayStillRead() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Thread.currentThread().interrupt();
        try {
            assertThat(RegularFile.text(file, 100, UTF_8)).isEqualTo("x");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
