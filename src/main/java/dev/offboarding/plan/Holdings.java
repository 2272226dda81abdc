package dev.offboarding.plan;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
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

    /** Everything that stands in the way of a removal and cannot be suspended. */
    static List<Hold> holds(List<Subscription> subscriptions, LocalDate today) {
        List<Hold> holds = new ArrayList<>();
        for (Subscription subscription : subscriptions) {
            holds.addAll(holds(subscription, today));
        }
        return holds;
    }

    private static List<Hold> holds(Subscription subscription, LocalDate today) {
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
            holds.add(hold(HoldReason.PENDING_OPERATION, null, subscription, "has an operation pending"));
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
                            : hold(
                                    HoldReason.TERM_COMMITMENT,
                                    until,
                                    subscription,
                                    "is committed until " + subscription.termEnd()));
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

    /** Null where the term's end is not known or is past: then it says nothing about when this will be over. */
    private static @Nullable LocalDate dayAfterTerm(Subscription subscription, LocalDate today) {
        LocalDate end = subscription.termEnd();
        return end == null || end.isBefore(today) ? null : end.plusDays(1);
    }

    private static Hold unknown(Subscription subscription, String what) {
        return hold(HoldReason.UNKNOWN_STATUS, null, subscription, what);
    }

    private static Hold hold(HoldReason reason, @Nullable LocalDate until, Subscription subscription, String what) {
        return new Hold(reason, until, "%s (%s) %s".formatted(subscription.name(), subscription.id(), what));
    }
}
