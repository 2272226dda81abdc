package dev.offboarding.run;

import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;

/** Says that each step begins, to the log and to whatever follows the run, and how the customers stand when it ends. */
final class StepLog implements StepExecutionListener {

    static final String REPORT = "report";

    private static final Logger LOG = LoggerFactory.getLogger(StepLog.class);

    private final RunContext context;
    private final Cases cases;

    StepLog(RunContext context, Cases cases) {
        this.context = context;
        this.cases = cases;
    }

    @Override
    public void beforeStep(StepExecution execution) {
        String name = execution.getStepName();
        long waiting = Stage.named(name).map(cases::countWaitingFor).orElse(0L);
        LOG.info("step {} begins; cases before it: {}", name, waiting);
        context.progress().step(name, waiting);
    }

    @Override
    public ExitStatus afterStep(StepExecution execution) {
        String name = execution.getStepName();
        // one that failed may have no database to ask any more; and the report leaves nothing to ask for
        if (execution.getStatus() == BatchStatus.COMPLETED && !name.equals(REPORT)) {
            LOG.info("step {} ends; customers: {}", name, cases.standing());
        }
        return execution.getExitStatus();
    }
}
