package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Everything there is. Its own monitor guards all of it: whoever reads or changes anything holds it, and never waits in it. */
final class World {

    record AuditEntry(Instant shownFrom, Instant at, String customerId, String customerName, ObjectNode json) {}

    final StandInSettings settings;
    final Dice dice;
    final SignInApi signIn;
    final TreeMap<String, CustomerState> customers = new TreeMap<>();
    final Map<String, SubscriptionState> subscriptions = new LinkedHashMap<>();
    final Map<String, GdapState> gdap = new LinkedHashMap<>();
    final List<AuditEntry> audit = new ArrayList<>();
    private long ids;

    World(StandInSettings settings, Dice dice, SignInApi signIn) {
        this.settings = settings;
        this.dice = dice;
        this.signIn = signIn;
    }

    Instant now() {
        return settings.clock.instant();
    }

    String newId() {
        return dice.uuid("id", ids++).toString();
    }

    Duration lag(Lag lag) {
        return settings.lag(lag);
    }

    /** A customer for a read; refused as Microsoft refuses when it is unknown or gone. */
    CustomerState readable(String id, Lag lag) {
        CustomerState it = known(id);
        if (it.isGone(now(), lag(lag))) {
            throw settings.removedIs404 ? new Refusal(404, 1000, "Customer not found.") : Refusal.noRelationship();
        }
        return it;
    }

    /** A customer for a write: lags do not help. */
    CustomerState writable(String id) {
        CustomerState it = known(id);
        if (it.isGone(now(), Duration.ZERO)) {
            throw Refusal.noRelationship();
        }
        return it;
    }

    CustomerState known(String id) {
        if (!AnswerWriter.isGuid(id)) {
            throw new Refusal(400, 900118, "The customer identifier is not valid.");
        }
        CustomerState it = customers.get(AnswerWriter.lower(id));
        if (it == null) {
            throw new Refusal(404, 1000, "Customer not found.");
        }
        return it;
    }

    SubscriptionState subscription(CustomerState customer, String id) {
        if (!AnswerWriter.isGuid(id)) {
            throw Refusal.badInput("The subscription identifier is not a valid GUID.");
        }
        SubscriptionState it = subscriptions.get(AnswerWriter.lower(id));
        if (it == null || !customer.subscriptions.contains(it)) {
            throw new Refusal(404, 20003, "Subscription not found.");
        }
        return it;
    }

    /** Microsoft's own record of a write. */
    void record(
            Call call,
            @Nullable CustomerState customer,
            String operation,
            String resource,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            String status) {
        Instant now = now();
        record(call.header("MS-CorrelationId"), call.token, customer, operation, resource, before, after, status, now);
    }

    void record(
            @Nullable String correlationId,
            SignInApi.@Nullable AccessToken caller,
            @Nullable CustomerState customer,
            String operation,
            String resource,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            String status,
            Instant at) {
        String customerId = customer == null ? "" : customer.id;
        ObjectNode it = AnswerWriter.object();
        it.put("id", signIn.tenantId() + "_" + customerId + "_" + operation + "_" + audit.size());
        it.put("partnerId", signIn.tenantId());
        it.putArray("participants");
        it.put("customerId", customerId).put("customerName", customer == null ? "" : customer.name);
        boolean user = caller != null && !caller.appOnly();
        it.put("userPrincipalName", user ? signIn.userPrincipalName() : null);
        it.put("applicationId", signIn.clientId()).put("resourceType", resource);
        if (before != null) {
            it.put("resourceOldValue", AnswerWriter.pascal(before, List.of()).toString());
        }
        it.put(
                "resourceNewValue",
                after == null ? null : AnswerWriter.pascal(after, List.of()).toString());
        it.put("operationType", operation).put("originalCorrelationId", correlationId);
        it.put("operationDate", AnswerWriter.date(at, 7)).put("operationStatus", status);
        it.putArray("customizedData").addObject().put("key", "CustomerTenantId").put("value", customerId);
        it.set("attributes", AnswerWriter.attributes("AuditRecord"));
        audit.add(new AuditEntry(at.plus(lag(Lag.AUDIT)), at, customerId, customer == null ? "" : customer.name, it));
    }
}
