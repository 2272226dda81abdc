package dev.offboarding.platform;

import java.util.UUID;

/**
 * One write that a platform is asked for. Its intent is in the audit trail before the platform sees it.
 *
 * @param target the id of what is written: subscription, customer or GDAP relationship
 * @param attempt 1 for the first time in a run
 * @param correlationId goes with the call where the platform takes one, and into the audit trail
 */
public record Write(UUID customerId, Action action, String target, int attempt, UUID correlationId) {}
