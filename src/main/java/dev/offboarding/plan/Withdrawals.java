package dev.offboarding.plan;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.cases.ScheduledEnd;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is put back of a customer who is withdrawn: exactly what this program suspended and what it scheduled, as far as it is still so.
 * Whatever others have suspended stays suspended.
 */
final class Withdrawals {

    /** Over for good, whoever ended it. */
    private static final Set<Status> ENDED = EnumSet.of(Status.DELETED, Status.EXPIRED);

    private Withdrawals() {}

    /** Null where it came too late: this program itself has ended the relationship. */
    static @Nullable Decision decide(CaseView view, Intervention withdrawal, Observation observation, Rules rules) {
        List<Hold> paused = Hold.paused(view.asked(), withdrawal);
        if (observation instanceof Observation.Unreadable unreadable) {
            return paused.isEmpty() ? new Decision.CannotTell(unreadable.why()) : new Decision.Held(paused);
        }
        boolean nothingWasDone = ours(view).isEmpty() && everScheduled(view).isEmpty();
        Customer customer = observation instanceof Observation.Found found ? found.customer() : null;
        if (customer == null || !customer.isResellerCustomer()) {
            if (nothingWasDone) {
                return new Decision.Withdrawn(withdrawal.words());
            }
            boolean gone = customer == null || customer.relationshipIsGone();
            return gone && view.offboardedBefore() ? null : notTheResellers(view, customer);
        }
        Left left = new Left(view, customer);
        if (left.isNothing()) {
            return new Decision.Withdrawn(withdrawal.words() + left.lost());
        }
        if (!paused.isEmpty()) {
            return new Decision.Held(paused);
        }
        List<PlannedWrite> writes = left.writes();
        if (!writes.isEmpty()) {
            List<String> against = new ArrayList<>(Identity.mismatches(view, customer, rules.identity()));
            Commerce.ofOtherResellers(left.writable(), rules.resellers()).forEach(hold -> against.add(hold.message()));
            return against.isEmpty()
                    ? new Decision.PutBack(writes)
                    : new Decision.Stuck("it is withdrawn, and nothing is put back: " + String.join("; ", against));
        }
        return left.pending.isEmpty()
                ? new Decision.Stuck(
                        "it is withdrawn, and this cannot be made active again: %s. See to it by hand, or close the case if it stays so"
                                .formatted(left.stuck()))
                : new Decision.Held(
                        left.pending.stream().map(Withdrawals::pending).toList());
    }

    private static Hold pending(Subscription it) {
        return it.active()
                ? new Hold(
                        HoldReason.PENDING_OPERATION,
                        null,
                        "%s (%s) is shown as active, and what this program sent for it a short time ago may still come: it is put back then, as far as it can be"
                                .formatted(it.name(), it.id()))
                : HoldingRules.pending(it);
    }

    private static Set<String> ours(CaseView view) {
        return view.facts().ours(view.suspendedIds());
    }

    private static Map<String, ScheduledEnd> everScheduled(CaseView view) {
        return view.facts().everScheduled(view.scheduledEnds());
    }

    private static Decision notTheResellers(CaseView view, @Nullable Customer customer) {
        Set<String> ours = ours(view);
        ours.addAll(everScheduled(view).keySet());
        return new Decision.Stuck(
                "it is withdrawn, and %s: what this program suspended cannot be made active again (%s). Close the case if it stays so"
                        .formatted(
                                customer == null
                                        ? "the platform does not know the customer any more"
                                        : "the relationship with it is \"%s\", not reseller"
                                                .formatted(customer.relationship()),
                                ours.stream().sorted().collect(Collectors.joining(", "))));
    }

    /** What is not as it was before, of what this program has done. */
    private static final class Left {
        private final Customer customer;
        private final Set<String> suspended;
        private final List<Subscription> scheduled = new ArrayList<>();
        private final List<Subscription> pending = new ArrayList<>();
        private final List<String> stuck = new ArrayList<>();
        private final List<String> ended = new ArrayList<>();

        Left(CaseView view, Customer customer) {
            this.customer = customer;
            this.suspended = new HashSet<>();
            Set<String> allOurs = ours(view);
            Map<String, ScheduledEnd> ends = everScheduled(view);
            Set<String> missing = new HashSet<>(allOurs);
            for (Subscription it : customer.subscriptions()) {
                boolean ours = allOurs.contains(it.id());
                missing.remove(it.id());
                if (ENDED.contains(it.status())) {
                    if (ours
                            || ends.containsKey(it.id())
                            || view.facts().hasCancelled(it.id())
                            || view.onTheirWay().contains(it.id())) {
                        ended.add("%s (%s) is %s".formatted(it.name(), it.id(), it.statusText()));
                    }
                } else if ((ours || mayBeOurs(view, it)) && it.status() == Status.SUSPENDED) {
                    suspended.add(it.id());
                } else if (it.status() == Status.PENDING
                        && (ours || view.facts().writtenAt() != null)) {
                    // what was accepted may not show yet
                    pending.add(it);
                } else if (ours && !it.active()) {
                    stuck.add("%s (%s) is %s".formatted(it.name(), it.id(), it.statusText()));
                } else if (ends.containsKey(it.id()) && stillEnds(it)) {
                    ScheduledEnd end = ends.get(it.id());
                    if (end != null && end.before() != null) {
                        scheduled.add(it);
                    } else {
                        stuck.add(
                                "%s (%s) is to be cancelled at the end of its term, and what was to happen before is not known"
                                        .formatted(it.name(), it.id()));
                    }
                } else if (it.active() && view.onTheirWay().contains(it.id())) {
                    pending.add(it);
                }
            }
            missing.stream().sorted().forEach(id -> stuck.add(id + " is not shown any more"));
        }

        /** A suspension that came late may show for the first time; of a new-commerce term this program suspends none. */
        private static boolean mayBeOurs(CaseView view, Subscription it) {
            return view.onTheirWay().contains(it.id()) && it.kind() != Kind.NEW_COMMERCE;
        }

        /** What somebody has changed since is theirs. */
        private static boolean stillEnds(Subscription it) {
            return it.kind() == Kind.NEW_COMMERCE && it.active() && it.atTermEnd() == AtTermEnd.ENDS;
        }

        boolean isNothing() {
            return suspended.isEmpty() && scheduled.isEmpty() && pending.isEmpty() && stuck.isEmpty();
        }

        List<Subscription> writable() {
            return customer.subscriptions().stream()
                    .filter(it -> suspended.contains(it.id()) || scheduled.contains(it))
                    .toList();
        }

        List<PlannedWrite> writes() {
            return HoldingRules.reactivations(
                    customer.subscriptions(), it -> suspended.contains(it.id()) || scheduled.contains(it));
        }

        String stuck() {
            return String.join("; ", stuck);
        }

        /** What cannot be put back, for people; empty where all is. */
        String lost() {
            return ended.isEmpty() ? "" : "; this cannot be put back: " + String.join(", ", ended);
        }
    }
}
