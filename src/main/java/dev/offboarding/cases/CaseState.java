package dev.offboarding.cases;

/** How far a case has come. */
public enum CaseState {
    /** Accepted from a list; not yet free of active subscriptions. */
    MARKED,
    /** No active subscription is left, read back from the platform. */
    SUSPENDED,
    /** The relationship is removed; not all four effects are confirmed yet. */
    REMOVED,
    /** All four effects are confirmed by reading them back. Closed. */
    OFFBOARDED,
    /** Taken off before removal; every subscription that this program suspended is active again. Closed. */
    WITHDRAWN,
    /** Ended on somebody's word, and never counted as offboarded. Closed. */
    CLOSED;

    public boolean closed() {
        return this == OFFBOARDED || this == WITHDRAWN || this == CLOSED;
    }
}
