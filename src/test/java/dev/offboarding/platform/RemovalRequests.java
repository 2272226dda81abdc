package dev.offboarding.platform;

import java.util.List;
import java.util.UUID;

/** Customers whose effects are to be read back, and of whom nothing else is known. */
public final class RemovalRequests {

    private RemovalRequests() {}

    public static List<Removed> of(UUID... customers) {
        return of(List.of(customers));
    }

    public static List<Removed> of(List<UUID> customers) {
        return customers.stream().map(id -> new Removed(id, null, null)).toList();
    }
}
