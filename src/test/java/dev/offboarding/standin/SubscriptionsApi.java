package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/customers/{c}/subscriptions} and what hangs on it. */
final class SubscriptionsApi {

    private final World world;
    private final CallJournal journal;
    private final Shown shown;

    SubscriptionsApi(World world, CallJournal journal, Shown shown) {
        this.world = world;
        this.journal = journal;
        this.shown = shown;
    }

    // ---- reads

    Answer list(Call call, String customerId) {
        CustomerState customer = world.readable(customerId, Lag.SUBSCRIPTIONS_AFTER_REMOVAL);
        String order = call.query.get("order_id");
        String mpn = call.query.get("mpn_id");
        List<SubscriptionState> all = customer.subscriptions.stream()
                .filter(it -> order == null || it.orderId.equalsIgnoreCase(order))
                .filter(it -> mpn == null || mpn.equals(AnswerWriter.text(it.shown(world.now()), "partnerId")))
                .toList();
        return page(call, all, "/customers/" + customer.id + "/subscriptions");
    }

    Answer addOns(Call call, String customerId, String parent) {
        CustomerState customer = world.readable(customerId, Lag.SUBSCRIPTIONS_AFTER_REMOVAL);
        SubscriptionState of = world.subscription(customer, parent);
        List<SubscriptionState> all = customer.subscriptions.stream()
                .filter(it -> of.id.equalsIgnoreCase(AnswerWriter.text(it.shown(world.now()), "parentSubscriptionId")))
                .toList();
        return page(call, all, "/customers/" + customer.id + "/subscriptions/" + of.id + "/addons");
    }

    private Answer page(Call call, List<SubscriptionState> all, String path) {
        String token = call.header("MS-ContinuationToken");
        boolean next = token != null && "Next".equalsIgnoreCase(call.query.get("seekOperation"));
        int from =
                next && token != null ? Integer.parseInt(PageToken.parse(token).after()) : 0;
        int size = world.settings.subscriptionPage;
        int to = (int) Math.min(all.size(), (long) from + size);
        List<ObjectNode> rows = new ArrayList<>();
        for (SubscriptionState it : all.subList(Math.min(from, to), to)) {
            ObjectNode json = json(call, it);
            if (call.faulted(InjectedFault.UNKNOWN_STATUS) && rows.isEmpty()) {
                json.put("status", "zzz");
            }
            rows.add(json);
        }
        ObjectNode collection = AnswerWriter.collection(rows, path);
        if (to < all.size() && !call.faulted(InjectedFault.LIST_ENDS_EARLY)) {
            int then = call.faulted(InjectedFault.LIST_LOOP)
                    ? from
                    : to + (call.faulted(InjectedFault.LIST_PAGE_MISSING) ? size : 0);
            AnswerWriter.next(
                    collection, path + "?seekOperation=Next", new PageToken("", size, Integer.toString(then)).text());
        }
        return Answer.json(200, collection);
    }

    Answer read(Call call, String customerId, String id) {
        SubscriptionState it = readable(customerId, id);
        ObjectNode json = json(call, it);
        if (call.faulted(InjectedFault.UNKNOWN_STATUS)) {
            json.put("status", "zzz");
        }
        return Answer.json(200, json);
    }

    private ObjectNode json(Call call, SubscriptionState it) {
        Instant now = world.now();
        return shown.of(call, call.faulted(InjectedFault.STALE_READ) ? it.stale(now) : it.shown(now));
    }

    private SubscriptionState readable(String customerId, String id) {
        return world.subscription(world.readable(customerId, Lag.SUBSCRIPTIONS_AFTER_REMOVAL), id);
    }

    Answer provisioningStatus(Call call, String customerId, String id) {
        call.mustBeUser();
        ObjectNode json = readable(customerId, id).shown(world.now());
        ObjectNode it = AnswerWriter.object().put("skuId", json.path("offerId").asString());
        it.put("status", json.path("status").asString().equals("pending") ? "pending" : "success");
        it.put("quantity", json.path("quantity").asInt());
        it.put("endDate", json.path("commitmentEndDate").asString(""));
        it.set("attributes", AnswerWriter.attributes("SubscriptionProvisioningStatus"));
        return Answer.json(200, it);
    }

