package dev.offboarding.kit;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait between attempts: the first time, then each time twice as long as before, up to the longest. */
public record Backoff(Duration first, Duration longest) {

    /** A millisecond becomes twelve days; more would be too long for a number. */
    private static final int MOST_DOUBLINGS = 30;

    /** After so many failures, from 1 on. */
    public Duration after(int failures) {
        Duration step = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return step.compareTo(longest) < 0 ? step : longest;
    }

    /** The same, and by chance down to half of it: those who failed together are not to come back together. */
    public Duration afterByChance(int failures) {
        long most = after(failures).toMillis();
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
}
