package dev.offboarding.kit;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** How often, or for how long, something is tried that fails and may pass, and in which steps; the run's end ends that, too. */
public final class RetryPolicy {

    private static final Backoff STEPS = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

    private final int tries;
    private final long atMost;
    private final Backoff steps;
    private final CancellationToken cancellation;
    private final LongSupplier stopwatch;
    private volatile boolean spent;

    /** @param tries the first one included */
    public RetryPolicy(int tries, Backoff steps, CancellationToken cancellation) {
        this(tries, Long.MAX_VALUE, steps, cancellation, System::nanoTime);
    }

    /** @param atMost from the first attempt on; the last attempt may begin then. Before each next one 0.2, 0.4, 0.8 … at most 5 seconds */
    public RetryPolicy(Duration atMost, CancellationToken cancellation) {
        this(atMost, cancellation, System::nanoTime);
    }

    RetryPolicy(Duration atMost, CancellationToken cancellation, LongSupplier stopwatch) {
        this(Integer.MAX_VALUE, atMost.toNanos(), STEPS, cancellation, stopwatch);
    }

    private RetryPolicy(int tries, long atMost, Backoff steps, CancellationToken cancellation, LongSupplier stopwatch) {
        this.tries = tries;
        this.atMost = atMost;
        this.steps = steps;
        this.cancellation = cancellation;
        this.stopwatch = stopwatch;
    }

    /** One attempt: for people who sit in front of a terminal and want to know. */
    public static RetryPolicy none() {
        return new RetryPolicy(Duration.ZERO, CancellationToken.none());
    }

    /** What was waited for has answered: when it goes away once more it is waited for once more. */
    public void answered() {
        spent = false;
    }

    /** The first attempt is about to be made. Where a caller has waited for all of the time in vain already there will be no second one. */
    public Attempts attempts() {
        return new Attempts();
    }

    /** Does something, and again as long as it fails with what may pass. */
    public <T> T retry(Predicate<RuntimeException> mayPass, Supplier<T> work) {
        Attempts attempts = attempts();
        while (true) {
            try {
                return work.get();
            } catch (RuntimeException e) {
                if (!mayPass.test(e) || !attempts.again()) {
                    throw e;
                }
            }
        }
    }

    /** Attempts at one thing. */
    public final class Attempts {
        private final long begun = stopwatch.getAsLong();
        private int made = 1;

        private Attempts() {}

        private long left() {
            return atMost - (stopwatch.getAsLong() - begun);
        }

        /** Whether no other is to be made. */
        public boolean isLast() {
            return spent || made >= tries || left() <= 0;
        }

        /** Waits before the next attempt; false, at once, if no other is to be made, or not before the run is to end. */
        public boolean again() {
            try {
                return againOrCancelled();
            } catch (CancelledException e) {
                return false;
            }
        }

        /**
         * The same, where the end of the run is an answer of its own.
         *
         * @throws CancelledException if the run will have ended before
         */
        public boolean againOrCancelled() {
            long left = left();
            if (left <= 0) {
                spent = true;
            }
            if (spent || made >= tries) {
                return false;
            }
            Duration wait = steps.afterByChance(made++);
            try {
                cancellation.pause(wait.toNanos() < left ? wait : Duration.ofNanos(left));
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
