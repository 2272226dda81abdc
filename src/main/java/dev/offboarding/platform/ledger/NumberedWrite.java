package dev.offboarding.platform.ledger;

import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Write;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A write, and its place among those that were asked for together. */
record NumberedWrite(int position, Write write) {

    UUID customer() {
        return write.customerId();
    }

    /** The customer that the write was decided on; null where it is not bound to what was read. */
    @Nullable
    Customer asRead() {
        return write.basis() == null ? null : write.basis().customer();
    }

    /** The target as the ledger keeps it; empty where it is not an id of the ledger's. */
    Optional<UUID> target() {
        try {
            UUID id = UUID.fromString(write.target());
            // the parser also takes short forms, which no one has read from the ledger
            return id.toString().equalsIgnoreCase(write.target()) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    UUID id() {
        return target().orElseThrow();
    }
}
