package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseJson;
import dev.offboarding.cases.Cases;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.LimitFigure;
import dev.offboarding.plan.LimitInputs;
import dev.offboarding.plan.Limits;
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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares the whole plan with the limits; where it is within them, tonight's list is accepted in the same transaction. */
final class LimitCheck {

    private static final Duration WINDOW = Duration.ofDays(30);

    private final RunContext context;
    private final Cases cases;
    private final Runs runs;
    private final AuditTrail trail;
    private final Reservations reservations;
    private final UpcomingLimits dueAhead;
    private final Acceptance acceptance;

    LimitCheck(
            RunContext context,
            Cases cases,
            Runs runs,
            AuditTrail trail,
            Reservations reservations,
            UpcomingLimits dueAhead,
            Acceptance acceptance) {
        this.context = context;
        this.cases = cases;
        this.runs = runs;
        this.trail = trail;
        this.reservations = reservations;
        this.dueAhead = dueAhead;
        this.acceptance = acceptance;
    }

    /**
     * @param stop why the run may not write; null if it may
     * @param customers to whom something would be written
     * @param ahead days on which a limit will not be enough, one sentence each
     */
    record Checked(
            @Nullable Stop stop,
            long customers,
            List<LimitFigure> figures,
            Map<Action, Long> planned,
            List<String> ahead) {}

    /** All jobs on the platform share it, to the end of the caller's transaction. */
    void lock() {
        reservations.lock();
        runs.fence(context.run().runId());
    }

    /** Within the caller's transaction, under the {@link #lock()}. */
    Checked check(Population population, Instant countedAt) {
        String runId = context.run().runId();
        PlatformName platform = context.run().jobFile().platform();
        reservations.releaseWhatIsOver();
        List<NewEvent> events = new ArrayList<>();
        if (context.run().writes()) {
            events.addAll(acceptance.leaveToOthers());
        }
        cases.findRestarted();
        Runs.Counted last = runs.lastCounted(platform, runId);
        LimitInputs tonight = new LimitInputs(
                cases.planned(),
                reservations.fromList(),
                reservations.begun(),
                reservations.begunBeside(),
                reservations.attempted(context.run().startedAt().minus(WINDOW)),
                population,
                last == null ? null : last.population(),
                last == null ? 0 : runs.removedSince(runId, platform, last.at()));
        List<LimitFigure> figures = Limits.check(context.run().jobFile().limits(), tonight);
        String planId = cases.planId();
        runs.counted(runId, population, countedAt);
        runs.checked(runId, planId, figures);
        Stop stop = stop(figures, tonight, planId);
        if (context.run().writes()) {
            if (stop == null) {
                acceptance.accept(tonight.planned() > 0);
            } else {
                cases.onlyVerify();
            }
        }
        List<String> ahead = dueAhead.tell(stop == null, population);
        // last: from here to the end of the transaction no other job can add to the trail
        events.add(NewEvent.ofRun(
                EventKind.LIMITS,
                Map.of("plan_id", planId, "population", population.size(), "limits", CaseJson.tree(figures))));
        trail.append(events);
        return new Checked(stop, tonight.planned(), figures, cases.plannedWrites(), ahead);
    }

    private @Nullable Stop stop(List<LimitFigure> figures, LimitInputs tonight, String planId) {
        List<LimitFigure> exceeded =
                figures.stream().filter(figure -> !figure.passed()).toList();
        if (!exceeded.isEmpty()) {
            return new Stop(
                    StopReason.LIMIT,
                    exceeded.stream()
                            .map(figure -> figure.limit() + ": " + figure.message())
                            .collect(Collectors.joining("; ")));
        }
        if (context.run().jobFile().approval() == Approval.REQUIRED && tonight.planned() > 0) {
            return new Stop(
                    StopReason.APPROVAL,
                    "the job file asks for an approval of plan %s, and there is none%s"
                            .formatted(planId, Limits.origin(tonight)));
        }
        return null;
    }
}
