package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one customer with what it holds, in as few requests as that takes. */
final class CustomerReads {

    /** What reading one customer showed. */
    sealed interface Look {
        record Seen(CustomerReading reading) implements Look {}

        /** As the answer says, which needs another customer to vouch for it. */
        record Gone(String proof, Reply.Refused answer) implements Look {}

        record Unreadable(String why) implements Look {}
    }

    /** What is over for good may be left out: nothing depends on it. */
    private static final Set<Status> OVER = EnumSet.of(Status.DELETED, Status.EXPIRED);

    private final Client client;
    private final Pages pages;
    private final ReadingCache readings;
    private final ListedResources listed;
    private final String partnerTenant;
    private final Clock clock;

    /** @param partnerTenant our own tenant, as the job file has it */
    CustomerReads(
            Client client,
            Pages pages,
            ReadingCache readings,
            ListedResources listed,
            String partnerTenant,
            Clock clock) {
        this.client = client;
        this.pages = pages;
        this.readings = readings;
        this.listed = listed;
        this.partnerTenant = partnerTenant;
        this.clock = clock;
    }

    static String path(UUID customer) {
        return "/v1/customers/" + customer;
    }

    static String subscriptionsPath(UUID customer) {
        return path(customer) + "/subscriptions";
    }

    static String subscriptionPath(UUID customer, String subscription) {
        return subscriptionsPath(customer) + "/" + Request.segment(subscription);
    }

    Reply readCustomer(UUID id) {
        return client.read(Request.get(Quota.CUSTOMER, path(id)));
    }

    /** As their list shows them, which may be less than there is. */
    Pages.Collection readListed(UUID id) {
        return pages.all(Quota.SUBSCRIPTION, subscriptionsPath(id));
    }

    /** All of them: subscriptions do not vanish, and one that is known and that their list does not show is read on its own. */
    Pages.Collection readSubscriptions(UUID id) {
        return withKnown(id, readListed(id), Set.of());
    }

    /**
     * @param listed as {@link #readListed} has read them
     * @param needed read also where another is hidden and cannot be read, so that they are not all there anyway
     */
    Pages.Collection withKnown(UUID id, Pages.Collection listed, Set<String> needed) {
        if (!listed.complete()) {
            return listed;
        }
        Pages.Collection subscriptions = listed;
        Set<String> missing = new TreeSet<>(readings.known(id));
        subscriptions.items().forEach(it -> missing.remove(HoldingMapper.id(it)));
        for (String one : missing) {
            if (!subscriptions.complete() && !needed.contains(one)) {
                continue;
            }
            subscriptions = withOne(subscriptions, id, one);
        }
        if (subscriptions.complete()) {
            readings.knows(
                    id,
                    subscriptions.items().stream()
                            .filter(it -> !OVER.contains(HoldingMapper.status(HoldingMapper.statusText(it))))
                            .map(HoldingMapper::id)
                            .filter(it -> !it.isEmpty())
                            .collect(Collectors.toSet()));
        }
        return subscriptions;
    }

    /** Not where the platform itself says that there is no such subscription. */
    private Pages.Collection withOne(Pages.Collection others, UUID customer, String subscription) {
        Reply reply = client.read(Request.get(Quota.SUBSCRIPTION, subscriptionPath(customer, subscription)));
        if (reply instanceof Reply.Refused refused && refused.status() == 404 && refused.saysGone()) {
            return others;
        }
        return reply instanceof Reply.Accepted accepted
                        && accepted.body() != null
                        && HoldingMapper.id(accepted.body()).equals(subscription)
                ? others.with(accepted.body(), accepted.at())
                : others.without("they do not show %s, which was there before, and its own read %s"
                        .formatted(subscription, reply.words()));
    }

    static String relationship(@Nullable JsonNode customer) {
        return ErrorBody.line(
                PartnerCenterJson.text(customer, "relationshipToPartner", "").toLowerCase(Locale.ROOT));
    }

    /** Which customer a read or a list has shown, and with which relationship. */
    record Who(String companyName, String domain, String relationship) {

        /** A reseller customer, with both by which it is known. */
        boolean isResellerCustomer() {
            return relationship.equals(Customer.RESELLER) && !companyName.isEmpty() && !domain.isEmpty();
        }
    }

    static Who who(JsonNode customer) {
        JsonNode company = PartnerCenterJson.get(customer, "companyProfile");
        return new Who(
                ErrorBody.line(PartnerCenterJson.text(company, "companyName", "")),
                ErrorBody.line(PartnerCenterJson.text(company, "domain", "")),
                relationship(customer));
    }

    /** Null where the answer does not say. */
    static @Nullable Who who(UUID id, Reply reply) {
        if (!(reply instanceof Reply.Accepted accepted)
                || accepted.body() == null
                || !PartnerCenterJson.text(accepted.body(), "id", "").equalsIgnoreCase(id.toString())) {
            return null;
        }
        Who who = who(accepted.body());
        return who.relationship().isEmpty() ? null : who;
    }

    /** What is known from lately; null where there is nothing. */
    @Nullable
    CustomerReading young(UUID id) {
        return readings.young(id);
    }

    /**
     * Reads what is not known from lately.
     *
     * @param shown as the customer list has shown it; null where its own read is to say who it is
     * @param shownAt when that list was asked for
     */
    Look look(UUID id, @Nullable Who shown, Instant shownAt) {
        CustomerReading young = readings.young(id);
        if (young != null) {
            return new Look.Seen(young);
        }
        if (shown != null && shown.isResellerCustomer()) {
            Pages.Collection subscriptions = readSubscriptions(id);
            if (subscriptions.refused() == null || !subscriptions.refused().maySayGone()) {
                Look look = holdings(id, shown, shownAt, subscriptions);
                if (look instanceof Look.Seen) {
                    readings.seenAlive(id);
                }
                return look;
            }
            // the list may lag behind: then its own read says whether it is gone
        }
        return ownLook(id);
    }

