package dev.offboarding.plan;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each thing that a customer holds means for its offboarding: a write, a hold, or nothing. */
final class Holdings {

    private Holdings() {}

    /** The suspensions that free a customer of active subscriptions, add-ons before what they belong to. */
    static List<PlannedWrite> suspensions(List<Subscription> subscriptions) {
        Map<String, String> parents = new HashMap<>();
        for (Subscription subscription : subscriptions) {
            if (subscription.parentId() != null) {
                parents.put(subscription.id(), subscription.parentId());
            }
        }
        return subscriptions.stream()
                .filter(Holdings::isSuspended)
                .sorted(Comparator.comparing((Subscription subscription) -> depth(subscription.id(), parents))
                        .reversed()
                        .thenComparing(subscription -> subscription.kind() == Kind.AZURE_PLAN)
                        .thenComparing(Subscription::id))
                .map(subscription -> new PlannedWrite(Action.SUSPEND, subscription.id()))
                .toList();
    }

    /** How far below the one that belongs to none; add-ons may have add-ons, and bad data may put them in a circle. */
    private static int depth(String id, Map<String, String> parents) {
        int depth = 0;
        for (String next = parents.get(id); next != null && depth < parents.size(); next = parents.get(next)) {
            depth++;
        }
        return depth;
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
        return subscriptions.stream()
                .filter(subscription -> isCancelled(subscription, policy, now))
                .map(Subscription::id)
                .sorted()
                .map(id -> new PlannedWrite(Action.CANCEL, id))
                .toList();
    }

    private static boolean isCancelled(Subscription subscription, NewCommerce policy, Instant now) {
        Instant until = subscription.cancellableUntil();
        return policy == NewCommerce.CANCEL
                && subscription.kind() == Kind.NEW_COMMERCE
                && subscription.active()
                && until != null
                && until.isAfter(now);
    }

    /** What lets new-commerce terms end instead of beginning anew. */
    static List<PlannedWrite> renewalsOff(List<Subscription> subscriptions, NewCommerce policy) {
        return subscriptions.stream()
                .filter(subscription -> policy != NewCommerce.HOLD
                        && subscription.kind() == Kind.NEW_COMMERCE
                        && subscription.active()
                        && !Boolean.FALSE.equals(subscription.autoRenew()))
                .map(Subscription::id)
                .sorted()
                .map(id -> new PlannedWrite(Action.AUTO_RENEW_OFF, id))
                .toList();
    }

    /** Everything that stands in the way of a removal and is neither suspended nor cancelled. */
    static List<Hold> holds(List<Subscription> subscriptions, LocalDate today, NewCommerce policy, Instant now) {
        List<Hold> holds = new ArrayList<>();
        for (Subscription subscription : subscriptions) {
            if (!isCancelled(subscription, policy, now)) {
                holds.addAll(holds(subscription, today, policy));
            }
        }
        // what may be cancelled is not while something else stays: then it is held as well
        return holds.isEmpty() || policy != NewCommerce.CANCEL
                ? holds
                : holds(subscriptions, today, NewCommerce.END_AT_TERM, now);
    }

    private static List<Hold> holds(Subscription subscription, LocalDate today, NewCommerce policy) {
        Kind kind = subscription.kind();
        Status status = subscription.status();
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
            holds.add(hold(
                    HoldReason.RESERVED_INSTANCE,
                    dayAfterTerm(subscription, today),
                    subscription,
                    "is a reservation that has not ended: cancel or return it in Azure, or wait for its end"));
        }
        if (kind == Kind.SOFTWARE && !over) {
            holds.add(hold(
                    HoldReason.SOFTWARE_PURCHASE,
                    dayAfterTerm(subscription, today),
                    subscription,
                    "is a software purchase that has not ended: cancel it, or wait for its end"));
        }
        if (kind == Kind.NEW_COMMERCE && (status == Status.ACTIVE || status == Status.SUSPENDED)) {
            LocalDate until = dayAfterTerm(subscription, today);
            holds.add(
                    until == null
                            ? unknown(
                                    subscription,
                                    "is a new-commerce subscription that is still %s, %s: check it by hand"
                                            .formatted(
                                                    subscription.statusText(),
                                                    subscription.termEnd() == null
                                                            ? "without an end of its term"
                                                            : "though its term ended on " + subscription.termEnd()))
                            : term(subscription, until, policy));
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
                    "is a marketplace subscription: somebody has to cancel it by hand"));
        }
        return holds;
    }

    private static Hold term(Subscription subscription, LocalDate until, NewCommerce policy) {
        boolean renews = subscription.active() && Boolean.TRUE.equals(subscription.autoRenew());
        String committed = "is committed until " + subscription.termEnd();
        boolean unattended = renews && policy == NewCommerce.HOLD;
        String about = !renews
                ? ""
                : unattended
                        ? " and renews itself on that day, for another term: switch its auto-renew off before, or have this program do it with new-commerce: end-at-term"
                        : "; this program switches its auto-renew off";
        Hold hold = hold(HoldReason.TERM_COMMITMENT, until, subscription, committed + about);
        return new Hold(
                hold.reason(),
                hold.until(),
                hold.message(),
                unattended ? subscription.termEnd() : null,
                subscription.cancellableUntil());
    }

    /** Null where the term's end is not known or is past: then it says nothing about when this will be over. */
    private static @Nullable LocalDate dayAfterTerm(Subscription subscription, LocalDate today) {
        LocalDate end = subscription.termEnd();
        return end == null || end.isBefore(today) ? null : end.plusDays(1);
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
