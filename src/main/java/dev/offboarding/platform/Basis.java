package dev.offboarding.platform;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a customer, and what a write to it was decided on. Ten minutes later it decides nothing any more; and a platform
 * that can makes it a condition of the write that the customer still is what it was read as.
 *
 * @param at when the oldest part of it was read
 * @param customer as it was read; null where the platform does not show the customer as the reseller's any more
 */
public record Basis(Instant at, @Nullable Customer customer) {

    public static final Duration GOOD_FOR = Duration.ofMinutes(10);

    /** What an observation is as a basis; null where it shows nothing. */
    public static @Nullable Basis of(Observation observation) {
        if (observation instanceof Observation.Found found) {
            return new Basis(found.at(), found.customer());
        }
        return observation instanceof Observation.Unknown unknown ? new Basis(unknown.at(), null) : null;
    }

    public boolean isOld(Instant now) {
        return now.isAfter(at.plus(GOOD_FOR));
    }
}
