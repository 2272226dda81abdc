package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.DecisionBasis;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this program has read of customers lately. Requests are few, and a customer is read several times within minutes; what
 * decides about a write is read afresh nevertheless, by the code that writes.
 */
final class ReadingCache {

    static final Duration REUSED_FOR = DecisionBasis.GOOD_FOR;

    private final Clock clock;
    private final Map<UUID, CustomerReading> readings = new ConcurrentHashMap<>();
    /** Customers whose own read has said {@code reseller}, and whom no one is known to have removed since. */
    private final Set<UUID> alive = ConcurrentHashMap.newKeySet();

    /** Customers to whom something was written since they were read. */
    private final Set<UUID> changing = ConcurrentHashMap.newKeySet();

    ReadingCache(Clock clock) {
        this.clock = clock;
    }

    void keep(CustomerReading reading) {
        readings.put(reading.id(), reading);
        changing.remove(reading.id());
    }

    /** Null when there is none, or none that is young enough. */
    @Nullable
    CustomerReading young(UUID id) {
        CustomerReading reading = readings.get(id);
        Instant oldest = clock.instant().minus(REUSED_FOR);
        boolean old = reading == null || reading.wholeAt().isBefore(oldest) || changing.contains(id);
        return old ? null : reading;
    }

    /** Whatever its age. */
    @Nullable
    CustomerReading last(UUID id) {
        return readings.get(id);
    }

    /** From now on until it is read again nothing of it is young. */
    void changing(UUID id) {
        changing.add(id);
    }

    void forget(UUID id) {
        readings.remove(id);
    }

    void seenAlive(UUID id) {
        alive.add(id);
    }

    void notAlive(UUID id) {
        alive.remove(id);
    }

    Set<UUID> aliveWithout(Set<UUID> others) {
        return alive.stream().filter(id -> !others.contains(id)).collect(Collectors.toSet());
    }
}
