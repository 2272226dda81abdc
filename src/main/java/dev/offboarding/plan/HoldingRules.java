package dev.offboarding.plan;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What each thing that a customer holds means for its offboarding: a write, a hold, or nothing. */
final class HoldingRules {

    /** Whether a term ended or began again is processed on the day after it, and that may take a day more. */
    private static final int DAYS_FOR_A_RENEWAL = 3;

    private HoldingRules() {}

    /** The suspensions that free a customer of active subscriptions, add-ons before what they belong to. */
    static List<PlannedWrite> suspensions(List<Subscription> subscriptions) {
        Map<String, @Nullable String> parents = new HashMap<>();
        subscriptions.forEach(subscription -> parents.put(subscription.id(), subscription.parentId()));
        return subscriptions.stream()
                .filter(HoldingRules::isSuspended)
                .sorted(Comparator.comparing((Subscription subscription) -> depth(subscription.id(), parents))
                        .reversed()
                        .thenComparing(subscription -> subscription.kind() == Kind.AZURE_PLAN)
                        .thenComparing(Subscription::id))
                .map(subscription -> new PlannedWrite(Action.SUSPEND, subscription.id()))
                .toList();
    }

    /** What makes these active again, in the order opposite to that of their suspensions: what others belong to first. */
    static List<PlannedWrite> reactivations(List<Subscription> subscriptions, Predicate<Subscription> which) {
        Map<String, @Nullable String> parents = new HashMap<>();
        subscriptions.forEach(subscription -> parents.put(subscription.id(), subscription.parentId()));
        return subscriptions.stream()
                .filter(which)
                .sorted(Comparator.comparing((Subscription subscription) -> depth(subscription.id(), parents))
                        .thenComparing(subscription -> subscription.kind() != Kind.AZURE_PLAN)
                        .thenComparing(Subscription::id))
                .map(subscription -> new PlannedWrite(Action.REACTIVATE, subscription.id()))
                .toList();
    }

    /** How far below the one that belongs to no other; add-ons may have add-ons, and bad data may put them in a circle. */
    private static long depth(String id, Map<String, @Nullable String> parents) {
        return Stream.iterate(parents.get(id), Objects::nonNull, parents::get)
                .limit(parents.size())
                .count();
    }

    private static boolean isSuspended(Subscription subscription) {
        if (!subscription.active()) {
            return false;
        }
        return switch (subscription.kind()) {
            case LICENSE, USAGE -> true;
            case AZURE_PLAN -> Integer.valueOf(0).equals(subscription.activeBeneath());
            case NEW_COMMERCE, MARKETPLACE, SOFTWARE, RESERVED_INSTANCE, UNKNOWN -> false;
        };
    }

    /** The new-commerce subscriptions that may be cancelled, and are to be. */
    static List<PlannedWrite> cancellations(List<Subscription> subscriptions, NewCommerce policy, Instant now) {
        return cancelled(subscriptions, policy, now).stream()
                .map(Subscription::id)
                .sorted()
                .map(id -> new PlannedWrite(Action.CANCEL, id))
                .toList();
    }

    /** The new-commerce subscriptions that may be cancelled, and are to be, whether today or on a later day. */
    static List<Subscription> cancelled(List<Subscription> subscriptions, NewCommerce policy, Instant now) {
        return subscriptions.stream()
                .filter(subscription -> isCancelled(subscription, policy, now))
                .toList();
    }

    private static boolean isCancelled(Subscription subscription, NewCommerce policy, Instant now) {
        boolean meant = policy == NewCommerce.CANCEL
                || (policy == NewCommerce.END_AT_TERM && subscription.atTermEnd() == AtTermEnd.EXTENDED);
        return meant
                && subscription.kind() == Kind.NEW_COMMERCE
                && subscription.active()
                && mayBeCancelled(subscription, now);
    }

    /** An extended service term may be cancelled on any day, also while it does not show yet that its next month has begun. */
    private static boolean mayBeCancelled(Subscription subscription, Instant now) {
        Instant until = subscription.cancellableUntil();
        int more = subscription.atTermEnd() == AtTermEnd.EXTENDED ? DAYS_FOR_A_RENEWAL + 1 : 0;
        return until != null && until.isAfter(now.minus(more, ChronoUnit.DAYS));
    }

