package dev.offboarding.platform.partnercenter;

import java.util.Locale;

/** What has a quota of its own: Microsoft counts requests for each of the first three, and Graph counts by itself. */
enum Quota {
    CUSTOMER,
    SUBSCRIPTION,
    /** Whatever is none of the others, entitlements for one. */
    OTHER,
    GRAPH;

    /** For those who count. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
