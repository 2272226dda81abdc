package dev.offboarding.platform;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A customer as the platform shows it at one moment.
 *
 * @param relationship in the platform's own words: {@code reseller}, {@code none}, {@code advisor} …
 * @param transfers of what it holds to another partner, as far as they are not over; empty where the platform knows none
 * @param supportContact who is the customer's support contact now, for the trail; null where none is shown
 */
public record Customer(
        UUID id,
        String companyName,
        String domain,
        String relationship,
        List<Subscription> subscriptions,
        List<Delegation> delegations,
        List<Transfer> transfers,
        @Nullable String supportContact) {

    /** Where there are no transfers. */
    public Customer(
            UUID id,
            String companyName,
            String domain,
            String relationship,
            List<Subscription> subscriptions,
            List<Delegation> delegations,
            @Nullable String supportContact) {
        this(id, companyName, domain, relationship, subscriptions, delegations, List.of(), supportContact);
    }

    public static final String RESELLER = "reseller";
    public static final String NONE = "none";

    /** The same with other subscriptions. */
    public Customer holding(List<Subscription> others) {
        return new Customer(id, companyName, domain, relationship, others, delegations, transfers, supportContact);
    }

    public boolean isResellerCustomer() {
        return relationship.equals(RESELLER);
    }

    public boolean relationshipIsGone() {
        return relationship.equals(NONE);
    }
}