    Answer azureEntitlements(Call call, String customerId, String id) {
        SubscriptionState plan = readable(customerId, id);
        List<ObjectNode> rows = plan.azure.stream()
                .map(it -> AnswerWriter.object()
                        .put("id", it.id)
                        .put("friendlyName", "Azure subscription " + it.id.substring(0, 4))
                        .put("status", it.status)
                        .put("subscriptionId", plan.id))
                .map(it -> shown.of(call, it))
                .toList();
        String self = "/customers/" + customerId + "/subscriptions/" + id + "/azureEntitlements";
        return Answer.json(200, AnswerWriter.collection(rows, self));
    }

    Answer cancelAzure(Call call, String customerId, String id, String entitlement) {
        call.mustBeUser();
        journal.violation(call, Violation.Kind.AZURE_SUBSCRIPTION_CANCELLED, "running workloads are never cancelled");
        SubscriptionState plan = world.subscription(world.writable(customerId), id);
        if (AnswerWriter.text(call.json(), "cancellationReason") == null) {
            throw new Refusal(400, 800002, "The cancellation reason is missing.");
        }
        for (SubscriptionState.AzureSubscription it : plan.azure) {
            if (it.id.equalsIgnoreCase(entitlement)) {
                call.applied = true;
                it.status = "deleted";
                return Answer.empty(202);
            }
        }
        throw new Refusal(404, 1000, "Azure entitlement not found.");
    }

    Answer supportContact(Call call, String customerId, String id) {
        call.mustBeUser();
        CustomerState customer = world.readable(customerId, Lag.SUPPORT_CONTACT);
        SubscriptionState it = world.subscription(customer, id);
        return Answer.json(200, shown.of(call, contact(customer, it)));
    }

    Answer putSupportContact(Call call, String customerId, String id) {
        call.mustBeUser();
        journal.violation(call, Violation.Kind.SUPPORT_CONTACT_CHANGED, "support contacts are read only to us");
        CustomerState customer = world.writable(customerId);
        SubscriptionState it = world.subscription(customer, id);
        ObjectNode body = call.json();
        if (!AnswerWriter.isGuid(AnswerWriter.text(body, "supportTenantId"))) {
            throw Refusal.badInput("The support tenant is not a GUID.");
        }
        call.applied = true;
        it.supportContact = body;
        return Answer.json(200, body);
    }

    private ObjectNode contact(CustomerState customer, SubscriptionState subscription) {
        if (subscription.supportContact != null) {
            return subscription.supportContact;
        }
        ObjectNode it = AnswerWriter.object().put("supportTenantId", world.signIn.tenantId());
        it.put("supportMpnId", "4847383").put("name", "Stand-in Partner");
        String self = "/customers/" + customer.id + "/subscriptions/" + subscription.id + "/supportcontact";
        it.putObject("links").set("self", AnswerWriter.link(self, "GET"));
        it.set("attributes", AnswerWriter.attributes("SupportContact"));
        return it;
    }

    // ---- the write

    Answer patch(Call call, String customerId, String id) {
        CustomerState customer = world.writable(customerId);
        SubscriptionState it = world.subscription(customer, id);
        ObjectNode body = call.json();
        ObjectNode truth = it.truth(world.now());
        noteLosses(call, it, body);
        try {
            return patch(call, customer, it, body, truth);
        } catch (Refusal refused) {
            world.record(call, customer, "update_subscription", "subscription", truth, body, "failed");
            throw refused;
        }
    }

    private Answer patch(Call call, CustomerState customer, SubscriptionState it, ObjectNode body, ObjectNode truth) {
        Instant now = world.now();
        if (it.kind == Kind.SAVINGS_PLAN) {
            throw new Refusal(403, 900321, "Savings plans are managed in the Azure portal.");
        }
        String bodyId = AnswerWriter.text(body, "id");
        if (bodyId != null && !bodyId.equalsIgnoreCase(it.id)) {
            throw Refusal.badInput("The subscription identifier in the body does not match.");
        }
        checkEtag(call, truth, body);
        if (it.operationPending(now)) {
            throw new Refusal(
                    409, 900278, "There is a pending operation on the subscription. Try again after 24 hours.");
        }
        String from = truth.path("status").asString();
        String to = AnswerWriter.text(body, "status");
        if (to == null) {
            throw Refusal.badInput("The subscription status is missing.");
        }
        checkMove(call, customer, it, truth, from, AnswerWriter.lower(to), now);
        checkTerms(truth, body, AnswerWriter.lower(to));
        if (!AnswerWriter.lower(to).equals("deleted")) {
            if (it.kind == Kind.NEW_COMMERCE && TermEndState.isExtended(truth)) {
                throw new Refusal(400, 900279, "Updates of this subscription are no longer allowed.");
            }
            TermEndState.check(body);
        }
        ObjectNode after = after(it, truth, body, AnswerWriter.lower(to));
        return apply(call, customer, it, truth, after, now);
    }

