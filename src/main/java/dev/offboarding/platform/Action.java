package dev.offboarding.platform;

/** What a platform can be asked to do. Each is one write. */
public enum Action {
    /** Suspend a subscription; the target is its id. */
    SUSPEND,
    /** Cancel a subscription for good; the target is its id. */
    CANCEL,
    /** Let a subscription end with its term; the target is its id. */
    AUTO_RENEW_OFF,
    /** Remove the reseller relationship; the target is the customer's id. */
    REMOVE,
    /** End a relationship of delegated administration; the target is that relationship's id. */
    TERMINATE_GDAP,
    /** Delete a relationship of delegated administration that no one has approved; the target is that relationship's id. */
    DELETE_GDAP,
    /** Make a suspended subscription active again; the target is its id. */
    REACTIVATE
}
