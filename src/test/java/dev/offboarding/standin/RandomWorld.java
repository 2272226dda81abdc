package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Customers as they come: mostly simple, some of them with everything that gets in the way. */
final class RandomWorld {

    private static final String[] NAMES = {
        "Adatum",
        "Bellows",
        "Contoso",
        "Fabrikam",
        "Fourth Coffee",
        "Litware",
        "Northwind",
        "Proseware",
        "Tailspin",
        "Trey",
        "Wingtip",
        "Woodgrove"
    };
    private static final String[] STATUSES = {
        "active", "active", "active", "active", "suspended", "deleted", "expired", "disabled"
    };
    private static final String[] GDAP = {
        "active", "active", "expiring", "expired", "terminated", "created", "approvalPending", "activating"
    };

    private RandomWorld() {}

    static List<CustomerBuilder> populate(PartnerCenterStandIn standIn, Dice dice, int customers) {
        List<CustomerBuilder> all = new ArrayList<>();
        for (int i = 0; i < customers; i++) {
            String name = NAMES[dice.pick("name", i, NAMES.length)] + " " + (i + 1);
            CustomerBuilder it = standIn.customer(name).delegatedAccess(dice.pick("dap", i, 10) == 0);
            if (dice.pick("relationship", i, 40) == 0) {
                it.relationship("advisor");
            }
            subscriptions(it, standIn.settings().clock.instant(), dice, i);
            int gdap = dice.pick("gdap", i, 3);
            for (int g = 0; g < gdap; g++) {
                it.gdap("GDAP " + g, GDAP[dice.pick("gdapStatus", i * 10L + g, GDAP.length)]);
            }
            all.add(it);
        }
        return all;
    }

    private static void subscriptions(CustomerBuilder it, Instant now, Dice dice, int i) {
        int count = dice.pick("subscriptions", i, 5);
        for (int s = 0; s < count; s++) {
            long number = i * 10L + s;
            String status = STATUSES[dice.pick("status", number, STATUSES.length)];
            switch (dice.pick("kind", number, 20)) {
                case 0 -> it.newCommerce("Teams " + s, status);
                case 1 ->
                    it.newCommerce(
                            "Business " + s, status, now.plus(Duration.ofDays(360)), now.plus(Duration.ofDays(2)));
                case 2 ->
                    it.azurePlan("Azure plan " + s, status, dice.pick("azure", number, 2) == 0 ? "active" : "deleted");
                case 3 -> it.marketplace("Backup " + s, status, now.plus(Duration.ofDays(20)));
                case 4 -> it.software("Windows Server " + s, status);
                case 5 -> it.reservation("D2s v3 " + s, dice.pick("live", number, 2) == 0);
                case 6 -> it.perpetualSoftware("Office " + s, dice.pick("live", number, 2) == 0);
                case 7 -> it.licence("Odd " + s, dice.pick("odd", number, 2) == 0 ? "pending" : "zzz");
                case 8, 9 -> it.usage("Azure " + s, status);
                case 10, 11 -> it.licence("E5 " + s, status).addOn("Audio Conferencing " + s, status);
                default -> it.licence("E3 " + s, status);
            }
        }
    }
}
