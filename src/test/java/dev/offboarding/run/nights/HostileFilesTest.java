package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What lies in the reports folder in place of what was written there stops no run. */
@Timeout(value = 100, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileFilesTest {

    private final Scene scene = Scene.set();

    @BeforeEach
    void customers() {
        scene.customers(1, 4).listed(1);
    }

    private @Nullable Path hostile;

    @AfterEach
    void close() throws IOException {
        if (hostile != null) {
            Files.delete(hostile); // else the scene's own look at every report would be the next victim
            FileSystemUtils.deleteRecursively(hostile.getParent());
        }
        scene.close();
    }

    private Path night() {
        Path report = scene.runs(ExitCode.OK).folder();
        scene.clock.pass(Duration.ofDays(1));
        return report;
    }

    private void pipe(Path file) throws Exception {
        hostile = file;
        Files.deleteIfExists(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
    }

    private void threeGigabytes(Path file) throws IOException {
        hostile = file;
        Files.deleteIfExists(file);
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(3L << 30);
        }
    }

    private static String note(Path report) {
        JsonNode manifest =
                JsonMapper.shared().readTree(report.resolve("manifest.json").toFile());
        return manifest.path("previous_run_note").asString("");
    }

    /** As with runs of the versions that did not record it. */
    private void forgetTheHash() {
        scene.unwrite("update offboarding.run set manifest_sha256 = null");
    }

    /** As seen: a run hung for ever after its removals, deaf to SIGTERM. */
    @Test
    void thePreviousManifestIsAPipe() throws Exception {
        pipe(night().resolve("manifest.json"));
        scene.listed(2);

        Path second = night();

        assertThat(scene.relationshipOf(2)).isEqualTo("none");
        assertThat(note(second)).contains("has no manifest that can be read");
    }

    @Test
    void thePreviousManifestIsAPipeAndItsHashIsNotKnown() throws Exception {
        pipe(night().resolve("manifest.json"));
        forgetTheHash();
        scene.listed(2);

        assertThat(note(night())).contains("cannot be read");
    }

    /** As seen: the run ended without a report. */
    @Test
    void thePreviousManifestHasThreeGigabytes() throws Exception {
        threeGigabytes(night().resolve("manifest.json"));
        scene.listed(2);

        assertThat(note(night())).contains("has no manifest that can be read");
    }
}
