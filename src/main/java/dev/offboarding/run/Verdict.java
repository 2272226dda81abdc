package dev.offboarding.run;

import dev.offboarding.report.ReportSummary;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Mode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.listener.JobExecutionListener;
import org.springframework.batch.core.step.StepExecution;

/**
 * How the run ended. The report step says it; where it could not, its failure says why. Spring Batch's own tables say the same: the exit
 * status of the job's execution is the run's exit code by name, with the number and what it means as its description.
 */
final class Verdict implements JobExecutionListener {

    private final RunInfo run;
    private @Nullable RunResult result;

    Verdict(RunInfo run) {
        this.run = run;
    }

    synchronized void is(RunResult said) {
        result = said;
    }

    synchronized RunResult of(JobExecution execution) {
        if (result == null) {
            result = failed(execution);
        }
        return result;
    }

    @Override
    public void afterJob(JobExecution execution) {
        RunResult said = of(execution);
        ReportSummary summary = said.summary();
        execution.setStatus(status(said.exitCode()));
        execution.setExitStatus(exitStatus(said.exitCode(), run.mode(), summary == null ? null : summary.outcomes()));
    }

    /** @param outcomes customers by outcome; null where that is not known */
    static ExitStatus exitStatus(ExitCode code, Mode mode, @Nullable Map<String, Long> outcomes) {
        return new ExitStatus(
                code.name(), "exit code %d: %s".formatted(code.code(), Messages.exitCode(code, mode, outcomes)));
    }

    private static BatchStatus status(ExitCode code) {
        return switch (code) {
            case STOPPED_BY_LIMIT, STOPPED_EARLY -> BatchStatus.STOPPED;
            default -> code.finished() ? BatchStatus.COMPLETED : BatchStatus.FAILED;
        };
    }

    private RunResult failed(JobExecution execution) {
        Failures failures = new Failures();
        for (StepExecution step : execution.getStepExecutions()) {
            step.getFailureExceptions().forEach(e -> failures.add(step.getStepName(), e));
        }
        // between the steps: the envelope itself could not be written
        execution.getFailureExceptions().forEach(e -> failures.add("run", e));
        ExitCode exitCode = ExitCode.weightiest(failures.all().stream()
                .map(failure -> ExitCode.of(failure.exitCode()))
                .toList());
        return new RunResult(
                run.runId(), exitCode == ExitCode.OK ? ExitCode.UNEXPECTED : exitCode, null, null, failures.all());
    }
}
