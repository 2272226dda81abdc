package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Obstacle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ends the reseller relationship: never while anything is active, nor of another customer than the one decided on; both are read right before.
 */
final class Removal {

    /** How often subscriptions that were suspended a moment ago, and are shown active, are read again. */
    private static final int LOOKS = 3;

    /** How long a reading of the customer is good for: throttled, a request may wait for minutes, and someone may reactivate meanwhile. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    /** How old a list may be that is looked into instead of reading the customer: something is to be left of those 30 seconds. */
    private static final Duration LISTED_LATELY = Duration.ofSeconds(15);

    private static final int LOOKS_IN_LINE = 5;

    private final Client client;
    private final CustomerReads reads;
    private final ReadingCache readings;
    private final SharedList list;
    private final Control.Others others;
    private final LostWrites settling;
    private final Clock clock;
    private final CancellationToken cancellation;

    Removal(
            Client client,
            CustomerReads reads,
            ReadingCache readings,
            SharedList list,
            Control.Others others,
            LostWrites settling,
            Clock clock,
            CancellationToken cancellation) {
        this.list = list;
        this.others = others;
        this.client = client;
        this.reads = reads;
        this.readings = readings;
        this.settling = settling;
        this.clock = clock;
        this.cancellation = cancellation;
    }

    WriteOutcome make(WriteContext performance, Write write) {
        WriteOutcome outcome;
        try {
            outcome = tryToMake(performance, write);
        } catch (PlatformUnavailableException | CancelledException e) {
            outcome = performance.broke(write, e);
        }
        if (outcome.tookEffect(Customer.NONE)) {
            readings.forget(write.customerId());
            readings.notAlive(write.customerId());
        } else {
            readings.changing(write.customerId());
        }
        return outcome;
    }

    private WriteOutcome tryToMake(WriteContext performance, Write write) {
        if (write.isStale(clock.instant())) {
            performance.lookedAt();
            return performance.old(write, null);
        }
        Reply reply = null;
        for (int number = 1; reply == null; number++) {
            if (number > 1 && write.isStale(clock.instant())) {
                return performance.old(write, null);
            }
            if (number > LOOKS_IN_LINE) {
                return performance.withheldForNow(
                        write,
                        Customer.RESELLER,
                        "its turn did not come within %d s of reading the customer, %d times, so nothing was sent"
                                .formatted(FRESH.toSeconds(), LOOKS_IN_LINE));
            }
            Look look = number == 1 ? firstLook(performance, write) : look(performance, write);
            if (look.inTheWay() != null) {
                return look.inTheWay();
            }
            WritePermit leave =
                    new WritePermit(performance, write, clock, look.at().plus(FRESH));
            reply = client.write(patch(write), number, leave, id -> performance.sends(write, id));
            WriteOutcome forbidden = leave.forbidden(reply, Customer.RESELLER);
            if (forbidden != null) {
                return forbidden;
            }
            if (leave.cameLate(reply)) {
                reply = null;
            }
        }
        WriteOutcome without = performance.withoutEffect(write, Customer.RESELLER, reply);
        if (without != null) {
            return without;
        }
        if (reply instanceof Reply.Refused refused) {
            return refused(performance, write, refused);
        }
        if (reply instanceof Reply.Accepted accepted && saysNone(accepted)) {
            return performance.done(write, Customer.RESELLER, Customer.NONE, "");
        }
        Reply.NoAnswer lost = reply instanceof Reply.NoAnswer it ? it : new Reply.NoAnswer(reply.words(), null, false);
        return settling.settle(
                performance,
                write,
                Customer.RESELLER,
                lost,
                () -> relationship(write.customerId()),
                Customer.NONE::equals);
    }

    /**
     * A reading right before the removal.
     *
     * @param inTheWay what forbids it; null where nothing does
     * @param at when the oldest part of it was read
     */
    private record Look(@Nullable WriteOutcome inTheWay, Instant at) {}

    /**
     * What was read for others, or after the last write to this customer, serves as well where it is recent enough, and says that nothing
     * is in the way: anything else is read.
     */
    private Look firstLook(WriteContext performance, Write write) {
        Instant at = clock.instant();
        Instant listed;
        try {
            listed = listedAsDecided(write, performance.removalsToLookAt());
        } finally {
            performance.lookedAt();
        }
        if (listed == null) {
            WriteOutcome notAsDecided = notAsDecided(performance, write);
            if (notAsDecided != null) {
                return new Look(notAsDecided, at);
            }
        } else {
            at = listed;
        }
        Instant readBack = freeOfHoldings(write.customerId());
        if (readBack != null) {
            return new Look(null, readBack.isBefore(at) ? readBack : at);
        }
        return new Look(inTheWay(performance, write), at);
    }

