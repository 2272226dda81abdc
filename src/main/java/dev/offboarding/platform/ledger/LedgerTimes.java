package dev.offboarding.platform.ledger;

import dev.offboarding.kit.Backoff;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import java.time.Duration;

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

    /** How what found the ledger busy or away is tried again. */
    RetryPolicy retries(CancellationToken cancellation) {
        return new RetryPolicy(tries, new Backoff(firstPause, longestPause), cancellation);
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
