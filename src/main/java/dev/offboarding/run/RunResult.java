package dev.offboarding.run;

import dev.offboarding.notice.NotReached;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, for the caller.
 *
 * @param runId null if the run did not begin
 * @param summary null if there is no report
 * @param stopped why no further customer was started; null if all were
 * @param wrong what went wrong, and what somebody has to look at though the run went on
 * @param notReached those who could not be notified, or given a sign of life
 */
public record RunResult(
        @Nullable String runId,
        ExitCode exitCode,
        @Nullable ReportSummary summary,
        @Nullable String stopped,
        List<Failure> wrong,
        List<NotReached> notReached) {

    public RunResult(
            @Nullable String runId,
            ExitCode exitCode,
            @Nullable ReportSummary summary,
            @Nullable String stopped,
            List<Failure> wrong) {
        this(runId, exitCode, summary, stopped, wrong, List.of());
    }

    /** What went wrong, one line each. */
    public List<String> failures() {
        return wrong.stream().map(Failure::message).toList();
    }

    RunResult withNotReached(List<NotReached> failed) {
        return new RunResult(runId, exitCode, summary, stopped, wrong, List.copyOf(failed));
    }

    /** A run that did not begin. */
    public static RunResult notBegun(ExitCode exitCode, String why) {
        return new RunResult(null, exitCode, null, null, List.of(failure(exitCode, why)));
    }

    /** A run that did not begin, so far without a reason. */
    static RunResult notBegun() {
        return new RunResult(null, ExitCode.OK, null, null, List.of());
    }

    /** A run that did not begin, for one reason more: the weightier comes first, and is the exit code. */
    RunResult and(ExitCode other, String why) {
        ExitCode weightier = ExitCode.weightiest(List.of(exitCode, other));
        List<Failure> all = new ArrayList<>(wrong);
        all.add(weightier == exitCode ? all.size() : 0, failure(other, why));
        return new RunResult(runId, weightier, summary, stopped, List.copyOf(all), notReached);
    }

    /** Of the run as a whole. */
    static Failure failure(ExitCode exitCode, String why) {
        return new Failure("run", exitCode.code(), why);
    }
}