    /**
     * When a list was asked for that shows the customer as it was decided on; null where its own read has to.
     *
     * @param left how many removals there are to come, with this one and those being looked at
     */
    private @Nullable Instant listedAsDecided(Write write, int left) {
        UUID customer = write.customerId();
        Instant after = clock.instant().minus(LISTED_LATELY);
        Instant written = readings.written(customer);
        if (written != null && written.isAfter(after)) {
            after = written;
        }
        Customer decided = write.basis() == null ? null : write.basis().customer();
        // a list may lag behind: after an attempt only its own read says what became of that
        if (decided == null || write.attempt() > 1) {
            return null;
        }
        CustomerList.Snapshot snapshot = list.since(after, left);
        CustomerReads.Who who = list.who(snapshot, customer);
        return snapshot != null && who != null && who.isResellerCustomer() && isSame(decided, who)
                ? snapshot.begun()
                : null;
    }

    /** When, after the last write, it was asked for subscriptions none of which forbids the removal; null where they have to be read. */
    private @Nullable Instant freeOfHoldings(UUID customer) {
        Instant readBack = readings.readBack(customer);
        CustomerReading reading = readings.last(customer);
        boolean free = readBack != null
                && !clock.instant().isAfter(readBack.plus(FRESH))
                && reading != null
                && reading.subscriptions().stream().noneMatch(Removal::forbids);
        return free ? readBack : null;
    }

    private Look look(WriteContext performance, Write write) {
        Instant at = clock.instant();
        WriteOutcome notAsDecided = notAsDecided(performance, write);
        if (notAsDecided != null) {
            return new Look(notAsDecided, at);
        }
        WriteOutcome held = inTheWay(performance, write);
        return new Look(held, at);
    }

    /** Relationship and identity, read again: the removal is for the customer that it was decided on, and as it was then. */
    private @Nullable WriteOutcome notAsDecided(WriteContext performance, Write write) {
        Reply reply = reads.readCustomer(write.customerId());
        if (others.besides(write.customerId()).saysGone(reply)) {
            return alreadyGone(performance, write, "its own read " + reply.words());
        }
        CustomerReads.Who now = CustomerReads.who(write.customerId(), reply);
        if (now == null) {
            return performance.withheldForNow(
                    write, null, "it could not be read right before, so nothing was sent: " + reply.words());
        }
        if (now.relationship().equals(Customer.NONE)) {
            return alreadyGone(performance, write, "its own read says so");
        }
        if (!now.relationship().equals(Customer.RESELLER)) {
            // where the list says something else it is not asked about this customer again
            list.doubt(write.customerId());
            return performance.stale(
                    write,
                    now.relationship(),
                    "the relationship has become \"%s\", so nothing was sent".formatted(now.relationship()));
        }
        Customer decided = write.basis() == null ? null : write.basis().customer();
        if (decided == null || isSame(decided, now)) {
            return null;
        }
        list.doubt(write.customerId());
        return performance.stale(
                write,
                now.relationship(),
                "its name or domain has become \"%s\", %s, so nothing was sent"
                        .formatted(now.companyName(), now.domain()));
    }

    private static boolean isSame(Customer decided, CustomerReads.Who now) {
        return decided.companyName().equals(now.companyName())
                && decided.domain().equals(now.domain());
    }

    private static boolean saysNone(Reply.Accepted accepted) {
        return accepted.body() != null
                && CustomerReads.relationship(accepted.body()).equals(Customer.NONE);
    }

    private static Request patch(Write write) {
        ObjectNode body = PartnerCenterJson.newObject().put("relationshipToPartner", Customer.NONE);
        body.putObject("attributes").put("objectType", "Customer");
        return Request.write(
                Quota.CUSTOMER,
                HttpMethod.PATCH,
                CustomerReads.path(write.customerId()),
                Map.of(),
                body,
                write.correlationId());
    }