    private void noteLosses(Call call, SubscriptionState it, ObjectNode body) {
        RoundTrip trip = RoundTrip.closest(it.versions, body);
        if (!trip.lost().isEmpty()) {
            journal.violation(call, Violation.Kind.FIELDS_LOST, "lost " + trip.lost());
        }
        if (!trip.changed().isEmpty()) {
            journal.violation(call, Violation.Kind.FIELDS_CHANGED, "changed " + trip.changed());
        }
    }

    private void checkEtag(Call call, ObjectNode truth, ObjectNode body) {
        String current = truth.path("attributes").path("etag").asString("");
        String header = call.header("If-Match");
        if (header != null && !header.equals("*")) {
            if (header.length() < 2 || !header.startsWith("\"") || !header.endsWith("\"")) {
                journal.violation(call, Violation.Kind.HEADER, "If-Match without quotes: " + header);
                throw Refusal.badInput("The If-Match header is not valid.");
            }
            if (current.isEmpty() || !header.equals("\"" + current + "\"")) {
                throw stale();
            }
        }
        JsonNode attributes = AnswerWriter.get(body, "attributes");
        String sent = attributes == null ? null : AnswerWriter.text(attributes, "etag");
        if (sent != null && !sent.isEmpty() && !current.isEmpty() && !sent.equals(current)) {
            throw stale();
        }
    }

    private Refusal stale() {
        return new Refusal(
                world.settings.staleEtagStatus, world.settings.staleEtagCode, "The etag is no longer valid.");
    }

    private void checkTerms(ObjectNode truth, ObjectNode body, String to) {
        JsonNode quantity = AnswerWriter.get(body, "quantity");
        if (quantity == null || !quantity.isInt() || quantity.asInt() < 1) {
            throw Refusal.badInput("The quantity is not valid.");
        }
        if (quantity.asInt() != truth.path("quantity").asInt() && !to.equals("active")) {
            throw new Refusal(400, 2001, "The quantity cannot be changed while suspending a subscription.");
        }
        String cycle = AnswerWriter.text(body, "billingCycle");
        if (!truth.path("billingCycle").asString().equals(cycle)) {
            throw new Refusal(400, 2054, "The billing cycle cannot be changed by updating a subscription.");
        }
    }

    private void checkMove(
            Call call,
            CustomerState customer,
            SubscriptionState it,
            ObjectNode truth,
            String from,
            String to,
            Instant now) {
        switch (from) {
            case "active", "suspended" -> {
                // goes on below
            }
            case "deleted" -> throw new Refusal(400, 2011, "A deleted subscription cannot be updated.");
            case "expired", "disabled" -> throw cannotMove(from, to);
            case "pending" -> throw new Refusal(400, 800082, "The subscription is not ready. Try again later.");
            default -> throw new Refusal(400, 800096, "The status of this subscription cannot be updated.");
        }
        switch (to) {
            case "active" -> checkActive(customer, truth, from, now);
            case "suspended" -> checkSuspend(call, customer, it, from, now);
            case "deleted" -> checkCancel(it, truth, from, now);
            default -> throw Refusal.badInput("The subscription status is not valid.");
        }
    }

    private void checkActive(CustomerState customer, ObjectNode truth, String from, Instant now) {
        String parent = AnswerWriter.text(truth, "parentSubscriptionId");
        if (from.equals("suspended")
                && parent != null
                && !world.subscription(customer, parent).isActive(now)) {
            throw new Refusal(409, 27009, "The child subscription cannot be enabled while its parent is inactive.");
        }
    }

