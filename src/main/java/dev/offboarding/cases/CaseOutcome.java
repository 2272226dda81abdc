package dev.offboarding.cases;

/** What one run made of one case. */
public enum CaseOutcome {
    OFFBOARDED,
    ALREADY_OFFBOARDED,
    /** Removed, the effects still to be confirmed. */
    REMOVED,
    /** Suspended, and held for its grace period. */
    SUSPENDED,
    HELD,
    FAILED,
    WITHDRAWN,
    /** The relationship was removed, and is there again. */
    RE_ESTABLISHED,
    /** What a run would do, or would have done had it not stopped before. */
    PLANNED
}
