package dev.offboarding.run;

import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.metrics.RunFigures;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.report.ControlTotals;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.runs.RunHistory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Takes the time of one run and of its steps, and counts its requests; passes everything on. */
public final class RunMeter implements Progress {

    private static final int TOO_MANY_REQUESTS = 429;

    private final Progress next;
    private final RequestListener nextTraffic;
    private final Clock clock;
    private final Instant startedAt;
    private final Map<String, Duration> steps = new LinkedHashMap<>();
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> throttled = new ConcurrentHashMap<>();
    private @Nullable String step;
    private Instant stepBegan;
    private @Nullable Instant lastSuccess;

    public RunMeter(Clock clock, Progress next, RequestListener nextTraffic) {
        this.clock = clock;
        this.next = next;
        this.nextTraffic = nextTraffic;
        this.startedAt = clock.instant();
        this.stepBegan = startedAt;
    }

    @Override
    public void begun(String runId, RunHistory before) {
        synchronized (this) {
            lastSuccess = before.lastSuccess();
        }
        next.begun(runId, before);
    }

    @Override
    public void worksOn(String line) {
        next.worksOn(line);
    }

    @Override
    public void message(String line) {
        next.message(line);
    }

    @Override
    public void step(String name, long cases) {
        synchronized (this) {
            closeStep();
            step = name;
        }
        next.step(name, cases);
    }

    private void closeStep() {
        Instant now = clock.instant();
        if (step != null) {
            steps.merge(step, Duration.between(stepBegan, now), Duration::plus);
        }
        step = null;
        stepBegan = now;
    }

    @Override
    public void advance(long cases) {
        next.advance(cases);
    }

    @Override
    public void request(String resource, int status) {
        requests.computeIfAbsent(resource, name -> new LongAdder()).increment();
        if (status == TOO_MANY_REQUESTS) {
            throttled.computeIfAbsent(resource, name -> new LongAdder()).increment();
        }
        nextTraffic.request(resource, status);
    }

    /** The run is over; how it ended. */
    public synchronized RunFigures figures(String job, RunResult result) {
        closeStep();
        Instant endedAt = clock.instant();
        ReportSummary summary = result.summary();
        Map<String, Long> rows = new LinkedHashMap<>();
        Map<String, Long> subscriptions = new LinkedHashMap<>();
        if (summary != null) {
            ControlTotals.Rows listed = summary.totals().rows();
            rows.put("accepted", listed.accepted());
            rows.put("duplicate", listed.duplicates());
            rows.put("rejected", listed.rejected());
            ControlTotals.Subscriptions active = summary.totals().subscriptions();
            subscriptions.put("suspended", active.suspended());
            subscriptions.put("cancelled", active.cancelled());
            subscriptions.put("failed", active.failed());
            subscriptions.put("left", active.left());
        }
        return new RunFigures(
                job,
                result.exitCode().code(),
                startedAt,
                endedAt,
                summary == null ? Map.of() : all(CaseOutcome.values(), summary.outcomes()),
                summary == null ? Map.of() : all(HoldReason.values(), summary.holds()),
                rows,
                subscriptions,
                Map.copyOf(steps),
                counts(requests),
                counts(throttled),
                result.exitCode().finished() ? endedAt : lastSuccess);
    }

    /** With those that did not occur. */
    private static Map<String, Long> all(Enum<?>[] names, Map<String, Long> counts) {
        Map<String, Long> all = new TreeMap<>();
        for (Enum<?> name : names) {
            all.put(name.name(), counts.getOrDefault(name.name(), 0L));
        }
        return all;
    }

    private static Map<String, Long> counts(Map<String, LongAdder> counted) {
        Map<String, Long> counts = new TreeMap<>();
        counted.forEach((name, count) -> counts.put(name, count.sum()));
        return counts;
    }
}
