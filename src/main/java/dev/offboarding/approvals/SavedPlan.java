package dev.offboarding.approvals;

import java.time.Instant;

/**
 * A plan that is kept.
 *
 * @param planner who planned it first
 * @param plannedRun that planned it first
 * @param lastRun that planned the same last
 * @param limits its figures, as stored JSON
 * @param fromList how many of its customers the list of the last run brought
 */
public record SavedPlan(
        long no,
        String id,
        String job,
        String platformIdentity,
        PlanBasis basis,
        Person planner,
        String plannedRun,
        Instant plannedAt,
        String lastRun,
        Instant lastAt,
        String limits,
        long customers,
        long fromList,
        long begins) {}
