package dev.offboarding.run;

import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Step;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.plan.Decision;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Basis;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.ToldToEndException;
import dev.offboarding.platform.WriteOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
        endWhatIsLeft(chunk.getItems().stream()
                .filter(c -> c.state() == CaseState.REMOVED)
                .toList());
        List<? extends OffboardingCase> cases = chunk.getItems().stream()
                .filter(c -> c.state() != CaseState.REMOVED)
                .toList();
        if (!cases.isEmpty()) {
            remove(cases);
        }
    }

    private void remove(List<? extends OffboardingCase> cases) {
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
        keepWhatIsHeld(removable, fresh);
        FailureBrake.Watch watch = at.brake().watch(Step.REMOVE);
        Map<UUID, Observation> seen = new HashMap<>();
        fresh.forEach(observation -> seen.put(observation.customerId(), observation));
        Journal.Performed removal = at.journal()
                .perform(
                        removable.stream()
                                .map(c -> wanted(
                                        c, Basis.of(Objects.requireNonNull(seen.get(c.customerId()))), Action.REMOVE))
                                .toList(),
                        watch::ended);
        events.addAll(removal.events());
        for (OffboardingCase c : removable) {
            conclude(c, removal);
        }
        PlatformUnavailableException gone = lookIntoRefusals(removable, removal);
        removable.forEach(c -> events.add(CaseEvents.moved(c)));
        at.record(cases, events);
        at.brake().count(watch, cases);
        if (gone != null) {
            throw gone;
        }
        // whoever removed it: an ending that is planned is due once the relationship is gone
        endDelegations(
                cases.stream().filter(c -> c.state() == CaseState.REMOVED).toList());
    }

    /** By which it is known, should the answer be lost, whether the customer is still the one whose removal was sent. */
    private void keepWhatIsHeld(List<OffboardingCase> removable, List<Observation> fresh) {
        Map<UUID, Observation> seen = new HashMap<>();
        fresh.forEach(observation -> seen.put(observation.customerId(), observation));
        List<OffboardingCase> changed = removable.stream()
                .filter(c -> seen.get(c.customerId()) instanceof Observation.Found found
                        && c.holdsBeforeRemoval(found.customer().subscriptions()))
                .toList();
        if (!changed.isEmpty()) {
            at.transaction().executeWithoutResult(status -> {
                at.runs().fence(at.run().runId());
                at.cases().save(changed, at.clock().instant());
            });
        }
    }

    /**
     * A refusal may have a reason that reading shows: then the case is held for it, and has not failed.
     *
     * @return why the platform could not be used any more
     */
    private @Nullable PlatformUnavailableException lookIntoRefusals(
            List<OffboardingCase> removable, Journal.Performed removal) {
        List<OffboardingCase> refused = removable.stream()
                .filter(c -> c.outcome() == CaseOutcome.FAILED)
                .filter(c -> removal.of(c.customerId()).stream()
                        .anyMatch(outcome -> outcome.result() == WriteOutcome.Result.REFUSED))
                .toList();
        if (refused.isEmpty() || removal.gone() != null) {
            return removal.gone();
        }
        try {
            List<Observation> fresh = at.platform().observe(Workplace.customerIds(refused));
            for (int i = 0; i < refused.size(); i++) {
                OffboardingCase c = refused.get(i);
                if (at.decide(c, fresh.get(i), false) instanceof Decision.Held held) {
                    c.hold(held.holds());
                }
            }
            return null;
        } catch (PlatformUnavailableException e) {
            return e;
        }
    }

    /** Delegated administration does not end with the relationship: it is ended once the removal is accepted. */
    private void endDelegations(List<? extends OffboardingCase> removed) {
        List<Journal.Wanted> wanted = removed.stream()
                .map(c -> wanted(c, null, Action.TERMINATE_GDAP, Action.DELETE_GDAP))
                .filter(w -> !w.writes().isEmpty())
                .toList();
        if (!wanted.isEmpty()) {
            // what did not end is seen by verify, as an effect that is missing
            Journal.Performed ended = at.journal().perform(wanted);
            at.record(List.of(), ended.events());
            ended.throwIfGone();
        }
    }

    /** Of an earlier night's removal, or of a relationship that was gone already: only what still stands is ended. */
    private void endWhatIsLeft(List<? extends OffboardingCase> removed) {
        if (removed.isEmpty()) {
            return;
        }
        Map<UUID, List<PlannedWrite>> fresh = at.endings(removed);
        List<Journal.Wanted> wanted = removed.stream()
                .map(c -> new Journal.Wanted(
                        c.customerId(),
                        c.planned().stream()
                                .filter(fresh.getOrDefault(c.customerId(), List.of())::contains)
                                .toList(),
                        null))
                .filter(w -> !w.writes().isEmpty())
                .toList();
        Journal.Performed ended = at.journal().perform(wanted);
        Instant firstLook = at.clock().instant().plus(at.platform().firstLookAfter());
        removed.forEach(c -> c.readBack(firstLook));
        List<NewEvent> events = new ArrayList<>(ended.events());
        removed.forEach(c -> events.add(CaseEvents.moved(c)));
        at.record(removed, events);
        ended.throwIfGone();
    }

    private static Journal.Wanted wanted(OffboardingCase c, @Nullable Basis basis, Action... actions) {
        List<PlannedWrite> writes = c.planned().stream()
                .filter(write -> List.of(actions).contains(write.action()))
                .toList();
        return new Journal.Wanted(c.customerId(), writes, basis);
    }

    private boolean mayStillBeRemoved(OffboardingCase c, Observation observation) {
        Decision decision = at.decide(c, observation, false);
        if (decision instanceof Decision.Proceed proceed) {
            if (c.planned().containsAll(proceed.writes())) {
                return true;
            }
            c.fail(
                    proceed.writes().get(0).action() == Action.REMOVE
                            ? "delegated administration came up after the plan was made; the next run plans anew"
                            : "a subscription became active after the plan was made; the next run plans anew");
        } else if (decision instanceof Decision.Held held) {
            c.hold(held.holds());
        } else if (decision instanceof Decision.AlreadyGone gone) {
            c.alreadyGone(gone.proof(), observation.at());
        } else if (decision instanceof Decision.CannotTell cannotTell) {
            c.fail("it could not be read again before the removal: " + cannotTell.why());
        }
        return false;
    }

    private void conclude(OffboardingCase c, Journal.Performed removal) {
        boolean gone = removal.gone() != null && !(removal.gone() instanceof ToldToEndException);
        if (!gone && removal.open().contains(c.customerId())) {
            c.leaveInDoubt("the run was told to end before the removal's answer was there; the next run looks it up");
            return;
        }
        List<WriteOutcome> outcomes = removal.of(c.customerId());
        if (outcomes.isEmpty()) {
            c.fail("the platform went away while the relationship was being removed; the next run looks first");
            return;
        }
        WriteOutcome outcome = outcomes.get(0);
        Hold hold = Obstacles.hold(outcome);
        if (outcome.tookEffect(Customer.NONE)) {
            Instant removedAt = outcome.at();
            c.becomeRemoved(removedAt, removedAt.plus(at.platform().firstLookAfter()));
            if (outcome.result() == WriteOutcome.Result.LOST || at.platform().removalShowsAtOnce()) {
                c.sawEnd(removedAt, "its removal was answered, and it was read as gone");
            }
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
