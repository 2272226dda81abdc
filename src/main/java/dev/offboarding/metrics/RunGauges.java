package dev.offboarding.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last run of each job, as gauges. All are gauges: figures of a run that is over neither add up nor continue to count. Labels have few
 * values: jobs, outcomes, hold reasons, steps, resources.
 */
public final class RunGauges {

    private static final String SECONDS = "seconds";

    private final MultiGauge started;
    private final MultiGauge ended;
    private final MultiGauge success;
    private final MultiGauge exitCode;
    private final MultiGauge took;
    private final MultiGauge steps;
    private final MultiGauge customers;
    private final MultiGauge held;
    private final MultiGauge rows;
    private final MultiGauge subscriptions;
    private final MultiGauge requests;
    private final MultiGauge throttled;

    public RunGauges(MeterRegistry registry) {
        started = gauge(registry, "run.start.timestamp", SECONDS, "When the last run began, in seconds since 1970.");
        ended = gauge(registry, "run.end.timestamp", SECONDS, "When the last run ended, in seconds since 1970.");
        success = gauge(
                registry,
                "success.timestamp",
                SECONDS,
                "When the last run ended that finished (exit code 0, 4 or 5), in seconds since 1970.");
        exitCode = gauge(registry, "run.exit.code", null, "The exit code of the last run.");
        took = gauge(registry, "run.duration", SECONDS, "How long the last run took.");
        steps = gauge(registry, "run.step.duration", SECONDS, "How long each step of the last run took.");
        customers = gauge(registry, "run.customers", null, "Customers of the last run by outcome.");
        held = gauge(registry, "run.held.customers", null, "Customers of the last run that were held, by reason.");
        rows = gauge(registry, "run.rows", null, "Rows of the last run's lists by what became of them.");
        subscriptions = gauge(
                registry, "run.subscriptions", null, "Active subscriptions of the last run by what became of them.");
        requests = gauge(registry, "run.requests", null, "Requests of the last run to the platform, by resource.");
        throttled = gauge(
                registry,
                "run.throttled.requests",
                null,
                "Requests of the last run that the platform answered with 429, by resource.");
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, @Nullable String unit, String help) {
        return MultiGauge.builder("offboarding.last." + name)
                .baseUnit(unit)
                .description(help)
                .register(registry);
    }

    /** Shows these runs, at most one per job, and no other. */
    public void show(Collection<RunFigures> runs) {
        one(started, runs, run -> seconds(run.startedAt()));
        one(ended, runs, run -> seconds(run.endedAt()));
        one(success, runs, run -> run.lastSuccess() == null ? null : seconds(run.lastSuccess()));
        one(exitCode, runs, run -> (double) run.exitCode());
        one(took, runs, run -> seconds(Duration.between(run.startedAt(), run.endedAt())));
        many(steps, "step", runs, RunFigures::steps, RunGauges::seconds);
        many(customers, "outcome", runs, RunFigures::customers, Long::doubleValue);
        many(held, "reason", runs, RunFigures::held, Long::doubleValue);
        many(rows, "result", runs, RunFigures::rows, Long::doubleValue);
        many(subscriptions, "result", runs, RunFigures::subscriptions, Long::doubleValue);
        many(requests, "resource", runs, RunFigures::requests, Long::doubleValue);
        many(throttled, "resource", runs, RunGauges::throttled, Long::doubleValue);
    }

    private interface Figure {
        @Nullable
        Double of(RunFigures run);
    }

    private interface Figures<V> {
        Map<String, V> of(RunFigures run);
    }

    private interface AsNumber<V> {
        double of(V value);
    }

    private static void one(MultiGauge gauge, Collection<RunFigures> runs, Figure figure) {
        List<Row<?>> rows = new ArrayList<>();
        for (RunFigures run : runs) {
            Double value = figure.of(run);
            if (value != null) {
                rows.add(Row.of(Tags.of("job", run.job()), value));
            }
        }
        gauge.register(rows, true);
    }

    private static <V> void many(
            MultiGauge gauge, String label, Collection<RunFigures> runs, Figures<V> figures, AsNumber<V> asNumber) {
        List<Row<?>> rows = new ArrayList<>();
        for (RunFigures run : runs) {
            figures.of(run)
                    .forEach((name, value) -> rows.add(
                            Row.of(Tags.of(Tag.of("job", run.job()), Tag.of(label, name)), asNumber.of(value))));
        }
        gauge.register(rows, true);
    }

    private static Map<String, Long> throttled(RunFigures run) {
        Map<String, Long> throttled = new TreeMap<>(run.requests());
        throttled.replaceAll((resource, count) -> run.throttled().getOrDefault(resource, 0L));
        return throttled;
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1000.0;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
