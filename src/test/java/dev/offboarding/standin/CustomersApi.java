package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/customers} and {@code /v1/customers/{id}}. */
final class CustomersApi {

    private static final List<String> PROPERTIES = List.of(
            "id",
            "commerceId",
            "companyProfile",
            "billingProfile",
            "relationshipToPartner",
            "allowDelegatedAccess",
            "userCredentials",
            "customDomains",
            "associatedPartnerId",
            "attributes");

    private final World world;
    private final CallJournal journal;
    private final Shown shown;

    CustomersApi(World world, CallJournal journal, Shown shown) {
        this.world = world;
        this.journal = journal;
        this.shown = shown;
    }

    // ---- the list

    Answer list(Call call) {
        PageToken page = page(call);
        Filter filter = filter(page.filter());
        Instant now = world.now();
        List<ObjectNode> rows = new ArrayList<>();
        String last = page.after();
        boolean more = false;
        int skipped = 0;
        for (Map.Entry<String, CustomerState> it :
                world.customers.tailMap(page.after(), false).entrySet()) {
            CustomerState customer = it.getValue();
            if (customer.isGone(now, world.lag(Lag.CUSTOMER_LIST)) || !filter.matches(customer)) {
                continue;
            }
            if (rows.size() == page.size()) {
                more = true;
                if (!call.faulted(InjectedFault.LIST_PAGE_MISSING) || skipped == page.size()) {
                    break;
                }
                skipped++;
            } else {
                rows.add(shown.of(call, customer.listed()));
            }
            last = it.getKey();
        }
        ObjectNode collection = AnswerWriter.collection(rows, "/customers?size=" + page.size());
        if (more && !call.faulted(InjectedFault.LIST_ENDS_EARLY)) {
            String from = call.faulted(InjectedFault.LIST_LOOP) ? page.after() : last;
            String token = new PageToken(page.filter(), page.size(), from).text();
            AnswerWriter.next(collection, "/customers?size=" + page.size() + "&seekOperation=Next", token);
            if (world.dice.pick("continuationToken", call.number, 2) == 0) {
                collection.put("continuationToken", token);
            }
        }
        return Answer.json(200, collection);
    }

    private PageToken page(Call call) {
        String seek = call.query.getOrDefault("seekOperation", "First");
        String token = call.header("MS-ContinuationToken");
        if (seek.equalsIgnoreCase("Next") && token != null) {
            return PageToken.parse(token);
        }
        if (seek.equalsIgnoreCase("Next") || token != null) {
            journal.violation(call, Violation.Kind.PAGE_WITHOUT_TOKEN, "seekOperation=Next and the token go together");
        } else if (!seek.equalsIgnoreCase("First")) {
            throw Refusal.badInput("The seek operation is not supported.");
        }
        int limit = world.settings.customerPage;
        int size = Shown.size(call.query.get("size"), limit);
        return new PageToken(call.query.getOrDefault("filter", ""), size, "");
    }

    private record Filter(String field, String value) {
        boolean matches(CustomerState it) {
            if (field.isEmpty()) {
                return true;
            }
            String actual = switch (field) {
                case "companyname" -> it.name;
                case "domain" -> it.domain;
                default -> it.associatedPartnerId == null ? "" : it.associatedPartnerId;
            };
            return AnswerWriter.lower(actual).startsWith(AnswerWriter.lower(value));
        }
    }

    private static Filter filter(String text) {
        if (text.isEmpty()) {
            return new Filter("", "");
        }
        JsonNode json;
        try {
            json = AnswerWriter.JSON.readTree(text);
        } catch (JacksonException e) {
            throw Refusal.badInput("The filter is not valid JSON.");
        }
        String field = AnswerWriter.text(json, "Field");
        String value = AnswerWriter.text(json, "Value");
        String operator = AnswerWriter.text(json, "Operator");
        if (operator == null || !operator.equalsIgnoreCase("starts_with")) {
            throw Refusal.badInput("The filter operator is not supported. Use starts-with or equals.");
        }
        List<String> fields = List.of("companyname", "domain", "indirectreseller", "indirectcloudsolutionprovider");
        if (field == null || value == null || !fields.contains(AnswerWriter.lower(field))) {
            throw Refusal.badInput("The filter field is not supported.");
        }
        return new Filter(AnswerWriter.lower(field), value);
    }

    // ---- one customer

    Answer read(Call call, String id) {
        CustomerState customer = world.readable(id, Lag.CUSTOMER_READ);
        ObjectNode json = customer.full(world.dice);
        if (call.faulted(InjectedFault.UNKNOWN_STATUS)) {
            json.put("relationshipToPartner", "zzz");
        }
        return Answer.json(200, shown.of(call, json));
    }

    /** Whoever asks for them, and for whatever; app-only will do. */
    Answer transfers(Call call, String id) {
        CustomerState customer = world.readable(id, Lag.CUSTOMER_READ);
        List<ObjectNode> rows = customer.transfers.stream()
                .map(it -> shown.of(call, it.shown(world.now())))
                .toList();
        return Answer.json(200, AnswerWriter.collection(rows, "/customers/" + customer.id + "/transfers"));
    }

