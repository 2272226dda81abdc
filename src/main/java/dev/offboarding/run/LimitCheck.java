package dev.offboarding.run;

import dev.offboarding.approvals.Approvals;
import dev.offboarding.approvals.Given;
import dev.offboarding.approvals.PlanBasis;
import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseJson;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.plan.LimitFigure;
import dev.offboarding.plan.LimitInputs;
import dev.offboarding.plan.Limits;
import dev.offboarding.plan.Remedies;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.Population;
import dev.offboarding.runs.Reservations;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import dev.offboarding.runs.StopReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Compares the whole plan with what is approved and with the limits; where it is within them, tonight's list is accepted in the same
 * transaction.
 */
final class LimitCheck {

    static final Duration WINDOW = Duration.ofDays(30);

    private final RunContext context;
    private final LazyPlatform platform;
    private final Cases cases;
    private final Runs runs;
    private final AuditTrail trail;
    private final Reservations reservations;
    private final UpcomingLimits dueAhead;
    private final Acceptance acceptance;
    private final PlanRecord record;
    private final JdbcTemplate jdbc;

    LimitCheck(
            RunContext context,
            LazyPlatform platform,
            Cases cases,
            Runs runs,
            AuditTrail trail,
            Reservations reservations,
            UpcomingLimits dueAhead,
            Acceptance acceptance,
            PlanRecord record,
            JdbcTemplate jdbc) {
        this.context = context;
        this.platform = platform;
        this.cases = cases;
        this.runs = runs;
        this.trail = trail;
        this.reservations = reservations;
        this.dueAhead = dueAhead;
        this.acceptance = acceptance;
        this.record = record;
        this.jdbc = jdbc;
    }

    /**
     * @param stop why the run may not write; null if it may
     * @param customers to whom something would be written
     * @param ahead days on which a limit will not be enough, one sentence each
     * @param approval who asked, planned and approved, and what waits for an approval, one sentence each
     */
    record Checked(
            @Nullable Stop stop,
            long customers,
            List<LimitFigure> figures,
            Map<Action, Long> planned,
            List<String> ahead,
            List<String> approval) {}

    /** All jobs on the platform share it, to the end of the caller's transaction. */
    void lock() {
        reservations.lock();
        runs.fence(context.run().runId());
    }

    /** Within the caller's transaction, under the {@link #lock()}. */
    Checked check(Population population, Instant countedAt) {
        String runId = context.run().runId();
        Instant now = context.clock().instant();
        reservations.releaseWhatIsOver();
        List<NewEvent> events = new ArrayList<>();
        if (context.run().writes()) {
            events.addAll(acceptance.leaveToOthers());
            events.addAll(acceptance.keepWhomOthersListed(now));
        }
        cases.findRestarted();
        runs.counted(runId, population, countedAt);
        String identity = platform.identity();
        PlanBasis basis = PlanSettings.basis(context.run().jobFile(), identity);
        ApprovedPlan approved = new ApprovedPlan(
                new Approvals(jdbc, context.run().jobFile().job(), identity),
                runId,
                basis,
                context.run().jobFile().approval(),
                now,
                cases::plannedCustomers,
                reservations::begun,
                reservations::unchanged,
                cases::plannedAndListedAnew);

        boolean nothingApproved = approved.nothingApproved();
        Set<UUID> waiting = nothingApproved ? Set.of() : approved.withoutApproval();
        String waitingId = waiting.isEmpty() ? null : cases.planId(basis.header(), waiting);
        if (waitingId != null) {
            record.save(waitingId, basis, reservations.begun(), waiting, List.of(), now);
        }
        if (!nothingApproved) {
            events.addAll(holdChanged(approved, now));
            events.addAll(leaveWaiting(waiting, waitingId, now));
        }
        PlanBasis named = withWhomTheListWithdraws(basis);
        String planId = cases.planId(named.header());
        Map<String, Given> lifts = new LinkedHashMap<>(approved.lifts(planId));
        LimitInputs tonight = inputs(population, Set.of());
        List<LimitFigure> figures = figures(tonight, lifts);
        List<UUID> spread = approved.spreadCustomers();
        if (!spread.isEmpty() && isHelpedByWaiting(figures, population)) {
            Set<UUID> later = later(spread, population, lifts.keySet());
            events.addAll(holdForLater(approved, later, now));
            planId = cases.planId(named.header());
            // where a limit stops what is left, it is what is left that somebody lifts it for
            lifts.putAll(approved.lifts(planId));
            tonight = inputs(population, Set.of());
            figures = figures(tonight, lifts);
        }
        runs.checked(runId, planId, named.json(), figures);
        Stop stop = stop(figures, tonight, planId, nothingApproved, approved, now);
        if (stop != null) {
            record.save(planId, basis, reservations.begun(), null, figures, now);
        }
        Map<String, Given> lifted = new LinkedHashMap<>(lifts);
        Set<String> liftedTonight = figures.stream()
                .filter(figure -> figure.lifted() != null)
                .map(LimitFigure::limit)
                .collect(Collectors.toSet());
        lifted.keySet().retainAll(liftedTonight);
        if (context.run().writes()) {
            if (stop == null) {
                events.addAll(acceptance.withdrawUnlisted(now));
                acceptance.accept(tonight.planned() > 0, waiting, now);
                approved.accepted(lifted);
            } else {
                events.addAll(acceptance.leaveUnlisted(now));
                cases.onlyVerify();
            }
        }
        List<String> sentences = record.tell(stop, planId, waitingId, waiting.size(), approved, lifted);
        List<String> ahead = dueAhead.tell(stop == null, population);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("plan_id", planId);
        data.put("plan_basis", named.values());
        data.put("population", population.size());
        data.put("limits", CaseJson.tree(figures));
        // last: from here to the end of the transaction no other job can add to the trail
        events.add(NewEvent.ofRun(EventKind.LIMITS, data));
        trail.append(events);
        return new Checked(stop, tonight.planned(), figures, cases.plannedWrites(), ahead, sentences);
    }

