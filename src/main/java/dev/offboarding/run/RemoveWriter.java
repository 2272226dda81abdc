package dev.offboarding.run;

import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.interventions.Standing;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.plan.Decision;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.WriteOutcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/** Step 5: reads once more, and removes only where the plan still holds. */
final class RemoveWriter implements ItemWriter<OffboardingCase> {

    private final RunContext context;
    private final LazyPlatform platform;
    private final CaseDecider decider;
    private final Journal journal;
    private final CaseRecorder recorder;

    RemoveWriter(
            RunContext context, LazyPlatform platform, CaseDecider decider, Journal journal, CaseRecorder recorder) {
        this.context = context;
        this.platform = platform;
        this.decider = decider;
        this.journal = journal;
        this.recorder = recorder;
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
        SecondLook look = look(cases);
        journal.perform(Stage.REMOVE, look, removal -> {
            List<? extends OffboardingCase> removable =
                    cases.stream().filter(c -> !look.isOver(c)).toList();
            Map<UUID, Standing> asked = removal.somethingWasForbidden() ? decider.asked(removable) : Map.of();
            removable.forEach(c -> {
                if (!CaseDecider.isOverruled(c, removal.of(c.customerId()), asked)) {
                    conclude(c, removal);
                }
            });
            RuntimeException gone = lookIntoRefusals(removable, removal);
            return new Journal.Concluded(cases, removable, gone);
        });
        // whoever removed it: an ending that is planned is due once the relationship is gone
        endDelegations(
                cases.stream().filter(c -> c.state() == CaseState.REMOVED).toList(), look.bases);
    }