    /** In an extended service term that is every day: the end of a month is only the beginning of the next one. */
    private static boolean mayStillBeCancelled(Subscription subscription, Instant then) {
        return subscription.atTermEnd() == AtTermEnd.EXTENDED || mayBeCancelled(subscription, then);
    }

    /** What lets new-commerce terms end instead of continuing: their cancellation at the end of the term. */
    static List<PlannedWrite> endings(List<Subscription> subscriptions, NewCommerce policy) {
        return subscriptions.stream()
                .filter(subscription -> policy != NewCommerce.HOLD && mayBeEnded(subscription))
                .map(Subscription::id)
                .sorted()
                .map(id -> new PlannedWrite(Action.AUTO_RENEW_OFF, id))
                .toList();
    }

    /** In an extended service term nothing can be changed any more: that is cancelled, or continues. */
    private static boolean mayBeEnded(Subscription subscription) {
        return subscription.kind() == Kind.NEW_COMMERCE
                && subscription.renewsItself()
                && subscription.atTermEnd() != AtTermEnd.EXTENDED;
    }

    /**
     * Everything that is in the way of a removal and is neither suspended nor cancelled.
     *
     * @param cancelledAt when what may be cancelled is: now, or on the grace period's last day
     * @param changed what is said about those whose cancellation at the end of the term this program scheduled before, in vain; by id
     */
    static List<Hold> holds(
            List<Subscription> subscriptions,
            LocalDate today,
            NewCommerce policy,
            Instant now,
            Instant cancelledAt,
            Map<String, String> changed) {
        List<Hold> holds = new ArrayList<>();
        List<Subscription> cancelled = new ArrayList<>();
        for (Subscription subscription : subscriptions) {
            if (!isCancelled(subscription, policy, now)) {
                holds.addAll(holds(subscription, today, policy, changed));
            } else if (mayStillBeCancelled(subscription, cancelledAt)) {
                cancelled.add(subscription);
            } else {
                holds.add(closesTooSoon(term(subscription, today, policy, changed)));
            }
        }
        if (!holds.isEmpty()) {
            // what may be cancelled is not while something else stays: then it is held as well
            cancelled.forEach(subscription -> holds.addAll(holds(subscription, today, policy, changed)));
        }
        return holds;
    }

    private static List<Hold> holds(
            Subscription subscription, LocalDate today, NewCommerce policy, Map<String, String> changed) {
        Kind kind = subscription.kind();
        Status status = subscription.status();
        if (subscription.id().isEmpty()) {
            return List.of(
                    unknown(
                            subscription,
                            "has no id that anything could be done with: have that corrected where it comes from, and list the customer again"));
        }
        if (kind == Kind.UNKNOWN || status == Status.UNKNOWN) {
            return List.of(unknown(
                    subscription,
                    "has kind \"%s\" and status \"%s\", which this program does not know: check it, and list the customer again once it is ended"
                            .formatted(subscription.kindText(), subscription.statusText())));
        }
        List<Hold> holds = new ArrayList<>();
        if (status == Status.PENDING) {
            holds.add(pending(subscription));
        }
        boolean over = status == Status.DELETED || status == Status.EXPIRED;
        if (kind == Kind.RESERVED_INSTANCE && !over) {
            holds.add(
                    hold(
                            HoldReason.RESERVED_INSTANCE,
                            dayAfterTerm(subscription, today),
                            subscription,
                            isSavingsPlan(subscription)
                                    ? "is a savings plan that has not ended: end it in the Azure portal, where that is possible, or wait for it to end"
                                    : "is a reservation that has not ended: cancel or return it in Azure, or wait for it to end"));
        }
        if (kind == Kind.SOFTWARE && !over) {
            holds.add(hold(
                    HoldReason.SOFTWARE_PURCHASE,
                    dayAfterTerm(subscription, today),
                    subscription,
                    "is a software purchase that has not ended: cancel it, or wait for it to end"));
        }
        if (kind == Kind.NEW_COMMERCE && (status == Status.ACTIVE || status == Status.SUSPENDED)) {
            holds.add(term(subscription, today, policy, changed));
        }
        if (kind == Kind.AZURE_PLAN && status == Status.ACTIVE && !isSuspended(subscription)) {
            holds.add(hold(
                    HoldReason.AZURE_PLAN,
                    null,
                    subscription,
                    "is an Azure plan in use: cancel the Azure subscriptions under it, then suspend it"));
        }
        if (kind == Kind.MARKETPLACE && status == Status.ACTIVE) {
            holds.add(hold(
                    HoldReason.MARKETPLACE,
                    null,
                    subscription,
                    "is a marketplace subscription: it has to be cancelled by hand"));
        }
        return holds;
    }

