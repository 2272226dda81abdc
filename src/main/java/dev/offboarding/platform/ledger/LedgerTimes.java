package dev.offboarding.platform.ledger;

import dev.offboarding.platform.CancellationToken;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long the ledger is waited for.
 *
 * @param statement longest time for one statement; the ledger itself cuts it off
 * @param margin added to {@code statement} before a statement is taken to be over, whoever sent it
 * @param rowLock longest wait for a lock once a write holds locks of its own
 * @param backend how long the server process behind a lost connection may take to end on its own
 * @param tries how often a write that found the ledger busy, or a call that found it away, is tried
 * @param firstPause before the second try; doubles with each further one
 * @param longestPause bound of that doubling
 */
record LedgerTimes(
        Duration statement,
        Duration margin,
        Duration rowLock,
        Duration backend,
        int tries,
        Duration firstPause,
        Duration longestPause) {

    static final LedgerTimes DEFAULT = new LedgerTimes(
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            6,
            Duration.ofMillis(200),
            Duration.ofSeconds(3));

    /** After this time nothing that was sent can still take effect. */
    Duration settling() {
        return statement.plus(margin);
    }

    /** Waits before the next try, between half and all of the pause, so that two jobs do not keep meeting. */
    void pauseAfter(int failedTries, CancellationToken cancellation) {
        long full = Math.min(longestPause.toMillis(), firstPause.toMillis() << Math.min(failedTries - 1, 20));
        pause(Duration.ofMillis(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1)), cancellation);
    }

    static void pause(Duration time, CancellationToken cancellation) {
        try {
            cancellation.pause(time);
        } catch (InterruptedException e) {
            // kept for the caller; each later pause then ends at once, and the tries run out
            Thread.currentThread().interrupt();
        }
    }
}
