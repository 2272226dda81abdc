package dev.offboarding.run;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.plan.Rules;
import dev.offboarding.runs.Mode;
import java.time.Instant;

/**
 * One execution of one job file.
 *
 * @param runId UTC start; sortable, unique
 */
record RunInfo(String runId, Mode mode, JobFile jobFile, Instant startedAt, Rules rules) {
    boolean writes() {
        return mode != Mode.PLAN;
    }

    /** Whether it receives a list. */
    boolean receives() {
        return mode != Mode.WITHDRAW;
    }
}
