package dev.offboarding.metrics;

import dev.offboarding.run.RunResult;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run that is over, in figures.
 *
 * @param customers by outcome; empty where there is no report
 * @param held customers by the reason of their hold
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

    /** What a run came to. */
    public static RunFigures of(String job, RunResult result, RunMeter watch) {
        RunMeter.Taken taken = watch.taken();
        Map<String, Long> customers = Map.of();
        Map<String, Long> held = Map.of();
        Map<String, Long> rows = new LinkedHashMap<>();
        Map<String, Long> subscriptions = new LinkedHashMap<>();
        if (result.summary() != null) {
            customers = result.summary().outcomes();
            held = result.summary().holds();
            var counted = result.summary().totals();
            rows.put("accepted", counted.rows().accepted());
            rows.put("duplicate", counted.rows().duplicates());
            rows.put("rejected", counted.rows().rejected());
            subscriptions.put("suspended", counted.subscriptions().suspended());
            subscriptions.put("cancelled", counted.subscriptions().cancelled());
            subscriptions.put("failed", counted.subscriptions().failed());
            subscriptions.put("left", counted.subscriptions().left());
        }
        return new RunFigures(
                job,
                result.exitCode().code(),
                taken.startedAt(),
                taken.endedAt(),
                customers,
                held,
                rows,
                subscriptions,
                taken.steps(),
                taken.requests(),
                taken.throttled(),
                result.exitCode().finished() ? taken.endedAt() : taken.lastSuccess());
    }

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
