package dev.offboarding.run;

import dev.offboarding.kit.LogContext;
import java.time.Instant;

/** Checks whether a run may continue, also while everything in it waits for something and nothing asks. */
final class RunWatchdog implements AutoCloseable {

    private final Thread thread;

    private RunWatchdog(Thread thread) {
        this.thread = thread;
    }

    static RunWatchdog over(RunGuard guard) {
        Thread thread = new Thread(LogContext.carriedInto(() -> watch(guard)), "run-watch");
        thread.setDaemon(true);
        thread.start();
        return new RunWatchdog(thread);
    }

    private static void watch(RunGuard guard) {
        try {
            guard.waitUntil(Instant.MAX, guard::mayGoOn);
        } catch (InterruptedException runIsOver) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
