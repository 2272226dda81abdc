package dev.offboarding.run;

import dev.offboarding.runs.Runs;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionTemplate;

/** A transaction of which nothing takes place where this run has been taken over by another one. */
final class FencedTransaction {

    private final RunInfo run;
    private final Runs runs;
    private final TransactionTemplate transaction;

    FencedTransaction(RunInfo run, Runs runs, TransactionTemplate transaction) {
        this.run = run;
        this.runs = runs;
        this.transaction = transaction;
    }

    /**
     * Does the work within one transaction; again as a whole, if the database went away in the middle of it.
     *
     * @throws dev.offboarding.runs.RunLostException if the run has been taken over
     */
    void run(Runnable work) {
        transaction.executeWithoutResult(status -> {
            runs.fence(run.runId());
            work.run();
        });
    }

    /** The same, for a result. */
    <T> T get(Supplier<T> work) {
        T result = transaction.execute(status -> {
            runs.fence(run.runId());
            return work.get();
        });
        if (result == null) {
            throw new IllegalStateException("a transaction without a result");
        }
        return result;
    }
}
