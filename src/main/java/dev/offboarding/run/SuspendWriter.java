package dev.offboarding.run;

import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.interventions.Standing;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.plan.Decision;
import dev.offboarding.plan.NewCommerce;
import dev.offboarding.plan.Planner;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Result;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/** Step 4: suspends as planned, and reads back that nothing is active any more. */
final class SuspendWriter implements ItemWriter<OffboardingCase> {

    private final RunContext context;
    private final LazyPlatform platform;
    private final CaseDecider decider;
    private final Journal journal;

    SuspendWriter(RunContext context, LazyPlatform platform, CaseDecider decider, Journal journal) {
        this.context = context;
        this.platform = platform;
        this.decider = decider;
        this.journal = journal;
    }

    @Override
    public void write(Chunk<? extends OffboardingCase> chunk) {
        List<? extends OffboardingCase> cases = chunk.getItems();
        SecondLook look = look(
                cases.stream().filter(c -> !c.plannedBeforeRemoval().isEmpty()).toList());
        journal.perform(Stage.SUSPEND, look, performed -> {
            ReadBack readBack = readBack(cases, performed);
            Map<UUID, Standing> asked = performed.somethingWasForbidden() ? decider.asked(cases) : Map.of();
            List<OffboardingCase> moved = new ArrayList<>();
            for (OffboardingCase c : cases) {
                List<WriteOutcome> outcomes = performed.of(c.customerId());
                c.account(outcomes);
                if (look.isOver(c)) {
                    // nothing more was sent to it, and its case says why
                    continue;
                }
                if (performed.open().contains(c.customerId()) && onlyCancelled(performed.gone())) {
                    c.leaveInDoubt(
                            "the run was asked to stop before everything that it did to this customer was answered;"
                                    + " the next run checks");
                } else if (readBack.missing(c)
                        && (onlyCancelled(readBack.gone()) || !c.suspendedIds().isEmpty())) {
                    c.leave(
                            "the run stopped before everything that it did to this customer was read back; the next run checks");
                } else if (!CaseDecider.isOverruled(c, outcomes, asked)) {
                    conclude(c, outcomes, readBack.byCustomer());
                }
                moved.add(c);
            }
            return new Journal.Concluded(cases, moved, readBack.gone());
        });
    }

    /** For most customers this needs no request. */
    private SecondLook look(List<? extends OffboardingCase> asked) {
        return new SecondLook(decider, asked, "right before the write") {
            @Override
            List<Observation> observe(List<UUID> customerIds) {
                return platform.get().observedLately(customerIds);
            }

            @Override
            @Nullable
            List<PlannedWrite> now(OffboardingCase c, Decision decision) {
                boolean whileHeld = c.outcome() == CaseOutcome.HELD;
                if (decision instanceof Decision.PutBack putBack) {
                    return c.putsBack() ? putBack.writes() : null;
                }
                if (decision instanceof Decision.Proceed proceed && !whileHeld) {
                    return proceed.writes();
                }
                return decision instanceof Decision.Held held
                                && whileHeld
                                && !held.writes().isEmpty()
                        ? held.writes()
                        : null;
            }

            @Override
            List<PlannedWrite> writes(OffboardingCase c, List<PlannedWrite> now) {
                return c.plannedBeforeRemoval().stream().filter(now::contains).toList();
            }
        };
    }

    /** Whether only the end of the run prevents it from being known how a customer stands. */
    private static boolean onlyCancelled(@Nullable RuntimeException gone) {
        return gone == null || gone instanceof CancelledException;
    }

    private record ReadBack(
            Map<UUID, Observation> byCustomer, @Nullable RuntimeException gone) {
        /** Whether the customer was to be read back, and could not be, because no one can. */
        boolean missing(OffboardingCase c) {
            return gone != null && byCustomer.containsKey(c.customerId());
        }
    }

    private ReadBack readBack(List<? extends OffboardingCase> cases, Journal.Performed performed) {
        List<UUID> written = cases.stream()
                .filter(c -> c.outcome() == CaseOutcome.PLANNED)
                .filter(c -> !c.plannedBeforeRemoval().isEmpty() || somethingMayWait(c))
                .map(OffboardingCase::customerId)
                .toList();
        RuntimeException gone = performed.gone();
        Map<UUID, Observation> byCustomer = new HashMap<>();
        if (gone == null) {
            try {
                platform.get().observe(written).forEach(seen -> byCustomer.put(seen.customerId(), seen));
                return new ReadBack(byCustomer, null);
            } catch (PlatformUnavailableException | CancelledException e) {
                gone = e;
            }
        }
        String why = String.valueOf(gone.getMessage());
        written.forEach(id -> byCustomer.put(
                id, new Observation.Unreadable(id, context.clock().instant(), why)));
        return new ReadBack(byCustomer, gone);
    }

    /** Whether it may be that nothing is to be written to it before its grace period's last day, though something is active. */
    private boolean somethingMayWait(OffboardingCase c) {
        return !c.removalPlanned() && context.run().rules().newCommerce() != NewCommerce.HOLD;
    }

