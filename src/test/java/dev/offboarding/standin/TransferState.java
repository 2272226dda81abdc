package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** Another partner's request for what a customer holds, or ours for what it holds elsewhere. Guarded by the world's lock. */
final class TransferState {

    /** What nobody has answered lapses after that. */
    static final Duration LAPSES_AFTER = Duration.ofDays(30);

    final String id;
    final String customerId;
    final Instant created;
    private final String source;
    private final String target;
    private final String targetName;
    private String status;

    TransferState(
            String id,
            String customerId,
            Instant created,
            String source,
            String target,
            String targetName,
            String status) {
        this.id = id;
        this.customerId = customerId;
        this.created = created;
        this.source = source;
        this.target = target;
        this.targetName = targetName;
        this.status = status;
    }

    void status(String it) {
        status = it;
    }

    ObjectNode shown(Instant now) {
        boolean lapsed = status.equalsIgnoreCase("Pending") && !now.isBefore(created.plus(LAPSES_AFTER));
        ObjectNode it = AnswerWriter.object().put("id", id).put("status", lapsed ? "Expired" : status);
        it.put("createdTime", AnswerWriter.date(created, 7)).put("lastModifiedTime", AnswerWriter.date(created, 0));
        it.put("customerTenantId", customerId);
        it.put("sourcePartnerTenantId", source).put("sourcePartnerName", "Stand-in Partner");
        it.put("targetPartnerTenantId", target).put("targetPartnerName", targetName);
        it.putArray("lineItems").addObject().put("id", 0).put("quantity", 1).putArray("addonItems");
        it.set("attributes", AnswerWriter.attributes("TransferEntity"));
        return it;
    }
}
