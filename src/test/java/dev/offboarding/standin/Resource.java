package dev.offboarding.standin;

/** What a quota counts: Microsoft documents one a minute and tenant for each of the first three. */
public enum Resource {
    CUSTOMER,
    SUBSCRIPTION,
    ORDER,
    GRAPH,
    LOGIN,
    OTHER
}
