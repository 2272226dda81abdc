package dev.offboarding.run;

import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.platform.Removed;
import dev.offboarding.platform.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final RunContext context;
    private final DoneStatement done;
    private final Pause pause;
    private final Deque<Long> due = new ArrayDeque<>();

    VerifyTasklet(RunContext context, DoneStatement done, Pause pause) {
        this.context = context;
        this.done = done;
        this.pause = pause;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunkContext)
            throws InterruptedException {
        if (!context.guard().mayGoOn()) {
            return RepeatStatus.FINISHED;
        }
        if (due.isEmpty()) {
            Instant nextLook = context.cases().nextVerification();
            if (nextLook == null) {
                return RepeatStatus.FINISHED;
            }
            pause.until(nextLook, context.guard()::mayGoOn);
            due.addAll(context.cases().dueForVerification(context.clock().instant()));
        }
        List<Long> chunk = new ArrayList<>();
        while (chunk.size() < context.chunkSize() && !due.isEmpty()) {
            chunk.add(due.remove());
        }
        if (!chunk.isEmpty() && context.guard().mayGoOn()) {
            contribution.incrementReadCount();
            look(context.cases().at(chunk));
        }
        return RepeatStatus.CONTINUABLE;
    }

    private void look(List<OffboardingCase> cases) {
        context.record(cases, look(context, cases, context.platform().giveUpAfter()));
        if (cases.stream().anyMatch(c -> c.state() == CaseState.OFFBOARDED)) {
            done.run();
        }
    }

    /**
     * Takes in one look at the effects of each.
     *
     * @return what the trail says of it
     */
    static List<NewEvent> look(RunContext context, List<OffboardingCase> cases, Duration giveUpAfter) {
        List<Verification> looks = context.platform().verify(removed(context, cases));
        Instant now = context.clock().instant();
        List<NewEvent> events = new ArrayList<>(cases.size());
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            c.verified(looks.get(i), now, giveUpAfter, lookAgainAfter(context, c, now));
            events.add(CaseEvents.verified(c, looks.get(i)));
        }
        return events;
    }

    /** With a subscription of each, where one was ever seen: one that this program has suspended, or else what the trail has. */
    private static List<Removed> removed(RunContext context, List<OffboardingCase> cases) {
        Map<UUID, String> held = context.trail()
                .subscriptionsSeen(RunContext.customerIds(
                        cases.stream().filter(c -> c.suspendedIds().isEmpty()).toList()));
        return cases.stream()
                .map(c -> new Removed(
                        c.customerId(),
                        c.removedAt(),
                        c.suspendedIds().stream().findFirst().orElse(held.get(c.customerId()))))
                .toList();
    }

    /** Growing intervals: as long again as it has been looked for, but at least a quarter of the first wait. */
    private static Duration lookAgainAfter(RunContext context, OffboardingCase c, Instant now) {
        Instant firstLook = c.firstLookAt();
        Duration looked = firstLook == null ? Duration.ZERO : Duration.between(firstLook, now);
        Duration least = context.platform().firstLookAfter().dividedBy(4);
        Duration again = looked.compareTo(least) > 0 ? looked : least;
        return again.compareTo(SHORTEST) > 0 ? again : SHORTEST;
    }
}
