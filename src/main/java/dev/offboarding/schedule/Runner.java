package dev.offboarding.schedule;

import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.RunHistory;
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
     * What is known about a job's earlier runs.
     *
     * @throws RuntimeException if its database cannot be used now
     */
    RunHistory history(LoadedJobFile file);

    /** Asks every run that is under way to finish what it has begun and to stop; returns at once. */
    void stop();
}