    private SecondLook look(List<? extends OffboardingCase> cases) {
        return new SecondLook(decider, cases, "before the removal") {
            @Override
            List<Observation> observe(List<UUID> customerIds) {
                return platform.get().observe(customerIds);
            }

            @Override
            @Nullable
            List<PlannedWrite> now(OffboardingCase c, Decision decision) {
                return decision instanceof Decision.Proceed proceed ? proceed.writes() : null;
            }

            @Override
            List<PlannedWrite> writes(OffboardingCase c, List<PlannedWrite> now) {
                return planned(c, Action.REMOVE);
            }

            @Override
            String moreThanPlanned(List<PlannedWrite> now) {
                return now.get(0).action() == Action.REMOVE
                        ? "delegated administration came up after the plan was made; the next run plans again"
                        : CaseDecider.MORE_THAN_PLANNED;
            }

            @Override
            void stillPlanned(List<OffboardingCase> cases, List<Observation> seen) {
                keepWhatIsHeld(cases, seen);
            }
        };
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
            recorder.keep(changed);
        }
    }

    /**
     * A refusal may have a reason that reading shows: then the case is held for it, and has not failed.
     *
     * @return why the platform could not be used any more
     */
    private @Nullable RuntimeException lookIntoRefusals(
            List<? extends OffboardingCase> removable, Journal.Performed removal) {
        List<? extends OffboardingCase> refused = removable.stream()
                .filter(c -> c.outcome() == CaseOutcome.FAILED)
                .filter(c -> removal.of(c.customerId()).stream()
                        .anyMatch(outcome -> outcome.result() == WriteOutcome.Result.REFUSED || outcome.withheld()))
                .toList();
        if (refused.isEmpty() || removal.gone() != null) {
            return removal.gone();
        }
        try {
            List<Observation> fresh = platform.get().observe(CaseDecider.customerIds(refused));
            Map<UUID, Decision> decisions = decider.decideAgain(refused, fresh, sent(refused, removal));
            for (OffboardingCase c : refused) {
                Decision decision = decisions.get(c.customerId());
                if (decision instanceof Decision.Held || decision instanceof Decision.AlreadyGone) {
                    CaseDecider.overtaken(c, decision, context.clock().instant(), "after the removal");
                }
            }
            return null;
        } catch (PlatformUnavailableException | CancelledException e) {
            return e;
        }
    }

    /** What was refused may be what ended the relationship all the same: a call can reach the platform twice. */
    private static Set<UUID> sent(List<? extends OffboardingCase> refused, Journal.Performed removal) {
        return refused.stream()
                .map(OffboardingCase::customerId)
                .filter(customer -> removal.of(customer).stream()
                        .anyMatch(outcome -> outcome.result() != WriteOutcome.Result.NOT_SENT))
                .collect(Collectors.toSet());
    }

    /** Delegated administration does not end with the relationship: it is ended once the removal is accepted. */
    private void endDelegations(List<? extends OffboardingCase> removed, Map<UUID, DecisionBasis> bases) {
        List<Journal.Wanted> wanted = removed.stream()
                .map(c -> new Journal.Wanted(
                        c.customerId(),
                        planned(c, Action.TERMINATE_GDAP, Action.DELETE_GDAP),
                        relationshipGone(c, bases)))
                .filter(w -> !w.writes().isEmpty())
                .toList();
        if (!wanted.isEmpty()) {
            // it is ended because of the removal: that comes first, in the trail as well
            recorder.finish();
            // what did not end is seen by verify, as an effect that is missing or a request that stands
            journal.perform(
                    wanted,
                    stillToBeEnded(removed),
                    ended -> new Journal.Concluded(refused(removed, ended), List.of(), ended.gone()));
        }
    }

    /** Who keeps a request for delegated administration, because the platform refuses to delete it. */
    private static List<? extends OffboardingCase> refused(
            List<? extends OffboardingCase> removed, Journal.Performed ended) {
        return removed.stream()
                .filter(c -> c.leavesRequests(ended.of(c.customerId())))
                .toList();
    }

    /** What says that the relationship is gone: the removal's own answer, for a read may lag behind that; or what was read. */
    private static @Nullable DecisionBasis relationshipGone(OffboardingCase c, Map<UUID, DecisionBasis> bases) {
        Instant removedAt = c.removedAt();
        return removedAt == null ? bases.get(c.customerId()) : new DecisionBasis(removedAt, null);
    }

    /**
     * What of delegated administration is still to be ended, read again: not where the relationship has come back meanwhile.
     *
     * @param endings by customer; of whom that could not be read, or nothing is left, is missing: verify says which
     */
    private record Leftovers(DecisionBasis basis, Map<UUID, List<PlannedWrite>> endings) {

        List<Journal.Wanted> wanted(List<? extends OffboardingCase> removed) {
            return removed.stream()
                    .map(c -> new Journal.Wanted(
                            c.customerId(),
                            c.planned().stream()
                                    .filter(endings.getOrDefault(c.customerId(), List.of())::contains)
                                    .toList(),
                            basis))
                    .filter(w -> !w.writes().isEmpty())
                    .toList();
        }
    }

    private Leftovers leftovers(List<? extends OffboardingCase> removed) {
        return new Leftovers(new DecisionBasis(context.clock().instant(), null), decider.endings(removed));
    }

    private Journal.Renewal stillToBeEnded(List<? extends OffboardingCase> removed) {
        return customers -> {
            List<? extends OffboardingCase> again = removed.stream()
                    .filter(c -> customers.contains(c.customerId()))
                    .toList();
            return leftovers(again).wanted(again);
        };
    }

    /** Of an earlier night's removal, or of a relationship that was gone already: only what still stands is ended. */
    private void endWhatIsLeft(List<? extends OffboardingCase> removed) {
        if (removed.isEmpty()) {
            return;
        }
        Leftovers left = leftovers(removed);
        journal.perform(left.wanted(removed), stillToBeEnded(removed), ended -> {
            Instant firstLook = context.clock().instant().plus(platform.get().firstLookAfter());
            removed.forEach(c -> {
                c.readBack(firstLook);
                c.leavesRequests(ended.of(c.customerId()));
            });
            return new Journal.Concluded(removed, removed, ended.gone());
        });
    }

    private static List<PlannedWrite> planned(OffboardingCase c, Action... actions) {
        return c.planned().stream()
                .filter(write -> List.of(actions).contains(write.action()))
                .toList();
    }

    private void conclude(OffboardingCase c, Journal.Performed removal) {
        boolean gone = removal.gone() != null && !(removal.gone() instanceof CancelledException);
        if (!gone && removal.open().contains(c.customerId())) {
            c.leaveInDoubt("the run was asked to stop before the removal's answer arrived; the next run looks it up");
            return;
        }
        List<WriteOutcome> outcomes = removal.of(c.customerId());
        if (outcomes.isEmpty()) {
            c.fail(
                    "the platform became unavailable while the relationship was being removed; the next run checks first");
            return;
        }
        WriteOutcome outcome = outcomes.get(0);
        Hold hold = Obstacles.hold(outcome);
        if (outcome.tookEffect(Customer.NONE)) {
            Instant removedAt = outcome.at();
            c.becomeRemoved(removedAt, removedAt.plus(platform.get().firstLookAfter()));
            if (outcome.result() == WriteOutcome.Result.LOST || platform.get().removalShowsAtOnce()) {
                c.sawEnd(removedAt, "its removal was answered, and it was read as gone");
            }
        } else if (hold != null) {
            c.hold(List.of(hold));
        } else if (outcome.result() == WriteOutcome.Result.NOT_SENT && !outcome.withheld()) {
            c.leave("the run stopped before the relationship was removed");
        } else {
            c.fail(why(outcome));
        }
    }

    private static String why(WriteOutcome outcome) {
        if (outcome.result() == WriteOutcome.Result.REFUSED) {
            return "the removal was refused: " + outcome.message();
        }
        if (outcome.result() == WriteOutcome.Result.NOT_SENT) {
            return "the removal was not sent: " + outcome.message();
        }
        return outcome.after() == null
                ? "the removal's answer was lost, and what became of it is not known; the next run checks first: "
                        + outcome.message()
                : "the removal's answer was lost, and afterwards the relationship was %s; the next run checks first: %s"
                        .formatted(outcome.after(), outcome.message());
    }
}
