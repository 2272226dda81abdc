package dev.offboarding.metrics;

import dev.offboarding.platform.RequestListener;
import dev.offboarding.run.Progress;
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

/** Takes the time of one run and of its steps, and counts its requests; whatever it is told it passes on. */
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
    public void told(String line) {
        next.told(line);
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

    /** The run is over; what it took. */
    synchronized Taken taken() {
        closeStep();
        return new Taken(
                startedAt, clock.instant(), Map.copyOf(steps), counts(requests), counts(throttled), lastSuccess);
    }

    private static Map<String, Long> counts(Map<String, LongAdder> counted) {
        Map<String, Long> counts = new TreeMap<>();
        counted.forEach((name, count) -> counts.put(name, count.sum()));
        return counts;
    }

    /** @param lastSuccess of the runs before */
    record Taken(
            Instant startedAt,
            Instant endedAt,
            Map<String, Duration> steps,
            Map<String, Long> requests,
            Map<String, Long> throttled,
            @Nullable Instant lastSuccess) {}
}
