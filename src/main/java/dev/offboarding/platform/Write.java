package dev.offboarding.platform;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One write that a platform is asked for. Its intent is in the audit trail before the platform sees it.
 *
 * @param target the id of what is written: subscription, customer or GDAP relationship
 * @param attempt 1 for the first time in a run
 * @param correlationId goes with the call where the platform takes one, and into the audit trail
 * @param basis what it was decided on: a platform does not send it once that is old, or is seen not to be so any more; null where it is
 *     not bound to anything
 * @param before of a {@link Action#REACTIVATE} that puts back what is to happen at the end of a term: what that was; null elsewhere
 */
public record Write(
        UUID customerId,
        Action action,
        String target,
        int attempt,
        UUID correlationId,
        @Nullable DecisionBasis basis,
        @Nullable TermInstruction before) {

    public Write(
            UUID customerId,
            Action action,
            String target,
            int attempt,
            UUID correlationId,
            @Nullable DecisionBasis basis) {
        this(customerId, action, target, attempt, correlationId, basis, null);
    }

    public Write(UUID customerId, Action action, String target, int attempt, UUID correlationId) {
        this(customerId, action, target, attempt, correlationId, null);
    }

    /** The same, decided on something else. */
    public Write on(@Nullable DecisionBasis other) {
        return new Write(customerId, action, target, attempt, correlationId, other, before);
    }

    /**
     * What was read of what it would change when it was decided on, in the platform's own words; null where that is not known, or is no
     * state of a subscription or relationship.
     */
    public @Nullable String asRead() {
        Customer customer = basis == null ? null : basis.customer();
        if (customer == null || before != null) {
            return null;
        }
        return switch (action) {
            case REMOVE -> customer.relationship();
            case SUSPEND, CANCEL, REACTIVATE ->
                customer.subscriptions().stream()
                        .filter(subscription -> subscription.id().equals(target))
                        .map(Subscription::statusText)
                        .findFirst()
                        .orElse(null);
            default -> null;
        };
    }

    /** Whether what it was decided on is too old for it to be sent. */
    public boolean isStale(Instant now) {
        return basis != null && basis.isOld(now);
    }

    /** Writes are keys, and what they were decided on may be long. */
    @Override
    public int hashCode() {
        return correlationId.hashCode();
    }

    /** The correlation id is new for each attempt. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Write it
                && correlationId.equals(it.correlationId)
                && customerId.equals(it.customerId)
                && action == it.action
                && target.equals(it.target)
                && attempt == it.attempt;
    }
}
