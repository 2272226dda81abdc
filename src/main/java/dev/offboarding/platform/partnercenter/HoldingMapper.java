package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Partner Center's subscriptions and entitlements in the port's words. What cannot be decided for sure is {@code UNKNOWN}. */
final class HoldingMapper {

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** How the Azure plan's offer begins: its product. */
    private static final String AZURE_PLAN = "DZH318Z0BPS6:";

    private static final Set<String> ENDED =
            Set.of("cancelled", "canceled", "deleted", "expired", "returned", "refunded");
    /** Statuses of an Azure subscription under which nothing runs; any other may cost and break. */
    private static final Set<String> NOTHING_RUNS =
            Set.of("deleted", "disabled", "suspended", "expired", "cancelled", "canceled", "inactive");

    private HoldingMapper() {}

    /** Empty where it has none that anything could be written to. */
    static String id(JsonNode subscription) {
        String id = PartnerCenterJson.guid(subscription, "id");
        return id == null ? "" : id;
    }

    static String statusText(JsonNode subscription) {
        return ErrorBody.line(PartnerCenterJson.text(subscription, "status", "").toLowerCase(Locale.ROOT));
    }

    /** @param activeBeneath for an active Azure plan: how many Azure subscriptions under it are active */
    static Subscription subscription(JsonNode it, @Nullable Integer activeBeneath) {
        String parent = PartnerCenterJson.text(it, "parentSubscriptionId");
        return new Subscription(
                id(it),
                ErrorBody.line(PartnerCenterJson.text(
                        it, "friendlyName", PartnerCenterJson.text(it, "offerName", "(no name)"))),
                // what has no id cannot be written to: it is left for a person to look at
                id(it).isEmpty() ? Kind.UNKNOWN : kind(it),
                kindText(it),
                status(statusText(it)),
                statusText(it),
                termEnd(it),
                cancellableUntil(it),
                PartnerCenterJson.flag(it, "autoRenewEnabled"),
                parent == null ? null : ErrorBody.line(parent.toLowerCase(Locale.ROOT)),
                activeBeneath,
                kind(it) == Kind.NEW_COMMERCE ? TermEnd.of(it, termEnd(it), cancellableUntil(it)) : null,
                ErrorBody.line(PartnerCenterJson.text(it, "partnerId", "")),
                kind(it) == Kind.NEW_COMMERCE ? TermEnd.scheduled(it) : null);
    }

    static Status status(String text) {
        return switch (text) {
            case "active" -> Status.ACTIVE;
            case "suspended" -> Status.SUSPENDED;
            case "deleted" -> Status.DELETED;
            case "expired" -> Status.EXPIRED;
            case "pending" -> Status.PENDING;
            case "disabled" -> Status.DISABLED;
            default -> Status.UNKNOWN;
        };
    }

    static Kind kind(JsonNode it) {
        String product = productType(it);
        if (isSavingsPlan(it)) {
            return Kind.RESERVED_INSTANCE;
        }
        if (product.equals("onlineservicesnce")) {
            return Kind.NEW_COMMERCE;
        }
        if (product.startsWith("software")) {
            return Kind.SOFTWARE;
        }
        if (product.contains("reserv")) {
            return Kind.RESERVED_INSTANCE;
        }
        String offer = PartnerCenterJson.text(it, "offerId", "").toUpperCase(Locale.ROOT);
        @Nullable Boolean microsofts = PartnerCenterJson.flag(it, "isMicrosoftProduct");
        boolean usage = "usage".equalsIgnoreCase(PartnerCenterJson.text(it, "billingType"));
        if (offer.split(":", -1).length == 3) {
            if (Boolean.FALSE.equals(microsofts)) {
                return Kind.MARKETPLACE;
            }
            if (offer.startsWith("CFQ7")) {
                return Kind.NEW_COMMERCE;
            }
            if (offer.startsWith("DG7GMGF0")) {
                return Kind.SOFTWARE;
            }
            // what is billed by usage may be anyone's: it is suspended only where it is shown to be the plan
            boolean shown = offer.startsWith(AZURE_PLAN) || Boolean.TRUE.equals(microsofts);
            return usage && shown ? Kind.AZURE_PLAN : Kind.UNKNOWN;
        }
        if (offer.startsWith("MS-AZR-") || "usage-based".equalsIgnoreCase(PartnerCenterJson.text(it, "unitType"))) {
            return Kind.USAGE;
        }
        return GUID.matcher(offer.toLowerCase(Locale.ROOT)).matches() ? Kind.LICENSE : Kind.UNKNOWN;
    }

    private static boolean isSavingsPlan(JsonNode it) {
        return productType(it).contains("savings") || isBenefit(it, "billingType") || isBenefit(it, "unitType");
    }

