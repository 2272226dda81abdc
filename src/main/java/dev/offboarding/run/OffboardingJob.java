package dev.offboarding.run;

import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.runs.StopReason;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.FlowBuilder;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.flow.support.SimpleFlow;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The job: receive ▶ observe ▶ check-limits ▶ suspend ▶ remove ▶ verify, and then report, whatever happened.
 *
 * <p>Spring Batch is the envelope, the truth per customer is in our own tables. No step has a transaction around it: each opens its
 * own, intents before a write and outcomes after it, and holds none while a platform is asked.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration(DataSourceTransactionManagerAutoConfiguration.class)
@Import(BatchEnvelope.class)
class OffboardingJob {

    private static final Logger LOG = LoggerFactory.getLogger(OffboardingJob.class);

    static final String NAME = "offboarding";

    private static final String REPORT = "report";

    private final JobRepository repository;
    private final RunContext context;

    OffboardingJob(JobRepository repository, RunContext context) {
        this.repository = repository;
        this.context = context;
    }

    @Bean
    Job job(ReceiveTasklet receive, CheckLimitsTasklet checkLimits, VerifyTasklet verify, ReportTasklet report) {
        FlowBuilder<SimpleFlow> work = new FlowBuilder<>("work");
        var check = tasklet("check-limits", checkLimits);
        work.start(tasklet("receive", receive))
                .next(chunks("observe", Stage.OBSERVE, new ObserveWriter(context)))
                .next(check);
        if (context.run().writes()) {
            var verification = tasklet("verify", verify);
            work.on(ExitStatus.COMPLETED.getExitCode())
                    .to(chunks("suspend", Stage.SUSPEND, new SuspendWriter(context)))
                    .next(chunks("remove", Stage.REMOVE, new RemoveWriter(context)))
                    .next(verification);
            // what earlier nights removed is read back all the same: that only reads
            for (StopReason reason : List.of(StopReason.LIMIT, StopReason.APPROVAL)) {
                work.from(check).on(reason.name()).to(verification);
            }
            work.from(check).on("*").fail();
        }
        return new JobBuilder(NAME, repository)
                .start(work.build())
                .on("*")
                .to(tasklet(REPORT, report))
                .end()
                .build();
    }

    private org.springframework.batch.core.step.Step tasklet(String name, Tasklet tasklet) {
        return new StepBuilder(name, repository)
                .tasklet(tasklet, new ResourcelessTransactionManager())
                .listener(logged(name))
                .build();
    }

    private org.springframework.batch.core.step.Step chunks(
            String name, Stage step, ItemWriter<OffboardingCase> writer) {
        return new StepBuilder(name, repository)
                .<OffboardingCase, OffboardingCase>chunk(context.chunkSize())
                .transactionManager(new ResourcelessTransactionManager())
                .reader(new DueCaseReader(context.cases(), step, context.chunkSize(), context.guard()))
                .writer(writer)
                .listener(logged(name))
                .build();
    }

    private StepExecutionListener logged(String name) {
        return new StepExecutionListener() {
            @Override
            public void beforeStep(StepExecution execution) {
                long cases =
                        Stage.named(name).map(context.cases()::countWaitingFor).orElse(0L);
                LOG.info("step {} begins; cases before it: {}", name, cases);
                context.progress().step(name, cases);
            }

            @Override
            public ExitStatus afterStep(StepExecution execution) {
                // one that failed may have no database to ask any more; and the report leaves nothing to ask for
                if (execution.getStatus() == BatchStatus.COMPLETED && !name.equals(REPORT)) {
                    LOG.info(
                            "step {} ends; customers: {}", name, context.cases().standing());
                }
                return execution.getExitStatus();
            }
        };
    }
}