    private Look ownLook(UUID id) {
        Reply reply = readCustomer(id);
        if (reply instanceof Reply.Refused refused) {
            String what = "its own read " + refused.words();
            return refused.maySayGone() ? new Look.Gone(what, refused) : new Look.Unreadable(what);
        }
        if (!(reply instanceof Reply.Accepted accepted) || accepted.body() == null) {
            return new Look.Unreadable(reply.words());
        }
        JsonNode customer = accepted.body();
        String readId = PartnerCenterJson.text(customer, "id", "");
        if (!readId.equalsIgnoreCase(id.toString())) {
            return new Look.Unreadable("its own read showed another customer: " + ErrorBody.line(readId));
        }
        Who who = who(customer);
        if (!who.relationship().equals(Customer.RESELLER)) {
            // nothing of it is ours to look into
            return who.relationship().isEmpty()
                    ? new Look.Unreadable("its own read does not say which relationship there is")
                    : new Look.Seen(new CustomerReading(
                            id,
                            who.companyName(),
                            who.domain(),
                            who.relationship(),
                            List.of(),
                            List.of(),
                            List.of(),
                            null,
                            accepted.at(),
                            accepted.at()));
        }
        readings.seenAlive(id);
        return holdings(id, who, accepted.at(), readSubscriptions(id));
    }

    private Look holdings(UUID id, Who who, Instant begun, Pages.Collection subscriptions) {
        if (!subscriptions.complete()) {
            return new Look.Unreadable("its subscriptions: " + subscriptions.flawOrNothing());
        }
        Pages.Collection entitlements = readEntitlements(id);
        if (!entitlements.complete()) {
            return new Look.Unreadable("its entitlements: " + entitlements.flawOrNothing());
        }
        Pages.Collection transfers = readTransfers(id);
        if (!transfers.complete()) {
            return new Look.Unreadable("its transfers: " + transfers.flawOrNothing());
        }
        List<Subscription> held = new ArrayList<>();
        for (JsonNode it : subscriptions.items()) {
            Integer beneath = null;
            if (HoldingMapper.kind(it) == Kind.AZURE_PLAN
                    && HoldingMapper.statusText(it).equals("active")) {
                Pages.Collection azure = readAzure(id, HoldingMapper.id(it));
                if (!azure.complete()) {
                    return new Look.Unreadable("its Azure subscriptions: " + azure.flawOrNothing());
                }
                beneath = HoldingMapper.activeBeneath(azure.items());
            }
            held.add(HoldingMapper.subscription(it, beneath));
        }
        String contactOf = held.stream()
                .map(Subscription::id)
                .filter(it -> !it.isEmpty())
                .findFirst()
                .orElse(null);
        CustomerReading reading = new CustomerReading(
                id,
                who.companyName(),
                who.domain(),
                who.relationship(),
                List.copyOf(held),
                HoldingMapper.entitlements(entitlements.items(), clock.instant()),
                Transfers.pending(transfers.items(), partnerTenant),
                contactOf == null ? null : contact(id, contactOf),
                subscriptions.at(),
                begun);
        readings.keep(reading);
        listed.keep(id, subscriptions);
        return new Look.Seen(reading);
    }

    /** All types at once, which is what the service answers without one. */
    private Pages.Collection readEntitlements(UUID id) {
        return pages.all(Quota.OTHER, path(id) + "/entitlements?showExpiry=true");
    }

    private Pages.Collection readTransfers(UUID id) {
        return pages.all(Quota.OTHER, path(id) + "/transfers");
    }

    private Pages.Collection readAzure(UUID id, String plan) {
        return pages.all(Quota.SUBSCRIPTION, subscriptionPath(id, plan) + "/azureEntitlements");
    }

    Reply readContact(UUID id, String subscription) {
        return client.read(Request.get(Quota.SUBSCRIPTION, subscriptionPath(id, subscription) + "/supportcontact"));
    }

    /** For the trail only: a customer is not held up by it. */
    private @Nullable String contact(UUID id, String subscription) {
        Reply reply = readContact(id, subscription);
        if (!(reply instanceof Reply.Accepted accepted)) {
            return null;
        }
        String name = PartnerCenterJson.text(accepted.body(), "name", "(no name)");
        String tenant = PartnerCenterJson.text(accepted.body(), "supportTenantId", "?");
        return ErrorBody.line("%s (tenant %s)".formatted(name, tenant));
    }

    /**
     * Takes over subscriptions that were read again; how many Azure subscriptions a plan has stays as it was known.
     *
     * @return what is held now
     */
    List<Subscription> takeIn(UUID id, Pages.Collection subscriptions) {
        CustomerReading before = readings.last(id);
        List<Subscription> held = new ArrayList<>();
        for (JsonNode it : subscriptions.items()) {
            String subscriptionId = HoldingMapper.id(it);
            Integer beneath = before == null
                    ? null
                    : before.subscriptions().stream()
                            .filter(known -> known.id().equals(subscriptionId))
                            .findFirst()
                            .map(Subscription::activeBeneath)
                            .orElse(null);
            held.add(HoldingMapper.subscription(it, beneath));
        }
        if (before != null) {
            readings.keep(before.with(List.copyOf(held), subscriptions.at()));
        }
        return held;
    }
}
