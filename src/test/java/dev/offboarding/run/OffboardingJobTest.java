package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.runs.ExitCode;
import dev.offboarding.schedule.ScheduleMeters;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.test.JobOperatorTestUtils;
import org.springframework.batch.test.JobRepositoryTestUtils;
import org.springframework.context.ApplicationContext;

/** The job as Spring Batch has it in its tables: which steps ran, what they counted, and with what the execution ended. */
@Execution(ExecutionMode.CONCURRENT)
class OffboardingJobTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    /** The job of a run that has begun, and its only execution. */
    private static final class Conducted implements Function<ApplicationContext, RunResult> {
        private @Nullable JobExecution execution;

        @Override
        public RunResult apply(ApplicationContext spring) {
            JobOperatorTestUtils job =
                    new JobOperatorTestUtils(spring.getBean(JobOperator.class), spring.getBean(JobRepository.class));
            job.setJob(spring.getBean(Job.class));
            try {
                execution = job.startJob(spring.getBean(JobRunner.class).parameters());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return spring.getBean(Verdict.class).of(execution);
        }

        JobExecution execution() {
            return Objects.requireNonNull(execution);
        }

        List<String> steps() {
            return inOrder().stream().map(StepExecution::getStepName).toList();
        }

        private List<StepExecution> inOrder() {
            List<StepExecution> steps = new ArrayList<>(execution().getStepExecutions());
            steps.sort(Comparator.comparing(StepExecution::getId));
            return steps;
        }
    }

    private Conducted conducted(OffboardingRun run, ExitCode expected) {
        Conducted job = new Conducted();
        RunResult result = run.conductedBy(job).start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return job;
    }

    @Test
    void aNightThatWentWellRunsAllSevenStepsAndEndsAsCompletedWithExitCode0() {
        scene.customers(1, 2).listed(1);

        Conducted job = conducted(scene.loaded(), ExitCode.OK);

        assertThat(job.steps())
                .containsExactly("receive", "observe", "check-limits", "suspend", "remove", "verify", "report");
        assertThat(job.execution().getStatus()).isEqualTo(BatchStatus.COMPLETED);
        assertThat(job.execution().getExitStatus().getExitCode()).isEqualTo("OK");
        assertThat(job.execution().getExitStatus().getExitDescription()).startsWith("exit code 0: ");
    }

    @Test
    void afterALimitNothingIsSuspendedOrRemovedWhatWasRemovedBeforeIsReadAndTheReportIsWritten() {
        scene.customers(1, 3).with("limits.max-customers", "1").listed(1, 2);

        Conducted job = conducted(scene.loaded(), ExitCode.STOPPED_BY_LIMIT);

        assertThat(job.steps()).containsExactly("receive", "observe", "check-limits", "verify", "report");
        assertThat(job.execution().getStatus()).isEqualTo(BatchStatus.STOPPED);
        assertThat(job.execution().getExitStatus().getExitCode()).isEqualTo("STOPPED_BY_LIMIT");
        assertThat(job.execution().getExitStatus().getExitDescription()).startsWith("exit code 3: ");
        assertThat(counts(job)).containsEntry("check-limits", "2 0 2");
    }

    @Test
    void withoutAnApprovalNothingIsSuspendedOrRemoved() {
        scene.customers(1, 3).with("approval", "required").listed(1);

        Conducted job = conducted(scene.loaded(), ExitCode.STOPPED_BY_LIMIT);

        assertThat(job.steps()).containsExactly("receive", "observe", "check-limits", "verify", "report");
        assertThat(job.execution().getExitStatus().getExitCode()).isEqualTo("STOPPED_BY_LIMIT");
    }

    @Test
    void afterAStepThatFailedOnlyTheReportIsLeftAndTheExecutionHasFailed() {
        scene.customers(1, 2).listed(1).runs(ExitCode.OK);
        scene.listed(2).sql("alter table ledger.subscription rename to elsewhere");

        Conducted job = conducted(scene.loaded(), ExitCode.UNAVAILABLE);

        assertThat(job.steps()).last().isEqualTo("report");
        assertThat(job.steps()).doesNotContain("check-limits", "suspend", "remove");
        assertThat(job.execution().getStatus()).isEqualTo(BatchStatus.FAILED);
        assertThat(job.execution().getExitStatus().getExitCode()).isEqualTo("UNAVAILABLE");
        scene.sql("alter table ledger.elsewhere rename to subscription");
    }

    @Test
    void aPlanHasNoStepThatWritesAndSaysInItsParametersThatItIsOne() {
        scene.customers(1, 2).listed(1);

        Conducted job = new Conducted();
        RunResult result = scene.planned().conductedBy(job).start();

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(job.steps()).containsExactly("receive", "observe", "check-limits", "report");
        assertThat(job.execution().getJobParameters().getIdentifyingParameters())
                .hasSize(3)
                .satisfies(identifying -> assertThat(
                                identifying.stream().map(parameter -> parameter.name() + "=" + parameter.value()))
                        .containsExactlyInAnyOrder("job=nightly", "mode=plan", "run=" + result.runId()));
    }

    @Test
    void theCountsOfTheStepsSayHowManyRowsAndCustomersTheyHadBeforeThemAndDidTheirWorkOn() {
        scene.customers(1, 6);
        scene.subscription(1, "license", "active");
        scene.subscription(2, "marketplace", "active");
        scene.inboxFile(
                "list.csv", "customer_id,domain,ticket\n" + row(1) + row(1) + row(2) + row(3) + row(4) + "x,y,z\n");

        Conducted job = conducted(scene.loaded(), ExitCode.NEEDS_ATTENTION);

        // read, written, filtered
        assertThat(counts(job))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "receive", "6 4 2",
                        "observe", "4 4 0",
                        "check-limits", "3 3 0",
                        "suspend", "3 3 0",
                        "remove", "3 3 0",
                        "verify", "3 3 0",
                        "report", "4 4 0"));
    }

    @Test
    void whatSpringBatchObservesIsCountedPerJobFileAndNamesNoCustomer() {
        scene.customers(1, 3).with("limits.max-customers", "1").listed(1, 2);
        ScheduleMeters meters = new ScheduleMeters(scene.clock);

        conducted(scene.observed(meters.observations("nightly")), ExitCode.STOPPED_BY_LIMIT);

        String scraped = meters.scrape();
        assertThat(scraped.lines().filter(line -> line.startsWith("spring_batch_job_seconds_count")))
                .singleElement()
                .asString()
                .contains("job=\"nightly\"", "spring_batch_job_status=\"STOPPED_BY_LIMIT\"")
                .endsWith(" 1");
        assertThat(scraped.lines().filter(line -> line.startsWith("spring_batch_step_seconds_count")))
                .hasSize(5)
                .anyMatch(line -> line.contains("spring_batch_step_name=\"check-limits\""));
        assertThat(scraped).doesNotContain(Scene.id(1).toString(), "spring_batch_item");
    }

    private static String row(int n) {
        return "%s,customer-%d.example,T\n".formatted(Scene.id(n), n);
    }

    @Test
    void theTablesOfSpringBatchSayOfEachStepWhatTheExecutionSays() {
        scene.customers(1, 3).listed(1, 2);

        Conducted job = conducted(scene.loaded(), ExitCode.OK);

        assertThat(scene.jdbc()
                        .sql("""
                                select concat_ws(' ', step_name, status, exit_code, commit_count, version, start_time is not null, end_time is not null)
                                  from offboarding.BATCH_STEP_EXECUTION where job_execution_id = ? order by step_execution_id""")
                        .param(job.execution().getId())
                        .query(String.class)
                        .list())
                .containsExactlyElementsOf(job.inOrder().stream()
                        .map(step -> "%s COMPLETED %s %d %d t t"
                                .formatted(
                                        step.getStepName(),
                                        step.getExitStatus().getExitCode(),
                                        step.getCommitCount(),
                                        step.getVersion()))
                        .toList());
    }

    private Map<String, String> counts(Conducted job) {
        Map<String, String> counts = new LinkedHashMap<>();
        scene.jdbc()
                .sql(
                        "select step_name, read_count, write_count, filter_count from offboarding.BATCH_STEP_EXECUTION where job_execution_id = ?")
                .param(job.execution().getId())
                .query((row, n) ->
                        counts.put(row.getString(1), row.getLong(2) + " " + row.getLong(3) + " " + row.getLong(4)))
                .list();
        return counts;
    }

    @Test
    void anExecutionThatADeadProcessLeftStartedIsClosedAndThatOfAnotherJobIsNot() {
        scene.customer(1);
        List<JobExecution> left = new ArrayList<>();

        RunResult result = scene.loaded()
                .conductedBy(spring -> {
                    left.addAll(started(spring.getBean(JobRepository.class), "nightly", "other"));
                    return spring.getBean(JobRunner.class).run();
                })
                .start();

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(left).map(this::statusOf).containsExactly("FAILED, ended", "STARTED, not ended");
    }

    private static List<JobExecution> started(JobRepository repository, String... jobs) {
        JobRepositoryTestUtils executions = new JobRepositoryTestUtils(repository);
        Iterator<String> job = List.of(jobs).iterator();
        executions.setJobParametersIncrementer(before ->
                new JobParametersBuilder().addString("job", job.next()).toJobParameters());
        try {
            List<JobExecution> created = executions.createJobExecutions(
                    OffboardingJobConfiguration.NAME, new String[] {"observe"}, jobs.length);
            created.forEach(execution -> {
                execution.setStatus(BatchStatus.STARTED);
                execution.setStartTime(LocalDateTime.now());
                execution.setExitStatus(ExitStatus.EXECUTING);
                repository.update(execution);
            });
            return created;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String statusOf(JobExecution execution) {
        return scene.jdbc()
                .sql(
                        "select status || case when end_time is null then ', not ended' else ', ended' end from offboarding.BATCH_JOB_EXECUTION where job_execution_id = ?")
                .param(execution.getId())
                .query(String.class)
                .single();
    }
}
