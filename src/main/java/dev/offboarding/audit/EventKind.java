package dev.offboarding.audit;

/** What an event of the trail is about. */
public enum EventKind {
    RUN_STARTED,
    /** A list file or query was taken, refused or left. */
    LIST,
    /** An entry was accepted for a case, and no decision of its run tells of it. */
    RECEIVED,
    /** A customer was read, and this is what is to be done with it and why; and what was accepted for it, where that lists it anew. */
    DECIDED,
    /** The plan was checked against the limits. */
    LIMITS,
    /** Writes are about to be sent. Committed before they are. */
    INTENT,
    /** What became of the writes of one intent, and how the customer's case is by now. */
    OUTCOME,
    /** The effects of a removal were read back. */
    VERIFIED,
    /** A case moved to another state, or is held, without a write of which an outcome tells. */
    CASE,
    /** A case was taken over from another job, or from another ledger or tenant, on somebody's word. */
    ADOPTED,
    RUN_ENDED
}