    /** How a savings plan is sold: it may be bought and ended in the Azure portal only. */
    private static boolean isBenefit(JsonNode it, String name) {
        return "benefit".equalsIgnoreCase(PartnerCenterJson.text(it, name));
    }

    private static String productType(JsonNode it) {
        JsonNode product = PartnerCenterJson.get(it, "productType");
        String id =
                product != null && product.isString() ? product.asString() : PartnerCenterJson.text(product, "id", "");
        return id.toLowerCase(Locale.ROOT);
    }

    private static String kindText(JsonNode it) {
        String product = productType(it);
        String offer = PartnerCenterJson.text(it, "offerId", "");
        String text = product.isEmpty() ? offer : product + " " + offer;
        // the plan recognises it by its words, however it was found
        return ErrorBody.line(isSavingsPlan(it) && !product.contains("savings") ? "savings plan " + text : text);
    }

    private static @Nullable LocalDate termEnd(JsonNode it) {
        Instant end = PartnerCenterJson.instantThatIsSet(it, "commitmentEndDate");
        return day(end == null ? PartnerCenterJson.instantThatIsSet(it, "commitmentEndDateTime") : end);
    }

    private static @Nullable LocalDate day(@Nullable Instant end) {
        return end == null ? null : LocalDate.ofInstant(end, ZoneOffset.UTC);
    }

    /** Never computed: the platform says it, in one of two places. */
    private static @Nullable Instant cancellableUntil(JsonNode it) {
        if (PartnerCenterJson.has(it, "cancellationAllowedUntilDate")) {
            return PartnerCenterJson.instant(it, "cancellationAllowedUntilDate");
        }
        Instant latest = null;
        for (JsonNode option : PartnerCenterJson.elements(it, "refundOptions")) {
            Instant until = PartnerCenterJson.instant(option, "expiresAt");
            until = until == null ? PartnerCenterJson.instant(option, "expiresAfter") : until;
            if (until != null && (latest == null || until.isAfter(latest))) {
                latest = until;
            }
        }
        return latest;
    }

    /** How many of the Azure subscriptions under a plan may be running. */
    static int activeBeneath(List<JsonNode> azureEntitlements) {
        return (int) azureEntitlements.stream()
                .filter(it -> !NOTHING_RUNS.contains(statusText(it)))
                .count();
    }

    /** Reservations and software, those inside others included. A cancelled or expired one is listed nevertheless. */
    static List<Subscription> entitlements(List<JsonNode> entitlements, Instant now) {
        List<Subscription> all = new ArrayList<>();
        for (JsonNode it : entitlements) {
            all.add(entitlement(it, now));
            all.addAll(entitlements(PartnerCenterJson.elements(it, "includedEntitlements"), now));
        }
        return all;
    }

    private static Subscription entitlement(JsonNode it, Instant now) {
        String type = PartnerCenterJson.text(it, "entitlementType", "");
        String plain = type.toLowerCase(Locale.ROOT).replace("_", "");
        Kind kind = plain.equals("software")
                ? Kind.SOFTWARE
                : plain.contains("reservedinstance") ? Kind.RESERVED_INSTANCE : Kind.UNKNOWN;
        Instant expiry = PartnerCenterJson.instantThatIsSet(it, "expiryDate");
        List<String> statuses = PartnerCenterJson.elements(it, "quantityDetails").stream()
                .map(HoldingMapper::statusText)
                .filter(status -> !status.isEmpty())
                .toList();
        Long quantity = PartnerCenterJson.number(it, "quantity");
        boolean none = quantity != null && quantity == 0;
        boolean ended = !statuses.isEmpty() && ENDED.containsAll(statuses);
        boolean expired = expiry != null && !expiry.isAfter(now);
        Status status = expired ? Status.EXPIRED : none || ended ? Status.DELETED : Status.ACTIVE;
        JsonNode order = PartnerCenterJson.get(it, "referenceOrder");
        String id = PartnerCenterJson.text(order, "id", "") + "/" + PartnerCenterJson.text(order, "lineItemId", "");
        return new Subscription(
                ErrorBody.line(id.toLowerCase(Locale.ROOT)),
                ErrorBody.line("%s %s"
                        .formatted(
                                PartnerCenterJson.text(it, "productId", "(no product)"),
                                PartnerCenterJson.text(it, "skuId", ""))
                        .strip()),
                kind,
                ErrorBody.line(type),
                status,
                statuses.isEmpty()
                        ? status.name().toLowerCase(Locale.ROOT)
                        : ErrorBody.line(String.join(", ", statuses)),
                day(expiry),
                null,
                null,
                null,
                null);
    }
}
