package dev.offboarding.cases;

import java.time.Instant;

/**
 * A cancellation at the end of a term that this program has scheduled, and that it watches from then on.
 *
 * @param subscription whose term it is
 * @param at when it was written
 * @param repaired whether it was put right once already, because someone or something had changed it
 */
public record ScheduledEnd(String subscription, Instant at, boolean repaired) {}
