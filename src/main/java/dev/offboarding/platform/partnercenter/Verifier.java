package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.EffectReading.Result;
import dev.offboarding.platform.Removed;
import dev.offboarding.platform.Verification;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the four effects of one customer's removal back. */
final class Verifier {

    private static final Set<String> LIVING =
            Set.of("approved", "activating", "active", "expiring", "terminationrequested", "terminating");
    private static final Set<String> NOT_LIVING = Set.of("created", "approvalpending", "expired", "terminated");

    private final CustomerReads reads;
    private final DelegationWrites endings;
    private final Clock clock;

    Verifier(CustomerReads reads, DelegationWrites endings, Clock clock) {
        this.reads = reads;
        this.endings = endings;
        this.clock = clock;
    }

    Verification look(Removed customer, CustomerList.Snapshot list, Control control, DelegationReads.Seen delegations) {
        UUID id = customer.customerId();
        Reply own = reads.readCustomer(id);
        Pages.Collection subscriptions = reads.readListed(id);
        Map<Effect, EffectReading> effects = new EnumMap<>(Effect.class);
        effects.put(Effect.CUSTOMER_LIST, customerList(id, own, list, control));
        effects.put(Effect.SUPPORT_CONTACT, supportContact(customer, subscriptions, control));
        effects.put(Effect.PURCHASING, notReadable("its subscriptions' read", subscriptions, control));
        EffectReading refused = refused(delegations);
        boolean stillToShow = effects.values().stream()
                .anyMatch(it -> it.result() == Result.PENDING || it.result() == Result.INCONCLUSIVE);
        // a failure is not waited for: what is only not visible, or not readable, yet has its time first
        effects.put(
                Effect.DELEGATED_ADMIN,
                refused == null || stillToShow ? delegatedAdmin(own, delegations, control) : refused);
        boolean reseller = own instanceof Reply.Accepted accepted
                && CustomerReads.relationship(accepted.body()).equals(Customer.RESELLER)
                && list.complete()
                && list.isReseller(id);
        List<Delegation> requests = delegations.delegations().stream()
                .filter(it -> it.isRequest() && !it.id().isEmpty())
                .toList();
        return new Verification(id, effects, reseller, requests);
    }

    Verification inconclusive(UUID id, String why) {
        Map<Effect, EffectReading> effects = new EnumMap<>(Effect.class);
        for (Effect effect : Effect.values()) {
            effects.put(effect, reading(Result.INCONCLUSIVE, clock.instant(), why));
        }
        return new Verification(id, effects, false);
    }

    private EffectReading customerList(UUID id, Reply own, CustomerList.Snapshot list, Control control) {
        if (list.customers().containsKey(id)) {
            return reading(Result.PENDING, list.at(), "the customer list still shows it");
        }
        if (!list.complete()) {
            return reading(
                    Result.INCONCLUSIVE, list.at(), "the customer list could not be read to its end: " + list.flaw());
        }
        EffectReading gone = notReadable("its own read", own, control);
        return gone.result() == Result.CONFIRMED
                ? reading(
                        Result.CONFIRMED,
                        gone.at(),
                        "not among the %d customers of the complete list of %s; %s"
                                .formatted(list.customers().size(), list.at(), gone.proof()))
                : gone;
    }

    private EffectReading supportContact(Removed customer, Pages.Collection subscriptions, Control control) {
        String contactOf = customer.subscription();
        if (contactOf == null && !subscriptions.items().isEmpty()) {
            String first = HoldingMapper.id(subscriptions.items().get(0));
            contactOf = first.isEmpty() ? null : first;
        }
        if (contactOf == null) {
            EffectReading gone = notReadable("its subscriptions' read", subscriptions, control);
            return reading(gone.result(), gone.at(), "no subscription of it is known to ask for; " + gone.proof());
        }
        return notReadable(
                "its support contact's read (subscription %s)".formatted(contactOf),
                reads.readContact(customer.customerId(), contactOf),
                control);
    }

