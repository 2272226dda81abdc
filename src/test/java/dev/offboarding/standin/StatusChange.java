package dev.offboarding.standin;

import java.time.Instant;

/** A change that really happened, as opposed to one that was answered. */
public record StatusChange(Instant at, String from, String to) {}
