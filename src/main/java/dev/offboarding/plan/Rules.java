package dev.offboarding.plan;

import dev.offboarding.lists.Identifier;
import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a job file says about each customer.
 *
 * @param identity which identifiers of an entry must match the live record, where the entry carries them
 * @param today the day in the job's zone
 * @param graceDays days between suspending and removing
 * @param resellers the partner ids of the resellers whose subscriptions may be touched; null where any may
 * @param withdrawWhenUnlisted whether a case is withdrawn whose row is gone from the list
 * @param newCommerce what is done about new-commerce terms that still run
 */
public record Rules(
        Set<Identifier> identity,
        Set<UUID> protectedCustomers,
        LocalDate today,
        int graceDays,
        NewCommerce newCommerce,
        @Nullable Set<String> resellers,
        boolean withdrawWhenUnlisted) {

    /** The same where a case whose row is gone only waits. */
    public Rules withdrawingNobodyUnlisted() {
        return new Rules(identity, protectedCustomers, today, graceDays, newCommerce, resellers);
    }

    /** Where a case whose row is gone only waits. */
    public Rules(
            Set<Identifier> identity,
            Set<UUID> protectedCustomers,
            LocalDate today,
            int graceDays,
            NewCommerce newCommerce,
            @Nullable Set<String> resellers) {
        this(identity, protectedCustomers, today, graceDays, newCommerce, resellers, false);
    }

    /** Where new-commerce terms are only ever waited for. */
    public Rules(Set<Identifier> identity, Set<UUID> protectedCustomers, LocalDate today, int graceDays) {
        this(identity, protectedCustomers, today, graceDays, NewCommerce.HOLD, null);
    }
}
