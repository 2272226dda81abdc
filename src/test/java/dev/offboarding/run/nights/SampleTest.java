package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a new user tries first, on the embedded database: the sample twice, then the messy list. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SampleTest {

    private Path folder;

    private RunResult first;
    private RunResult second;
    private RunResult messy;

    @BeforeAll
    void tryIt(@TempDir Path folder) throws IOException {
        this.folder = folder;
        first = run("sample");
        second = run("sample");
        Files.createDirectories(folder.resolve("inbox"));
        Files.copy(Path.of("sample-data/messy.csv"), folder.resolve("inbox/messy.csv"));
        Files.copy(Path.of("sample-data/protected-customers.csv"), folder.resolve("protected-customers.csv"));
        messy = run("nightly-csv");
    }

    /** The job file that is handed out, with its results in a folder of the test's own. */
    private RunResult run(String job) throws IOException {
        String yaml = Files.readString(Path.of("jobs", job + ".yaml"))
                .replace("inbox: inbox ", "inbox: " + folder.resolve("inbox") + " ")
                .replace(
                        "protected-customers: protected-customers.csv",
                        "protected-customers: " + folder.resolve("protected-customers.csv"));
        Path jobFile = folder.resolve(job + ".yaml");
        Files.writeString(jobFile, yaml + "\n  reports: " + folder.resolve("reports") + "\n");
        return run(jobFile);
    }

    private RunResult run(Path jobFile) {
        return TestRuns.of(
                        new JobFileReader().read(jobFile),
                        Mode.RUN,
                        folder.resolve(".offboarding"),
                        Clock.systemUTC(),
                        Progress.NONE,
                        Duration.ZERO)
                .start();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeForTheSampleDataIsSaid() throws Exception {
        Path pipe = folder.resolve("sample.sql");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path jobFile = folder.resolve("pipe.yaml");
        String sample = Files.readString(Path.of("jobs/sample.yaml"));
        Files.writeString(
                jobFile,
                sample.replaceFirst("(sample-data: )\\S+", "$1" + pipe) + "\n  reports: " + folder.resolve("reports")
                        + "\n");

        RunResult result = run(jobFile);

        assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.failures())
                .singleElement()
                .asString()
                .contains("ledger.sample-data", "is a pipe, a socket or a device, not a file");
    }

    @Test
    void theSampleEndsWellAndShowsOffboardedCustomersAndEveryWaitingHoldThatItCan() {
        assertThat(first.exitCode()).isEqualTo(ExitCode.OK);
        var report = Scene.report(first).json();
        assertThat(report.get("totals").get("customers").get("OFFBOARDED").asInt())
                .isPositive();
        List<String> holds = report.get("customers")
                .valueStream()
                .map(row -> row.get("hold_reason").asString())
                .filter(hold -> !hold.isEmpty() && !hold.equals("null"))
                .toList();
        assertThat(holds)
                .containsExactlyInAnyOrder(
                        "NOT_DUE",
                        "TERM_COMMITMENT",
                        "RESERVED_INSTANCE",
                        "SOFTWARE_PURCHASE",
                        "AZURE_PLAN",
                        "MARKETPLACE",
                        "PENDING_OPERATION");
    }

    @Test
    void aSecondSampleRunFindsNothingLeftToDo() {
        assertThat(second.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(Scene.report(second).actions()).isEmpty();
        // the list is read where it stands, and its rows are nothing new
        assertThat(Scene.report(second).json().get("totals").get("rows"))
                .isEqualTo(Scene.report(first).json().get("totals").get("rows"));
    }

    @Test
    void theMessyListGivesBackExactlyTheRejectsThatAreShownBesideIt() throws IOException {
        assertThat(messy.exitCode()).isEqualTo(ExitCode.NEEDS_ATTENTION);
        assertThat(folder.resolve("inbox/archive/messy.csv.rejects.csv"))
                .hasSameTextualContentAs(Path.of("sample-data/messy-expected-rejects.csv"));
        assertThat(Scene.report(messy).json().get("totals").get("rows").toString())
                .isEqualTo("{\"read\":6,\"accepted\":2,\"duplicates\":1,\"rejected\":3}");
    }
}
