package dev.offboarding.run;

import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
    private final Deque<Long> due = new ArrayDeque<>();

    VerifyTasklet(
            RunContext context,
            LazyPlatform platform,
            Cases cases,
            EffectReads effects,
            CaseRecorder recorder,
            DoneStatement done) {
        this.context = context;
        this.platform = platform;
        this.cases = cases;
        this.effects = effects;
        this.recorder = recorder;
        this.done = done;
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
            StepCounts.add(
                    contribution,
                    looked.size(),
                    looked.stream()
                            .filter(c -> c.state() == CaseState.OFFBOARDED)
                            .count());
        }
        return RepeatStatus.CONTINUABLE;
    }

    private void look(List<OffboardingCase> looked) {
        recorder.record(looked, effects.look(looked, platform.get().giveUpAfter()));
        if (done.isThere() && looked.stream().anyMatch(c -> c.state() == CaseState.OFFBOARDED)) {
            recorder.finish();
            done.run();
        }
    }
}
