package dev.offboarding.schedule;

import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.RunHistory;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Does the runs of a schedule. */
public interface Runner {

    /**
     * One run of a job, on the caller's thread, however long it takes.
     *
     * @param notes one line each, for the run's report
     * @param begun is given the run's id as soon as it has one
     */
    RunResult run(LoadedJobFile file, List<String> notes, Consumer<String> begun);

    /**
     * The plan of a run that is still to come, sent to whoever is notified of runs; on the caller's thread.
     *
     * @param due when that run begins
     */
    RunResult preview(LoadedJobFile file, Instant due);

    /** Asks the preview of this job, if one is under way, to make room for the run itself; returns at once. */
    void stopPreview(String job);

    /**
     * What is known about a job's earlier runs.
     *
     * @throws RuntimeException if its database cannot be used now
     */
    RunHistory history(LoadedJobFile file);

    /** Asks every run that is under way to finish what it has begun and to stop; returns at once. */
    void stop();
}
