package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Partner Center's subscriptions and entitlements in the port's words. What cannot be told for sure is {@code UNKNOWN}. */
final class Holdings {

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    /** A day later than the first, as its zone may be any. */
    private static final Instant UNSET = Json.FIRST.plus(1, ChronoUnit.DAYS);

    /** How the Azure plan's offer begins: its product. */
    private static final String AZURE_PLAN = "DZH318Z0BPS6:";

    private static final Set<String> ENDED =
            Set.of("cancelled", "canceled", "deleted", "expired", "returned", "refunded");
    /** Statuses of an Azure subscription under which nothing runs; any other may cost and break. */
    private static final Set<String> NOTHING_RUNS =
            Set.of("deleted", "disabled", "suspended", "expired", "cancelled", "canceled", "inactive");

    private Holdings() {}

    /** Empty where it has none that anything could be written to. */
    static String id(JsonNode subscription) {
        String id = Json.guid(subscription, "id");
        return id == null ? "" : id;
    }

    static String statusText(JsonNode subscription) {
        return Fault.line(Json.text(subscription, "status", "").toLowerCase(Locale.ROOT));
    }

    /** @param activeBeneath for an active Azure plan: how many Azure subscriptions under it are active */
    static Subscription subscription(JsonNode it, @Nullable Integer activeBeneath) {
        String parent = Json.text(it, "parentSubscriptionId");
        return new Subscription(
                id(it),
                Fault.line(Json.text(it, "friendlyName", Json.text(it, "offerName", "(no name)"))),
                // what has no id cannot be written to: it is left to somebody to look at
                id(it).isEmpty() ? Kind.UNKNOWN : kind(it),
                kindText(it),
                status(statusText(it)),
                statusText(it),
                termEnd(it),
                cancellableUntil(it),
                Json.flag(it, "autoRenewEnabled"),
                parent == null ? null : Fault.line(parent.toLowerCase(Locale.ROOT)),
                activeBeneath,
                kind(it) == Kind.NEW_COMMERCE ? TermEnd.of(it, termEnd(it), cancellableUntil(it)) : null,
                Fault.line(Json.text(it, "partnerId", "")));
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
        String offer = Json.text(it, "offerId", "").toUpperCase(Locale.ROOT);
        @Nullable Boolean microsofts = Json.flag(it, "isMicrosoftProduct");
        boolean usage = "usage".equalsIgnoreCase(Json.text(it, "billingType"));
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
            // what is billed by usage may be anybody's: it is suspended only where it is shown to be the plan
            boolean shown = offer.startsWith(AZURE_PLAN) || Boolean.TRUE.equals(microsofts);
            return usage && shown ? Kind.AZURE_PLAN : Kind.UNKNOWN;
        }
        if (offer.startsWith("MS-AZR-") || "usage-based".equalsIgnoreCase(Json.text(it, "unitType"))) {
            return Kind.USAGE;
        }
        return GUID.matcher(offer.toLowerCase(Locale.ROOT)).matches() ? Kind.LICENSE : Kind.UNKNOWN;
    }

    private static boolean isSavingsPlan(JsonNode it) {
        return productType(it).contains("savings") || isBenefit(it, "billingType") || isBenefit(it, "unitType");
    }

    /** How a savings plan is sold: it may be bought and ended in the Azure portal only. */
    private static boolean isBenefit(JsonNode it, String name) {
        return "benefit".equalsIgnoreCase(Json.text(it, name));
    }

    private static String productType(JsonNode it) {
        JsonNode product = Json.get(it, "productType");
        String id = product != null && product.isString() ? product.asString() : Json.text(product, "id", "");
        return id.toLowerCase(Locale.ROOT);
    }

    private static String kindText(JsonNode it) {
        String product = productType(it);
        String offer = Json.text(it, "offerId", "");
        String text = product.isEmpty() ? offer : product + " " + offer;
        // the plan tells it by its words, however it came to be known
        return Fault.line(isSavingsPlan(it) && !product.contains("savings") ? "savings plan " + text : text);
    }

    private static @Nullable LocalDate termEnd(JsonNode it) {
        Instant end = Json.instant(it, "commitmentEndDate");
        return day(end == null ? Json.instant(it, "commitmentEndDateTime") : end);
    }

    static @Nullable LocalDate day(@Nullable Instant end) {
        return end == null ? null : LocalDate.ofInstant(end, ZoneOffset.UTC);
    }

    /** Never computed: the platform says it, in one of two places. */
    private static @Nullable Instant cancellableUntil(JsonNode it) {
        if (Json.has(it, "cancellationAllowedUntilDate")) {
            return Json.instant(it, "cancellationAllowedUntilDate");
        }
        Instant latest = null;
        for (JsonNode option : Json.elements(it, "refundOptions")) {
            Instant until = Json.instant(option, "expiresAt");
            until = until == null ? Json.instant(option, "expiresAfter") : until;
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

    /** Reservations and software, those inside others included. A cancelled or expired one is listed all the same. */
    static List<Subscription> entitlements(List<JsonNode> entitlements, Instant now) {
        List<Subscription> all = new ArrayList<>();
        for (JsonNode it : entitlements) {
            all.add(entitlement(it, now));
            all.addAll(entitlements(Json.elements(it, "includedEntitlements"), now));
        }
        return all;
    }

    private static Subscription entitlement(JsonNode it, Instant now) {
        String type = Json.text(it, "entitlementType", "");
        String plain = type.toLowerCase(Locale.ROOT).replace("_", "");
        Kind kind = plain.equals("software")
                ? Kind.SOFTWARE
                : plain.contains("reservedinstance") ? Kind.RESERVED_INSTANCE : Kind.UNKNOWN;
        Instant expiry = Json.instant(it, "expiryDate");
        List<String> statuses = Json.elements(it, "quantityDetails").stream()
                .map(Holdings::statusText)
                .filter(status -> !status.isEmpty())
                .toList();
        Long quantity = Json.number(it, "quantity");
        boolean none = quantity != null && quantity == 0;
        boolean ended = !statuses.isEmpty() && ENDED.containsAll(statuses);
        // the first day of all is what is written where none was set
        boolean expired = expiry != null && expiry.isAfter(UNSET) && !expiry.isAfter(now);
        Status status = expired ? Status.EXPIRED : none || ended ? Status.DELETED : Status.ACTIVE;
        JsonNode order = Json.get(it, "referenceOrder");
        String id = Json.text(order, "id", "") + "/" + Json.text(order, "lineItemId", "");
        return new Subscription(
                Fault.line(id.toLowerCase(Locale.ROOT)),
                Fault.line("%s %s"
                        .formatted(Json.text(it, "productId", "(no product)"), Json.text(it, "skuId", ""))
                        .strip()),
                kind,
                Fault.line(type),
                status,
                statuses.isEmpty() ? status.name().toLowerCase(Locale.ROOT) : Fault.line(String.join(", ", statuses)),
                expired || expiry == null || expiry.isAfter(UNSET) ? day(expiry) : null,
                null,
                null,
                null,
                null);
    }
}
