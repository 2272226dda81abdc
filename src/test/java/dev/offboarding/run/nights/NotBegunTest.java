package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.RunLock;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that cannot begin for several reasons at once: all are said, and the weightiest is the exit code. */
class NotBegunTest {

    private final Scene scene = Scene.set();

    @BeforeEach
    void nothingCanBeWrittenWhereReportsAre() throws IOException {
        scene.customers(1, 2).listed(1);
        Files.createDirectories(scene.folder().resolve("reports"));
        Files.writeString(scene.folder().resolve("reports/nightly"), "in the way");
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private RunResult with(String datasource) throws IOException {
        Path jobFile = scene.jobFile();
        Files.writeString(
                jobFile,
                Files.readString(jobFile)
                        .replaceAll("spring.datasource.url:.*", "spring.datasource.url: '" + datasource + "'"));
        return scene.loadedFrom(jobFile).start();
    }

    @Test
    void aloneItIsTheEvidence() {
        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(result.failures()).singleElement().asString().contains("No report can be written");
        assertThat(scene.count("offboarding.run")).isZero();
        assertThat(scene.inboxFiles()).containsExactly("list-1.csv");
    }

    @Test
    void anotherRunUnderWayWeighsMore() throws Exception {
        try (RunLock other =
                RunLock.tryAcquire(scene.database().direct(), "nightly").orElseThrow()) {
            for (RunResult result :
                    new RunResult[] {scene.run(), scene.loaded().startWithoutEvidence("No report can be written")}) {
                assertThat(result.exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
                assertThat(result.failures())
                        .satisfiesExactly(
                                first -> assertThat(first).contains("another run of job nightly"),
                                second -> assertThat(second).contains("No report can be written"));
            }
            assertThat(other.isHeld()).isTrue();
        }
    }

    @Test
    void aWrongConfigurationWeighsMoreAndADatabaseThatIsAwayLess() throws IOException {
        RunResult wrong = with("jdbc:oracle:thin:@somewhere");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(wrong.failures()).hasSize(2).first().asString().contains("spring.datasource.url");

        RunResult away = with("jdbc:postgresql://127.0.0.1:1/nowhere");
        assertThat(away.exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(away.failures()).hasSize(2).first().asString().contains("No report can be written");
    }

    @Test
    void protectedCustomersThatCannotBeReadWeighMore() {
        scene.with("protected-customers", scene.folder().resolve("gone.csv").toString());

        for (RunResult result :
                new RunResult[] {scene.run(), scene.loaded().startWithoutEvidence("The log file cannot be written")}) {
            assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(result.failures()).first().asString().contains("gone.csv");
        }
    }
}
