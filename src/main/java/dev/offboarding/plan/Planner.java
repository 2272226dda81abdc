package dev.offboarding.plan;

import dev.offboarding.cases.CaseFacts;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.Standing;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.RemainingDelegation;
import dev.offboarding.platform.Subscription;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides what a run may do with one customer. A function of its arguments alone. */
public final class Planner {

    private Planner() {}

    /**
     * Decides for a case that is not removed yet. A customer whose relationship cannot be removed gets no write at all: as far
     * as the observation shows, no one is left half-offboarded.
     */
    public static Decision decide(CaseView caseView, Observation observation, Rules rules) {
        Decision asked = asked(caseView, observation, rules);
        if (asked != null) {
            return asked;
        }
        List<Hold> holds = new ArrayList<>(holdsOfTheCase(caseView, rules));
        if (observation instanceof Observation.Unreadable unreadable) {
            return holds.isEmpty() ? new Decision.CannotTell(unreadable.why()) : held(holds);
        }
        if (observation instanceof Observation.Unknown unknown) {
            if (caseView.offboardedBefore() && unknown.nobodyIsShown()) {
                return holds.isEmpty() ? new Decision.CannotTell(unknown.proof()) : held(holds);
            }
            if (!caseView.offboardedBefore()) {
                holds.add(new Hold(HoldReason.NOT_A_RESELLER_CUSTOMER, null, unknown(caseView)));
            }
            return holds.isEmpty() ? new Decision.AlreadyGone(unknown.proof()) : held(holds);
        }
        Customer customer = ((Observation.Found) observation).customer();
        List<String> mismatches = Identity.mismatches(caseView, customer, rules.identity());
        if (!mismatches.isEmpty()) {
            holds.add(new Hold(
                    HoldReason.IDENTITY_MISMATCH,
                    null,
                    String.join("; ", mismatches) + ": check which customer is meant, and list it again"));
        }
        if (customer.relationshipIsGone()) {
            return holds.isEmpty()
                    ? new Decision.AlreadyGone("relationship is " + customer.relationship())
                    : held(holds);
        }
        if (!customer.isResellerCustomer()) {
            holds.add(new Hold(
                    HoldReason.NOT_A_RESELLER_CUSTOMER,
                    null,
                    "the relationship with this customer is \"%s\", not reseller: nothing of it is this program's to remove"
                            .formatted(customer.relationship())));
            return held(holds);
        }
        if (hasComeBack(caseView, customer)) {
            holds.add(Hold.reEstablished(caseView.facts()));
        }
        holds.addAll(reactivated(caseView, customer));
        holds.addAll(ScheduledEnds.holds(caseView, customer.subscriptions(), rules.newCommerce(), observation.at()));
        holds.addAll(Commerce.ofOtherResellers(customer.subscriptions(), rules.resellers()));
        holds.addAll(Commerce.transfers(customer.transfers(), rules.today(), observation.at()));
        boolean ofTheCase = !holds.isEmpty();
        NewCommerce newCommerce = rules.newCommerce();
        List<PlannedWrite> suspensions = HoldingRules.suspensions(customer.subscriptions());
        List<Subscription> cancelled = HoldingRules.cancelled(customer.subscriptions(), newCommerce, observation.at());
        Hold grace = graceToCome(caseView, suspensions, cancelled, rules);
        List<Hold> inTheWay = HoldingRules.holds(
                customer.subscriptions(),
                rules.today(),
                newCommerce,
                observation.at(),
                grace == null ? observation.at() : onTheLastDay(grace, rules, observation.at()),
                ScheduledEnds.words(caseView, customer.subscriptions(), newCommerce, observation.at()));
        holds.addAll(inTheWay);
        if (grace != null && suspensions.isEmpty() && waitsAlready(caseView, cancelled)) {
            holds.add(grace);
        }
        if (!holds.isEmpty()) {
            // a term that is only waiting to be cancelled is not to end in another way
            boolean endsTerms = !ofTheCase
                    && !inTheWay.isEmpty()
                    && holds.stream().noneMatch(hold -> hold.reason().somebodyHasToLook());
            return new Decision.Held(
                    Hold.shownFirst(holds),
                    endsTerms ? HoldingRules.endings(customer.subscriptions(), newCommerce) : List.of());
        }
        List<PlannedWrite> writes = new ArrayList<>();
        if (grace == null) {
            // what may be refused comes first, and what cannot be put back on the grace period's last day only
            writes.addAll(HoldingRules.cancellations(customer.subscriptions(), newCommerce, observation.at()));
        }
        writes.addAll(suspensions);
        if (grace == null) {
            writes.add(new PlannedWrite(Action.REMOVE, caseView.customerId().toString()));
            writes.addAll(DelegationRules.endings(customer.delegations()));
        }
        return new Decision.Proceed(List.copyOf(writes), grace);
    }

