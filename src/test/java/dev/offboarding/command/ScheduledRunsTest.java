package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

class ScheduledRunsTest {

    private final StringWriter out = new StringWriter();

    private ScheduledRuns runs(Scene scene) {
        return new ScheduledRuns(
                scene.folder().resolve(".offboarding"),
                Clock.systemUTC(),
                new ScheduleOnTerminal(new PrintWriter(out), new PrintWriter(Writer.nullWriter()), Clock.systemUTC()),
                null,
                Duration.ofMillis(50));
    }

    /** What does not come to its end after a signal is cut off, unless it is about its report. */
    @ParameterizedTest
    @CsvSource({
        "insert on offboarding.event, new.kind = 'INTENT', false",
        "update on offboarding.run, new.ended_at is not null, true"
    })
    void theyOnlyReportOnceNoneOfThemDoesAnythingElse(String event, String when, boolean reporting) throws Exception {
        try (Scene scene = Scene.set();
                ScheduledRuns runs = runs(scene)) {
            scene.customers(1, 4).listed(1);
            scene.gateBefore(event, when);
            assertThat(runs.areReporting()).isTrue();
            CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(
                    () -> runs.run(scene.read(), List.of(), id -> {}), new SimpleAsyncTaskExecutor("a run"));
            scene.awaitSomebodyAtTheGate();

            assertThat(runs.areReporting()).isEqualTo(reporting);

            String step = reporting ? "report" : "remove";
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(out.toString()).containsPattern("(?m)^\\S+ nightly: " + step + " .*s\\)$"));
            scene.openTheGate();
            assertThat(run.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void aPreviewIsAPlanAndStopsWhereTheRunIsDue() throws Exception {
        try (Scene scene = Scene.set();
                ScheduledRuns runs = runs(scene)) {
            scene.customers(1, 4).listed(1);
            LoadedJobFile file = scene.read();
            Instant due = Instant.now().plus(Duration.ofHours(9));

            RunResult whole = runs.preview(file, due);
            scene.gateBefore("insert on offboarding.run_plan", "true");
            CompletableFuture<RunResult> preview =
                    CompletableFuture.supplyAsync(() -> runs.preview(file, due), new SimpleAsyncTaskExecutor("a plan"));
            scene.awaitSomebodyAtTheGate();
            runs.stopPreview("another");
            runs.stopPreview("nightly");
            scene.openTheGate();

            assertThat(whole.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(Scene.report(whole).outcome(1)).isEqualTo("PLANNED");
            assertThat(preview.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
            assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        }
    }
}
