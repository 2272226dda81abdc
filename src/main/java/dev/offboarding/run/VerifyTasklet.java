package dev.offboarding.run;

import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.platform.RelationshipRequest;
import dev.offboarding.report.WayBack;
import dev.offboarding.runs.Runs;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * Step 6: reads the four effects back, each with its own result. A tasklet that takes one chunk at a time: which cases are due
 * depends on the clock, and all of them wait at the same time, each from its own removal.
 */
final class VerifyTasklet implements Tasklet {

    private final RunContext context;
    private final LazyPlatform platform;
    private final Cases cases;
    private final EffectReads effects;
    private final CaseRecorder recorder;
    private final DoneStatement done;
    private final Runs runs;
    private boolean removed;
    private final Deque<Long> due = new ArrayDeque<>();

    VerifyTasklet(
            RunContext context,
            LazyPlatform platform,
            Cases cases,
            EffectReads effects,
            CaseRecorder recorder,
            DoneStatement done,
            Runs runs) {
        this.context = context;
        this.platform = platform;
        this.cases = cases;
        this.effects = effects;
        this.recorder = recorder;
        this.done = done;
        this.runs = runs;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunkContext)
            throws InterruptedException {
        if (!context.guard().mayGoOn()) {
            return RepeatStatus.FINISHED;
        }
        if (due.isEmpty()) {
            recorder.finish();
            Instant nextLook = cases.nextVerification();
            if (nextLook == null) {
                if (removed) {
                    noteTheWayBack();
                }
                return RepeatStatus.FINISHED;
            }
            context.guard().waitUntil(nextLook, context.guard()::mayGoOn);
            due.addAll(cases.dueForVerification(context.clock().instant()));
        }
        List<Long> chunk = new ArrayList<>();
        while (chunk.size() < platform.chunkSize() && !due.isEmpty()) {
            chunk.add(due.remove());
        }
        if (!chunk.isEmpty() && context.guard().mayGoOn()) {
            List<OffboardingCase> looked = cases.at(chunk);
            look(looked);
            removed |= looked.stream().anyMatch(c -> c.removedAt() != null);
            StepCounts.add(
                    contribution,
                    looked.size(),
                    looked.stream()
                            .filter(c -> c.state() == CaseState.OFFBOARDED)
                            .count());
        }
        return RepeatStatus.CONTINUABLE;
    }

    /** Once a run, and last: it is for whoever comes to regret a removal, and nobody waits for it. */
    private void noteTheWayBack() {
        RelationshipRequest request = platform.get().relationshipRequest();
        String runId = context.run().runId();
        if (request.link() != null) {
            runs.add(runId, Map.of(WayBack.LINK, request.link()));
        } else if (request.flaw() != null) {
            runs.notedToo(
                    runId,
                    List.of(
                            "the link to request a relationship again could not be read: %s. It is in Partner Center under Customers ▸ Request a reseller relationship"
                                    .formatted(request.flaw())));
        }
    }

    private void look(List<OffboardingCase> looked) {
        recorder.record(looked, effects.look(looked, platform.get().giveUpAfter()));
        if (done.isThere() && looked.stream().anyMatch(c -> c.state() == CaseState.OFFBOARDED)) {
            recorder.finish();
            done.run();
        }
    }
}
