package dev.offboarding.plan;

import dev.offboarding.platform.Population;
import org.jspecify.annotations.Nullable;

/**
 * What the limits are held against.
 *
 * @param planned customers for whom at least one write is planned
 * @param attempted customers written to within the last 30 days by any job on the platform, those planned included; each once
 * @param previousPopulation the population that the last run on this platform counted; null if there was none
 * @param removedSince customers whose relationship this program itself has removed since then
 */
public record Tonight(
        long planned,
        long attempted,
        Population population,
        @Nullable Long previousPopulation,
        long removedSince) {}
