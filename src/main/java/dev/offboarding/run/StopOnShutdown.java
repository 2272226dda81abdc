package dev.offboarding.run;

import dev.offboarding.runs.StopReason;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * When the program is told to end, lets the run finish what is under way and write its report before anything is taken from under
 * it.
 */
final class StopOnShutdown implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(StopOnShutdown.class);
    private static final long PATIENCE_SECONDS = 30;

    private final RunGuard guard;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean running;

    StopOnShutdown(RunGuard guard) {
        this.guard = guard;
    }

    void runIsOver() {
        over.countDown();
    }

    static void tell(RunGuard guard) {
        guard.stop(StopReason.SIGNAL, "the program was told to end; the next run goes on from here");
        LOG.info("told to end: finishing what is under way");
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        if (over.getCount() > 0) {
            tell(guard);
        }
        try {
            if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.error(
                        "the run did not end within {} s of being told to; the next run takes it up", PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** First to be stopped: everything else is still needed. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
