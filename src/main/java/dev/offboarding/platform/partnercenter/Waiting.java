package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.PlatformUnavailableException;
import java.time.Duration;

/** How time is let pass: by sleeping, or in a test by moving its clock. */
@FunctionalInterface
interface Waiting {

    void pause(Duration time) throws InterruptedException;

    /** As {@link #pause}; an interrupted wait ends the use of the platform. */
    default void let(Duration time) {
        try {
            pause(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformUnavailableException("interrupted while waiting for Partner Center", e);
        }
    }

    static Waiting sleeping() {
        // rounded up: a nap that ends a moment early would be a request a moment too early
        return time -> Thread.sleep(Math.max(1, time.plusNanos(999_999).toMillis()));
    }
}
