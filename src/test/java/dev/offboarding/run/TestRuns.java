package dev.offboarding.run;

import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.runs.Mode;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Runs with a clock and time limits of a test's own. */
public final class TestRuns {

    private TestRuns() {}

    public static OffboardingRun of(
            LoadedJobFile loaded, Mode mode, Path databaseFolder, Clock clock, Progress progress) {
        return new OffboardingRun(loaded, mode, databaseFolder, clock, progress);
    }

    public static OffboardingRun of(
            LoadedJobFile loaded,
            Mode mode,
            Path databaseFolder,
            Clock clock,
            Progress progress,
            Duration betweenLooks) {
        return new OffboardingRun(
                loaded,
                mode,
                databaseFolder,
                RunTimes.madeUp(clock, betweenLooks),
                progress,
                List.of(),
                ObservationRegistry.NOOP);
    }

    public static OffboardingRun of(
            LoadedJobFile loaded,
            Mode mode,
            Path databaseFolder,
            Clock clock,
            Progress progress,
            List<String> notes,
            Duration betweenLooks,
            Duration grace,
            Duration databaseWait) {
        RunTimes times = new RunTimes(clock, ReferenceClocks.AS_OURS, betweenLooks, grace, databaseWait);
        return new OffboardingRun(loaded, mode, databaseFolder, times, progress, notes, ObservationRegistry.NOOP);
    }
}
