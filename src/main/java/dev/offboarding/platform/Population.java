package dev.offboarding.platform;

/**
 * The reseller customers in the customer list.
 *
 * @param complete whether the list was read to its end
 */
public record Population(long size, boolean complete) {}
