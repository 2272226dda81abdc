package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.TermInstruction;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Obstacle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes to subscriptions: read, change one field, send everything back. Left out fields would count as changes. What the list showed
 * lately, with its etag, is as good as a read of its own, until the platform refuses the etag. What was accepted is confirmed by reading,
 * for all of a customer's subscriptions together.
 */
final class SubscriptionWrites {

    /** Accepted, and not confirmed yet. */
    record Unconfirmed(Write write, String before, boolean answerLost) {}

    /** Either what became of it, or that it was accepted. */
    record Step(@Nullable WriteOutcome outcome, @Nullable Unconfirmed unconfirmed) {}

    private static final String PENDING = "pending";

    /** How often a subscription is read whose etag turns out to be used up. */
    private static final int READS = 2;

    /** A change of what a write does not change: what was sent back was not the whole of it. */
    private static final int NOT_ALL_OF_IT = 2054;

    private static final Set<Kind> SUSPENDABLE = Set.of(Kind.LICENSE, Kind.USAGE, Kind.AZURE_PLAN);

    private final Client client;
    private final CustomerReads reads;
    private final ReadingCache readings;
    private final ListedResources listed;
    private final LostWrites settling;
    private final WaitTimes waitTimes;
    private final Clock clock;
    private final CancellationToken cancellation;

    SubscriptionWrites(
            Client client,
            CustomerReads reads,
            ReadingCache readings,
            ListedResources listed,
            LostWrites settling,
            WaitTimes waitTimes,
            Clock clock,
            CancellationToken cancellation) {
        this.client = client;
        this.reads = reads;
        this.readings = readings;
        this.listed = listed;
        this.settling = settling;
        this.waitTimes = waitTimes;
        this.clock = clock;
        this.cancellation = cancellation;
    }

    Step make(WriteContext performance, Write write) {
        int request = 1;
        ListedResources.Listed known =
                write.action() == Action.SUSPEND ? listed.take(write.customerId(), write.target()) : null;
        if (known != null) {
            Step step = asListed(performance, write, known);
            if (step != null) {
                return step;
            }
            request++;
        }
        for (int reads = 1; reads <= READS; reads++) {
            Step step = asRead(performance, write, request++);
            if (step != null) {
                return step;
            }
        }
        return outcome(performance.passing(write, null, "it was changed by someone else at the same time"));
    }

    /** Whether the platform itself says no: a 404 that does not show whose it is may come from a box in between. */
    private static boolean isAnswered(Reply read) {
        return read instanceof Reply.Refused refused && (refused.saysGone() || !refused.maySayGone());
    }

    private static Step outcome(WriteOutcome outcome) {
        return new Step(outcome, null);
    }

    /** Null when the list was out of date, or showed less than there is to it. */
    private @Nullable Step asListed(WriteContext performance, Write write, ListedResources.Listed known) {
        if (write.isStale(clock.instant())) {
            return outcome(performance.old(write, null));
        }
        Instant end = known.begun().plus(DecisionBasis.GOOD_FOR);
        DecisionBasis basis = write.basis();
        if (basis != null && basis.at().isBefore(known.begun())) {
            end = basis.at().plus(DecisionBasis.GOOD_FOR);
        }
        return send(performance, write, known.resource(), 1, end, true);
    }

    /** Null only when what was read was out of date. */
    private @Nullable Step asRead(WriteContext performance, Write write, int request) {
        if (write.isStale(clock.instant())) {
            return outcome(performance.old(write, null));
        }
        Request read = Request.get(Quota.SUBSCRIPTION, path(write));
        Reply found = client.read(read);
        ObjectNode subscription = found instanceof Reply.Accepted accepted ? accepted.body() : null;
        if (subscription == null) {
            String why = "it could not be read, so nothing was sent: " + found.words();
            return outcome(
                    isAnswered(found)
                            ? performance.withheld(write, null, why)
                            : performance.withheldForNow(write, null, why));
        }
        DecisionBasis basis = write.basis();
        Instant end = basis == null ? Instant.MAX : basis.at().plus(DecisionBasis.GOOD_FOR);
        return send(performance, write, subscription, request, end, false);
    }

