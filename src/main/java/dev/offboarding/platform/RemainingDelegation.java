package dev.offboarding.platform;

import java.util.List;

/**
 * Delegated administration that outlives a customer's relationship.
 *
 * @param gone whether the platform shows, by the customer's own read, that the relationship is gone
 */
public record RemainingDelegation(List<Delegation> delegations, boolean gone) {}
