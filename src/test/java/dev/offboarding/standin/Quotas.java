package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;

/** Counts requests in a sliding period; those that are throttled count too, so knocking prolongs the wait. */
final class Quotas {

    private final StandInSettings settings;
    private final Map<Resource, Deque<Instant>> seen = new EnumMap<>(Resource.class);

    Quotas(StandInSettings settings) {
        this.settings = settings;
    }

    /** Zero, or the time to wait in whole seconds. */
    synchronized Duration take(Resource resource, Instant now) {
        StandInSettings.Quota quota = settings.quota(resource);
        if (quota == null) {
            return Duration.ZERO;
        }
        Deque<Instant> times = seen.computeIfAbsent(resource, it -> new ArrayDeque<>());
        Instant from = now.minus(quota.period());
        while (!times.isEmpty() && !times.getFirst().isAfter(from)) {
            times.removeFirst();
        }
        times.addLast(now);
        int over = times.size() - quota.requests();
        if (over <= 0) {
            return Duration.ZERO;
        }
        // the next request passes when one place is free, itself counted
        Iterator<Instant> oldest = times.iterator();
        Instant last = now;
        for (int i = 0; i <= over && oldest.hasNext(); i++) {
            last = oldest.next();
        }
        Duration wait = Duration.between(now, last.plus(quota.period()));
        return Duration.ofSeconds(Math.max(1, wait.plusMillis(999).toSeconds()));
    }
}
