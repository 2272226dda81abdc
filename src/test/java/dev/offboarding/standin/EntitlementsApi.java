package dev.offboarding.standin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Entitlements with their artifacts, and the orders behind everything that was ever bought. */
final class EntitlementsApi {

    private static final String FORMER = "virtualmachinereservedinstance";

    private final World world;
    private final Shown shown;

    EntitlementsApi(World world, Shown shown) {
        this.world = world;
        this.shown = shown;
    }

    Answer list(Call call, String customerId) {
        call.mustBeUser();
        CustomerState customer = world.readable(customerId, Lag.SUBSCRIPTIONS_AFTER_REMOVAL);
        String wanted = AnswerWriter.lower(call.query.getOrDefault("entitlementType", ""));
        if (!Set.of("", "software", "reservedinstance", FORMER).contains(wanted)) {
            throw Refusal.badInput("The entitlement type is not valid.");
        }
        boolean expiry = "true".equalsIgnoreCase(call.query.get("showExpiry"));
        Instant now = world.now();
        List<ObjectNode> rows = new ArrayList<>();
        for (EntitlementState it : customer.entitlements) {
            boolean software = it.type == EntitlementState.Type.SOFTWARE;
            if (wanted.isEmpty() || wanted.equals("software") == software) {
                ObjectNode json = it.json(customer.id, wanted.equals(FORMER), expiry, now, world.dice);
                rows.add(shown.of(call, json));
            }
        }
        return Answer.json(200, AnswerWriter.collection(rows, "/customers/" + customer.id + "/entitlements"));
    }

    Answer artifact(Call call, String customerId, String type, String resourceId) {
        call.mustBeUser();
        CustomerState customer = world.readable(customerId, Lag.SUBSCRIPTIONS_AFTER_REMOVAL);
        for (EntitlementState it : customer.entitlements) {
            if (it.resourceId.equalsIgnoreCase(resourceId)) {
                return Answer.json(200, shown.of(call, it.artifact(type.equals(FORMER), world.now())));
            }
        }
        throw new Refusal(404, 1000, "Artifact not found.");
    }

    // ---- orders

    Answer orders(Call call, String customerId) {
        CustomerState customer = world.readable(customerId, Lag.SUBSCRIPTIONS_AFTER_REMOVAL);
        List<ObjectNode> rows = new ArrayList<>();
        customer.subscriptions.forEach(it -> rows.add(shown.of(call, order(it))));
        customer.entitlements.forEach(it -> rows.add(shown.of(call, order(it))));
        return Answer.json(200, AnswerWriter.collection(rows, "/customers/" + customer.id + "/orders"));
    }

    Answer order(Call call, String customerId, String orderId) {
        CustomerState customer = world.readable(customerId, Lag.SUBSCRIPTIONS_AFTER_REMOVAL);
        for (SubscriptionState it : customer.subscriptions) {
            if (it.orderId.equalsIgnoreCase(orderId)) {
                return Answer.json(200, shown.of(call, order(it)));
            }
        }
        return Answer.json(200, shown.of(call, order(entitlement(customer, orderId))));
    }

    /** Only software can be cancelled here. */
    Answer patchOrder(Call call, String customerId, String orderId) {
        CustomerState customer = world.writable(customerId);
        for (SubscriptionState it : customer.subscriptions) {
            if (it.orderId.equalsIgnoreCase(orderId)) {
                throw switch (it.kind) {
                    case MARKETPLACE, NEW_COMMERCE ->
                        new Refusal(403, 800077, "Cancel seat-based subscriptions by updating the subscription.");
                    case LICENCE, USAGE -> new Refusal(400, 800063, "Update the subscription to suspend it instead.");
                    default -> new Refusal(400, 800061, "The order cannot be cancelled.");
                };
            }
        }
        EntitlementState it = entitlement(customer, orderId);
        JsonNode body = call.json();
        if (!"cancelled".equalsIgnoreCase(AnswerWriter.text(body, "status"))) {
            throw Refusal.badInput("The order status is not valid.");
        }
        if (it.type == EntitlementState.Type.RESERVATION && !world.settings.sandbox) {
            throw new Refusal(400, 800019, "Only software orders can be cancelled.");
        }
        if (!it.live) {
            throw new Refusal(400, 800061, "The order cannot be cancelled.");
        }
        it.live = false;
        call.applied = true;
        world.record(call, customer, "update_order", "order", null, order(it), "succeeded");
        return Answer.json(200, order(it));
    }

    private static EntitlementState entitlement(CustomerState customer, String orderId) {
        return customer.entitlements.stream()
                .filter(it -> it.orderId.equalsIgnoreCase(orderId))
                .findFirst()
                .orElseThrow(() -> new Refusal(404, 20000, "Order not found."));
    }

    private ObjectNode order(SubscriptionState it) {
        ObjectNode json = it.shown(world.now());
        return order(
                it.orderId,
                it.name,
                json.path("offerId").asString(),
                json.path("quantity").asInt(),
                "completed");
    }

    private static ObjectNode order(EntitlementState it) {
        String offer = it.type == EntitlementState.Type.SOFTWARE
                ? "DG7GMGF0D5SL:0003:DG7GMGF0D8H4"
                : "DZH318Z0BQ3Q:0001:DZH318Z0BMTX";
        return order(it.orderId, it.name, offer, it.live ? 2 : 0, it.live ? "completed" : "cancelled");
    }

    private static ObjectNode order(String id, String name, String offer, int quantity, String status) {
        ObjectNode it =
                AnswerWriter.object().put("id", id).put("status", status).put("billingCycle", "monthly");
        it.putArray("lineItems")
                .addObject()
                .put("lineItemNumber", 0)
                .put("offerId", offer)
                .put("friendlyName", name)
                .put("quantity", quantity);
        it.set("attributes", AnswerWriter.attributes("Order"));
        return it;
    }
}
