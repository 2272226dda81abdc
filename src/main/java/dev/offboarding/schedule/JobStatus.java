package dev.offboarding.schedule;

import dev.offboarding.runs.ExitCode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one job of a schedule.
 *
 * @param job its name; null while its file has never been readable
 * @param problems why its file cannot be used; empty if it can
 * @param lastSuccess when the last run ended that finished; null if none has, or that is not known
 * @param lastExitCode of its last run in this schedule; null before the first
 * @param missed runs that were due and did not take place, as far as this schedule has noticed
 * @param lastDueMissed whether the last run that was due did not take place, and was not made up for since
 */
public record JobStatus(
        Path file,
        @Nullable String job,
        List<String> problems,
        @Nullable Instant nextDue,
        @Nullable Instant underWaySince,
        @Nullable Instant lastSuccess,
        @Nullable ExitCode lastExitCode,
        long missed,
        boolean lastDueMissed) {

    /** Whether no one has to look: its file can be used, its last run took place and finished. */
    public boolean healthy() {
        return problems.isEmpty() && !lastDueMissed && (lastExitCode == null || lastExitCode.finished());
    }
}