    /**
     * @param request which of this attempt's requests it is
     * @param end until when it may be sent
     */
    private @Nullable Step send(
            WriteContext performance,
            Write write,
            ObjectNode subscription,
            int request,
            Instant end,
            boolean fromList) {
        String before = state(write, subscription);
        WriteOutcome needless = needless(performance, write, subscription, before);
        if (needless != null) {
            return outcome(needless);
        }
        readings.changing(write.customerId());
        WritePermit leave = new WritePermit(performance, write, clock, end);
        Reply reply = client.write(patch(write, subscription), request, leave, id -> performance.sends(write, id));
        readings.changing(write.customerId());
        WriteOutcome forbidden = leave.forbidden(reply, before);
        if (forbidden != null) {
            return outcome(forbidden);
        }
        if (leave.cameLate(reply)) {
            return outcome(performance.old(write, before));
        }
        WriteOutcome without = performance.withoutEffect(write, before, reply);
        if (without != null) {
            return outcome(without);
        }
        if (reply instanceof Reply.NoAnswer lost) {
            return outcome(settling.settle(performance, write, before, lost, () -> look(write), wanted(write)::equals));
        }
        if (reply instanceof Reply.Refused refused) {
            if (stale(refused) || (fromList && refused.is(400, NOT_ALL_OF_IT))) {
                return null;
            }
            return outcome(refused(performance, write, before, refused));
        }
        boolean unreadable = reply instanceof Reply.Accepted accepted
                && accepted.status() != 202
                && PartnerCenterJson.text(accepted.body(), "status") == null;
        return new Step(null, new Unconfirmed(write, before, unreadable));
    }

    private static String path(Write write) {
        return CustomerReads.subscriptionPath(write.customerId(), write.target());
    }

    /** Why it is not sent at all; null if it is. */
    private static @Nullable WriteOutcome needless(
            WriteContext performance, Write write, JsonNode subscription, String before) {
        String status = HoldingMapper.statusText(subscription);
        Kind kind = HoldingMapper.kind(subscription);
        if (before.equals(wanted(write))) {
            return performance.alreadyThere(write, before, "it is %s already".formatted(before));
        }
        if (status.equals(PENDING)) {
            return performance.withheld(write, before, "an operation on it is pending", Obstacle.PENDING_OPERATION);
        }
        return switch (write.action()) {
            case SUSPEND ->
                !SUSPENDABLE.contains(kind)
                        ? performance.withheld(
                                write,
                                before,
                                "it is not of a kind that this program suspends (%s): its customer would lose access, and billing would continue"
                                        .formatted(kind))
                        : status.equals("active")
                                ? null
                                : performance.withheld(write, before, "it is %s, not active".formatted(before));
            case CANCEL ->
                kind != Kind.NEW_COMMERCE
                        ? performance.withheld(
                                write, before, "it is not of a kind that this program cancels (%s)".formatted(kind))
                        : null;
            case AUTO_RENEW_OFF ->
                kind != Kind.NEW_COMMERCE || !status.equals("active")
                        ? performance.withheld(
                                write, before, "it is not an active new-commerce term (%s, %s)".formatted(kind, status))
                        : null;
            case REACTIVATE ->
                status.equals(write.before() == null ? "suspended" : "active")
                        ? null
                        : performance.withheld(
                                write,
                                before,
                                "it is %s, not %s".formatted(status, write.before() == null ? "suspended" : "active"));
            default -> null;
        };
    }

    private static Request patch(Write write, ObjectNode read) {
        ObjectNode changed = read.deepCopy();
        TermInstruction before = write.before();
        switch (write.action()) {
            case SUSPEND, CANCEL, REACTIVATE -> {
                if (before == null) {
                    PartnerCenterJson.set(changed, "status", PartnerCenterJson.node(wanted(write)));
                } else {
                    TermEnd.putBack(changed, before);
                }
            }
            case AUTO_RENEW_OFF -> TermEnd.end(changed);
            default -> throw new IllegalArgumentException(write.action() + " is not for a subscription");
        }
        String etag = ListedResources.etag(read);
        return Request.write(
                Quota.SUBSCRIPTION,
                HttpMethod.PATCH,
                path(write),
                etag == null ? Map.of() : Map.of("If-Match", etag.startsWith("\"") ? etag : "\"" + etag + "\""),
                changed,
                write.correlationId());
    }

    private static String wanted(Write write) {
        return switch (write.action()) {
            case SUSPEND -> "suspended";
            case CANCEL -> "deleted";
            case REACTIVATE -> write.before() == null ? "active" : TermEnd.words(write.before());
            case AUTO_RENEW_OFF -> WriteOutcome.ENDS_WITH_TERM;
            default -> throw new IllegalArgumentException(write.action() + " is not for a subscription");
        };
    }

    private static String state(Write write, JsonNode subscription) {
        return switch (write.action()) {
            case AUTO_RENEW_OFF -> TermEnd.words(subscription);
            case REACTIVATE ->
                write.before() == null ? HoldingMapper.statusText(subscription) : TermEnd.words(subscription);
            default -> HoldingMapper.statusText(subscription);
        };
    }

    private @Nullable String look(Write write) {
        Reply reply = client.read(Request.get(Quota.SUBSCRIPTION, path(write)));
        return reply instanceof Reply.Accepted accepted && accepted.body() != null
                ? state(write, accepted.body())
                : null;
    }

    private static boolean stale(Reply.Refused refused) {
        return refused.status() == 412 || refused.is(400, 2055) || refused.is(417, 800036);
    }

