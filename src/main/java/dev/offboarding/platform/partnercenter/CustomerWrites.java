package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** All writes for one customer, one after another. */
final class CustomerWrites {

    private static final Logger LOG = LoggerFactory.getLogger(CustomerWrites.class);

    private static final String DELETED = "deleted";

    private final SubscriptionWrites subscriptions;
    private final Removal removal;
    private final DelegationWrites delegations;
    private final CancellationToken cancellation;

    CustomerWrites(
            SubscriptionWrites subscriptions,
            Removal removal,
            DelegationWrites delegations,
            CancellationToken cancellation) {
        this.subscriptions = subscriptions;
        this.removal = removal;
        this.delegations = delegations;
        this.cancellation = cancellation;
    }

    /** One outcome for each, whatever happens. */
    Map<Write, WriteOutcome> make(WriteContext performance, List<Write> writes) {
        Map<Write, WriteOutcome> outcomes = new HashMap<>();
        List<SubscriptionWrites.Unconfirmed> unconfirmed = new ArrayList<>();
        for (Write write : writes) {
            try {
                WriteOutcome notToBegin = performance.notToBegin(write);
                if (notToBegin != null) {
                    outcomes.put(write, notToBegin);
                    continue;
                }
                if (write.attempt() > 1 && write.equals(writes.get(0))) {
                    // what was in the way is passing, but does not pass instantly
                    WaitTimes.pause(cancellation, WaitTimes.beforeAttempt(write.attempt()));
                }
                if (write.action() == Action.SUSPEND) {
                    WriteOutcome notCancelled = notCancelled(performance, write, unconfirmed, outcomes);
                    if (notCancelled != null) {
                        outcomes.put(write, notCancelled);
                        continue;
                    }
                }
                switch (write.action()) {
                    case SUSPEND, CANCEL, AUTO_RENEW_OFF, REACTIVATE -> {
                        SubscriptionWrites.Step step = subscriptions.make(performance, write);
                        if (step.outcome() != null) {
                            outcomes.put(write, step.outcome());
                        }
                        if (step.unconfirmed() != null) {
                            unconfirmed.add(step.unconfirmed());
                        }
                    }
                    case REMOVE -> {
                        confirm(performance, write.customerId(), unconfirmed, outcomes);
                        outcomes.put(write, removal.make(performance, write));
                    }
                    case TERMINATE_GDAP, DELETE_GDAP -> outcomes.put(write, delegations.make(performance, write));
                }
            } catch (PlatformUnavailableException | CancelledException e) {
                outcomes.put(write, performance.broke(write, e));
            } catch (RuntimeException e) {
                // whether it was sent is not known: one customer's trouble, and not a reason to lose the others'
                // outcomes
                try (MDC.MDCCloseable customer =
                        MDC.putCloseable("customer", write.customerId().toString())) {
                    LOG.error("a write failed unexpectedly: {}", write.action(), e);
                }
                outcomes.put(
                        write,
                        performance.lost(
                                write, write.asRead(), null, "it failed unexpectedly; the log file says where", false));
            }
        }
        if (!writes.isEmpty()) {
            confirm(performance, writes.get(0).customerId(), unconfirmed, outcomes);
        }
        return outcomes;
    }

    /**
     * A customer whose subscription could not be cancelled keeps its relationship, perhaps for a year: then nothing of it is suspended. What
     * was to be cancelled comes first for that reason.
     *
     * @return what becomes of a suspension for it; null where nothing is in its way
     */
    private @Nullable WriteOutcome notCancelled(
            WriteContext performance,
            Write suspension,
            List<SubscriptionWrites.Unconfirmed> unconfirmed,
            Map<Write, WriteOutcome> outcomes) {
        if (unconfirmed.stream().anyMatch(it -> it.write().action() == Action.CANCEL)) {
            confirm(performance, suspension.customerId(), unconfirmed, outcomes);
        }
        for (WriteOutcome outcome : outcomes.values()) {
            if (outcome.write().action() == Action.CANCEL && !DELETED.equals(outcome.after())) {
                String why = (outcome.tookEffect(DELETED)
                                ? "that %s is cancelled does not show, so nothing of this customer is suspended"
                                : "%s was not cancelled, so nothing of this customer is suspended")
                        .formatted(outcome.write().target());
                return outcome.worthRetrying()
                        ? performance.withheldForNow(suspension, null, why)
                        : performance.withheld(suspension, null, why);
            }
        }
        return null;
    }

    private void confirm(
            WriteContext performance,
            UUID customer,
            List<SubscriptionWrites.Unconfirmed> unconfirmed,
            Map<Write, WriteOutcome> outcomes) {
        if (!unconfirmed.isEmpty()) {
            outcomes.putAll(subscriptions.confirm(performance, customer, List.copyOf(unconfirmed)));
            unconfirmed.clear();
        }
    }
}
