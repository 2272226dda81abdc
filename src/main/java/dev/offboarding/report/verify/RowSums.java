package dev.offboarding.report.verify;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What the rows of the customers add up to. */
final class RowSums {
    /** Holds that somebody has to look at. */
    private static final Set<String> TO_LOOK_AT = Set.of("""
            PROTECTED IDENTITY_MISMATCH NOT_A_RESELLER_CUSTOMER UNKNOWN_STATUS REACTIVATED RE_ESTABLISHED NO_EFFECT
            OTHER_RESELLER CHANGED_SINCE_APPROVAL""".split("\\s+"));

    final Map<Outcome, Long> outcomes = new TreeMap<>();
    long listedAnew;
    /** Customers with at least one planned write. */
    long withWrites;
    /** Customers whose rows are gone from their list: what that withdraws is to be begun, too, also where nothing can be put back yet. */
    long unlisted;

    long activeBefore;
    long suspended;
    long cancelled;
    long failed;
    boolean newHold;
    /** Whether one is held for something that somebody has to look at, be it new or not. */
    boolean toLookAt;

    void addHold(JsonNode row) {
        toLookAt |= TO_LOOK_AT.contains(String.valueOf(StrictJson.text(row, "hold_reason")));
    }

    void addOutcome(Outcome outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
    }

    void add(JsonNode row, CustomerClaim claim) {
        addOutcome(claim.outcome());
        addHold(row);
        listedAnew += claim.listedAnew() ? 1 : 0;
        withWrites += claim.writes().all().isEmpty() ? 0 : 1;
        unlisted += row.path("listed").asBoolean(true) ? 0 : 1;
        activeBefore += row.path("subscriptions_active_before").asLong();
        suspended += claim.suspended();
        cancelled += claim.cancelled();
        failed += claim.failed();
        newHold |= row.path("hold_new").asBoolean(false);
    }
}
