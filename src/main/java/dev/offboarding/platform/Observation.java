package dev.offboarding.platform;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What reading a customer showed. */
public sealed interface Observation {
    UUID customerId();

    Instant at();

    record Found(Customer customer, Instant at) implements Observation {
        @Override
        public UUID customerId() {
            return customer.id();
        }
    }

    /**
     * The platform answered, and says that it does not know the customer or has no relationship with it.
     *
     * @param delegations its delegated administration, which may outlive the relationship; null where that was not read
     * @param nobodyIsShown the platform shows no customer at all: that this one is missing proves nothing
     */
    record Unknown(
            UUID customerId,
            Instant at,
            String proof,
            @Nullable List<Delegation> delegations,
            boolean nobodyIsShown) implements Observation {
        public Unknown(UUID customerId, Instant at, String proof) {
            this(customerId, at, proof, null, false);
        }
    }

    /** The platform did not answer, or not in a meaningful way. Never to be taken for {@link Unknown}. */
    record Unreadable(UUID customerId, Instant at, String why) implements Observation {}
}
