package dev.offboarding.run;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.repository.dao.ExecutionContextDao;
import org.springframework.batch.core.repository.dao.JobExecutionDao;
import org.springframework.batch.core.repository.dao.JobInstanceDao;
import org.springframework.batch.core.repository.dao.StepExecutionDao;
import org.springframework.batch.core.repository.dao.jdbc.JdbcJobExecutionDao;
import org.springframework.batch.core.repository.dao.jdbc.JdbcJobInstanceDao;
import org.springframework.batch.core.repository.dao.jdbc.JdbcStepExecutionDao;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.batch.core.repository.support.SimpleJobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.DefaultTransactionAttribute;
import org.springframework.transaction.interceptor.NameMatchTransactionAttributeSource;

/**
 * The course of a run in Spring Batch's tables, and not what only a restart needs. A run is an instance of its own and is never restarted
 * ({@link OffboardingJobConfiguration}): none of its steps has an execution before, and no context of one is ever read again. Asking and
 * keeping would be a fifth of all statements of a night with few customers.
 *
 * <p>Nor is a run stopped by its row in these tables, as {@code JobOperator} would do it from another process: {@code pause} does that.
 */
final class RunRepositoryFactoryBean extends JdbcJobRepositoryFactoryBean {

    private final Clock clock;

    /**
     * An execution is created with its parameters, in a transaction of its own. Whatever else a run writes is one statement, and needs none: a
     * commit would be a round trip more each time.
     */
    RunRepositoryFactoryBean(Clock clock) {
        // Batch's own times are of the machine's zone
        this.clock = clock.withZone(ZoneId.systemDefault());
        NameMatchTransactionAttributeSource transactions = new NameMatchTransactionAttributeSource();
        transactions.addTransactionalMethod(
                "createJobExecution", new DefaultTransactionAttribute(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
        setTransactionAttributeSource(transactions);
    }

    @Override
    protected Object getTarget() {
        JdbcJobInstanceDao instances = createJobInstanceDao();
        JdbcJobExecutionDao executions = createJobExecutionDao();
        executions.setJobInstanceDao(instances);
        JdbcStepExecutionDao steps = createStepExecutionDao();
        steps.setJobExecutionDao(executions);
        return new RunRepository(instances, executions, steps, clock);
    }

    private static final class RunRepository extends SimpleJobRepository {

        /** A step is updated before its listeners are called and after it, whether or not they changed anything. */
        private @Nullable Written written;

        private final Clock clock;

        RunRepository(JobInstanceDao instances, JobExecutionDao executions, StepExecutionDao steps, Clock clock) {
            super(instances, executions, steps, new NoContexts());
            this.clock = clock;
        }

        @Override
        public @Nullable StepExecution getLastStepExecution(JobInstance instance, String step) {
            return null;
        }

        @Override
        public long getStepExecutionCount(JobInstance instance, String step) {
            return 0;
        }

        @Override
        public void update(StepExecution step) {
            if (!Written.of(step).equals(written)) {
                step.setLastUpdated(LocalDateTime.now(clock));
                stepExecutionDao.updateStepExecution(step);
                written = Written.of(step);
            }
        }
    }

    /**
     * What a step's row says of it.
     *
     * @param version of one that was rolled back it is not the one that was written
     */
    private record Written(
            long id,
            @Nullable Integer version,
            BatchStatus status,
            ExitStatus exit,
            @Nullable LocalDateTime start,
            @Nullable LocalDateTime end,
            List<Long> counts) {

        static Written of(StepExecution step) {
            return new Written(
                    step.getId(),
                    step.getVersion(),
                    step.getStatus(),
                    step.getExitStatus(),
                    step.getStartTime(),
                    step.getEndTime(),
                    List.of(
                            step.getCommitCount(),
                            step.getRollbackCount(),
                            step.getReadCount(),
                            step.getFilterCount(),
                            step.getWriteCount(),
                            step.getReadSkipCount(),
                            step.getProcessSkipCount(),
                            step.getWriteSkipCount()));
        }
    }

    private static final class NoContexts implements ExecutionContextDao {

        @Override
        public ExecutionContext getExecutionContext(JobExecution job) {
            return new ExecutionContext();
        }

        @Override
        public ExecutionContext getExecutionContext(StepExecution step) {
            return new ExecutionContext();
        }

        @Override
        public void saveExecutionContext(JobExecution job) {
            // not kept
        }

        @Override
        public void saveExecutionContext(StepExecution step) {
            // not kept
        }

        @Override
        public void saveExecutionContexts(Collection<StepExecution> steps) {
            // not kept
        }

        @Override
        public void updateExecutionContext(JobExecution job) {
            // not kept
        }

        @Override
        public void updateExecutionContext(StepExecution step) {
            // not kept
        }
    }
}
