package dev.offboarding.run;

import dev.offboarding.cases.OffboardingCase;
import java.util.function.Predicate;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.ItemWriteListener;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;

/**
 * What the counts of a step mean in Spring Batch's tables: read is what the step had before it, written what it did its work on, filtered
 * the rest. By itself Batch counts as written whatever was handed to a writer, and nothing of a tasklet.
 */
final class StepCounts implements ItemWriteListener<OffboardingCase>, StepExecutionListener {

    private final Predicate<OffboardingCase> done;
    private long written;

    StepCounts(Predicate<OffboardingCase> done) {
        this.done = done;
    }

    /** Of a tasklet. */
    static void add(StepContribution contribution, long read, long written) {
        for (long n = 0; n < read; n++) {
            contribution.incrementReadCount();
        }
        contribution.incrementWriteCount(written);
        contribution.incrementFilterCount(read - written);
    }

    @Override
    public void afterWrite(Chunk<? extends OffboardingCase> cases) {
        written += cases.getItems().stream().filter(done).count();
    }

    @Override
    public ExitStatus afterStep(StepExecution step) {
        step.setFilterCount(step.getWriteCount() - written);
        step.setWriteCount(written);
        return step.getExitStatus();
    }
}
