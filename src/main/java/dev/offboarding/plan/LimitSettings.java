package dev.offboarding.plan;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * How many customers per night.
 *
 * @param maxCustomers the most that one run may offboard; 0 means none, there is no unlimited
 * @param maxShare the most of all reseller customers
 * @param floor what a small reseller may always do, whatever the share is; {@code max-customers} holds nevertheless
 * @param per30Days the most of all reseller customers that all jobs on a platform may attempt in 30 days
 */
public record LimitSettings(
        @DefaultValue("25") @Min(value = 0, message = "write 0 or more; 0 means none, and there is no unlimited")
        int maxCustomers,

        @DefaultValue("5%") Share maxShare,

        @DefaultValue("3") @Min(value = 0, message = "write 0 or more")
        int floor,

        @Name("per-30-days") @DefaultValue("10%") Share per30Days) {}
