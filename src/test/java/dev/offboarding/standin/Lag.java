package dev.offboarding.standin;

/** Effects that do not show at once; each has its own delay. */
public enum Lag {
    /** Until a read of a subscription shows what a write changed. */
    SUBSCRIPTION_READ,
    /** Until a removed customer leaves the customer list. */
    CUSTOMER_LIST,
    /** Until a removed customer can no longer be read by its id. */
    CUSTOMER_READ,
    /** Until a removed customer's subscriptions, and whatever hangs on them, can no longer be read. */
    SUBSCRIPTIONS_AFTER_REMOVAL,
    /** Until a removed customer's support contacts can no longer be read. */
    SUPPORT_CONTACT,
    /** Until an audit record appears. */
    AUDIT,
    /** From the acceptance of a GDAP termination to {@code terminated}. */
    GDAP_TERMINATION,
    /** From the end of a term to its renewal, its cancellation or its extension, as it shows and as it is. */
    RENEWAL,
    /** From a 202 to the change. */
    ASYNC_UPDATE
}
