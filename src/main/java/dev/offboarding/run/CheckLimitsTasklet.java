package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseJson;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.Intake;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.lists.ListReception;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.LimitFigure;
import dev.offboarding.plan.LimitInputs;
import dev.offboarding.plan.Limits;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.Population;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Reservations;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import dev.offboarding.runs.StopReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Step 3: holds the whole plan against the limits, reserves what it will use, and accepts the list: one transaction, under a lock that all
 * jobs on the platform share. Over a limit the run writes nothing, and tonight's list has opened no case.
 */
final class CheckLimitsTasklet implements Tasklet {

    private static final Logger LOG = LoggerFactory.getLogger(CheckLimitsTasklet.class);
    private static final Duration WINDOW = Duration.ofDays(30);

    private final RunContext context;
    private final LazyPlatform platform;
    private final Cases cases;
    private final Runs runs;
    private final AuditTrail trail;
    private final TransactionTemplate transaction;
    private final ListReception lists;
    private final Intake intake;
    private final Reservations reservations;
    private final UpcomingLimits dueAhead;
    private final ReEstablished reEstablished;
    private final ClockCheck clockCheck;
    private final Failures failures;

    CheckLimitsTasklet(
            RunContext context,
            LazyPlatform platform,
            Cases cases,
            Runs runs,
            AuditTrail trail,
            TransactionTemplate transaction,
            ListReception lists,
            Intake intake,
            Reservations reservations,
            UpcomingLimits dueAhead,
            ReEstablished reEstablished,
            ClockCheck clockCheck,
            Failures failures) {
        this.context = context;
        this.platform = platform;
        this.cases = cases;
        this.runs = runs;
        this.trail = trail;
        this.transaction = transaction;
        this.lists = lists;
        this.intake = intake;
        this.reservations = reservations;
        this.dueAhead = dueAhead;
        this.reEstablished = reEstablished;
        this.clockCheck = clockCheck;
        this.failures = failures;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunkContext) {
        if (context.guard().mayStart()) {
            String wrongClock = clockCheck.againstTheDatabase();
            if (wrongClock == null) {
                wrongClock = clockCheck.againstThePlatform(platform.get());
            }
            if (wrongClock == null) {
                check(contribution);
            } else {
                context.guard().stop(StopReason.CLOCK, wrongClock);
            }
        }
        end(contribution, context.guard());
        return RepeatStatus.FINISHED;
    }

    private void check(StepContribution contribution) {
        Instant countedAt = context.clock().instant();
        Population population = platform.get().population();
        if (population.complete()) {
            reEstablished.report();
        }
        Checked checked = Objects.requireNonNull(transaction.execute(status -> {
            reservations.lock();
            runs.fence(context.run().runId());
            return check(population, countedAt);
        }));
        tell(checked);
        StepCounts.add(contribution, checked.customers(), checked.stop() == null ? checked.customers() : 0);
        if (checked.stop() != null) {
            context.guard().stop(checked.stop().reason(), checked.stop().message());
        } else if (context.run().writes()) {
            cases.accepted();
            lists.moveFiles(context.run().runId()).forEach(this::notMoved);
        }
    }

    /**
     * @param stop why the run may not write; null if it may
     * @param customers to whom something would be written
     * @param ahead days on which a limit will not do, a sentence each
     */
    private record Checked(
            @Nullable Stop stop,
            long customers,
            List<LimitFigure> figures,
            Map<Action, Long> planned,
            List<String> ahead) {}

    private void tell(Checked checked) {
        String planned = "Planned: " + Messages.planned(checked.planned());
        LOG.info("{}", planned);
        if (!checked.planned().isEmpty()) {
            context.progress().told(planned);
        }
        checked.figures()
                .forEach(figure -> LOG.info(
                        "limit {} {}: {}", figure.limit(), figure.passed() ? "passed" : "exceeded", figure.message()));
        checked.ahead().forEach(sentence -> {
            LOG.info("{}", sentence);
            context.progress().told("Ahead: " + sentence);
        });
    }

    private Checked check(Population population, Instant countedAt) {
        String runId = context.run().runId();
        PlatformName platform = context.run().jobFile().platform();
        reservations.releaseWhatIsOver();
        List<NewEvent> events = new ArrayList<>();
        if (context.run().writes()) {
            events.addAll(leaveToOthers());
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
                accept(tonight.planned() > 0);
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

    /**
     * Whose case another job has opened since it was decided on is left to that job.
     *
     * @return what to tell the trail of it: nothing is planned for them now
     */
    private List<NewEvent> leaveToOthers() {
        Map<UUID, String> elsewhere = new HashMap<>();
        intake.workedElsewhere().forEach(entry -> elsewhere.put(entry.customerId(), entry.job()));
        List<OffboardingCase> left = cases.of(elsewhere.keySet()).stream()
                .filter(c -> c.holds().stream().noneMatch(hold -> hold.reason() == HoldReason.OTHER_JOB))
                .toList();
        left.forEach(c -> c.leaveTo(elsewhere.getOrDefault(c.customerId(), "?")));
        cases.save(left, context.clock().instant());
        return left.stream().map(CaseEvents::endingsDecided).toList();
    }

    private void accept(boolean planned) {
        Instant now = context.clock().instant();
        reservations.make();
        reservations.accepted(now, planned);
        intake.accept(now);
        cases.accept(now);
        lists.markTaken(context.run().runId());
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

    /** It is taken all the same, and the next run moves it. */
    private void notMoved(String why) {
        failures.add("check-limits", ExitCode.NEEDS_ATTENTION, why);
    }

    /** Where the run is stopped its work ends here: no later step begins, but for one that only reads. */
    static void end(StepContribution contribution, RunGuard guard) {
        Stop stop = guard.stopped();
        if (stop != null) {
            contribution.setExitStatus(new ExitStatus(stop.reason().name()));
        }
    }
}
