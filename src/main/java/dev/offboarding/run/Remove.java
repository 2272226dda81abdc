package dev.offboarding.run;

import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.plan.Decision;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.WriteOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/** Step 5: reads once more, and removes only where the plan still holds. */
final class Remove implements ItemWriter<OffboardingCase> {

    private final Workplace at;

    Remove(Workplace at) {
        this.at = at;
    }

    @Override
    public void write(Chunk<? extends OffboardingCase> chunk) {
        List<? extends OffboardingCase> cases = chunk.getItems();
        List<Observation> fresh = at.platform().observe(Workplace.customerIds(cases));
        List<NewEvent> events = new ArrayList<>();
        List<OffboardingCase> removable = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            if (mayStillBeRemoved(c, fresh.get(i))) {
                removable.add(c);
            } else {
                events.add(CaseEvents.decided(c, fresh.get(i)));
            }
        }
        Journal.Performed removal = at.journal()
                .perform(removable.stream().map(c -> wanted(c, Action.REMOVE)).toList());
        events.addAll(removal.events());
        List<OffboardingCase> removed = new ArrayList<>();
        for (OffboardingCase c : removable) {
            conclude(c, removal.of(c.customerId()));
            if (c.removedAt() != null) {
                removed.add(c);
            }
            events.add(CaseEvents.moved(c));
        }
        at.record(cases, events);
        removal.throwIfGone();
        endDelegations(removed);
    }

    /** Delegated administration does not end with the relationship: it is ended once the removal is accepted. */
    private void endDelegations(List<OffboardingCase> removed) {
        List<Journal.Wanted> wanted = removed.stream()
                .map(c -> wanted(c, Action.TERMINATE_GDAP, Action.DELETE_GDAP))
                .filter(w -> !w.writes().isEmpty())
                .toList();
        if (!wanted.isEmpty()) {
            // what did not end is seen by verify, as an effect that is missing
            Journal.Performed ended = at.journal().perform(wanted);
            at.record(List.of(), ended.events());
            ended.throwIfGone();
        }
    }

    private static Journal.Wanted wanted(OffboardingCase c, Action... actions) {
        List<PlannedWrite> writes = c.planned().stream()
                .filter(write -> List.of(actions).contains(write.action()))
                .toList();
        return new Journal.Wanted(c.customerId(), writes);
    }

    private boolean mayStillBeRemoved(OffboardingCase c, Observation observation) {
        Decision decision = at.decide(c, observation, false);
        if (decision instanceof Decision.Proceed proceed) {
            if (proceed.writes().get(0).action() == Action.REMOVE) {
                return true;
            }
            c.fail("a subscription became active after the plan was made; the next run plans anew");
        } else if (decision instanceof Decision.Held held) {
            c.hold(held.holds());
        } else if (decision instanceof Decision.AlreadyGone gone) {
            c.alreadyGone(gone.proof());
        } else if (decision instanceof Decision.CannotTell cannotTell) {
            c.fail("it could not be read again before the removal: " + cannotTell.why());
        }
        return false;
    }

    private void conclude(OffboardingCase c, List<WriteOutcome> outcomes) {
        if (outcomes.isEmpty()) {
            c.fail("the platform went away while the relationship was being removed; the next run looks first");
            return;
        }
        WriteOutcome outcome = outcomes.get(0);
        Hold hold = Obstacles.hold(outcome);
        if (outcome.tookEffect(Customer.NONE)) {
            Instant removedAt = outcome.at();
            c.becomeRemoved(removedAt, removedAt.plus(at.platform().firstLookAfter()));
        } else if (hold != null) {
            c.hold(List.of(hold));
        } else {
            switch (outcome.result()) {
                case NOT_SENT -> c.leave("the run stopped before the relationship was removed");
                case REFUSED -> c.fail("the removal was refused: " + outcome.message());
                default ->
                    c.fail(
                            "the removal's answer was lost, and what became of it is not known; the next run looks first: "
                                    + outcome.message());
            }
        }
    }
}
