package dev.offboarding.plan;

/** What is done about a new-commerce term that still runs. */
public enum NewCommerce {
    /** Waits until it is over. */
    HOLD,
    /** Schedules the cancellation at the end of the term, and waits. */
    END_AT_TERM,
    /** Cancels inside the cancellation window, otherwise as {@link #END_AT_TERM}. */
    CANCEL
}