    /** What the customer holds that forbids the removal; null where nothing does. */
    private @Nullable WriteOutcome inTheWay(WriteContext performance, Write write) {
        UUID customer = write.customerId();
        for (int look = 1; ; look++) {
            Pages.Collection subscriptions = reads.readSubscriptions(customer);
            Reply.Refused refused = subscriptions.refused();
            if (refused != null && others.besides(customer).saysGone(refused)) {
                return alreadyGone(performance, write, "its subscriptions' read " + refused.words());
            }
            if (!subscriptions.complete()) {
                return performance.withheldForNow(
                        write,
                        Customer.RESELLER,
                        "what it holds could not be read, so nothing was sent: " + subscriptions.flawOrNothing());
            }
            CustomerReading before = readings.last(customer);
            List<Subscription> held = subscriptions.items().stream()
                    .map(it -> HoldingMapper.subscription(it, null))
                    .toList();
            Subscription blocking =
                    held.stream().filter(Removal::forbids).findFirst().orElse(null);
            if (blocking == null) {
                reads.takeIn(customer, subscriptions);
                return null;
            }
            boolean perhapsLate = blocking.active() && wasSuspended(before, blocking);
            if (!perhapsLate || look == LOOKS) {
                String words = "%s (%s) is %s, so nothing was sent"
                        .formatted(blocking.name(), blocking.id(), blocking.statusText());
                return blocking.status() == Status.PENDING
                        ? performance.withheld(write, Customer.RESELLER, words, Obstacle.PENDING_OPERATION)
                        : performance.withheld(write, Customer.RESELLER, words);
            }
            WaitTimes.pause(cancellation, Duration.ofSeconds(2L * look));
        }
    }

    private static boolean forbids(Subscription it) {
        return switch (it.status()) {
            case ACTIVE, UNKNOWN, PENDING -> true;
            case SUSPENDED -> it.kind() == Kind.NEW_COMMERCE;
            case DELETED, EXPIRED, DISABLED -> false;
        };
    }

    private static boolean wasSuspended(@Nullable CustomerReading before, Subscription now) {
        return before != null
                && before.subscriptions().stream()
                        .anyMatch(it -> it.id().equals(now.id()) && it.status() == Status.SUSPENDED);
    }

    private WriteOutcome refused(WriteContext performance, Write write, Reply.Refused refused) {
        String words = "it " + refused.words();
        boolean perhapsGone = refused.saysGone()
                || ((refused.status() == 400 || refused.status() == 404)
                        && refused.fault().is(3000));
        // this code means more than one thing: only the customer's own read decides
        if (perhapsGone && Customer.NONE.equals(relationshipAfter(performance, write))) {
            WriteOutcome ours = performance.tookEffectAfterAll(write, Customer.NONE, words);
            return ours == null
                    ? performance.refused(
                            write, Customer.RESELLER, Customer.NONE, "there is no relationship any more: " + words)
                    : ours;
        }
        if (refused.fault().operationUnderWay()) {
            return performance.refused(
                    write, Customer.RESELLER, "another operation is under way: " + words, Obstacle.PENDING_OPERATION);
        }
        if (refused.fault().is(900115)) {
            return performance.refused(write, Customer.RESELLER, words, Obstacle.AZURE_PLAN);
        }
        // a conflict without more may be two at one time; it is read again before it is tried again
        return refused.status() == 409
                ? performance.passing(write, Customer.RESELLER, words)
                : performance.refused(write, Customer.RESELLER, words);
    }

    /** It was sent and refused, whatever becomes of reading what there is now. */
    private @Nullable String relationshipAfter(WriteContext performance, Write write) {
        try {
            return relationship(write.customerId());
        } catch (PlatformUnavailableException | CancelledException e) {
            performance.broke(e);
            return null;
        }
    }

    private static WriteOutcome alreadyGone(WriteContext performance, Write write, String words) {
        return performance.alreadyThere(write, Customer.NONE, "there is no relationship any more: " + words);
    }

    /** The relationship; {@code none} where the customer cannot be found any more; null where that cannot be determined. */
    private @Nullable String relationship(UUID customer) {
        Reply reply = reads.readCustomer(customer);
        if (others.besides(customer).saysGone(reply)) {
            return Customer.NONE;
        }
        if (reply instanceof Reply.Accepted accepted && accepted.body() != null) {
            String relationship = CustomerReads.relationship(accepted.body());
            return relationship.isEmpty() ? null : relationship;
        }
        return null;
    }
}
