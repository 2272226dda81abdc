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
final class Verify implements Tasklet {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Workplace at;
    private final DoneStatement done;
    private final Pause pause;
    private final Deque<Long> due = new ArrayDeque<>();

    Verify(Workplace at, DoneStatement done, Pause pause) {
        this.at = at;
        this.done = done;
        this.pause = pause;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext context)
            throws InterruptedException {
        if (!at.guard().mayGoOn()) {
            return RepeatStatus.FINISHED;
        }
        if (due.isEmpty()) {
            Instant nextLook = at.cases().nextVerification();
            if (nextLook == null) {
                return RepeatStatus.FINISHED;
            }
            pause.until(nextLook, at.guard()::mayGoOn);
            due.addAll(at.cases().dueForVerification(at.clock().instant()));
        }
        List<Long> chunk = new ArrayList<>();
        while (chunk.size() < at.chunkSize() && !due.isEmpty()) {
            chunk.add(due.remove());
        }
        if (!chunk.isEmpty() && at.guard().mayGoOn()) {
            contribution.incrementReadCount();
            look(at.cases().at(chunk));
        }
        return RepeatStatus.CONTINUABLE;
    }

    private void look(List<OffboardingCase> cases) {
        at.record(cases, look(at, cases, at.platform().giveUpAfter()));
        if (cases.stream().anyMatch(c -> c.state() == CaseState.OFFBOARDED)) {
            done.run();
        }
    }

    /**
     * Takes in one look at the effects of each.
     *
     * @return what the trail says of it
     */
    static List<NewEvent> look(Workplace at, List<OffboardingCase> cases, Duration giveUpAfter) {
        List<Verification> looks = at.platform().verify(removed(at, cases));
        Instant now = at.clock().instant();
        List<NewEvent> events = new ArrayList<>(cases.size());
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            c.verified(looks.get(i), now, giveUpAfter, lookAgainAfter(at, c, now));
            events.add(CaseEvents.verified(c, looks.get(i)));
        }
        return events;
    }

    /** With a subscription of each, where one was ever seen: one that this program has suspended, or else what the trail has. */
    private static List<Removed> removed(Workplace at, List<OffboardingCase> cases) {
        Map<UUID, String> held = at.trail()
                .subscriptionsSeen(Workplace.customerIds(
                        cases.stream().filter(c -> c.suspendedIds().isEmpty()).toList()));
        return cases.stream()
                .map(c -> new Removed(
                        c.customerId(),
                        c.removedAt(),
                        c.suspendedIds().stream().findFirst().orElse(held.get(c.customerId()))))
                .toList();
    }

    /** Growing intervals: as long again as it has been looked for, but at least a quarter of the first wait. */
    private static Duration lookAgainAfter(Workplace at, OffboardingCase c, Instant now) {
        Instant firstLook = c.firstLookAt();
        Duration looked = firstLook == null ? Duration.ZERO : Duration.between(firstLook, now);
        Duration least = at.platform().firstLookAfter().dividedBy(4);
        Duration again = looked.compareTo(least) > 0 ? looked : least;
        return again.compareTo(SHORTEST) > 0 ? again : SHORTEST;
    }
}
