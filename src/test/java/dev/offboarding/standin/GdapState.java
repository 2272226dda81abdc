package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One GDAP relationship. Guarded by the world's lock. */
final class GdapState {

    final String id;
    final String customerId;
    final String customerName;
    final String displayName;
    final Instant created;
    final Map<String, Request> requests = new LinkedHashMap<>();
    boolean withoutId;
    private String status;
    private int version = 1;
    private @Nullable Instant requested;
    private @Nullable Instant terminated;

    record Request(String id, String action, Instant at) {}

    GdapState(String id, String customerId, String customerName, String displayName, String status, Instant created) {
        this.id = id;
        this.customerId = customerId;
        this.customerName = customerName;
        this.displayName = displayName;
        this.status = status;
        this.created = created;
    }

    String status(Instant now) {
        if (requested == null || terminated == null) {
            return status;
        }
        if (!now.isBefore(terminated)) {
            return "terminated";
        }
        Instant middle = requested.plus(Duration.between(requested, terminated).dividedBy(2));
        return now.isBefore(middle) ? "terminationRequested" : "terminating";
    }

    void status(String it) {
        status = it;
        requested = null;
        version++;
    }

    void terminate(Instant now, Duration lag) {
        requested = now;
        terminated = now.plus(lag);
        version++;
    }

    String etag() {
        return "W/\"" + AnswerWriter.etag(id.substring(0, 8), version) + "\"";
    }

    ObjectNode json(Instant now, Dice dice) {
        ObjectNode it =
                AnswerWriter.object().put("@odata.etag", etag()).put("id", id).put("displayName", displayName);
        it.put("duration", "P730D").put("status", status(now));
        it.put("autoExtendDuration", new String[] {"P0D", "PT0S", "P180D"}[dice.pick("autoExtend" + id, 0, 3)]);
        it.putObject("customer").put("tenantId", customerId).put("displayName", customerName);
        it.put("createdDateTime", AnswerWriter.date(created, 7));
        it.put("lastModifiedDateTime", AnswerWriter.date(requested == null ? created : requested, 7));
        if (status.equals("created") || status.equals("approvalPending")) {
            it.putNull("activatedDateTime").putNull("endDateTime");
        } else {
            it.put("activatedDateTime", AnswerWriter.date(created.plusSeconds(3600), 7));
            it.put("endDateTime", AnswerWriter.date(created.plus(Duration.ofDays(730)), 7));
        }
        it.putObject("accessDetails")
                .putArray("unifiedRoles")
                .addObject()
                .put("roleDefinitionId", "729827e3-9c14-49f7-bb1b-9608f156bbb8");
        if (withoutId) {
            it.remove("id");
        }
        return it;
    }
}
