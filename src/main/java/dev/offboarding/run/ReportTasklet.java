package dev.offboarding.run;

import dev.offboarding.report.Evidence;
import dev.offboarding.report.EvidenceException;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Stop;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** Step 7: states how the run ended, whatever happened before, and ends it. */
final class ReportTasklet implements Tasklet {

    private final RunContext context;
    private final Failures failures;
    private final Evidence evidence;
    private final RunExitCode exitCodes;
    private final RunEnding ending;
    private final RunNotices notices;
    private final ReportedRun reported;
    private final Overview overview;
    private final Verdict verdict;
    private final OldReports oldReports;

    ReportTasklet(
            RunContext context,
            Failures failures,
            Evidence evidence,
            RunExitCode exitCodes,
            RunEnding ending,
            RunNotices notices,
            ReportedRun reported,
            Overview overview,
            Verdict verdict,
            OldReports oldReports) {
        this.context = context;
        this.failures = failures;
        this.evidence = evidence;
        this.exitCodes = exitCodes;
        this.ending = ending;
        this.notices = notices;
        this.reported = reported;
        this.overview = overview;
        this.verdict = verdict;
        this.oldReports = oldReports;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunkContext) {
        context.guard().reports();
        noteFailedSteps(contribution.getStepExecution().getJobExecution());
        ending.prepare();
        List<Stop> stops = context.guard().stops();
        Stop stop = stops.isEmpty() ? null : stops.get(0);
        Evidence.Found found = evidence.of(context.run().runId());
        ExitCode exitCode = exitCodes.of(stops, found);
        Instant endedAt = context.clock().instant();
        ending.end(endedAt, exitCode, stop, failures.all());
        ReportSummary summary = null;
        if (exitCode == ExitCode.WRONG_USAGE) {
            reported.needsNone(endedAt);
        } else {
            oldReports.announce(endedAt, exitCode, stop);
            notices.send(exitCode, stop, failures.all());
            try {
                summary = reported.write(stop, found.trail());
                summary.findings().forEach(finding -> failures.add("report", ExitCode.EVIDENCE_BROKEN, finding));
            } catch (EvidenceException e) {
                failures.add("report", e);
            }
            if (summary == null || !summary.findings().isEmpty()) {
                exitCode = reported.broken(exitCode);
            }
            oldReports.cutBack(summary);
            overview.write(summary);
        }
        conclude(contribution, exitCode, stop, summary);
        return RepeatStatus.FINISHED;
    }

    private void noteFailedSteps(JobExecution execution) {
        for (StepExecution step : execution.getStepExecutions()) {
            if (step.getStatus() == BatchStatus.FAILED || step.getStatus() == BatchStatus.UNKNOWN) {
                step.getFailureExceptions().stream()
                        .filter(e -> !Failures.isCancellation(e))
                        .forEach(e -> failures.add(step.getStepName(), e));
            }
        }
    }

    /** @param stop as it was before the report: what comes after it stops nothing any more */
    private void conclude(
            StepContribution contribution, ExitCode exitCode, @Nullable Stop stop, @Nullable ReportSummary summary) {
        if (summary != null) {
            long customers = summary.totals().customers();
            StepCounts.add(contribution, customers, customers);
        }
        contribution.setExitStatus(
                Verdict.exitStatus(exitCode, context.run().mode(), summary == null ? null : summary.outcomes()));
        verdict.is(new RunResult(
                context.run().runId(), exitCode, summary, stop == null ? null : stop.message(), failures.all()));
    }
}
