package dev.offboarding.standin;

/** What a subscription is; how it looks on the wire is {@link SubscriptionTemplates}' business. */
enum Kind {
    LICENCE,
    USAGE,
    NEW_COMMERCE,
    AZURE_PLAN,
    MARKETPLACE,
    SOFTWARE,
    /** Bought and ended in the Azure portal only. */
    SAVINGS_PLAN;

    /** Only these carry an etag. */
    boolean isLegacy() {
        return this == LICENCE || this == USAGE;
    }
}
