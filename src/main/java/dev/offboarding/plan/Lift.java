package dev.offboarding.plan;

import java.time.Instant;

/**
 * Somebody's word that one plan may be carried out although it is over a limit.
 *
 * @param by who said so
 * @param claimed whether that is a name that was only claimed
 * @param user the operating system's user
 */
public record Lift(String by, boolean claimed, String user, String reason, Instant at) {}
