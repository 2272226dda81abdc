package dev.offboarding.report.verify;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A write that a customer's row has among its planned ones, and what the trail says about it. */
final class PlannedAction {

    /** What a plan may ask for. */
    enum Action {
        SUSPEND,
        CANCEL,
        AUTO_RENEW_OFF,
        REMOVE,
        TERMINATE_GDAP,
        DELETE_GDAP,
        REACTIVATE
    }

    final Action action;
    /** A GUID as such: half the size. */
    private final Object target;

    boolean tried;
    boolean tookEffect;

    PlannedAction(Action action, String target) {
        this.action = action;
        this.target = compact(target);
    }

    /** What stands for this target among planned writes. */
    static Object compact(String target) {
        UUID id = StrictJson.guid(target);
        return id == null ? target : id;
    }

    String target() {
        return target.toString();
    }

    boolean is(@Nullable String action, Object compactTarget) {
        return this.action.name().equals(action) && target.equals(compactTarget);
    }

    /** Whether it ends a subscription for the time being or for good: what the totals count. */
    boolean endsSubscription() {
        return action == Action.SUSPEND || action == Action.CANCEL;
    }
}
