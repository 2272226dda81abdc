package dev.offboarding.run;

import dev.offboarding.cases.Cases;
import dev.offboarding.cases.Intake;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Outlook;
import dev.offboarding.platform.Population;
import dev.offboarding.run.LimitCheck.Checked;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * Step 3: checks the whole plan against the limits, reserves what it will use, and accepts the list: one transaction, under a lock that all
 * jobs on the platform share. Over a limit the run writes nothing, and tonight's list has opened no case.
 */
final class CheckLimitsTasklet implements Tasklet {

    private static final Logger LOG = LoggerFactory.getLogger(CheckLimitsTasklet.class);

    private final RunContext context;
    private final LazyPlatform platform;
    private final ClockCheck clockCheck;
    private final ReEstablished reEstablished;
    private final LimitCheck limits;
    private final Acceptance acceptance;
    private final Intake intake;
    private final Cases cases;
    private final TransactionTemplate transaction;
    private final Runs runs;

    CheckLimitsTasklet(
            RunContext context,
            LazyPlatform platform,
            ClockCheck clockCheck,
            ReEstablished reEstablished,
            LimitCheck limits,
            Acceptance acceptance,
            Intake intake,
            Cases cases,
            TransactionTemplate transaction,
            Runs runs) {
        this.context = context;
        this.platform = platform;
        this.clockCheck = clockCheck;
        this.reEstablished = reEstablished;
        this.limits = limits;
        this.acceptance = acceptance;
        this.intake = intake;
        this.cases = cases;
        this.transaction = transaction;
        this.runs = runs;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunkContext) {
        if (context.guard().mayStart()
                && clockCheck.agreesWithTheDatabase()
                && clockCheck.agreesWithThePlatform(platform.get())) {
            if (context.run().receives()) {
                check(contribution);
            } else {
                transaction.executeWithoutResult(status -> limits.none());
                cases.accepted();
            }
        }
        end(contribution, context.guard());
        return RepeatStatus.FINISHED;
    }

    private void check(StepContribution contribution) {
        intake.analyzePlans();
        Instant countedAt = context.clock().instant();
        Population population = platform.get().population();
        if (population.complete()) {
            reEstablished.report();
        }
        Checked checked = Objects.requireNonNull(transaction.execute(status -> {
            limits.lock();
            return limits.check(population, countedAt);
        }));
        tell(checked);
        StepCounts.add(contribution, checked.customers(), checked.stop() == null ? checked.customers() : 0);
        if (checked.stop() != null) {
            context.guard().stop(checked.stop().reason(), checked.stop().message());
        } else if (context.run().writes()) {
            acceptance.accepted();
        }
    }

    private void tell(Checked checked) {
        String planned = "Planned: " + Messages.planned(checked.planned());
        LOG.info("{}", planned);
        if (!checked.planned().isEmpty()) {
            context.progress().message(planned);
        }
        checked.figures().stream()
                .filter(figure -> figure.limit().equals("population") && figure.figure() == 0 && !figure.stops())
                .forEach(figure -> context.progress().message(figure.message()));
        checked.figures()
                .forEach(figure -> LOG.info(
                        "limit {} {}: {}",
                        figure.limit(),
                        figure.passed() ? "passed" : figure.stops() ? "exceeded" : "lifted",
                        figure.message()));
        outlooks(checked.planned());
        checked.approval().forEach(sentence -> {
            LOG.info("{}", sentence);
            context.progress().message("Approval: " + sentence);
        });
        checked.ahead().forEach(sentence -> {
            LOG.info("{}", sentence);
            context.progress().message("Ahead: " + sentence);
        });
    }

    /** A plan says all of it to whoever made it; a run what somebody has to see to soon, in its report and its notices, too. */
    private void outlooks(Map<Action, Long> planned) {
        long removals = planned.getOrDefault(Action.REMOVE, 0L);
        long others = planned.values().stream().mapToLong(Long::longValue).sum() - removals;
        List<String> soon = new ArrayList<>();
        for (Outlook outlook : platform.get().outlooks(context.run().jobFile().zone(), others, removals)) {
            LOG.info("{}", outlook.sentence());
            if (outlook.soon()) {
                soon.add("outlook: " + outlook.sentence());
            }
            if (outlook.soon() || !context.run().writes()) {
                context.progress().message("Outlook: " + outlook.sentence());
            }
        }
        if (!soon.isEmpty()) {
            runs.notedToo(context.run().runId(), soon);
        }
    }

    /** Where the run is stopped its work ends here: no later step begins, but for one that only reads. */
    static void end(StepContribution contribution, RunGuard guard) {
        Stop stop = guard.stopped();
        if (stop != null) {
            contribution.setExitStatus(new ExitStatus(stop.reason().name()));
        }
    }
}
