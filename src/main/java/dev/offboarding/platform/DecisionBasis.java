package dev.offboarding.platform;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a customer, and what a write to it was decided on. After ten minutes it no longer decides anything; and a platform
 * that is able to makes it a condition of the write that the customer still is as it was read.
 *
 * @param at when the oldest part of it was read
 * @param customer as it was read; null where the platform does not show the customer as the reseller's any more
 */
public record DecisionBasis(Instant at, @Nullable Customer customer) {

    public static final Duration GOOD_FOR = Duration.ofMinutes(10);

    /** What an observation is as a basis; null where it shows nothing. */
    public static @Nullable DecisionBasis of(Observation observation) {
        if (observation instanceof Observation.Found found) {
            return new DecisionBasis(found.at(), found.customer());
        }
        return observation instanceof Observation.Unknown unknown ? new DecisionBasis(unknown.at(), null) : null;
    }

    /** What this program itself has done to the customer since it was read does not count as a change of the customer. */
    public DecisionBasis after(Collection<WriteOutcome> outcomes) {
        Map<String, Subscription.Status> since = new HashMap<>();
        for (WriteOutcome outcome : outcomes) {
            Subscription.Status wanted = outcome.write().action() == Action.SUSPEND
                    ? Subscription.Status.SUSPENDED
                    : outcome.write().action() == Action.REACTIVATE ? Subscription.Status.ACTIVE : null;
            if (wanted != null && outcome.after() != null && outcome.tookEffect(wanted.text())) {
                since.put(outcome.write().target(), wanted);
            }
        }
        if (customer == null || since.isEmpty()) {
            return this;
        }
        return new DecisionBasis(
                at,
                customer.holding(customer.subscriptions().stream()
                        .map(it -> {
                            Subscription.Status now = since.get(it.id());
                            return now == null ? it : it.in(now, now.text());
                        })
                        .toList()));
    }

    public boolean isOld(Instant now) {
        return now.isAfter(at.plus(GOOD_FOR));
    }
}
