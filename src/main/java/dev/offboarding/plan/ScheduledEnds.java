package dev.offboarding.plan;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.ScheduledEnd;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has become of the cancellations that this program scheduled for the ends of terms. One that was changed soon after is put right
 * once: the platform itself does that. Later, or a second time, it is someone's decision.
 */
final class ScheduledEnds {

    /** How soon after our own write a change passes for something that happened, and not for what someone wants. */
    private static final Duration DRIFT = Duration.ofHours(48);

    private ScheduledEnds() {}

    /** Those that were changed, and are not put right. */
    static List<Hold> holds(CaseView caseView, List<Subscription> subscriptions, NewCommerce policy, Instant now) {
        return changed(caseView, subscriptions, policy).stream()
                .filter(it -> it.isSomeonesDecision(now))
                .map(Changed::hold)
                .toList();
    }

    /**
     * What the hold for its term is to say about each that was changed, by id: whether it is put right. One that is left to a person says so
     * in a hold of its own, and an extended service term is cancelled, not scheduled.
     */
    static Map<String, String> words(
            CaseView caseView, List<Subscription> subscriptions, NewCommerce policy, Instant now) {
        Map<String, String> words = new HashMap<>();
        for (Changed it : changed(caseView, subscriptions, policy)) {
            if (it.isSomeonesDecision(now)) {
                words.put(it.subscription().id(), "");
            } else if (it.subscription().atTermEnd() != AtTermEnd.EXTENDED) {
                words.put(
                        it.subscription().id(),
                        "; its cancellation at the end of the term, which this program had scheduled, was changed since: it is scheduled once more, and the next change will count as somebody's decision");
            }
        }
        return words;
    }

    private static List<Changed> changed(CaseView caseView, List<Subscription> subscriptions, NewCommerce policy) {
        List<Changed> changed = new ArrayList<>();
        for (Subscription subscription : subscriptions) {
            ScheduledEnd end = caseView.scheduledEnds().get(subscription.id());
            if (end != null && policy != NewCommerce.HOLD && subscription.renewsItself()) {
                changed.add(new Changed(subscription, end));
            }
        }
        return changed;
    }

    /** One that continues after its term, though this program scheduled its end. */
    private record Changed(Subscription subscription, ScheduledEnd end) {

        boolean isSomeonesDecision(Instant now) {
            return end.repaired() || now.isAfter(end.at().plus(DRIFT));
        }

        Hold hold() {
            return new Hold(
                    HoldReason.REACTIVATED,
                    null,
                    "%s (%s) was to be cancelled at the end of its term, as this program scheduled it on %s%s, and that was changed: find out who wants it, and list the customer again if it is to go"
                            .formatted(
                                    subscription.name(),
                                    subscription.id(),
                                    end.at(),
                                    end.repaired() ? " for the second time" : ""));
        }
    }
}
