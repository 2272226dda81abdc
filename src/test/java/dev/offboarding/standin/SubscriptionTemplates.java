package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Subscriptions as Partner Center writes them, each kind with the fields and the gaps of its own. */
final class SubscriptionTemplates {

    /** The properties of the SDK's class, which a PATCH answer lists whether they are set or not. */
    static final List<String> PROPERTIES = List.of(
            "id",
            "offerId",
            "entitlementId",
            "offerName",
            "friendlyName",
            "productType",
            "quantity",
            "unitType",
            "hasPurchasableAddons",
            "creationDate",
            "effectiveStartDate",
            "commitmentEndDate",
            "cancellationAllowedUntilDate",
            "billingCycleEndDate",
            "status",
            "autoRenewEnabled",
            "isTrial",
            "billingType",
            "billingCycle",
            "termDuration",
            "renewalTermDuration",
            "refundOptions",
            "isMicrosoftProduct",
            "partnerId",
            "attentionNeeded",
            "actionTaken",
            "contractType",
            "links",
            "publisherName",
            "promotionId",
            "orderId",
            "parentSubscriptionId",
            "suspensionReasons",
            "scheduledNextTermInstructions",
            "scheduledActions",
            "refundableQuantity",
            "attributes");

    private final Dice dice;
    private final String customerId;
    private final String id;
    private final String orderId;
    private final Instant now;
    private long dates;

    SubscriptionTemplates(Dice dice, String customerId, String id, String orderId, Instant now) {
        this.dice = dice;
        this.customerId = customerId;
        this.id = id;
        this.orderId = orderId;
        this.now = now;
    }

    ObjectNode of(
            Kind kind,
            String name,
            String status,
            @Nullable String parent,
            @Nullable Instant termEnd,
            @Nullable Instant cancellableUntil) {
        ObjectNode it = common(kind, name, status, parent);
        switch (kind) {
            case LICENCE -> {
                it.put("offerId", guid("offer").toUpperCase(Locale.ROOT));
                it.put("unitType", "Licenses")
                        .put("billingType", "license")
                        .put("hasPurchasableAddons", parent == null);
                it.put("commitmentEndDate", date(termEnd == null ? now.plus(Duration.ofDays(200)) : termEnd));
                it.put("termDuration", "P1Y");
            }
            case USAGE -> {
                it.put("offerId", "MS-AZR-0145P").put("unitType", "Usage-based").put("billingType", "usage");
                it.put("quantity", 1).put("commitmentEndDate", "9999-12-14T00:00:00Z");
            }
            case NEW_COMMERCE -> newCommerce(it, termEnd, cancellableUntil);
            case AZURE_PLAN -> {
                it.put("offerId", "DZH318Z0BPS6:0001:DZH318Z0BMTX").put("offerName", "Azure plan");
                it.put("unitType", "Usage-based").put("billingType", "usage").put("quantity", 1);
                it.put("publisherName", "Microsoft Corporation").put("commitmentEndDate", "9999-12-14T00:00:00Z");
            }
            case MARKETPLACE -> {
                it.put("offerId", "DZH318Z0BQ5P:0003:DZH318Z0BVSV").put("isMicrosoftProduct", false);
                it.put("publisherName", "Northwind Backups")
                        .put("unitType", "Licenses")
                        .put("billingType", "license");
                it.put("commitmentEndDate", date(termEnd == null ? now.plus(Duration.ofDays(100)) : termEnd));
                it.put("termDuration", "P1Y");
                cancellable(it, cancellableUntil);
            }
            case SAVINGS_PLAN -> {
                it.put("offerId", "DZH318Z0CJHX:0002:DZH318Z0BQKR").put("unitType", "benefit");
                it.put("billingType", "benefit").put("termDuration", "P1Y").put("quantity", 1);
                it.putObject("productType").put("id", "SavingsPlan").put("displayName", "Savings plan");
                it.put("commitmentEndDate", date(termEnd == null ? now.plus(Duration.ofDays(300)) : termEnd));
            }
            case SOFTWARE -> {
                it.put("offerId", "DG7GMGF0D5SL:0003:DG7GMGF0D8H4").put("unitType", "Licenses");
                it.put("billingType", "license").put("billingCycle", "one_time").put("termDuration", "P3Y");
                it.putObject("productType").put("id", "Software").put("displayName", "Software");
                it.put("commitmentEndDate", date(termEnd == null ? now.plus(Duration.ofDays(700)) : termEnd));
            }
        }
        if (kind.isLegacy()) {
            it.withObject("attributes").put("etag", AnswerWriter.etag(id, 1));
        } else if (dice.pick("etag" + id, 0, 2) == 0) {
            it.withObject("attributes").put("etag", "");
        }
        it.withObject("attributes").put("objectType", "Subscription");
        return it;
    }

