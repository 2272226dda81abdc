package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Transfer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A customer as it was read, delegated administration aside.
 *
 * @param entitlements reservations and software
 * @param transfers to other partners
 * @param at when the subscriptions were read
 * @param wholeAt when everything was read the last time
 */
record CustomerReading(
        UUID id,
        String companyName,
        String domain,
        String relationship,
        List<Subscription> subscriptions,
        List<Subscription> entitlements,
        List<Transfer> transfers,
        @Nullable String contact,
        Instant at,
        Instant wholeAt) {

    /** Nothing but its subscriptions was read again: it gets no younger by that. */
    CustomerReading with(List<Subscription> newer, Instant readAt) {
        return new CustomerReading(
                id, companyName, domain, relationship, newer, entitlements, transfers, contact, readAt, wholeAt);
    }

    Customer customer(List<Delegation> delegations) {
        List<Subscription> holdings = new ArrayList<>(subscriptions);
        holdings.addAll(entitlements);
        return new Customer(
                id,
                companyName,
                domain,
                relationship,
                List.copyOf(holdings),
                List.copyOf(delegations),
                transfers,
                contact);
    }
}
