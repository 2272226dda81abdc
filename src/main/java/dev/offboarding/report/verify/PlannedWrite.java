package dev.offboarding.report.verify;

/** A write that a customer's row has among its planned ones, and what the trail says of it. */
final class PlannedWrite {

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
    final String target;
    boolean tried;
    boolean tookEffect;

    PlannedWrite(Action action, String target) {
        this.action = action;
        this.target = target;
    }

    /** Whether it ends a subscription for the time being or for good: what the totals count. */
    boolean endsSubscription() {
        return action == Action.SUSPEND || action == Action.CANCEL;
    }
}
