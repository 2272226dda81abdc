package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Transfer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Transfers of what a customer holds from this partner to another one. */
final class Transfers {

    /** A request that no one has answered by then no longer counts. */
    private static final Duration LAPSES_AFTER = Duration.ofDays(30);

    /** Any other status, also one that no one has heard of, may still take the customer's subscriptions away. */
    private static final Set<String> OVER = Set.of(
            "complete",
            "completed",
            "reject",
            "rejected",
            "declined",
            "canceled",
            "cancelled",
            "deleted",
            "expired",
            "lapsed",
            "failed");

    private static final Set<String> UNDER_WAY = Set.of("inprogress", "processing");

    private Transfers() {}

    /** @param partnerTenant our own: what is transferred to us takes nothing away */
    static List<Transfer> pending(List<JsonNode> transfers, String partnerTenant) {
        List<Transfer> pending = new ArrayList<>();
        for (JsonNode it : transfers) {
            String status = ErrorBody.line(PartnerCenterJson.text(it, "status", ""));
            String target = PartnerCenterJson.text(it, "targetPartnerTenantId", "");
            boolean over = OVER.contains(status.toLowerCase(Locale.ROOT));
            if (!over && !target.equalsIgnoreCase(partnerTenant)) {
                pending.add(new Transfer(
                        ErrorBody.line(PartnerCenterJson.text(it, "id", "")),
                        partner(it, target),
                        status,
                        lapsesOn(it)));
            }
        }
        return List.copyOf(pending);
    }

    private static String partner(JsonNode it, String target) {
        String name = PartnerCenterJson.text(it, "targetPartnerName");
        String tenant = target.isEmpty() ? "tenant not shown" : "tenant " + target;
        return ErrorBody.line(name == null ? tenant : name + " (" + tenant + ")");
    }

    /** Null where no day is known. An unset date counts as none; one in the year 9999 or later has no end. */
    private static @Nullable LocalDate lapsesOn(JsonNode it) {
        String status = PartnerCenterJson.text(it, "status", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[ _]", "");
        if (UNDER_WAY.contains(status)) {
            return null;
        }
        Instant says = PartnerCenterJson.instantThatIsSet(it, "expirationTime");
        if (says != null) {
            return dayWithAnEnd(says);
        }
        Instant created = PartnerCenterJson.instantThatIsSet(it, "createdTime");
        return created == null ? null : dayWithAnEnd(created.plus(LAPSES_AFTER));
    }

    private static @Nullable LocalDate dayWithAnEnd(Instant at) {
        LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        return Subscription.isNoEnd(day) ? null : day;
    }
}
