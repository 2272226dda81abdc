package dev.offboarding.run;

import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseJson;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.LimitFigure;
import dev.offboarding.plan.Limits;
import dev.offboarding.plan.Tonight;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.Population;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** Step 3: holds the whole plan against the limits. Over one of them the run ends here, before its first write. */
final class CheckLimits implements Tasklet {

    private static final Duration WINDOW = Duration.ofDays(30);

    private final Workplace at;

    CheckLimits(Workplace at) {
        this.at = at;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext context) {
        if (!at.guard().mayStart()) {
            end(contribution);
            return RepeatStatus.FINISHED;
        }
        String runId = at.run().runId();
        PlatformName platform = at.run().jobFile().platform();
        Instant countedAt = at.clock().instant();
        Population population = at.platform().population();
        if (population.complete()) {
            new Returned(at).report();
        }
        Runs.Counted last = at.runs().lastCounted(platform, runId);
        Tonight tonight = new Tonight(
                at.runs().planned(runId),
                at.runs().attempted(runId, platform, at.run().startedAt().minus(WINDOW)),
                population,
                last == null ? null : last.population(),
                last == null ? 0 : at.runs().removedSince(runId, platform, last.at()));
        List<LimitFigure> figures = Limits.check(at.run().jobFile().limits(), tonight);
        String planId = at.runs().planId(runId);
        at.transaction().executeWithoutResult(status -> {
            at.runs().fence(runId);
            at.runs().counted(runId, population, countedAt);
            at.runs().checked(runId, planId, figures);
            at.trail()
                    .append(List.of(NewEvent.ofRun(
                            EventKind.LIMITS,
                            Map.of(
                                    "plan_id",
                                    planId,
                                    "population",
                                    population.size(),
                                    "limits",
                                    CaseJson.tree(figures)))));
        });
        List<LimitFigure> exceeded =
                figures.stream().filter(figure -> !figure.passed()).toList();
        if (!exceeded.isEmpty()) {
            at.guard()
                    .stop(
                            StopReason.LIMIT,
                            exceeded.stream()
                                    .map(figure -> figure.limit() + ": " + figure.message())
                                    .collect(Collectors.joining("; ")));
        } else if (at.run().jobFile().approval() == Approval.REQUIRED && tonight.planned() > 0) {
            at.guard()
                    .stop(
                            StopReason.APPROVAL,
                            "the job file asks for an approval of plan %s, and there is none".formatted(planId));
        }
        end(contribution);
        return RepeatStatus.FINISHED;
    }

    /** Where the run is stopped its work ends here: no later step begins. */
    private void end(StepContribution contribution) {
        RunGuard.Stop stop = at.guard().stopped();
        if (stop != null) {
            contribution.setExitStatus(new ExitStatus(stop.reason().name()));
        }
    }
}
