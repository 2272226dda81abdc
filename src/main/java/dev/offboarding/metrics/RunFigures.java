package dev.offboarding.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run that is over, in figures.
 *
 * @param customers by outcome, those that did not occur with 0, so that a rule can distinguish them from one that is not known; empty where
 *     there is no report
 * @param held customers by the reason of their hold; likewise
 * @param requests to the platform, by resource
 * @param throttled of these, how many were answered with 429
 * @param lastSuccess when the last run ended that finished, this one included; null if there is none, or that is not known
 */
public record RunFigures(
        String job,
        int exitCode,
        Instant startedAt,
        Instant endedAt,
        Map<String, Long> customers,
        Map<String, Long> held,
        Map<String, Long> rows,
        Map<String, Long> subscriptions,
        Map<String, Duration> steps,
        Map<String, Long> requests,
        Map<String, Long> throttled,
        @Nullable Instant lastSuccess) {

    /** The same, where the last success is known from elsewhere. */
    public RunFigures withLastSuccess(Instant known) {
        return new RunFigures(
                job,
                exitCode,
                startedAt,
                endedAt,
                customers,
                held,
                rows,
                subscriptions,
                steps,
                requests,
                throttled,
                known);
    }
}
