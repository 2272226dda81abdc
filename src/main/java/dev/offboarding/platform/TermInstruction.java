package dev.offboarding.platform;

import org.jspecify.annotations.Nullable;

/**
 * What a platform was told to do at the end of a term.
 *
 * @param autoRenew whether it renews itself
 * @param scheduledActions what is scheduled beside that, as the platform has it, in JSON; null where nothing is
 */
public record TermInstruction(boolean autoRenew, @Nullable String scheduledActions) {}
