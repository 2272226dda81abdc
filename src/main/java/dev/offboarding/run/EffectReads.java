package dev.offboarding.run;

import dev.offboarding.audit.CustomerHistory;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.platform.Removed;
import dev.offboarding.platform.Verification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads back what a removal takes away. */
final class EffectReads {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final LazyPlatform platform;
    private final CustomerHistory history;
    private final Clock clock;

    EffectReads(LazyPlatform platform, CustomerHistory history, Clock clock) {
        this.platform = platform;
        this.history = history;
        this.clock = clock;
    }

    /**
     * Records one reading of the effects of each.
     *
     * @return what the trail says about it
     */
    List<NewEvent> look(List<OffboardingCase> cases, Duration giveUpAfter) {
        List<Verification> looks = platform.get().verify(removed(cases));
        Instant now = clock.instant();
        List<NewEvent> events = new ArrayList<>(cases.size());
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            c.verified(looks.get(i), now, giveUpAfter, lookAgainAfter(c, now));
            events.add(CaseEvents.verified(c, looks.get(i)));
        }
        return events;
    }

    /** With a subscription of each, where one was ever seen: one that this program has suspended, or else what the trail has. */
    private List<Removed> removed(List<OffboardingCase> cases) {
        Map<UUID, String> held = history.subscriptionsSeen(CaseDecider.customerIds(
                cases.stream().filter(c -> c.suspendedIds().isEmpty()).toList()));
        return cases.stream()
                .map(c -> new Removed(
                        c.customerId(),
                        c.removedAt(),
                        c.suspendedIds().stream().findFirst().orElse(held.get(c.customerId()))))
                .toList();
    }

    /** Growing intervals: as long as the effects have been looked for so far, but at least a quarter of the first wait. */
    private Duration lookAgainAfter(OffboardingCase c, Instant now) {
        Instant firstLook = c.firstLookAt();
        Duration looked = firstLook == null ? Duration.ZERO : Duration.between(firstLook, now);
        Duration least = platform.get().firstLookAfter().dividedBy(4);
        Duration again = looked.compareTo(least) > 0 ? looked : least;
        return again.compareTo(SHORTEST) > 0 ? again : SHORTEST;
    }
}
