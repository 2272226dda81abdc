package dev.offboarding.standin;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Finds the part of Partner Center that answers a call. */
final class PartnerCenterApi {

    private final World world;
    private final CallJournal journal;
    private final CustomersApi customers;
    private final SubscriptionsApi subscriptions;
    private final EntitlementsApi entitlements;
    private final AuditApi audit;

    PartnerCenterApi(World world, CallJournal journal, Shown shown) {
        this.world = world;
        this.journal = journal;
        customers = new CustomersApi(world, journal, shown);
        subscriptions = new SubscriptionsApi(world, journal, shown);
        entitlements = new EntitlementsApi(world, shown);
        audit = new AuditApi(world, shown);
    }

    Answer handle(Call call) {
        List<String> route = call.route;
        if (route.size() < 2 || !route.get(0).equals("v1")) {
            return unknown(call);
        }
        return switch (route.get(1)) {
            case "customers" -> route.size() == 2 ? customerList(call) : customer(call, route);
            case "auditrecords" -> call.method.equals("GET") ? audit.list(call) : unknown(call);
            case "relationships" -> relationships(call);
            default -> unknown(call);
        };
    }

    private Answer customerList(Call call) {
        return call.method.equals("GET") ? customers.list(call) : unknown(call);
    }

    private Answer customer(Call call, List<String> route) {
        String id = route.get(2);
        if (route.size() == 3) {
            if (id.equals("relationshiprequests")) {
                return relationshipRequest(call);
            }
            return switch (call.method) {
                case "GET" -> customers.read(call, id);
                case "PATCH" -> customers.patch(call, id);
                case "DELETE" -> customers.delete(call, id);
                default -> unknown(call);
            };
        }
        boolean get = call.method.equals("GET");
        return switch (route.get(3)) {
            case "subscriptions" -> subscription(call, id, route);
            case "entitlements" -> get && route.size() == 4 ? entitlements.list(call, id) : unknown(call);
            case "artifacts" ->
                get && route.size() == 6 ? entitlements.artifact(call, id, route.get(4), route.get(5)) : unknown(call);
            case "orders" -> orders(call, id, route);
            case "carts" -> throw new Refusal(403, 13605, "The Microsoft Customer Agreement is not accepted.");
            case "relationships" -> customerRelationships(call, id);
            case "transfers" -> get && route.size() == 4 ? customers.transfers(call, id) : unknown(call);
            default -> unknown(call);
        };
    }

    private Answer subscription(Call call, String customer, List<String> route) {
        boolean get = call.method.equals("GET");
        if (route.size() == 4) {
            return get ? subscriptions.list(call, customer) : unknown(call);
        }
        String id = route.get(4);
        if (route.size() == 5) {
            return switch (call.method) {
                case "GET" -> subscriptions.read(call, customer, id);
                case "PATCH" -> subscriptions.patch(call, customer, id);
                default -> unknown(call);
            };
        }
        String part = route.get(5);
        if (route.size() == 8
                && part.equals("azureentitlements")
                && route.get(7).equals("cancel")
                && call.method.equals("POST")) {
            return subscriptions.cancelAzure(call, customer, id, route.get(6));
        }
        if (route.size() == 6 && part.equals("supportcontact") && call.method.equals("PUT")) {
            return subscriptions.putSupportContact(call, customer, id);
        }
        if (route.size() != 6 || !get) {
            return unknown(call);
        }
        return switch (part) {
            case "addons" -> subscriptions.addOns(call, customer, id);
            case "provisioningstatus" -> subscriptions.provisioningStatus(call, customer, id);
            case "azureentitlements" -> subscriptions.azureEntitlements(call, customer, id);
            case "supportcontact" -> subscriptions.supportContact(call, customer, id);
            default -> unknown(call);
        };
    }

    private Answer orders(Call call, String customer, List<String> route) {
        if (route.size() == 4 && call.method.equals("GET")) {
            return entitlements.orders(call, customer);
        }
        if (route.size() == 5 && call.method.equals("GET")) {
            return entitlements.order(call, customer, route.get(4));
        }
        if (route.size() == 5 && call.method.equals("PATCH")) {
            return entitlements.patchOrder(call, customer, route.get(4));
        }
        return unknown(call);
    }

    private Answer relationshipRequest(Call call) {
        call.mustBeUser();
        ObjectNode it = AnswerWriter.object()
                .put(
                        "url",
                        "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship&partnerId="
                                + world.signIn.tenantId()
                                + "&msppId=0&DAP=false#/BillingAccounts/partner-invitation");
        it.set("attributes", AnswerWriter.attributes("RelationshipRequest"));
        return Answer.json(200, it);
    }

    private Answer customerRelationships(Call call, String id) {
        call.mustBeUser();
        CustomerState customer = world.readable(id, Lag.CUSTOMER_READ);
        if (world.settings.account != StandInSettings.Account.INDIRECT_PROVIDER) {
            throw new Refusal(403, 1002, "Authorization failed.");
        }
        List<ObjectNode> rows = customer.associatedPartnerId == null
                ? List.of()
                : List.of(AnswerWriter.object()
                        .put("id", customer.associatedPartnerId)
                        .put("relationshipType", "is_indirect_cloud_solution_provider_of")
                        .put("mpnId", "4847384")
                        .put("state", "active"));
        return Answer.json(200, AnswerWriter.collection(rows, "/customers/" + customer.id + "/relationships"));
    }

    private Answer relationships(Call call) {
        call.mustBeUser();
        return Answer.json(200, AnswerWriter.collection(List.of(), "/relationships"));
    }

    /** The gateway's own voice: neither a fault of the service nor a sign that anything is gone. */
    private Answer unknown(Call call) {
        journal.violation(call, Violation.Kind.UNKNOWN_CALL, "no such call");
        return Answer.json(404, AnswerWriter.object().put("statusCode", 404).put("message", "Resource not found"));
    }
}
