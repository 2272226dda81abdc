package dev.offboarding.run;

import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.plan.BrakeCount;
import dev.offboarding.plan.BrakeSettings;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.runs.StopReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stops the run once too many customers have failed: no new ones are started, and what is started is looked after. Each step counts
 * for itself, since a customer that observe could read says nothing about those that cannot be suspended; and in the order in which
 * customers end, since on Partner Center many are under way at once.
 *
 * <p>Within a chunk it can act as far as the platform reports how each customer ended: Partner Center does, and then nothing more of the
 * chunk is sent. The ledger writes a chunk as a whole: there it acts between chunks and between steps.
 */
final class FailureBrake {

    private final BrakeSettings settings;
    private final RunGuard guard;
    private final Map<Stage, BrakeCount> counts = new EnumMap<>(Stage.class);

    FailureBrake(BrakeSettings settings, RunGuard guard) {
        this.settings = settings;
        this.guard = guard;
    }

    /** How a step's chunk is going, while it is written. Its own count is discarded: what became of its cases is counted. */
    final class Watch {
        private final Stage step;
        private final Map<UUID, Integer> order = new HashMap<>();
        private BrakeCount count;

        private Watch(Stage step) {
            this.step = step;
            this.count = counts.getOrDefault(step, BrakeCount.NONE);
        }

        /** A customer's writes have come to an end. */
        synchronized void ended(UUID customerId, List<WriteOutcome> outcomes) {
            order.putIfAbsent(customerId, order.size());
            count = count.and(outcomes.stream().anyMatch(FailureBrake::inVain));
            stopIfBroken(step, count, customerId);
        }

        private synchronized Map<UUID, Integer> order() {
            return Map.copyOf(order);
        }
    }

    Watch watch(Stage step) {
        return new Watch(step);
    }

    /** Counts customers that a step has dealt with, in this order. */
    void count(Stage step, Collection<? extends OffboardingCase> cases) {
        for (OffboardingCase c : cases) {
            if (!c.left()) {
                BrakeCount count = counts.getOrDefault(step, BrakeCount.NONE).and(c.outcome() == CaseOutcome.FAILED);
                counts.put(step, count);
                stopIfBroken(step, count, c.customerId());
            }
        }
    }

    /** As {@link #count(Stage, Collection)}, in the order in which they ended; those of whom that is not known come last. */
    void count(Watch watch, Collection<? extends OffboardingCase> cases) {
        Map<UUID, Integer> order = watch.order();
        List<OffboardingCase> ended = new ArrayList<>(cases);
        ended.sort(Comparator.comparingInt(c -> order.getOrDefault(c.customerId(), order.size())));
        count(watch.step, ended);
    }

    private void stopIfBroken(Stage step, BrakeCount count, @Nullable UUID last) {
        count.broken(settings)
                .ifPresent(rule -> guard.stop(
                        StopReason.FAILURE_BRAKE,
                        "the failure brake: in %s %s, the last of them %s; no new ones were started. The report says why they failed; the next run continues from here"
                                .formatted(step.name().toLowerCase(java.util.Locale.ROOT), rule, last)));
    }

    /** Whether a write was sent, or had to be withheld, and failed for a reason for which no case is held. */
    private static boolean inVain(WriteOutcome outcome) {
        boolean made = outcome.result() == WriteOutcome.Result.REFUSED || outcome.result() == WriteOutcome.Result.LOST;
        if (!(made || outcome.withheld()) || outcome.isForbidden() || Obstacles.hold(outcome) != null) {
            return false;
        }
        Action action = outcome.write().action();
        return switch (action) {
            case SUSPEND, CANCEL ->
                outcome.leftActive()
                        || (outcome.withheld() && (outcome.after() == null || "active".equals(outcome.after())));
            case REMOVE -> !Customer.NONE.equals(outcome.after());
            case AUTO_RENEW_OFF -> !WriteOutcome.ENDS_WITH_TERM.equals(outcome.after());
            // what did not end shows in verify; the customer itself is removed
            case TERMINATE_GDAP, DELETE_GDAP -> false;
            case REACTIVATE ->
                !"active".equals(outcome.after())
                        && !WriteOutcome.RENEWS.equals(outcome.after())
                        && !WriteOutcome.RENEWS_NOT.equals(outcome.after());
        };
    }
}
