package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A customer of the stand-in, built word by word; what it holds is later asked for by name. */
public final class CustomerBuilder {

    private final World world;
    private final Map<String, String> names = new LinkedHashMap<>();
    private CustomerState customer;
    private @Nullable SubscriptionState lastLegacy;

    CustomerBuilder(World world, String companyName) {
        this.world = world;
        synchronized (world) {
            String domain = companyName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "") + ".onmicrosoft.com";
            customer = new CustomerState(world.newId(), companyName, domain);
            world.customers.put(customer.id, customer);
        }
    }

    /** Another id than the one that chance gave; to be said first. */
    public CustomerBuilder withId(String guid) {
        synchronized (world) {
            if (!names.isEmpty() || !AnswerWriter.isGuid(guid)) {
                throw new IllegalStateException("a GUID, before anything is put on the customer");
            }
            world.customers.remove(customer.id);
            CustomerState moved = new CustomerState(AnswerWriter.lower(guid), customer.name, customer.domain);
            moved.relationship = customer.relationship;
            moved.delegatedAccess = customer.delegatedAccess;
            moved.associatedPartnerId = customer.associatedPartnerId;
            moved.endedAt = customer.endedAt;
            customer = moved;
            world.customers.put(customer.id, customer);
        }
        return this;
    }

    /** Its name from now on. */
    public CustomerBuilder renamed(String it) {
        synchronized (world) {
            customer.name = it;
        }
        return this;
    }

    public CustomerBuilder domain(String it) {
        synchronized (world) {
            customer.domain = it;
        }
        return this;
    }

    /** {@code reseller}, {@code advisor}, {@code zzz}, …; {@code none}: gone long since. */
    public CustomerBuilder relationship(String it) {
        synchronized (world) {
            customer.relationship = it;
            customer.endedAt = it.equals("none") ? Instant.EPOCH : null;
        }
        return this;
    }

    public CustomerBuilder delegatedAccess(boolean it) {
        synchronized (world) {
            customer.delegatedAccess = it;
        }
        return this;
    }

    /** The indirect reseller between an indirect provider and this customer. */
    public CustomerBuilder associatedPartner(String tenantId) {
        synchronized (world) {
            customer.associatedPartnerId = tenantId;
        }
        return this;
    }

    /** A legacy subscription by licence: suspended, it is no longer billed. */
    public CustomerBuilder licence(String name, String status) {
        return subscription(Kind.LICENCE, name, status, null, null, null);
    }

    /** Legacy Azure, by usage. */
    public CustomerBuilder usage(String name, String status) {
        return subscription(Kind.USAGE, name, status, null, null, null);
    }

    /** An add-on of the licence before it. */
    public CustomerBuilder addOn(String name, String status) {
        if (lastLegacy == null) {
            throw new IllegalStateException("an add-on needs a licence before it");
        }
        return subscription(Kind.LICENCE, name, status, lastLegacy.id, null, null);
    }

    /** New commerce, 200 days before the end of its term and past its cancellation window. */
    public CustomerBuilder newCommerce(String name, String status) {
        Instant now = world.now();
        return newCommerce(name, status, now.plus(Duration.ofDays(200)), now.minus(Duration.ofDays(158)));
    }

    /** New commerce; {@code cancellableUntil} null: never. */
    public CustomerBuilder newCommerce(
            String name, String status, Instant termEnd, @Nullable Instant cancellableUntil) {
        return subscription(Kind.NEW_COMMERCE, name, status, null, termEnd, cancellableUntil);
    }

    /** A savings plan, which can be ended in the Azure portal only. */
    public CustomerBuilder savingsPlan(String name, String status) {
        return subscription(Kind.SAVINGS_PLAN, name, status, null, null, null);
    }

    /** Another partner asks for the customer's subscriptions. */
    public CustomerBuilder transferTo(String partnerTenantId, String partnerName, String status) {
        return transfer(world.signIn.tenantId(), partnerTenantId, partnerName, status);
    }

    /** We ask another partner for what the customer holds there. */
    public CustomerBuilder transferFrom(String partnerTenantId, String status) {
        return transfer(partnerTenantId, world.signIn.tenantId(), "Stand-in Partner", status);
    }

    private CustomerBuilder transfer(String source, String target, String targetName, String status) {
        synchronized (world) {
            customer.transfers.add(
                    new TransferState(world.newId(), customer.id, world.now(), source, target, targetName, status));
        }
        return this;
    }

    /** What was scheduled for the end of the term of the subscription before it, from the beginning. */
    public CustomerBuilder atTermEnd(boolean autoRenew, String actionType) {
        synchronized (world) {
            SubscriptionState it = customer.subscriptions.get(customer.subscriptions.size() - 1);
            it.truth(world.now())
                    .put("autoRenewEnabled", autoRenew)
                    .putArray("scheduledActions")
                    .addObject()
                    .put("scheduleType", "TermEnd")
                    .put("actionType", actionType);
        }
        return this;
    }

    /** What the subscription before it has in {@code scheduledActions}, as JSON. */
    public CustomerBuilder scheduled(String json) {
        synchronized (world) {
            customer.subscriptions
                    .get(customer.subscriptions.size() - 1)
                    .truth(world.now())
                    .set("scheduledActions", AnswerWriter.JSON.readTree(json));
        }
        return this;
    }

    /** Auto-renew of the subscription before it is off, and nothing is scheduled for the end of its term: from the beginning. */
    public CustomerBuilder notRenewing() {
        atTermEnd(false, "Cancel");
        synchronized (world) {
            customer.subscriptions
                    .get(customer.subscriptions.size() - 1)
                    .truth(world.now())
                    .putArray("scheduledActions");
        }
        return this;
    }

    /** Another text in a field of the subscription before it: one that nobody has heard of. */
    public CustomerBuilder saying(String field, String text) {
        synchronized (world) {
            SubscriptionState it = customer.subscriptions.get(customer.subscriptions.size() - 1);
            it.truth(world.now()).put(field, text);
        }
        return this;
    }

    /** An Azure plan and the statuses of the Azure subscriptions under it. */
    public CustomerBuilder azurePlan(String name, String status, String... azureSubscriptions) {
        subscription(Kind.AZURE_PLAN, name, status, null, null, null);
        synchronized (world) {
            SubscriptionState plan = customer.subscriptions.get(customer.subscriptions.size() - 1);
            for (String it : List.of(azureSubscriptions)) {
                plan.azure.add(new SubscriptionState.AzureSubscription(world.newId(), it));
            }
        }
        return this;
    }

    /** Marketplace SaaS; {@code cancellableUntil} null: never. */
    public CustomerBuilder marketplace(String name, String status, @Nullable Instant cancellableUntil) {
        return subscription(Kind.MARKETPLACE, name, status, null, null, cancellableUntil);
    }

    /** A software subscription (P3Y). */
    public CustomerBuilder software(String name, String status) {
        return subscription(Kind.SOFTWARE, name, status, null, null, null);
    }

    /** A reservation; one that is not live was cancelled, and is listed nevertheless. */
    public CustomerBuilder reservation(String name, boolean live) {
        return reservation(name, live, world.now().plus(Duration.ofDays(300)));
    }

    public CustomerBuilder reservation(String name, boolean live, Instant expires) {
        return entitlement(EntitlementState.Type.RESERVATION, name, live, expires);
    }

    /** Software bought for good; not live: cancelled. */
    public CustomerBuilder perpetualSoftware(String name, boolean live) {
        return entitlement(EntitlementState.Type.SOFTWARE, name, live, Instant.parse("9999-12-14T00:00:00Z"));
    }

    /** A GDAP relationship in any of Graph's statuses. */
    public CustomerBuilder gdap(String name, String status) {
        synchronized (world) {
            String id = world.newId() + "-" + world.newId();
            Instant created = world.now().minus(Duration.ofDays(100));
            world.gdap.put(id, new GdapState(id, customer.id, customer.name, name, status, created));
            return named(name, id);
        }
    }

    /** One that Graph shows without its id. */
    public CustomerBuilder gdapWithoutId(String name, String status) {
        synchronized (world) {
            gdap(name, status);
            Objects.requireNonNull(world.gdap.get(idOf(name))).withoutId = true;
            return this;
        }
    }

    /** Another support contact than the partner itself, on the subscription before it. */
    public CustomerBuilder supportContact(String tenantId, String name) {
        synchronized (world) {
            SubscriptionState it = customer.subscriptions.get(customer.subscriptions.size() - 1);
            it.supportContact = AnswerWriter.object()
                    .put("supportTenantId", tenantId)
                    .put("supportMpnId", "0")
                    .put("name", name);
            it.supportContact.set("attributes", AnswerWriter.attributes("SupportContact"));
        }
        return this;
    }

    private CustomerBuilder subscription(
            Kind kind,
            String name,
            String status,
            @Nullable String parent,
            @Nullable Instant termEnd,
            @Nullable Instant cancellableUntil) {
        synchronized (world) {
            String id = world.newId();
            String order = world.newId();
            SubscriptionState it = new SubscriptionState(
                    id,
                    name,
                    kind,
                    order,
                    new SubscriptionTemplates(world.dice, customer.id, id, order, world.now())
                            .of(kind, name, status, parent, termEnd, cancellableUntil),
                    world.settings);
            customer.subscriptions.add(it);
            world.subscriptions.put(id, it);
            if (kind.isLegacy() && parent == null) {
                lastLegacy = it;
            }
            return named(name, id);
        }
    }

    private CustomerBuilder entitlement(EntitlementState.Type type, String name, boolean live, Instant expires) {
        synchronized (world) {
            String id = world.newId();
            customer.entitlements.add(new EntitlementState(type, name, world.newId(), id, expires, live));
            return named(name, id);
        }
    }

    private CustomerBuilder named(String name, String id) {
        if (names.putIfAbsent(name, id) != null) {
            throw new IllegalArgumentException("there is a " + name + " already");
        }
        return this;
    }

    public String id() {
        return customer.id;
    }

    public String companyName() {
        return customer.name;
    }

    public String domain() {
        return customer.domain;
    }

    /** The id of the subscription, entitlement or GDAP relationship of that name. */
    public String idOf(String name) {
        String id = names.get(name);
        if (id == null) {
            throw new NoSuchElementException("no " + name + " on " + customer.name);
        }
        return id;
    }
}
