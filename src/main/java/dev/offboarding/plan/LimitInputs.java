package dev.offboarding.plan;

import dev.offboarding.platform.Population;
import org.jspecify.annotations.Nullable;

/**
 * What the limits are compared with.
 *
 * @param planned customers for whom at least one write is planned
 * @param fromList those of the planned whom tonight's list brings; the others are open cases
 * @param begun those of the planned whose first write would be tonight, and all whom tonight's list withdraws because it is without them
 * @param reserved other customers whose first write runs under way beside this one have reserved
 * @param attempted customers written to within the last 30 days, or reserved, by any job on the platform, those planned included; each once
 * @param previousPopulation the population with which a run on this platform was last allowed to write; null if none was
 * @param removedSince customers whose relationship this program itself has removed since then
 * @param putBack those of the begun of whom something is put back only, because their rows are gone from the list
 */
public record LimitInputs(
        long planned,
        long fromList,
        long begun,
        long reserved,
        long attempted,
        Population population,
        @Nullable Long previousPopulation,
        long removedSince,
        long putBack) {}