    /** One that lives on, because Graph has refused to end it; null where there is none. */
    private @Nullable EffectReading refused(DelegationReads.Seen delegations) {
        for (Delegation it : delegations.delegations()) {
            String refusal = endings.refusal(it.id());
            if (refusal != null && delegations.flaw() == null && DelegationReads.toBeEnded(it)) {
                return reading(
                        Result.FAILED,
                        delegations.at(),
                        "delegated administration %s (%s) is %s, and its end was refused: %s"
                                .formatted(it.name(), it.id(), it.status(), refusal));
            }
        }
        return null;
    }

    private EffectReading delegatedAdmin(Reply own, DelegationReads.Seen delegations, Control control) {
        if (delegations.flaw() != null) {
            return reading(Result.INCONCLUSIVE, clock.instant(), delegations.flaw());
        }
        List<Delegation> all = delegations.delegations();
        for (Delegation it : all) {
            String status = it.status().toLowerCase(java.util.Locale.ROOT);
            if (LIVING.contains(status)) {
                return reading(
                        Result.PENDING,
                        delegations.at(),
                        "delegated administration %s (%s) is %s".formatted(it.name(), it.id(), it.status()));
            }
            if (!NOT_LIVING.contains(status)) {
                return reading(
                        Result.INCONCLUSIVE,
                        delegations.at(),
                        "delegated administration %s (%s) has status \"%s\", which this program does not know"
                                .formatted(it.name(), it.id(), it.status()));
            }
        }
        String none = "none of its %d relationships of delegated administration is alive".formatted(all.size());
        String withoutId = all.stream()
                .filter(it -> it.isRequest() && it.id().isEmpty())
                .map(it -> "; the request %s is shown without an id to delete it by".formatted(it.name()))
                .reduce("", String::concat);
        String invited = all.stream()
                .filter(it -> it.status().equalsIgnoreCase("approvalPending"))
                .map(it ->
                        "; the invitation %s (%s) is still open, and lapses on its own".formatted(it.name(), it.id()))
                .reduce(withoutId, String::concat);
        if (own instanceof Reply.Accepted accepted) {
            Boolean dap = PartnerCenterJson.flag(accepted.body(), "allowDelegatedAccess");
            String access = dap == null ? "is not shown" : "is not allowed";
            return Boolean.TRUE.equals(dap)
                    ? reading(Result.PENDING, accepted.at(), "delegated access (DAP) is still allowed")
                    : reading(Result.CONFIRMED, accepted.at(), none + ", delegated access (DAP) " + access + invited);
        }
        EffectReading gone = notReadable("its own read", own, control);
        return reading(gone.result(), gone.at(), none + invited + "; " + gone.proof());
    }

    private EffectReading notReadable(String what, Pages.Collection collection, Control control) {
        if (collection.refused() != null) {
            return notReadable(what, collection.refused(), control);
        }
        // a part that could be read is enough to know that it can be
        return collection.complete() || !collection.items().isEmpty()
                ? reading(Result.PENDING, collection.at(), what + " still answers")
                : reading(Result.INCONCLUSIVE, clock.instant(), what + " failed: " + collection.flawOrNothing());
    }

    private EffectReading notReadable(String what, Reply reply, Control control) {
        if (reply instanceof Reply.Accepted accepted) {
            String relationship = CustomerReads.relationship(accepted.body());
            return reading(
                    Result.PENDING,
                    accepted.at(),
                    what + " still answers" + (relationship.isEmpty() ? "" : ": " + relationship));
        }
        if (reply instanceof Reply.Refused refused && refused.maySayGone()) {
            String vouching = control.vouches(refused.at(), refused.token());
            String proof = "%s %s".formatted(what, refused.words());
            return vouching == null
                    ? reading(
                            Result.INCONCLUSIVE,
                            refused.at(),
                            proof
                                    + "; no other customer could be read with the same token in the same minute, so this may mean something else")
                    : reading(Result.CONFIRMED, refused.at(), proof + "; " + vouching);
        }
        return reading(Result.INCONCLUSIVE, clock.instant(), what + " says nothing: " + reply.words());
    }

    private static EffectReading reading(Result result, Instant at, @Nullable String proof) {
        return new EffectReading(result, at, String.valueOf(proof));
    }
}
