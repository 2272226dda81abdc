package dev.offboarding.run;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.platform.WriteOutcome;
import org.jspecify.annotations.Nullable;

/** Holds that are met only at a write. What was done until then is kept. */
final class Obstacles {

    private Obstacles() {}

    static @Nullable Hold hold(WriteOutcome outcome) {
        HoldReason reason = switch (outcome.obstacle()) {
            case NONE, STALE, STOPPED, INTERVENTION -> null;
            case PENDING_OPERATION -> HoldReason.PENDING_OPERATION;
            case AZURE_PLAN -> HoldReason.AZURE_PLAN;
        };
        return reason == null ? null : new Hold(reason, null, outcome.message());
    }
}
