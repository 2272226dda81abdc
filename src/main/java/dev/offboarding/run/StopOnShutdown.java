package dev.offboarding.run;

import dev.offboarding.kit.AtExit;
import dev.offboarding.runs.StopReason;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the program is asked to stop, lets the run finish what is under way and write its report before anything is taken from under
 * it.
 */
final class StopOnShutdown implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StopOnShutdown.class);
    private static final long PATIENCE_SECONDS = 30;

    private final RunGuard guard;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtExit atExit;

    StopOnShutdown(RunGuard guard) {
        this.guard = guard;
        this.atExit = AtExit.run(this::stop);
    }

    static void tell(RunGuard guard) {
        guard.stop(StopReason.SIGNAL, "the program was asked to stop; the next run continues from here");
        LOG.info("asked to stop: finishing what is under way");
    }

    private void stop() {
        tell(guard);
        try {
            if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.error(
                        "the run did not end within {} s of being asked to stop; the next run takes it up",
                        PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The run is over. */
    @Override
    public void close() {
        over.countDown();
        atExit.close();
    }
}