    private void checkSuspend(Call call, CustomerState customer, SubscriptionState it, String from, Instant now) {
        if (from.equals("suspended")) {
            throw new Refusal(400, 800091, "A suspended subscription cannot be updated.");
        }
        switch (it.kind) {
            case LICENCE, USAGE -> {
                // allowed; add-ons stay as they are
            }
            case NEW_COMMERCE ->
                journal.violation(
                        call,
                        Violation.Kind.NEW_COMMERCE_SUSPENDED,
                        it.name + ": the customer loses access and billing goes on");
            case AZURE_PLAN -> {
                boolean azure = it.azure.stream().anyMatch(one -> one.status.equalsIgnoreCase("active"));
                boolean reserved = customer.entitlements.stream()
                        .anyMatch(one -> one.type == EntitlementState.Type.RESERVATION && one.isLive(now));
                if (azure || reserved) {
                    throw new Refusal(
                            403,
                            900115,
                            "The Azure plan cannot be suspended while Azure subscriptions under it are active.");
                }
            }
            case MARKETPLACE -> throw new Refusal(400, 800096, "The status of this subscription cannot be updated.");
            case SOFTWARE, SAVINGS_PLAN -> throw new Refusal(400, 2006, "Updates on this offer are not allowed.");
        }
    }

    private void checkCancel(SubscriptionState it, ObjectNode truth, String from, Instant now) {
        if (it.kind != Kind.NEW_COMMERCE && it.kind != Kind.MARKETPLACE) {
            throw cannotMove(from, "deleted");
        }
        boolean lenient = it.kind == Kind.NEW_COMMERCE && world.settings.suspendedNewCommerceCanBeCancelled;
        if (from.equals("suspended") && !lenient) {
            throw new Refusal(400, 800091, "A suspended subscription cannot be updated.");
        }
        Instant until = AnswerWriter.instant(AnswerWriter.text(truth, "cancellationAllowedUntilDate"));
        if (until == null) {
            throw cannotMove(from, "deleted");
        }
        if (now.isAfter(until)) {
            throw new Refusal(400, 900117, "The cancellation window of 7 days has passed.");
        }
    }

    private static Refusal cannotMove(String from, String to) {
        return new Refusal(400, 800040, "The asset status cannot be changed to " + to + " from " + from + ".");
    }

    /** Takes the body at its word: what is not in it is gone. */
    private static ObjectNode after(SubscriptionState it, ObjectNode truth, ObjectNode body, String to) {
        ObjectNode after = truth.deepCopy();
        after.put("status", to);
        JsonNode renew = AnswerWriter.get(body, "autoRenewEnabled");
        after.put("autoRenewEnabled", renew != null && renew.isBoolean() && renew.asBoolean());
        JsonNode quantity = AnswerWriter.get(body, "quantity");
        after.set("quantity", quantity);
        String friendlyName = AnswerWriter.text(body, "friendlyName");
        after.put("friendlyName", friendlyName == null ? truth.path("offerName").asString() : friendlyName);
        for (String name : List.of("partnerId", "scheduledNextTermInstructions", "scheduledActions", "serviceNote")) {
            JsonNode sent = AnswerWriter.get(body, name);
            if (sent == null) {
                after.remove(name);
            } else {
                after.set(name, sent);
            }
        }
        after.remove("suspensionReasons");
        if (to.equals("suspended")) {
            after.putArray("suspensionReasons").add("CustomerCancellation");
            if (it.kind == Kind.NEW_COMMERCE) {
                after.remove(List.of("scheduledNextTermInstructions", "scheduledActions"));
            }
        }
        return after;
    }

    private Answer apply(
            Call call, CustomerState customer, SubscriptionState it, ObjectNode truth, ObjectNode after, Instant now) {
        boolean later = world.dice.roll("async", call.number) < world.settings.asyncShare;
        if (!call.faulted(InjectedFault.NO_EFFECT)) {
            Duration delay = later ? world.lag(Lag.ASYNC_UPDATE) : Duration.ZERO;
            Instant trueFrom = now.plus(delay);
            if (later && world.settings.asyncShownAsPending) {
                it.showPending(truth, now);
            }
            it.change(after, now, trueFrom, trueFrom.plus(world.lag(Lag.SUBSCRIPTION_READ)));
            call.applied = true;
            String status = later ? "progress" : "succeeded";
            world.record(call, customer, "update_subscription", "subscription", truth, after, status);
        }
        if (later) {
            Answer accepted =
                    Answer.empty(202).with("Location", "/customers/" + customer.id + "/subscriptions/" + it.id);
            return world.dice.pick("retryAfter", call.number, 2) == 0 ? accepted.with("Retry-After", "5") : accepted;
        }
        boolean newer = after.path("status").asString().equals("deleted");
        @Nullable ObjectNode body = newer ? after : AnswerWriter.pascal(after, SubscriptionTemplates.PROPERTIES);
        return Answer.json(200, body);
    }
}