    /** Held like a reservation, and not ended like one. */
    private static boolean isSavingsPlan(Subscription subscription) {
        return subscription.kindText().toLowerCase(Locale.ROOT).contains("savings");
    }

    private static Hold closesTooSoon(Hold term) {
        if (term.reason() != HoldReason.TERM_COMMITMENT) {
            return term;
        }
        return new Hold(
                term.reason(),
                term.until(),
                "%s; its cancellation window closes at %s, before the grace period ends, and nothing is cancelled before the last day of that"
                        .formatted(term.message(), term.cancellableUntil()),
                term.renewsOn(),
                term.renewsWithin(),
                term.cancellableUntil());
    }

    private static Hold term(
            Subscription subscription, LocalDate today, NewCommerce policy, Map<String, String> changed) {
        LocalDate end = subscription.termEnd();
        if (end == null || today.minusDays(DAYS_FOR_A_RENEWAL).isAfter(end)) {
            return unknown(
                    subscription,
                    "is a new-commerce subscription that is still %s, %s: check it by hand, and list the customer again once that is settled"
                            .formatted(
                                    subscription.statusText(),
                                    end == null ? "without an end of its term" : "though its term ended on " + end));
        }
        boolean unattended = subscription.renewsItself() && policy == NewCommerce.HOLD && !subscription.endless();
        return new Hold(
                HoldReason.TERM_COMMITMENT,
                subscription.endless() ? null : end.plusDays(1),
                "%s (%s) %s"
                        .formatted(
                                subscription.name(),
                                subscription.id(),
                                committed(subscription, end, today)
                                        + about(subscription, policy, changed.get(subscription.id()))),
                unattended ? end : null,
                unattended ? Hold.reminder(today, end) : null,
                subscription.cancellableUntil());
    }

    private static String committed(Subscription subscription, LocalDate end, LocalDate today) {
        if (subscription.endless()) {
            return "is committed without an end";
        }
        return today.isAfter(end)
                ? "was committed until %s, and whether it ended or renewed itself does not show yet".formatted(end)
                : "is committed until " + end;
    }

    private static String about(Subscription subscription, NewCommerce policy, @Nullable String changed) {
        AtTermEnd atTermEnd = subscription.atTermEnd();
        if (atTermEnd == null || !subscription.active() || subscription.endless()) {
            return "";
        }
        boolean hold = policy == NewCommerce.HOLD;
        if (changed != null) {
            return changed;
        }
        return switch (atTermEnd) {
            case ENDS -> ", and its cancellation at the end of the term is scheduled";
            case RENEWS ->
                hold
                        ? " and renews itself on that day, for another term: schedule its cancellation at the end of the term, or have this program do it with new-commerce: end-at-term"
                        : "; this program schedules its cancellation at the end of the term";
            case EXTENDS ->
                hold
                        ? " and continues after that day in a paid extended service term, because its auto-renew is off and no cancellation is scheduled: schedule its cancellation at the end of the term, or have this program do it with new-commerce: end-at-term"
                        : "; its auto-renew is off, which alone does not end it: this program schedules its cancellation at the end of the term";
            case EXTENDED ->
                hold
                        ? ": it is in a paid extended service term, which renews itself and may be cancelled on any day: cancel it, or have this program do it with new-commerce: end-at-term"
                        : ": it is in a paid extended service term, and is cancelled as soon as nothing else is in the way";
        };
    }

    /** Null where the term's end is not known, is past or never comes: then it says nothing about when this will be over. */
    private static @Nullable LocalDate dayAfterTerm(Subscription subscription, LocalDate today) {
        LocalDate end = subscription.termEnd();
        return end == null || end.isBefore(today) || subscription.endless() ? null : end.plusDays(1);
    }

    private static Hold unknown(Subscription subscription, String what) {
        return hold(HoldReason.UNKNOWN_STATUS, null, subscription, what);
    }

    static Hold pending(Subscription subscription) {
        return hold(HoldReason.PENDING_OPERATION, null, subscription, "has an operation pending");
    }

    private static Hold hold(HoldReason reason, @Nullable LocalDate until, Subscription subscription, String what) {
        return new Hold(reason, until, "%s (%s) %s".formatted(subscription.name(), subscription.id(), what));
    }
}
