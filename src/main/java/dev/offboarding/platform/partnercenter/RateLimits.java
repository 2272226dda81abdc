package dev.offboarding.platform.partnercenter;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One {@link RateLimiter} for each {@link Quota}, the same for all jobs of this program that work for one reseller: Microsoft counts their
 * requests together, and asks all of them to wait. The slowest of those that run sets the pace.
 */
final class RateLimits implements AutoCloseable {

    private record Reseller(URI apiUrl, URI graphUrl, String tenantId) {}

    /** What the jobs of one reseller share, for as long as one of them runs. */
    private static final class Shared {
        final Map<Quota, RateLimiter> paces = new EnumMap<>(Quota.class);
        final List<Integer> requestsPerMinute = new ArrayList<>();

        void adjust() {
            requestsPerMinute.stream()
                    .min(Integer::compare)
                    .ifPresent(slowest -> paces.values().forEach(pace -> pace.allow(slowest)));
        }
    }

    private static final Map<Reseller, Shared> IN_USE = new HashMap<>();

    private final Reseller reseller;
    private final Integer requestsPerMinute;
    private final Shared shared;
    private boolean left;

    private RateLimits(Reseller reseller, Integer requestsPerMinute, Shared shared) {
        this.reseller = reseller;
        this.requestsPerMinute = requestsPerMinute;
        this.shared = shared;
    }

    /** @param clock is used where no other job of this reseller runs */
    static RateLimits join(PartnerCenterSettings settings, Clock clock) {
        Reseller reseller = new Reseller(
                settings.apiUrl(), settings.graphUrl(), settings.tenantId().toLowerCase(Locale.ROOT));
        Integer requestsPerMinute = settings.requestsPerMinute();
        synchronized (IN_USE) {
            Shared shared = IN_USE.computeIfAbsent(reseller, key -> new Shared());
            for (Quota quota : Quota.values()) {
                shared.paces.computeIfAbsent(quota, key -> new RateLimiter(requestsPerMinute, clock));
            }
            shared.requestsPerMinute.add(requestsPerMinute);
            shared.adjust();
            return new RateLimits(reseller, requestsPerMinute, shared);
        }
    }

    RateLimiter of(Quota quota) {
        RateLimiter pace = shared.paces.get(quota);
        if (pace == null) {
            throw new IllegalStateException("no pace for " + quota);
        }
        return pace;
    }

    @Override
    public void close() {
        synchronized (IN_USE) {
            if (left) {
                return;
            }
            left = true;
            shared.requestsPerMinute.remove(requestsPerMinute);
            shared.adjust();
            if (shared.requestsPerMinute.isEmpty()) {
                IN_USE.remove(reseller);
            }
        }
    }
}
