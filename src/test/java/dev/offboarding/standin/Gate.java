package dev.offboarding.standin;

import java.time.Duration;

/** Where calls wait in real time, until their time is over or somebody opens. */
final class Gate {

    private long openings;
    private boolean closed;
    private int waiting;

    synchronized void await(Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        long ticket = openings;
        waiting++;
        notifyAll();
        try {
            while (!closed && openings == ticket) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting--;
        }
    }

    /** Lets all that wait now go on. */
    synchronized void open() {
        openings++;
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Blocks until that many calls wait here; false when they did not come in time. */
    synchronized boolean awaitWaiting(int calls, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        while (waiting < calls) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }
}
