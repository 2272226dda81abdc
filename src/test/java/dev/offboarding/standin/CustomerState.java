package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One customer. Guarded by the world's lock. */
final class CustomerState {

    final String id;
    String name;
    String domain;
    String relationship = "reseller";
    boolean delegatedAccess;

    @Nullable
    String associatedPartnerId;
    /** When the relationship ended, by us or by the customer itself; what a read shows comes later. */
    @Nullable
    Instant endedAt;

    final List<SubscriptionState> subscriptions = new ArrayList<>();
    final List<EntitlementState> entitlements = new ArrayList<>();
    final List<TransferState> transfers = new ArrayList<>();

    CustomerState(String id, String name, String domain) {
        this.id = id;
        this.name = name;
        this.domain = domain;
    }

    boolean isGone(Instant now, Duration lag) {
        return endedAt != null && !now.isBefore(endedAt.plus(lag));
    }

    /** Most of what the list shows; the list shows no more than this. */
    ObjectNode listed() {
        ObjectNode it = AnswerWriter.object().put("id", id);
        ObjectNode profile = it.putObject("companyProfile");
        profile.put("tenantId", id).put("domain", domain).put("companyName", name);
        profile.putObject("links").set("self", AnswerWriter.link("/customers/" + id + "/profiles/company", "GET"));
        profile.set("attributes", AnswerWriter.attributes("CustomerCompanyProfile"));
        it.put("relationshipToPartner", relationship);
        it.putObject("links").set("self", AnswerWriter.link("/customers/" + id, "GET"));
        it.set("attributes", AnswerWriter.attributes("Customer"));
        return it;
    }

    ObjectNode full(Dice dice) {
        ObjectNode it = listed();
        it.put("commerceId", dice.uuid("commerce" + id, 0).toString());
        ObjectNode billing = it.putObject("billingProfile");
        billing.put("companyName", name).put("culture", "en-US").put("language", "en");
        billing.set(
                "attributes", AnswerWriter.attributes("CustomerBillingProfile").put("etag", AnswerWriter.etag(id, 1)));
        it.put("allowDelegatedAccess", delegatedAccess);
        if (associatedPartnerId != null) {
            it.put("associatedPartnerId", associatedPartnerId);
        }
        if (delegatedAccess) {
            it.withObject("companyProfile")
                    .put("email", "it@" + domain)
                    .putObject("address")
                    .put("country", "DE");
            it.putArray("customDomains").add(domain);
        }
        return it;
    }
}
