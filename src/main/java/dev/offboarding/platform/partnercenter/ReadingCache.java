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
    /**
     * Customers whose own read has said {@code reseller}, or of whom the list has said so and whose holdings were read then; and whom no one
     * is known to have removed since.
     */
    private final Set<UUID> alive = ConcurrentHashMap.newKeySet();

    /** Customers that were seen to be gone, or were removed, since they were last seen alive. */
    private final Set<UUID> gone = ConcurrentHashMap.newKeySet();

    /** Customers to whom something was written since they were read. */
    private final Set<UUID> changing = ConcurrentHashMap.newKeySet();

    /** When something was last written to a customer, or about to be. */
    private final Map<UUID, Instant> written = new ConcurrentHashMap<>();

    /** When the subscriptions were asked for that were read since, and shown completely. */
    private final Map<UUID, Instant> readBack = new ConcurrentHashMap<>();

    /** Subscriptions that customers are known to have, in earlier nights too, by id. */
    private final Map<UUID, Set<String>> known = new ConcurrentHashMap<>();

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
        readBack.remove(id);
        written.put(id, clock.instant());
    }

    /** Its subscriptions were read after the last write to it, each of those that are known to be there, too. */
    void readBack(UUID id, Instant begun) {
        readBack.put(id, begun);
    }

    /** When its subscriptions were asked for after the last write to it; null where that has not happened. */
    @Nullable
    Instant readBack(UUID id) {
        return changing.contains(id) ? null : readBack.get(id);
    }

    /** When something was last written to it; null where nothing was. */
    @Nullable
    Instant written(UUID id) {
        return written.get(id);
    }

    /** It is known to have these; what it was known to have before is not asked for any more, unless it is among them. */
    void knows(UUID id, Set<String> subscriptions) {
        known.put(id, Set.copyOf(subscriptions));
    }

    /** What an earlier night has seen: what this one has read of it counts more. */
    void recall(UUID id, Set<String> subscriptions) {
        known.putIfAbsent(id, Set.copyOf(subscriptions));
    }

    /** May be empty. */
    Set<String> known(UUID id) {
        return known.getOrDefault(id, Set.of());
    }

    void forget(UUID id) {
        readings.remove(id);
        known.remove(id);
        readBack.remove(id);
    }

    void seenAlive(UUID id) {
        alive.add(id);
        gone.remove(id);
    }

    void notAlive(UUID id) {
        alive.remove(id);
        gone.add(id);
    }

    boolean isGone(UUID id) {
        return gone.contains(id);
    }

    Set<UUID> aliveWithout(Set<UUID> others) {
        return alive.stream().filter(id -> !others.contains(id)).collect(Collectors.toSet());
    }
}
