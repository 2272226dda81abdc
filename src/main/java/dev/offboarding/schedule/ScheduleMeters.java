package dev.offboarding.schedule;

import dev.offboarding.metrics.RunFigures;
import dev.offboarding.metrics.RunGauges;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.run.RunResult;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a schedule does, counted: the figures of each job's last run, how its jobs stand, and what adds up while it is there. */
public final class ScheduleMeters implements ScheduleEvents {

    private static final int TOO_MANY_REQUESTS = 429;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RunGauges lastRuns = new RunGauges(registry);
    private final Map<String, RunFigures> figures = new TreeMap<>();
    private final Map<String, Instant> lastSuccesses = new TreeMap<>();
    private final Clock clock;
    private @Nullable Scheduler scheduler;
    private final MultiGauge age;
    private final MultiGauge next;
    private final MultiGauge underWay;
    private final MultiGauge usable;
    private final MultiGauge healthy;

    public ScheduleMeters(Clock clock) {
        this.clock = clock;
        age = gauge(
                "last.success.age", "seconds", "How long ago the last run ended that finished (exit code 0, 4 or 5).");
        next = gauge("next.run.timestamp", "seconds", "When the job is due next, in seconds since 1970.");
        underWay = gauge("run.under.way", null, "1 while a run of the job is under way, else 0.");
        usable = gauge("job.file.usable", null, "1 if the job file can be used, 0 until it is corrected.");
        healthy = gauge(
                "job.healthy",
                null,
                "1 if the job file can be used, the last run that was due took place, and it finished; else 0.");
    }

    private MultiGauge gauge(String name, @Nullable String unit, String help) {
        return MultiGauge.builder("offboarding." + name)
                .baseUnit(unit)
                .description(help)
                .register(registry);
    }

    /** As Prometheus reads it. */
    public String scrape() {
        return registry.scrape();
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** From here on it shows how the jobs of this scheduler stand, whenever someone looks. */
    public void follow(Scheduler followed) {
        scheduler = followed;
        io.micrometer.core.instrument.Gauge.builder(
                        "offboarding.schedule.last.look.timestamp", followed, it -> seconds(it.lastTick()))
                .baseUnit("seconds")
                .description("When the schedule last looked whether something is due, in seconds since 1970.")
                .register(registry);
        showJobs();
    }

    /** Where Spring Batch says how long a job's runs and their steps take. */
    public ObservationRegistry observations(String job) {
        ObservationRegistry observations = ObservationRegistry.create();
        observations
                .observationConfig()
                // not each case that is read
                .observationPredicate(
                        (name, context) -> name.equals("spring.batch.job") || name.equals("spring.batch.step"))
                .observationHandler(new OfJob(job))
                .observationHandler(new DefaultMeterObservationHandler(registry));
        return observations;
    }

    /** Says of which job file it is; for Spring Batch all of them are one job. */
    private record OfJob(String job) implements ObservationHandler<Observation.Context> {
        @Override
        public void onStart(Observation.Context context) {
            context.addLowCardinalityKeyValue(KeyValue.of("job", job));
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    /** Counts the requests of a job's runs. */
    public RequestListener traffic(String job) {
        return (resource, status) -> {
            registry.counter("offboarding.requests", "job", job, "resource", resource)
                    .increment();
            if (status == TOO_MANY_REQUESTS) {
                registry.counter("offboarding.throttled.requests", "job", job, "resource", resource)
                        .increment();
            }
        };
    }

    /** A run is over. One that did not begin does not know about those before it, and is followed all the more by their last success. */
    public synchronized void ended(RunFigures run) {
        Instant known = lastSuccesses.get(run.job());
        RunFigures shown = run.lastSuccess() == null && known != null ? run.withLastSuccess(known) : run;
        if (shown.lastSuccess() != null) {
            lastSuccesses.put(run.job(), shown.lastSuccess());
        }
        figures.put(run.job(), shown);
        lastRuns.show(figures.values());
    }

    @Override
    public synchronized void lastSuccess(String job, Instant endedAt) {
        lastSuccesses.merge(job, endedAt, (one, other) -> one.isBefore(other) ? other : one);
    }

    private void showJobs() {
        Scheduler followed = scheduler;
        if (followed == null) {
            return;
        }
        List<JobStatus> jobs =
                followed.status().stream().filter(job -> job.job() != null).toList();
        show(
                age,
                jobs,
                job -> job.lastSuccess() == null
                        ? Double.NaN
                        : Duration.between(job.lastSuccess(), clock.instant()).toMillis() / 1000.0);
        show(next, jobs, job -> job.nextDue() == null ? Double.NaN : seconds(job.nextDue()));
        show(underWay, jobs, job -> job.underWaySince() == null ? 0 : 1);
        show(usable, jobs, job -> job.problems().isEmpty() ? 1 : 0);
        show(healthy, jobs, job -> job.healthy() ? 1 : 0);
    }

    private interface Figure {
        double of(JobStatus job);
    }

    private void show(MultiGauge gauge, List<JobStatus> jobs, Figure figure) {
        List<Row<?>> rows = new ArrayList<>();
        for (JobStatus job : jobs) {
            rows.add(Row.of(Tags.of("job", String.valueOf(job.job())), job.file(), file -> now(file, figure)));
        }
        gauge.register(rows, true);
    }

    private double now(Path file, Figure figure) {
        Scheduler followed = scheduler;
        return followed == null
                ? Double.NaN
                : followed.status().stream()
                        .filter(job -> job.file().equals(file))
                        .mapToDouble(figure::of)
                        .findFirst()
                        .orElse(Double.NaN);
    }

    private static double seconds(Instant time) {
        return time.equals(Instant.MIN) ? Double.NaN : time.toEpochMilli() / 1000.0;
    }

    @Override
    public void taken(Path file, String job, ZoneId zone, @Nullable Instant nextDue, List<String> warnings) {
        showJobs();
        registry.counter("offboarding.missed.runs", "job", job);
    }

    @Override
    public void broken(Path file, List<String> problems) {
        showJobs();
    }

    @Override
    public void missed(String job, ZoneId zone, MissedRuns missed, boolean toBeMadeUpFor) {
        registry.counter("offboarding.missed.runs", "job", job).increment(missed.count());
    }

    @Override
    public void ended(String job, RunResult result, Duration took, @Nullable Instant nextDue) {
        registry.counter(
                        "offboarding.runs",
                        "job",
                        job,
                        "exit_code",
                        String.valueOf(result.exitCode().code()))
                .increment();
    }
}
