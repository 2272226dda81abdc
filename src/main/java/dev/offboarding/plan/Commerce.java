package dev.offboarding.plan;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.platform.Transfer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What other partners and resellers have to do with a customer. */
final class Commerce {

    private Commerce() {}

    /** @param resellers null where any may be touched */
    static List<Hold> ofOtherResellers(List<Subscription> subscriptions, @Nullable Set<String> resellers) {
        return resellers == null
                ? List.of()
                : subscriptions.stream()
                        .filter(it -> it.status() != Status.DELETED && it.status() != Status.EXPIRED)
                        .filter(it -> it.reseller() != null && !resellers.contains(it.reseller()))
                        .map(it -> new Hold(
                                HoldReason.OTHER_RESELLER,
                                null,
                                "%s (%s) %s, and list the customer again"
                                        .formatted(
                                                it.name(),
                                                it.id(),
                                                "".equals(it.reseller())
                                                        ? "does not say which reseller sold it, so it may not be touched: find out which, have that entered in Partner Center"
                                                        : "was sold by the reseller with partner id %s, and partner-center.resellers does not name that one: ask that reseller"
                                                                .formatted(it.reseller()))))
                        .toList();
    }

    /**
     * As long as one is not over, what the customer holds may become another partner's; once removed, it could not.
     *
     * @param today in the job's zone, which may be a day ahead of the UTC that a transfer lapses in
     */
    static List<Hold> transfers(List<Transfer> transfers, LocalDate today, Instant now) {
        LocalDate utc = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate day = utc.isBefore(today) ? utc : today;
        return transfers.stream()
                .filter(it -> it.lapsesOn() == null || !it.lapsesOn().isBefore(day))
                .map(it -> new Hold(
                        HoldReason.TRANSFER_PENDING,
                        it.lapsesOn(),
                        "a transfer of what it holds to %s is %s%s: nothing is written until that is over"
                                .formatted(
                                        it.partner(),
                                        it.status().isEmpty() ? "not over" : it.status(),
                                        it.lapsesOn() == null ? "" : ", and lapses on " + it.lapsesOn())))
                .toList();
    }
}
