package dev.offboarding.platform;

import java.time.Instant;
import java.util.UUID;

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

    /** The platform answered, and says that it does not know the customer or has no relationship with it. */
    record Unknown(UUID customerId, Instant at, String proof) implements Observation {}

    /** The platform did not answer, or not in a way that means anything. Never to be taken for {@link Unknown}. */
    record Unreadable(UUID customerId, Instant at, String why) implements Observation {}
}
