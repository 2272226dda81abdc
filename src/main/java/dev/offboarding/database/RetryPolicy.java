package dev.offboarding.database;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * How long a database that is away is waited for, and in which steps: 0.2, 0.4, 0.8 … at most 5 seconds, each by chance down to half of
 * it, so that those who lost it together do not come back together.
 */
public final class RetryPolicy {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pausing {
        /** @return false if there is no time left for that, because the program is to end */
        boolean pause(Duration time) throws InterruptedException;
    }

    private final Duration atMost;
    private final Pausing pausing;
    private volatile boolean spent;

    /** @param atMost from the first attempt on; the last attempt may begin then */
    public RetryPolicy(Duration atMost, Pausing pausing) {
        this.atMost = atMost;
        this.pausing = pausing;
    }

    /** For people who sit in front of a terminal and want to know. */
    public static RetryPolicy none() {
        return new RetryPolicy(Duration.ZERO, time -> false);
    }

    /** The database has answered: when it goes away once more it is waited for once more. */
    void answered() {
        spent = false;
    }

    /** The first attempt is about to be made. Where a caller has waited in vain already there will be no second one. */
    public Attempts attempts() {
        return new Attempts();
    }

    /** Opens something, and tries again as long as a database is away that it needs and there is time. */
    public <T> T open(Supplier<T> opening) {
        Attempts attempts = attempts();
        while (true) {
            try {
                return opening.get();
            } catch (DatabaseUnavailableException e) {
                if (!TransientFault.in(e) || !attempts.again()) {
                    throw e;
                }
            }
        }
    }

    /** Attempts at one thing. */
    public final class Attempts {
        private final long begun = System.nanoTime();
        private final BackOffExecution steps;

        private Attempts() {
            ExponentialBackOff backOff = new ExponentialBackOff(FIRST.toMillis(), 2);
            backOff.setMaxInterval(LONGEST.toMillis());
            steps = backOff.start();
        }

        /** Waits before the next attempt; false, at once, if no other is to be made. */
        public boolean again() {
            long left = atMost.toNanos() - (System.nanoTime() - begun);
            if (spent || left <= 0) {
                spent = true;
                return false;
            }
            long step = steps.nextBackOff();
            Duration wait = Duration.ofMillis(ThreadLocalRandom.current().nextLong(step / 2, step + 1));
            try {
                return pausing.pause(wait.toNanos() < left ? wait : Duration.ofNanos(left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