    /** A limit counts them, and nothing that is planned says who they are: somebody lifts it for these, and for no others. */
    private PlanBasis withWhomTheListWithdraws(PlanBasis basis) {
        Collection<UUID> unlisted = acceptance.newlyUnlisted().values();
        return unlisted.isEmpty() ? basis : basis.withdrawing(unlisted);
    }

    /** @param without as if these were not planned */
    private LimitInputs inputs(Population population, Set<UUID> without) {
        String runId = context.run().runId();
        PlatformName platformName = context.run().jobFile().platform();
        Runs.Counted last = runs.lastCounted(platformName, runId);
        // all that one unlisting withdraws counts, paused or not: a list that has lost its rows is more likely a broken
        // one, and once it is recorded it is asked for, and counts no more
        long unlisted = acceptance.newlyUnlisted().size();
        return new LimitInputs(
                cases.planned() - without.size() + (unlisted == 0 ? 0 : cases.newlyUnlistedPutBack()),
                reservations.fromList(),
                reservations.begun(without) + unlisted,
                reservations.begunBeside(without),
                reservations.attempted(context.run().startedAt().minus(WINDOW), without),
                population,
                last == null ? null : last.population(),
                last == null ? 0 : runs.removedSince(runId, platformName, last.at()),
                unlisted);
    }

    private List<LimitFigure> figures(LimitInputs tonight, Map<String, Given> lifts) {
        var settings = context.run().jobFile().limits();
        return Limits.check(settings, tonight, ApprovedPlan.byLimit(lifts));
    }

    /**
     * Whether there are only too many tonight. A customer list that cannot be believed holds whom it would have to be believed for, and where
     * no night could begin even one nothing is accepted to wait for its turn.
     */
    private boolean isHelpedByWaiting(List<LimitFigure> figures, Population population) {
        List<String> stopping = figures.stream()
                .filter(LimitFigure::stops)
                .map(LimitFigure::limit)
                .toList();
        return !stopping.isEmpty()
                && !stopping.contains("population")
                && Limits.neverBegins(context.run().jobFile().limits(), population.size()) == null;
    }

    /** Of a plan that is spread: those for whom there is no room tonight, beside those that are not part of it. */
    private Set<UUID> later(List<UUID> spread, Population population, Set<String> lifted) {
        long room = Limits.room(context.run().jobFile().limits(), inputs(population, new HashSet<>(spread)), lifted);
        return spread.stream().skip(room).collect(Collectors.toSet());
    }

    private List<NewEvent> holdChanged(ApprovedPlan approved, Instant now) {
        return acceptance.change(
                approved.changed(),
                now,
                c -> c.holdBack(
                        new Hold(
                                HoldReason.CHANGED_SINCE_APPROVAL,
                                null,
                                approved.difference(c.customerId())
                                        + ": look at it, and list the customer again if it is to go; it needs another approval then")));
    }

    private List<NewEvent> holdForLater(ApprovedPlan approved, Set<UUID> later, Instant now) {
        return acceptance.change(
                later, now, c -> c.holdBack(new Hold(HoldReason.LATER_NIGHT, null, approved.spreadBy(c.customerId()))));
    }

    private List<NewEvent> leaveWaiting(Set<UUID> waiting, @Nullable String planId, Instant now) {
        return acceptance.change(waiting, now, c -> {
            c.waitForApproval("it waits for an approval of plan " + planId);
            cases.leaveWaiting(List.of(c.position()));
        });
    }

    /** No limit holds what people have asked for, and no list waits to be accepted. Within the caller's transaction. */
    void none() {
        runs.fence(context.run().runId());
        PlanBasis basis = PlanSettings.basis(context.run().jobFile(), platform.identity());
        String planId = cases.planId(basis.header());
        runs.checked(context.run().runId(), planId, basis.json(), List.of());
        cases.accept(context.clock().instant());
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("plan_id", planId);
        data.put("plan_basis", basis.values());
        data.put("population", null);
        data.put("limits", List.of());
        trail.append(List.of(NewEvent.ofRun(EventKind.LIMITS, data)));
    }

    private @Nullable Stop stop(
            List<LimitFigure> figures,
            LimitInputs tonight,
            String planId,
            boolean nothingApproved,
            ApprovedPlan approved,
            Instant now) {
        List<LimitFigure> exceeded = figures.stream().filter(LimitFigure::stops).toList();
        if (!exceeded.isEmpty()) {
            Remedies remedies = Remedies.of(
                    context.run().jobFile().limits(),
                    exceeded,
                    tonight.population().size(),
                    tonight.begun() > tonight.putBack());
            return new Stop(
                    StopReason.LIMIT,
                    exceeded.stream()
                                    .map(figure -> figure.limit() + ": " + figure.message())
                                    .collect(Collectors.joining("; "))
                            + record.approvedInVain(planId, remedies, now)
                            + record.waysOn(planId, tonight.fromList() > 0, tonight.putBack() > 0, remedies));
        }
        if (nothingApproved) {
            return new Stop(
                    StopReason.APPROVAL,
                    "the job file asks for an approval of plan %s, and there is none%s%s%s%s"
                            .formatted(
                                    planId,
                                    record.earlierApproval(planId),
                                    approved.changed().isEmpty()
                                            ? ""
                                            : " (%d of its customers were approved, and are not as they were then)"
                                                    .formatted(
                                                            approved.changed().size()),
                                    Limits.origin(tonight),
                                    record.waysOn(planId, tonight.fromList() > 0, false, null)));
        }
        return null;
    }
}
