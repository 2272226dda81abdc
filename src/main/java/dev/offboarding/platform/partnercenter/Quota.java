package dev.offboarding.platform.partnercenter;

import java.util.Locale;

/** What has a quota of its own: Microsoft counts requests for each of the first three, and Graph counts separately. */
enum Quota {
    CUSTOMER,
    SUBSCRIPTION,
    /** Anything that is none of the others, such as entitlements. */
    OTHER,
    GRAPH;

    /** For those who count. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
