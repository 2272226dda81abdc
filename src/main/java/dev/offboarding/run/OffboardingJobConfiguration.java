package dev.offboarding.run;

import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.StopReason;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Predicate;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.FlowBuilder;
import org.springframework.batch.core.job.builder.FlowJobBuilder;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.flow.support.SimpleFlow;
import org.springframework.batch.core.listener.ItemWriteListener;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The job: receive ▶ observe ▶ check-limits ▶ suspend ▶ remove ▶ verify, and then report, whatever happened.
 *
 * <p>Spring Batch is the envelope, the truth per customer is in our own tables. No step has a transaction around it: each opens its
 * own, intents before a write and outcomes after it, and holds none while a platform is asked.
 *
 * <p>Three things that Spring Batch offers are not used, on purpose:
 *
 * <ul>
 *   <li><b>Restart.</b> A restarted execution skips the steps that were completed, and would write to the platform by a plan that was made
 *       before it died. Each run is an instance of its own; the next one takes up what a dead one left, and closes its execution.
 *   <li><b>Skip.</b> A customer that fails is not a reason to roll a chunk back: its case says why, and the others have been written already.
 *   <li><b>Retry.</b> A chunk is not a unit that could be repeated: what was sent cannot be taken back. The sender of a call knows whether
 *       sending it again is harmless, and does so itself.
 * </ul>
 */
@Configuration(proxyBeanMethods = false)
@Import({BatchEnvelope.class, StepsConfiguration.class})
class OffboardingJobConfiguration {

    static final String NAME = "offboarding";

    private final JobRepository repository;
    private final LazyPlatform platform;
    private final StepLog log;
    private final RecordedToTheEnd recorded;
    private final ObservationRegistry observations;

    OffboardingJobConfiguration(
            JobRepository repository,
            LazyPlatform platform,
            StepLog log,
            RecordedToTheEnd recorded,
            ObservationRegistry observations) {
        this.repository = repository;
        this.platform = platform;
        this.log = log;
        this.recorded = recorded;
        this.observations = observations;
    }

    @Bean
    Job job(
            RunInfo run,
            Verdict verdict,
            Step receive,
            Step observe,
            Step checkLimits,
            Step suspend,
            Step remove,
            Step verify,
            Step report) {
        FlowBuilder<SimpleFlow> work = new FlowBuilder<>("work");
        work.start(receive).next(observe).next(checkLimits);
        if (run.writes()) {
            work.on(ExitStatus.COMPLETED.getExitCode()).to(suspend).next(remove).next(verify);
            // what earlier nights removed is read back nevertheless: that only reads
            work.from(checkLimits).on(StopReason.LIMIT.name()).to(verify);
            work.from(checkLimits).on(StopReason.APPROVAL.name()).to(verify);
            work.from(checkLimits).on("*").fail();
        }
        FlowBuilder<FlowJobBuilder> flow = new JobBuilder(NAME, repository)
                .preventRestart()
                .observationRegistry(observations)
                .listener(verdict)
                .start(work.build())
                .on("*")
                .to(report);
        for (ExitCode code : ExitCode.values()) {
            flow.from(report).on(code.name()).end(code.name());
        }
        return flow.from(report).on("*").fail().end().build();
    }

    @Bean
    Step receive(ReceiveTasklet tasklet) {
        return tasklet("receive", tasklet);
    }

    @Bean
    Step observe(ObserveWriter writer, Cases cases, RunGuard guard) {
        return chunks("observe", reader(cases, Stage.OBSERVE, guard), writer, c -> true);
    }

    @Bean
    Step checkLimits(CheckLimitsTasklet tasklet) {
        return tasklet("check-limits", tasklet);
    }

    @Bean
    Step suspend(SuspendWriter writer, Cases cases, RunGuard guard) {
        return chunks("suspend", reader(cases, Stage.SUSPEND, guard), writer, c -> c.state() != CaseState.MARKED);
    }

    @Bean
    Step remove(RemoveWriter writer, Cases cases, RunGuard guard) {
        return chunks("remove", reader(cases, Stage.REMOVE, guard), writer, c -> c.state() == CaseState.REMOVED);
    }

    @Bean
    Step verify(VerifyTasklet tasklet) {
        return tasklet("verify", tasklet);
    }

    @Bean
    Step report(ReportTasklet tasklet) {
        return tasklet(StepLog.REPORT, tasklet);
    }

    private DueCaseReader reader(Cases cases, Stage stage, RunGuard guard) {
        return new DueCaseReader(cases, stage, platform.chunkSize(), guard);
    }

    private Step tasklet(String name, Tasklet tasklet) {
        return new StepBuilder(name, repository)
                .observationRegistry(observations)
                .tasklet(tasklet, new ResourcelessTransactionManager())
                .listener(log)
                .listener(recorded)
                .build();
    }

    /** @param done what the step is for: of which cases it counts as a write */
    private Step chunks(
            String name, DueCaseReader reader, ItemWriter<OffboardingCase> writer, Predicate<OffboardingCase> done) {
        StepCounts counts = new StepCounts(done);
        return new StepBuilder(name, repository)
                .observationRegistry(observations)
                .<OffboardingCase, OffboardingCase>chunk(platform.chunkSize())
                .transactionManager(new ResourcelessTransactionManager())
                .reader(reader)
                .writer(writer)
                .listener((ItemWriteListener<OffboardingCase>) counts)
                .listener((StepExecutionListener) counts)
                .listener(log)
                .listener(recorded)
                .build();
    }
}
