package dev.offboarding.run;

import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.runs.Mode;
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
        return new OffboardingRun(loaded, mode, databaseFolder, clock, progress, betweenLooks);
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
        return new OffboardingRun(
                loaded, mode, databaseFolder, clock, progress, notes, betweenLooks, grace, databaseWait);
    }
}
