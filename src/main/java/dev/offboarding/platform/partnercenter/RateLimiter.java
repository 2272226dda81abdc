package dev.offboarding.platform.partnercenter;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How fast one {@link Quota} may be drawn on: spread out, in any minute no more than allowed, and not at all while the platform has
 * asked for a pause. All callers share it. Own code, because libraries that limit rates cannot be made to pause.
 */
final class RateLimiter {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Clock clock;
    private Duration interval = Duration.ZERO;
    private Duration burst = Duration.ZERO;
    private Instant next;
    private Instant pausedUntil = Instant.MIN;

    RateLimiter(int requestsPerMinute, Clock clock) {
        this.clock = clock;
        allow(requestsPerMinute);
        next = clock.instant();
    }

    /** From now on it is no faster, and no slower, than that. */
    final synchronized void allow(int requestsPerMinute) {
        // a second's worth may come at once, and is taken off the rest: a thread that wakes up late loses nothing by it
        int together = Math.max(1, requestsPerMinute / 60);
        interval = MINUTE.dividedBy(requestsPerMinute - (together - 1L)).plusNanos(1);
        burst = interval.multipliedBy(together - 1L);
    }

    /** Zero: a request may start now, and is counted. Otherwise: how long to wait before asking again. */
    synchronized Duration tryStart() {
        Instant now = clock.instant();
        if (now.isBefore(pausedUntil)) {
            return Duration.between(now, pausedUntil);
        }
        Instant earliest = next.minus(burst);
        if (now.isBefore(earliest)) {
            return Duration.between(now, earliest);
        }
        next = (next.isAfter(now) ? next : now).plus(interval);
        return Duration.ZERO;
    }

    /** Whether no one may start now, whatever {@link #tryStart} has said before. */
    synchronized boolean isPaused() {
        return clock.instant().isBefore(pausedUntil);
    }

    /** No one starts before that. */
    synchronized void pauseUntil(Instant time) {
        if (time.isAfter(pausedUntil)) {
            pausedUntil = time;
        }
    }
}
