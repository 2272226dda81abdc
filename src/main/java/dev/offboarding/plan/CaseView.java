package dev.offboarding.plan;

import dev.offboarding.cases.CaseFacts;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.ScheduledEnd;
import dev.offboarding.interventions.Standing;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A case as far as a decision needs to know it.
 *
 * @param listed false when its row is gone from a database list
 * @param suspendedIds the subscriptions that this program has suspended for this case
 * @param suspendedOn the day, in the job's zone, on which the last of them was
 * @param offboardedBefore whether our own history has this customer offboarded on this platform
 * @param facts what else is known about this offboarding
 * @param asked what somebody has asked for of it
 * @param scheduledEnds the cancellations at the end of a term that this program has scheduled for this case, by subscription
 * @param onTheirWay subscriptions that this program has changed so lately that they may be shown as they were
 */
public record CaseView(
        UUID customerId,
        CaseState state,
        @Nullable String companyName,
        @Nullable String domain,
        @Nullable LocalDate effectiveDate,
        boolean listed,
        Set<String> suspendedIds,
        @Nullable LocalDate suspendedOn,
        boolean offboardedBefore,
        CaseFacts facts,
        Map<String, ScheduledEnd> scheduledEnds,
        Standing asked,
        Set<String> onTheirWay) {

    /** Whether its row is gone from the list, and that withdraws it. */
    boolean isWithdrawnByItsList(Rules rules) {
        return rules.withdrawWhenUnlisted() && !listed && state != CaseState.REMOVED;
    }

    /** Of which nobody has asked for anything. */
    public CaseView(
            UUID customerId,
            CaseState state,
            @Nullable String companyName,
            @Nullable String domain,
            @Nullable LocalDate effectiveDate,
            boolean listed,
            Set<String> suspendedIds,
            @Nullable LocalDate suspendedOn,
            boolean offboardedBefore,
            CaseFacts facts,
            Map<String, ScheduledEnd> scheduledEnds) {
        this(
                customerId,
                state,
                companyName,
                domain,
                effectiveDate,
                listed,
                suspendedIds,
                suspendedOn,
                offboardedBefore,
                facts,
                scheduledEnds,
                Standing.NONE,
                Set.of());
    }
}
