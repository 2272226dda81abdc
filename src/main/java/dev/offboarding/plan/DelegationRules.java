package dev.offboarding.plan;

import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Delegation;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What becomes of delegated administration, which does not end with the relationship. */
final class DelegationRules {

    private DelegationRules() {}

    /** What ends it; to be written once the removal is accepted. Invitations that no one has answered lapse on their own. */
    static List<PlannedWrite> endings(List<Delegation> delegations) {
        return delegations.stream()
                .sorted(Comparator.comparing(Delegation::id))
                .map(DelegationRules::ending)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Null for what ends on its own, and for what has no id to end it by: while that gives access the effects show it, and a request, which
     * gives none, is named where they are proved.
     */
    private static @Nullable PlannedWrite ending(Delegation delegation) {
        if (delegation.id().isEmpty()) {
            return null;
        }
        return switch (delegation.status().toLowerCase(Locale.ROOT)) {
            case "approved", "activating", "active", "expiring" ->
                new PlannedWrite(Action.TERMINATE_GDAP, delegation.id());
            case Delegation.CREATED -> new PlannedWrite(Action.DELETE_GDAP, delegation.id());
            default -> null;
        };
    }
}
