package dev.offboarding.cases;

import dev.offboarding.interventions.Standing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an open case waits for by what people have asked for up to now. What is stored is what the last run found: since then somebody may
 * have paused, resumed, withdrawn or closed it.
 */
final class HoldsNow {

    private static final String PAUSED = "\"" + HoldReason.PAUSED + "\"";

    private HoldsNow() {}

    /**
     * The one that is shown first; null where that is what is stored.
     *
     * @param stored as holds are stored
     */
    static @Nullable List<Hold> of(String stored, String state, Standing asked) {
        // a later version may have stored a reason that this one does not know: better not taken apart than not shown
        if (asked.isNothing() && !stored.contains(PAUSED)) {
            return null;
        }
        if (asked.closing() != null) {
            return List.of();
        }
        List<Hold> holds = new ArrayList<>(CaseJson.list(stored, StoredCase.HOLDS));
        holds.removeIf(hold -> hold.reason() == HoldReason.PAUSED);
        if (asked.withdrawal() != null) {
            // what stood in the way of the removal stands in the way of no withdrawal
            holds.removeIf(hold -> hold.reason() != HoldReason.PENDING_OPERATION);
        }
        if (!state.equals(CaseState.REMOVED.name())) {
            // once it is removed it is only looked at, which no pause stops
            holds.addAll(Hold.paused(asked, null));
        }
        return Hold.shownFirst(holds);
    }
}
