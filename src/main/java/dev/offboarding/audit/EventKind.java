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
    /**
     * Customers who wait were read and decided on, and of each there is to be said, to the letter, what its last event says: that event is
     * named and not written again. It is of no customer, and says first how many they are.
     */
    FOUND_UNCHANGED,
    /** The plan was checked against the limits. */
    LIMITS,
    /**
     * Writes of one action are about to be sent, to one customer or, as a rule, to many: then it is of none, and says first how many they
     * are, and of each write whose it is. Committed before they are sent.
     */
    INTENT,
    /** What became of the writes of one intent to one customer, and how the customer's case is by now. */
    OUTCOME,
    /** The effects of a removal were read back. */
    VERIFIED,
    /** A case moved to another state, or is held, without a write of which an outcome tells. */
    CASE,
    /** Somebody approved a plan. */
    APPROVED,
    /** A case was taken over from another job, or from another ledger or tenant, on somebody's word. */
    ADOPTED,
    /** Somebody has asked that a case is withdrawn, paused, resumed or closed, or that the whole job is paused or resumed. */
    INTERVENTION,
    RUN_ENDED
}