    /**
     * What ends the delegated administration of a customer whose relationship is gone, or whose removal was accepted. A case that
     * would be held gets no write here either.
     */
    public static List<PlannedWrite> endings(CaseView caseView, RemainingDelegation leftover, Rules rules) {
        return caseView.asked().withdrawal() == null
                        && !caseView.isWithdrawnByItsList(rules)
                        && holdsOfTheCase(caseView, rules).isEmpty()
                ? DelegationRules.endings(leftover.delegations())
                : List.of();
    }

    /** Whose subscriptions this program has suspended was known once, and the id is right. */
    private static String unknown(CaseView caseView) {
        return caseView.suspendedIds().isEmpty()
                ? "the platform does not know this customer, and this program never offboarded it: check the id"
                : "the platform does not know this customer any more, and this program, which suspended its subscriptions, did not end the relationship: find out who did, and end its case with \"close\"";
    }

    /** What somebody has asked for beside the list decides first; null where that is nothing, or where it came too late. */
    private static @Nullable Decision asked(CaseView caseView, Observation observation, Rules rules) {
        Standing asked = caseView.asked();
        if (asked.closing() != null) {
            return new Decision.Closed(asked.closing().words());
        }
        Intervention withdrawal = asked.withdrawal();
        if (withdrawal == null && caseView.isWithdrawnByItsList(rules)) {
            withdrawal = Intervention.byTheList(observation.at());
        }
        return withdrawal == null ? null : Withdrawals.decide(caseView, withdrawal, observation, rules);
    }

    /** What holds a case whatever its customer looks like. */
    private static List<Hold> holdsOfTheCase(CaseView caseView, Rules rules) {
        List<Hold> holds = new ArrayList<>(Hold.paused(caseView.asked(), null));
        if (rules.protectedCustomers().contains(caseView.customerId())) {
            holds.add(
                    new Hold(
                            HoldReason.PROTECTED,
                            null,
                            "the customer is on the list of protected customers: take it off there, and list it again, if it is to go"));
        }
        if (!caseView.listed()) {
            holds.add(new Hold(
                    HoldReason.NOT_LISTED,
                    null,
                    "its row is gone from the list: nothing is undone, and nothing continues until it is back"));
        }
        LocalDate effective = caseView.effectiveDate();
        if (effective != null && effective.isAfter(rules.today())) {
            holds.add(new Hold(HoldReason.NOT_DUE, effective, "its effective date is " + effective));
        }
        return holds;
    }

    /** A relationship that was seen to end is never ended again unasked; one of which that is not known only while nothing has changed. */
    private static boolean hasComeBack(CaseView caseView, Customer customer) {
        CaseFacts facts = caseView.facts();
        return facts.ended()
                || (facts.removalLostAt() != null && facts.holdsOtherThanAtRemoval(customer.subscriptions()));
    }

