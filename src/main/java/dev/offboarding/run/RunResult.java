package dev.offboarding.run;

import dev.offboarding.notice.NotReached;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.runs.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, for the caller.
 *
 * @param runId null if the run did not begin
 * @param summary null if there is no report
 * @param stopped why no further customer was started; null if all were
 * @param failures what went wrong, one line each
 * @param notReached those who could not be notified, or given a sign of life
 */
public record RunResult(
        @Nullable String runId,
        ExitCode exitCode,
        @Nullable ReportSummary summary,
        @Nullable String stopped,
        List<String> failures,
        List<NotReached> notReached) {

    public RunResult(
            @Nullable String runId,
            ExitCode exitCode,
            @Nullable ReportSummary summary,
            @Nullable String stopped,
            List<String> failures) {
        this(runId, exitCode, summary, stopped, failures, List.of());
    }

    RunResult withNotReached(List<NotReached> failed) {
        return new RunResult(runId, exitCode, summary, stopped, failures, List.copyOf(failed));
    }

    /** A run that did not begin. */
    public static RunResult notBegun(ExitCode exitCode, String why) {
        return new RunResult(null, exitCode, null, null, List.of(why));
    }

    /** A run that did not begin, so far without a reason. */
    static RunResult notBegun() {
        return new RunResult(null, ExitCode.OK, null, null, List.of());
    }

    /** A run that did not begin, for one reason more: the weightier comes first, and is the exit code. */
    RunResult and(ExitCode other, String why) {
        ExitCode weightier = ExitCode.weightiest(List.of(exitCode, other));
        List<String> all = new ArrayList<>(failures);
        all.add(weightier == exitCode ? all.size() : 0, why);
        return new RunResult(runId, weightier, summary, stopped, List.copyOf(all), notReached);
    }
}
