package dev.offboarding.report;

import java.util.List;

/**
 * How the writes that the trail of a run has compare with its cases and with its plan. To say so all of its intents and outcomes are
 * read.
 *
 * @param strays where outcomes differ from cases
 * @param unplanned what was asked for although the plan does not have it, by customer. Empty, or something is very wrong
 * @param answered whether each intent has its outcome. Then this stays true once the run's steps are over; else the next run may look
 *     the answers up, and add them
 */
public record TrailCompared(ControlTotals.Strays strays, List<UnplannedWrite> unplanned, boolean answered) {}