    private ObjectNode common(Kind kind, String name, String status, @Nullable String parent) {
        ObjectNode it = AnswerWriter.object();
        it.put("id", id)
                .put("entitlementId", guid("entitlement"))
                .put("offerName", name)
                .put("friendlyName", name);
        it.put("quantity", 1 + dice.pick("quantity" + id, 0, 40));
        if (parent != null) {
            it.put("parentSubscriptionId", parent);
        }
        Instant created = now.minus(Duration.ofDays(165)).plusNanos(123_456_700);
        it.put("creationDate", date(created)).put("effectiveStartDate", date(created));
        it.put("status", status).put("autoRenewEnabled", kind != Kind.AZURE_PLAN);
        it.put("billingCycle", "monthly").put("isTrial", false).put("isMicrosoftProduct", true);
        it.put("contractType", "subscription").put("orderId", orderId).put("partnerId", "4847383");
        it.put("attentionNeeded", false).put("actionTaken", false);
        ArrayNode actions = it.putArray("actions");
        actions.add("Edit").add("Cancel");
        it.putArray("refundOptions");
        if (status.equals("suspended")) {
            it.putArray("suspensionReasons").add("CustomerCancellation");
        }
        ObjectNode links = it.putObject("links");
        links.set("self", AnswerWriter.link("/customers/" + customerId + "/subscriptions/" + id, "GET"));
        if (parent != null) {
            links.set(
                    "parentSubscription",
                    AnswerWriter.link("/customers/" + customerId + "/subscriptions/" + parent, "GET"));
        }
        // not in any documentation: has to survive a round trip nevertheless
        it.putObject("serviceNote").put("value", guid("note")).putNull("validUntil");
        return it;
    }

    private void newCommerce(ObjectNode it, @Nullable Instant termEnd, @Nullable Instant cancellableUntil) {
        Instant end = termEnd == null ? now.plus(Duration.ofDays(200)) : termEnd;
        it.put("offerId", "CFQ7TTC0LH18:0001:CFQ7TTC0K971")
                .put("unitType", "Licenses")
                .put("billingType", "license");
        it.putObject("productType").put("id", "OnlineServicesNCE").put("displayName", "OnlineServicesNCE");
        it.put("termDuration", "P1Y")
                .put("renewalTermDuration", "P1Y")
                .put("promotionId", "39NFJQT1PJGM:0001:39NFJQT1Q5KK");
        it.put("commitmentEndDate", date(end)).put("billingCycleEndDate", date(end));
        it.put("consumptionType", "none").putNull("migratedFromSubscriptionId");
        cancellable(it, cancellableUntil);
        ObjectNode refundable = it.putObject("refundableQuantity");
        refundable.put("totalQuantity", 0).putArray("details");
        ObjectNode next = it.putObject("scheduledNextTermInstructions");
        next.putObject("product")
                .put("productId", "CFQ7TTC0LH18")
                .put("skuId", "0001")
                .put("availabilityId", "CFQ7TTC0K971")
                .put("billingCycle", "monthly")
                .put("termDuration", "P1Y");
        next.put("quantity", it.path("quantity").asInt());
        // some were never looked at since there are scheduled actions, and some have a member that nobody has heard of
        int scheduled = dice.pick("scheduled" + id, 0, 3);
        if (scheduled > 0) {
            ArrayNode actions = it.putArray("scheduledActions");
            if (scheduled == 2) {
                ObjectNode renewal = actions.addObject();
                renewal.put("scheduleType", "TermEnd").put("actionType", "RenewToNewTerm");
                renewal.put("zzzOrigin", "Backfill");
                renewal.set("instructions", next.deepCopy());
            }
        }
    }

    private void cancellable(ObjectNode it, @Nullable Instant until) {
        if (until == null) {
            it.putNull("cancellationAllowedUntilDate");
        } else {
            it.put("cancellationAllowedUntilDate", date(until));
            it.withArray("refundOptions").addObject().put("type", "Full").put("expiresAt", date(until));
        }
    }

    private String guid(String what) {
        return dice.uuid(what + id, 0).toString();
    }

    private String date(Instant at) {
        return AnswerWriter.date(at, dice.pick("date" + id, dates++, 16));
    }
}
