package dev.offboarding.schedule;

import dev.offboarding.run.RunResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is notified of everything that a schedule does; calls come from its threads, one at a time, and are not to take long. */
public interface ScheduleEvents {

    /** A job file is looked after from here on, or again: it is new, was changed, or was corrected. */
    default void taken(Path file, String job, ZoneId zone, @Nullable Instant nextDue, List<String> warnings) {}

    /** A job file cannot be used, and its job does not run until it is corrected. */
    default void broken(Path file, List<String> problems) {}

    default void missed(String job, ZoneId zone, MissedRuns missed, boolean toBeMadeUpFor) {}

    /** Whether runs were missed before the program was there cannot be said yet. */
    default void historyUnknown(String job, String why) {}

    /** The job's last successful run, as the table of runs has it. */
    default void lastSuccess(String job, Instant endedAt) {}

    /** A run has begun; for one that does not, only {@link #ended} comes. */
    default void begun(String job, String runId, List<String> notes) {}

    default void ended(String job, RunResult result, Duration took, @Nullable Instant nextDue) {}

    /** The plan of the run that is due then was made, and sent as far as that was possible. */
    default void previewed(String job, RunResult result, Instant due) {}

    /** To the end: nothing is started any more. */
    default void stopping(int runsUnderWay) {}
}
