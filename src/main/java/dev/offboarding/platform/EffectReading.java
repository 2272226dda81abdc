package dev.offboarding.platform;

import java.time.Instant;

/**
 * One effect, read back.
 *
 * @param proof what was read, for the auditor
 */
public record EffectReading(Result result, Instant at, String proof) {
    public enum Result {
        CONFIRMED,
        /** Not visible yet; it is read again. */
        PENDING,
        /** Visibly not there, and waiting will not change that. */
        FAILED,
        /** Could not be read: says nothing. */
        INCONCLUSIVE
    }
}