    private void conclude(OffboardingCase c, List<WriteOutcome> outcomes, Map<UUID, Observation> readBack) {
        if (c.outcome() == CaseOutcome.HELD) {
            stillHeld(c, outcomes);
            return;
        }
        Observation observation = readBack.get(c.customerId());
        if (c.putsBack() && observation != null) {
            putBack(c, outcomes, observation);
        } else if (observation == null) {
            // nothing was active when it was observed, so there was nothing to write and nothing to read back
            suspended(c, List.of());
        } else if (observation instanceof Observation.Found found) {
            c.notShownAnyMore(outcomes, found.customer().subscriptions());
            List<Subscription> waiting = c.removalPlanned()
                    ? List.of()
                    : Planner.cancelledOnTheLastDay(
                            found.customer(), context.run().rules(), found.at());
            List<Subscription> active = found.customer().subscriptions().stream()
                    .filter(Subscription::active)
                    .filter(it -> !waiting.contains(it))
                    .toList();
            List<Hold> pending = Planner.pending(found.customer());
            if (!active.isEmpty()) {
                stillActive(c, outcomes, active);
            } else if (!pending.isEmpty()) {
                c.hold(pending);
            } else {
                suspended(c, waiting);
            }
        } else if (observation instanceof Observation.Unreadable unreadable) {
            c.fail("what it holds now could not be read back: " + unreadable.why());
        } else {
            c.fail("the platform does not know the customer any more; the next run looks again");
        }
    }

    /** What it is withdrawn from is decided once more, on what was read back: whatever is not put back yet is tried again by the next run. */
    private void putBack(OffboardingCase c, List<WriteOutcome> outcomes, Observation readBack) {
        Decision left = decider.decidePutBack(c, readBack, outcomes);
        if (!(left instanceof Decision.PutBack)) {
            CaseDecider.overtaken(c, left, readBack.at(), "after it was put back");
            return;
        }
        for (WriteOutcome outcome : outcomes) {
            Hold hold = Obstacles.hold(outcome);
            if (hold != null) {
                c.hold(List.of(hold));
                return;
            }
        }
        if (outcomes.stream().anyMatch(outcome -> outcome.result() == Result.NOT_SENT && !outcome.withheld())) {
            c.leave("the run stopped before everything was put back; the next run continues");
            return;
        }
        List<PlannedWrite> writes = ((Decision.PutBack) left).writes();
        String first = writes.get(0).target();
        c.fail(
                "it is withdrawn, and %d of what this program suspended could not be put back, %s first: %s; the next run tries again"
                        .formatted(
                                writes.size(),
                                first,
                                outcomes.stream()
                                        .filter(outcome ->
                                                outcome.write().target().equals(first))
                                        .map(WriteOutcome::message)
                                        .filter(message -> !message.isBlank())
                                        .findFirst()
                                        .orElse("the platform accepted it, and does not show it so")));
    }

    /** Only the ends of its terms were to be scheduled, and each write has said itself whether that shows. */
    private void stillHeld(OffboardingCase c, List<WriteOutcome> outcomes) {
        c.stayHeld();
        outcomes.stream()
                .filter(outcome -> outcome.result() != Result.NOT_SENT || outcome.withheld())
                .filter(outcome -> Obstacles.hold(outcome) == null)
                .filter(outcome -> outcome.after() == null || outcome.after().equals(outcome.before()))
                .filter(outcome -> !WriteOutcome.ENDS_WITH_TERM.equals(outcome.after()))
                .findFirst()
                .ifPresent(outcome -> c.fail("the cancellation of %s at the end of its term could not be scheduled: %s"
                        .formatted(outcome.write().target(), outcome.message())));
    }

    /** @param waiting what is active still, to be cancelled on the grace period's last day */
    private void suspended(OffboardingCase c, List<Subscription> waiting) {
        if (waiting.isEmpty()) {
            c.becomeSuspended(context.clock().instant());
        } else {
            c.beginGracePeriod(context.clock().instant());
        }
        if (!c.removalPlanned()) {
            LocalDate begun = LocalDate.ofInstant(
                    Objects.requireNonNull(c.suspendedAt()),
                    context.run().jobFile().zone());
            c.waitForRemoval(Planner.grace(begun, waiting, context.run().rules()));
        }
    }

    private static void stillActive(OffboardingCase c, List<WriteOutcome> outcomes, List<Subscription> active) {
        for (WriteOutcome outcome : outcomes) {
            Hold hold = Obstacles.hold(outcome);
            if (hold != null) {
                c.hold(List.of(hold));
                return;
            }
        }
        if (outcomes.stream().anyMatch(outcome -> outcome.result() == Result.NOT_SENT && !outcome.withheld())) {
            c.leave("the run stopped before everything was suspended");
            return;
        }
        Subscription first = active.get(0);
        c.fail("%d of its subscriptions are still active, %s first: %s"
                .formatted(active.size(), first.id(), whyActive(first, outcomes)));
    }

    private static String whyActive(Subscription active, List<WriteOutcome> outcomes) {
        for (WriteOutcome outcome : outcomes) {
            if (outcome.write().target().equals(active.id())) {
                return outcome.result() == Result.DONE && outcome.message().isBlank()
                        ? "the platform accepted the suspension, and still shows it as active"
                        : outcome.message();
            }
        }
        return "it was not active when this was planned, so nothing was sent for it; the next run plans again";
    }
}