    Answer patch(Call call, String id) {
        call.mustBeUser();
        CustomerState customer = world.known(id);
        ObjectNode body = call.json();
        String relationship = AnswerWriter.text(body, "relationshipToPartner");
        JsonNode delegated = AnswerWriter.get(body, "allowDelegatedAccess");
        if ("none".equalsIgnoreCase(relationship)) {
            return remove(call, customer);
        }
        if (relationship == null && delegated != null && delegated.isBoolean() && !delegated.asBoolean()) {
            return endDelegatedAccess(call, world.writable(id));
        }
        throw new Refusal(400, 3000, "The request contains an invalid property.");
    }

    private Answer remove(Call call, CustomerState customer) {
        Instant now = world.now();
        if (world.settings.account == StandInSettings.Account.INDIRECT_RESELLER) {
            throw new Refusal(403, 2032, "Access denied.");
        }
        if (customer.isGone(now, Duration.ZERO)) {
            throw world.settings.secondRemovalCode == 20002
                    ? Refusal.noRelationship()
                    : new Refusal(400, 3000, "The relationship between the partner and customer does not exist");
        }
        if (!customer.relationship.equals("reseller")) {
            throw new Refusal(400, 3000, "The relationship between the partner and customer does not exist");
        }
        Refusal refusal = heldBack(call, customer, now);
        ObjectNode after = AnswerWriter.object().put("relationshipToPartner", "none");
        after.set("attributes", AnswerWriter.attributes("Customer"));
        if (refusal != null) {
            record(call, customer, "remove_partner_customer_relationship", after, "failed");
            throw refusal;
        }
        if (!call.faulted(InjectedFault.NO_EFFECT)) {
            customer.endedAt = now;
            call.applied = true;
            record(call, customer, "remove_partner_customer_relationship", after, "succeeded");
        }
        return Answer.json(200, AnswerWriter.pascal(after, PROPERTIES));
    }

    private Answer endDelegatedAccess(Call call, CustomerState customer) {
        ObjectNode after = AnswerWriter.object().put("allowDelegatedAccess", false);
        after.set("attributes", AnswerWriter.attributes("Customer"));
        if (!call.faulted(InjectedFault.NO_EFFECT)) {
            customer.delegatedAccess = false;
            call.applied = true;
            world.record(
                    call,
                    customer,
                    "dap_admin_relationship_terminated",
                    "partner_customer_dap",
                    null,
                    after,
                    "succeeded");
        }
        return Answer.json(200, AnswerWriter.pascal(after, PROPERTIES));
    }

    private void record(Call call, CustomerState customer, String operation, ObjectNode after, String status) {
        boolean named = world.dice.pick("resourceType", call.number, 2) == 0;
        String type = named ? "partner_customer_relationship" : "customer";
        world.record(call, customer, operation, type, customer.listed(), after, status);
    }

    private @Nullable Refusal heldBack(Call call, CustomerState customer, Instant now) {
        List<SubscriptionState> active =
                customer.subscriptions.stream().filter(it -> it.isActive(now)).toList();
        if (!active.isEmpty()) {
            journal.violation(
                    call,
                    Violation.Kind.REMOVAL_WHILE_ACTIVE,
                    "active: " + active.stream().map(it -> it.name).toList());
        }
        if (active.stream().anyMatch(it -> it.kind != Kind.AZURE_PLAN)) {
            return refused(customer, "The customer has active subscriptions. Suspend them before you continue.");
        }
        boolean suspended = customer.subscriptions.stream()
                .anyMatch(it -> it.kind == Kind.NEW_COMMERCE && it.status(now).equals("suspended"));
        if (suspended) {
            return refused(customer, "The customer has subscriptions which have not been cancelled.");
        }
        boolean pending =
                customer.subscriptions.stream().anyMatch(it -> it.status(now).equals("pending"));
        if (pending && world.settings.pendingBlocksRemoval) {
            return refused(customer, "The customer has subscriptions with a pending operation.");
        }
        List<String> orders = new ArrayList<>();
        customer.subscriptions.stream()
                .filter(it -> it.kind == Kind.SAVINGS_PLAN && it.isActive(now))
                .forEach(it -> orders.add(it.orderId));
        active.forEach(it -> orders.add(it.orderId));
        customer.entitlements.stream().filter(it -> it.isLive(now)).forEach(it -> orders.add(it.orderId));
        return orders.isEmpty()
                ? null
                : refused(
                        customer,
                        "Customer relationship cannot be removed due to active Azure reserved instances."
                                + "Please cancel the following orders: " + String.join(",", orders));
    }

    private Refusal refused(CustomerState customer, String text) {
        int status = world.settings.removalRefusedStatus;
        int chosen = status != 0 ? status : new int[] {400, 403, 409}[world.dice.pick("refusal" + customer.id, 0, 3)];
        return new Refusal(chosen, world.settings.removalRefusedCode, text);
    }

    Answer delete(Call call, String id) {
        CustomerState customer = world.writable(id);
        if (!world.settings.sandbox) {
            throw new Refusal(403, 2032, "Access denied.");
        }
        Refusal refusal = heldBack(call, customer, world.now());
        if (refusal != null) {
            throw refusal;
        }
        call.applied = true;
        world.customers.remove(customer.id);
        world.record(call, customer, "delete_tip_customer", "customer", null, null, "succeeded");
        return Answer.empty(204);
    }
}
