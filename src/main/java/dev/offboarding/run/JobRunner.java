package dev.offboarding.run;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;

/** Starts the job for one run: an instance of its own, known by job, mode and run. */
final class JobRunner {

    /** The job file's. */
    static final String JOB = "job";

    private final JobRepository repository;
    private final JobOperator operator;
    private final Job job;
    private final RunInfo run;
    private final Verdict verdict;

    JobRunner(JobRepository repository, JobOperator operator, Job job, RunInfo run, Verdict verdict) {
        this.repository = repository;
        this.operator = operator;
        this.job = job;
        this.run = run;
        this.verdict = verdict;
    }

    RunResult run() {
        closeDeadExecutions();
        try {
            return verdict.of(operator.start(job, parameters()));
        } catch (JobExecutionException e) {
            throw new IllegalStateException("the job could not be started", e);
        }
    }

    JobParameters parameters() {
        return new JobParametersBuilder()
                .addString(JOB, run.jobFile().job())
                .addString("mode", run.mode().text())
                .addString("run", run.runId())
                .toJobParameters();
    }

    /** Batch cannot know that their process is gone; the holder of the job's lock does. */
    private void closeDeadExecutions() {
        for (JobExecution dead : repository.findRunningJobExecutions(OffboardingJobConfiguration.NAME)) {
            if (run.jobFile().job().equals(dead.getJobParameters().getString(JOB))) {
                operator.recover(dead);
            }
        }
    }
}