    /** What is active, and was not meant to be suspended when somebody wanted the customer offboarded: it is somebody's decision. */
    private static List<Hold> reactivated(CaseView caseView, Customer customer) {
        CaseFacts facts = caseView.facts();
        // where nothing was active a case is suspended, and its grace period begins, without a write
        boolean begun = facts.writtenAt() != null || caseView.suspendedOn() != null;
        List<Hold> holds = new ArrayList<>();
        for (Subscription subscription : customer.subscriptions()) {
            String id = subscription.id();
            if (!subscription.active()) {
                continue;
            }
            if (caseView.suspendedIds().contains(id)
                    || (facts.wasSuspendedBefore(id) && !caseView.onTheirWay().contains(id))) {
                holds.add(reactivated(subscription, "was suspended by this program and is active again"));
            } else if (begun && facts.isNew(id)) {
                holds.add(reactivated(
                        subscription,
                        facts.writtenAt() != null
                                ? "is active and was not there when this program first wrote to it"
                                : "is active and was not there when nothing else was"));
            } else if (begun && facts.wasInactive(id)) {
                holds.add(reactivated(subscription, "is active and was not when its offboarding began"));
            }
        }
        return holds;
    }

    private static Hold reactivated(Subscription subscription, String what) {
        return new Hold(
                HoldReason.REACTIVATED,
                null,
                "%s (%s) %s: find out who wants it, and list the customer again if it is to go"
                        .formatted(subscription.name(), subscription.id(), what));
    }

    /** Why a case waits of which nothing is active any more, but not everything has settled; empty if it has. */
    public static List<Hold> pending(Customer customer) {
        return customer.subscriptions().stream()
                .filter(subscription -> subscription.status() == Subscription.Status.PENDING)
                .map(HoldingRules::pending)
                .toList();
    }

    /**
     * Why a case waits in a grace period.
     *
     * @param begun the day on which the last of its subscriptions was suspended
     * @param cancelled what is active still, to be cancelled on the last day
     */
    public static Hold grace(LocalDate begun, List<Subscription> cancelled, Rules rules) {
        LocalDate until = begun.plusDays(rules.graceDays());
        String what = cancelled.isEmpty()
                ? "everything is suspended; the relationship is removed on " + until
                : "everything else is suspended; on %s, not before, the relationship is removed and this is cancelled: %s"
                        .formatted(
                                until,
                                cancelled.stream()
                                        .map(it -> "%s (%s)".formatted(it.name(), it.id()))
                                        .collect(Collectors.joining(", ")));
        return new Hold(HoldReason.GRACE_PERIOD, until, what);
    }

    /** What stays active until the grace period's last day, because a cancellation cannot be put back. */
    public static List<Subscription> cancelledOnTheLastDay(Customer customer, Rules rules, Instant now) {
        return rules.graceDays() == 0
                ? List.of()
                : HoldingRules.cancelled(customer.subscriptions(), rules.newCommerce(), now);
    }

    /** What is left of the grace period, which may be all of it; null where none is, or the last day has come. */
    private static @Nullable Hold graceToCome(
            CaseView caseView, List<PlannedWrite> suspensions, List<Subscription> cancelled, Rules rules) {
        if (rules.graceDays() == 0) {
            return null;
        }
        LocalDate suspendedOn = caseView.suspendedOn();
        if (!suspensions.isEmpty() || suspendedOn == null) {
            return grace(rules.today(), cancelled, rules);
        }
        Hold grace = grace(suspendedOn, cancelled, rules);
        return Objects.requireNonNull(grace.until()).isAfter(rules.today()) ? grace : null;
    }

    /** Whether the grace period has begun, and nothing is left to be read back before its last day. */
    private static boolean waitsAlready(CaseView caseView, List<Subscription> cancelled) {
        return caseView.state() == CaseState.SUSPENDED || (caseView.suspendedOn() != null && !cancelled.isEmpty());
    }

    /** At this time of the day on which the grace period is over. */
    private static Instant onTheLastDay(Hold grace, Rules rules, Instant now) {
        return now.plus(ChronoUnit.DAYS.between(rules.today(), Objects.requireNonNull(grace.until())), ChronoUnit.DAYS);
    }

    private static Decision held(List<Hold> holds) {
        return new Decision.Held(Hold.shownFirst(holds));
    }
}
