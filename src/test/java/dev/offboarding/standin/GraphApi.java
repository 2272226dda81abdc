package dev.offboarding.standin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** GDAP in Microsoft Graph: {@code /v1.0/tenantRelationships/delegatedAdminRelationships}. */
final class GraphApi {

    private static final String PATH = "/v1.0/tenantRelationships/delegatedAdminRelationships";
    private static final Pattern CLAUSE = Pattern.compile("(status|customer/tenantId)\\s+eq\\s+'([^']*)'");
    private static final Set<String> ALIVE = Set.of("active", "expiring");

    private final World world;
    private volatile String baseUrl = "";

    GraphApi(World world) {
        this.world = world;
    }

    void at(String url) {
        baseUrl = url;
    }

    Answer handle(Call call) {
        List<String> route = call.route;
        boolean here = route.size() >= 3
                && route.subList(0, 3).equals(List.of("v1.0", "tenantrelationships", "delegatedadminrelationships"));
        if (!here) {
            throw new Refusal(400, "BadRequest", "Resource not found for the segment.");
        }
        String verb = call.method;
        if (route.size() == 3 && verb.equals("GET")) {
            return list(call);
        }
        GdapState it = find(route);
        if (route.size() == 4 && verb.equals("GET")) {
            return Answer.json(200, it.json(world.now(), world.dice));
        }
        if (route.size() == 4 && verb.equals("DELETE")) {
            return delete(call, it);
        }
        if (route.size() == 5 && route.get(4).equals("requests") && verb.equals("POST")) {
            return request(call, it);
        }
        if (route.size() == 6 && route.get(4).equals("requests") && verb.equals("GET")) {
            return requestStatus(it, route.get(5));
        }
        throw new Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
    }

    private GdapState find(List<String> route) {
        GdapState it = route.size() > 3 ? world.gdap.get(route.get(3)) : null;
        if (it == null) {
            throw new Refusal(404, "ResourceNotFound", "The delegated admin relationship was not found.");
        }
        return it;
    }

    private Answer list(Call call) {
        String filter = call.query.getOrDefault("$filter", "");
        String status = null;
        String tenant = null;
        if (!filter.isBlank()) {
            for (String clause : filter.trim().split("\\s+and\\s+")) {
                Matcher matcher =
                        CLAUSE.matcher(clause.replace("(", "").replace(")", "").trim());
                if (!matcher.matches()) {
                    throw new Refusal(400, "BadRequest", "Invalid filter clause: " + clause);
                }
                if (matcher.group(1).equals("status")) {
                    status = matcher.group(2);
                } else {
                    tenant = AnswerWriter.lower(matcher.group(2));
                }
            }
        }
        int top = number(call.query.getOrDefault("$top", Integer.toString(world.settings.graphPage)));
        if (top < 1 || top > 300) {
            throw new Refusal(400, "BadRequest", "The value of $top must be between 1 and 300.");
        }
        int from = number(call.query.getOrDefault("$skiptoken", "0"));
        Instant now = world.now();
        String wantedStatus = status;
        String wantedTenant = tenant;
        List<GdapState> all = world.gdap.values().stream()
                .filter(it -> wantedTenant == null || it.customerId.equals(wantedTenant))
                .filter(it -> wantedStatus == null || it.status(now).equals(wantedStatus))
                .toList();
        int to = Math.min(all.size(), from + Math.min(top, world.settings.graphPage));
        ObjectNode body = AnswerWriter.object()
                .put("@odata.context", baseUrl + "/v1.0/$metadata#tenantRelationships/delegatedAdminRelationships");
        if (to < all.size() && !call.faulted(InjectedFault.LIST_ENDS_EARLY)) {
            int then = call.faulted(InjectedFault.LIST_LOOP) ? from : to;
            String again = filter.isBlank() ? "" : "$filter=" + encoded(filter) + "&";
            body.put("@odata.nextLink", baseUrl + PATH + "?" + again + "$top=" + top + "&$skiptoken=" + then);
        }
        List<ObjectNode> rows = all.subList(Math.min(from, to), to).stream()
                .map(it -> it.json(now, world.dice))
                .toList();
        if (call.faulted(InjectedFault.UNKNOWN_STATUS) && !rows.isEmpty()) {
            rows.get(0).put("status", "unknownFutureValue");
        }
        body.putArray("value").addAll(rows);
        return Answer.json(200, body);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Refusal(400, "BadRequest", "Invalid paging value.");
        }
    }

    private static String encoded(String it) {
        return URLEncoder.encode(it, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Answer delete(Call call, GdapState it) {
        String match = call.header("If-Match");
        if (match == null) {
            throw new Refusal(400, "BadRequest", "The If-Match header is required.");
        }
        if (!match.equals(it.etag())) {
            throw new Refusal(412, "PreconditionFailed", "The etag does not match.");
        }
        if (!it.status(world.now()).equals("created")) {
            throw new Refusal(400, "BadRequest", "Only a relationship in status created can be deleted.");
        }
        if (!call.faulted(InjectedFault.NO_EFFECT)) {
            world.gdap.remove(it.id);
            call.applied = true;
        }
        return Answer.empty(204);
    }

    private Answer request(Call call, GdapState it) {
        String action = AnswerWriter.text(call.json(), "action");
        Instant now = world.now();
        if (action == null || !action.equals("terminate")) {
            throw new Refusal(400, "BadRequest", "The action is not possible: " + action);
        }
        if (!ALIVE.contains(it.status(now))) {
            throw new Refusal(
                    400, "BadRequest", "A relationship in status " + it.status(now) + " cannot be terminated.");
        }
        GdapState.Request request = new GdapState.Request(world.newId(), action, now);
        if (!call.faulted(InjectedFault.NO_EFFECT)) {
            it.requests.put(request.id(), request);
            it.terminate(now, world.lag(Lag.GDAP_TERMINATION));
            call.applied = true;
            audit(call, it, "granular_admin_relationship_termination_requested", now);
            audit(call, it, "granular_admin_relationship_terminated", now.plus(world.lag(Lag.GDAP_TERMINATION)));
        }
        return Answer.json(201, json(request, "created"))
                .with("Location", baseUrl + PATH + "/" + it.id + "/requests/" + request.id());
    }

    private void audit(Call call, GdapState it, String operation, Instant at) {
        CustomerState customer = world.customers.get(it.customerId);
        ObjectNode after = AnswerWriter.object().put("id", it.id).put("displayName", it.displayName);
        String correlation = call.header("client-request-id");
        world.record(
                correlation,
                call.token,
                customer,
                operation,
                "granular_admin_relationship",
                null,
                after,
                "succeeded",
                at);
    }

    private Answer requestStatus(GdapState it, String requestId) {
        GdapState.Request request = it.requests.get(requestId);
        if (request == null) {
            throw new Refusal(404, "ResourceNotFound", "The request was not found.");
        }
        boolean done = it.status(world.now()).equals("terminated");
        return Answer.json(200, json(request, done ? "succeeded" : "pending"));
    }

    private static ObjectNode json(GdapState.Request it, String status) {
        return AnswerWriter.object()
                .put("id", it.id())
                .put("action", it.action())
                .put("status", status)
                .put("createdDateTime", AnswerWriter.date(it.at(), 7))
                .put("lastModifiedDateTime", AnswerWriter.date(it.at(), 7));
    }
}