    private static WriteOutcome refused(WriteContext performance, Write write, String before, Reply.Refused refused) {
        String words = "it " + refused.words();
        ErrorBody fault = refused.fault();
        if (fault.operationUnderWay()) {
            return performance.refused(
                    write, before, "another operation on it is under way: " + words, Obstacle.PENDING_OPERATION);
        }
        if (fault.is(900115) || fault.is(900105)) {
            return performance.refused(
                    write, before, "something under the Azure plan is still active: " + words, Obstacle.AZURE_PLAN);
        }
        if (fault.is(2011)) {
            String deleted = "it is deleted already: " + words;
            WriteOutcome ours =
                    write.action() == Action.CANCEL ? performance.tookEffectAfterAll(write, "deleted", words) : null;
            return ours == null ? performance.refused(write, before, "deleted", deleted) : ours;
        }
        // 409 without more: two at one time; 800012: what was read was out of date
        boolean passes = refused.status() == 409 || fault.is(800012);
        return passes ? performance.passing(write, before, words) : performance.refused(write, before, words);
    }

    /** Reads a customer's subscriptions until all that was accepted shows, or for as long as that may take. */
    Map<Write, WriteOutcome> confirm(WriteContext performance, UUID customer, List<Unconfirmed> accepted) {
        Map<Write, WriteOutcome> outcomes = new LinkedHashMap<>();
        Map<Write, String> shown = new LinkedHashMap<>();
        Set<String> targets = accepted.stream().map(one -> one.write().target()).collect(Collectors.toSet());
        Instant begun = clock.instant();
        Instant end = begun.plus(waitTimes.confirming());
        String problem = "";
        try {
            for (int looks = 0; outcomes.size() < accepted.size(); looks++) {
                boolean last = !clock.instant().isBefore(end);
                Pages.Collection listed = reads.readListed(customer);
                Pages.Collection subscriptions = reads.withKnown(customer, listed, targets);
                problem = subscriptions.flawOrNothing();
                if (listed.complete()) {
                    // also where one that the list hides cannot be read: of the others it has told
                    take(performance, accepted, subscriptions, outcomes, shown);
                }
                if (subscriptions.complete()) {
                    reads.takeIn(customer, subscriptions);
                    readings.readBack(customer, subscriptions.begun());
                }
                if (outcomes.size() == accepted.size() || last) {
                    break;
                }
                Duration left = Duration.between(clock.instant(), end);
                Duration nap = WaitTimes.nap(looks);
                WaitTimes.pause(
                        cancellation, left.isNegative() ? Duration.ofMillis(1) : nap.compareTo(left) < 0 ? nap : left);
            }
        } catch (CancelledException e) {
            accepted.stream()
                    .filter(one -> one.answerLost() && !outcomes.containsKey(one.write()))
                    .forEach(one -> outcomes.put(one.write(), performance.open(one.write())));
            problem = String.valueOf(e.getMessage());
        } catch (PlatformUnavailableException e) {
            performance.broke(e);
            problem = String.valueOf(e.getMessage());
        }
        if (!problem.isEmpty()) {
            readings.changing(customer);
        }
        for (Unconfirmed one : accepted) {
            if (!outcomes.containsKey(one.write())) {
                String after = shown.get(one.write());
                long seconds = Duration.between(begun, clock.instant()).toSeconds();
                String found = after == null
                        ? "not shown any more, %d s later".formatted(seconds)
                        : "still shown as %s after %d s".formatted(after, seconds);
                String message = "accepted, and " + (problem.isEmpty() ? found : "could not be read back: " + problem);
                outcomes.put(one.write(), accepted(performance, one, problem.isEmpty() ? after : null, message));
            }
        }
        return outcomes;
    }

    private static WriteOutcome accepted(
            WriteContext performance, Unconfirmed one, @Nullable String after, String message) {
        return one.answerLost()
                ? performance.lost(
                        one.write(),
                        one.before(),
                        after,
                        "its answer was lost (it could not be read); this was found",
                        false)
                : performance.done(one.write(), one.before(), after, message);
    }

    private static void take(
            WriteContext performance,
            List<Unconfirmed> accepted,
            Pages.Collection subscriptions,
            Map<Write, WriteOutcome> outcomes,
            Map<Write, String> shown) {
        for (Unconfirmed one : accepted) {
            for (JsonNode it : subscriptions.items()) {
                if (!HoldingMapper.id(it).equalsIgnoreCase(one.write().target())) {
                    continue;
                }
                String state = state(one.write(), it);
                shown.put(one.write(), state);
                // a change to something other than what was wanted is an answer, too; that it is under way is not
                if (!state.equals(one.before()) && !state.equals(PENDING)) {
                    outcomes.put(one.write(), accepted(performance, one, state, ""));
                } else {
                    outcomes.remove(one.write());
                }
            }
        }
    }
}
