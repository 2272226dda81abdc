package dev.offboarding.cases;

/** What one run made of one case. */
public enum CaseOutcome {
    OFFBOARDED,
    ALREADY_OFFBOARDED,
    /** Removed, the effects still to be confirmed. */
    REMOVED,
    /**
     * This program suspended at least one of its subscriptions, and the relationship stands: for its grace period, or because the run
     * stopped in between.
     */
    SUSPENDED,
    HELD,
    FAILED,
    WITHDRAWN,
    /** Ended on somebody's word, never counted as offboarded. */
    CLOSED,
    /** The relationship was removed, and has been re-established. */
    RE_ESTABLISHED,
    /** What a run would do, or would have done had it not stopped before its first write to this customer. */
    PLANNED,
    /** The run ended before it looked at this customer. */
    NOT_READ
}
