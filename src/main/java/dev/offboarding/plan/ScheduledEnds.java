package dev.offboarding.plan;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.ScheduledEnd;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What has become of the cancellations that this program scheduled for the ends of terms. One that was changed soon after is put right
 * once: the platform itself does that. Later, or a second time, it is somebody's decision.
 */
final class ScheduledEnds {

    /** How soon after our own write a change passes for something that happened, and not for what somebody wants. */
    private static final Duration DRIFT = Duration.ofHours(48);

    private ScheduledEnds() {}

    /** Those that were changed, and are not put right. */
    static List<Hold> holds(Candidate candidate, List<Subscription> subscriptions, NewCommerce policy, Instant now) {
        List<Hold> holds = new ArrayList<>();
        for (Subscription subscription : subscriptions) {
            ScheduledEnd end = candidate.scheduledEnds().get(subscription.id());
            if (end == null || policy == NewCommerce.HOLD || !changed(subscription)) {
                continue;
            }
            if (end.repaired() || now.isAfter(end.at().plus(DRIFT))) {
                holds.add(new Hold(
                        HoldReason.REACTIVATED,
                        null,
                        "%s (%s) was to be cancelled at the end of its term, as this program scheduled it on %s%s, and that was changed: find out who wants it, and list the customer again if it is to go"
                                .formatted(
                                        subscription.name(),
                                        subscription.id(),
                                        end.at(),
                                        end.repaired() ? " for the second time" : "")));
            }
        }
        return holds;
    }

    /** The ids of those that were changed. */
    static Set<String> changed(Candidate candidate, List<Subscription> subscriptions) {
        return subscriptions.stream()
                .filter(it -> changed(it) && candidate.scheduledEnds().containsKey(it.id()))
                .map(Subscription::id)
                .collect(Collectors.toSet());
    }

    private static boolean changed(Subscription subscription) {
        return subscription.kind() == Kind.NEW_COMMERCE && subscription.renewsItself();
    }
}
