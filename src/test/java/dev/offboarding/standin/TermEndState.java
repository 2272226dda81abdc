package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What becomes of a new-commerce term at its end, since May 2026: it renews, it is cancelled, or it continues in an extended service
 * term. What was scheduled is {@code scheduledActions}, and {@code autoRenewEnabled} with it.
 */
final class TermEndState {

    static final String CANCEL = "cancel";
    static final String RENEW = "renewtonewterm";
    static final String EXTEND = "renewtoextendedserviceterm";

    private static final Set<String> SCHEDULE_TYPES = Set.of("termend", "customdate");
    private static final Set<String> ACTION_TYPES = Set.of(CANCEL, RENEW, EXTEND, "transition");

    /** The SKU of an extended service term; whoever bought the term before had another. */
    static final String EXTENDED_SKU = "EST1";

    private static final LocalDate BOUGHT_FROM = LocalDate.of(2025, 4, 1);
    private static final LocalDate ENDING_FROM = LocalDate.of(2026, 5, 4);

    private TermEndState() {}

    /** What is scheduled for the end of the term, in lower case; null where nothing is. */
    static @Nullable String scheduled(JsonNode subscription) {
        for (JsonNode it : subscription.path("scheduledActions")) {
            if ("termend".equals(lower(it, "scheduleType"))) {
                return lower(it, "actionType");
            }
        }
        return null;
    }

    private static String lower(JsonNode action, String name) {
        String text = AnswerWriter.text(action, name);
        return text == null ? "" : AnswerWriter.lower(text);
    }

    static boolean isExtended(JsonNode subscription) {
        return subscription.path("offerId").asString("").contains(":" + EXTENDED_SKU + ":");
    }

    /** Only a licence-based term of these days, and no trial. */
    static boolean eligible(JsonNode subscription) {
        Instant begun = AnswerWriter.instant(AnswerWriter.text(subscription, "effectiveStartDate"));
        Instant end = AnswerWriter.instant(AnswerWriter.text(subscription, "commitmentEndDate"));
        return begun != null
                && end != null
                && !subscription.path("isTrial").asBoolean()
                && !day(begun).isBefore(BOUGHT_FROM)
                && !day(end).isBefore(ENDING_FROM);
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }

    /** Whether auto-renew was switched off and nothing was said of what is to come instead: that is put right, as Microsoft sees it. */
    static boolean isBackfilled(JsonNode subscription) {
        String scheduled = scheduled(subscription);
        return !subscription.path("autoRenewEnabled").asBoolean()
                && !CANCEL.equals(scheduled)
                && !EXTEND.equals(scheduled)
                && eligible(subscription);
    }

    /** Auto-renew is on again, with the renewal that belongs to it. */
    static ObjectNode renewing(ObjectNode subscription) {
        ObjectNode on = subscription.deepCopy().put("autoRenewEnabled", true);
        on.putArray("scheduledActions")
                .addObject()
                .put("scheduleType", "TermEnd")
                .put("actionType", "RenewToNewTerm");
        return on;
    }

    /** Refuses what nobody could mean. */
    static void check(ObjectNode body) {
        JsonNode actions = AnswerWriter.get(body, "scheduledActions");
        if (actions == null || actions.isNull()) {
            return;
        }
        if (!actions.isArray()) {
            throw Refusal.badInput("The scheduled actions are not valid.");
        }
        JsonNode renew = AnswerWriter.get(body, "autoRenewEnabled");
        int atTermEnd = 0;
        for (JsonNode it : actions) {
            String action = lower(it, "actionType");
            if (!SCHEDULE_TYPES.contains(lower(it, "scheduleType")) || !ACTION_TYPES.contains(action)) {
                throw Refusal.badInput("The scheduled action is not valid.");
            }
            if (lower(it, "scheduleType").equals("termend")) {
                atTermEnd++;
                boolean on = renew != null && renew.asBoolean();
                if (on != (action.equals(RENEW) || action.equals("transition"))) {
                    throw Refusal.badInput("The scheduled action and autoRenewEnabled do not go together.");
                }
            }
        }
        if (atTermEnd > 1) {
            throw Refusal.badInput("There is more than one action at the end of the term.");
        }
    }

    /** What the subscription is after the term that ended. */
    static ObjectNode after(ObjectNode subscription, Instant end, String cancelledIs) {
        ObjectNode next = subscription.deepCopy();
        boolean active = subscription.path("status").asString().equals("active");
        if (!active) {
            next.put("status", "disabled").putArray("suspensionReasons").add("Expiration");
            return next;
        }
        if (isExtended(subscription) || subscription.path("autoRenewEnabled").asBoolean()) {
            return renewed(next, subscription.path("termDuration").asString(), end);
        }
        if (CANCEL.equals(scheduled(subscription))) {
            next.put("status", cancelledIs).putArray("suspensionReasons").add("Expiration");
            return next;
        }
        if (!EXTEND.equals(scheduled(subscription)) && !eligible(subscription)) {
            next.put("status", "expired").putArray("suspensionReasons").add("Expiration");
            return next;
        }
        return extended(next, end);
    }

    private static ObjectNode renewed(ObjectNode next, String term, Instant end) {
        Instant until = plus(end, term);
        next.put("commitmentEndDate", AnswerWriter.date(until, 0))
                .put("billingCycleEndDate", AnswerWriter.date(until, 0));
        boolean extended = isExtended(next);
        Instant cancellable = extended ? until : end.plus(Duration.ofDays(7));
        next.put("cancellationAllowedUntilDate", AnswerWriter.date(cancellable, 0));
        if (!extended) {
            next.put("effectiveStartDate", AnswerWriter.date(end, 0));
        }
        return next;
    }

    /** Paid by the month under a SKU of its own; the id stays. It may be cancelled until its very end, which is what the date says. */
    private static ObjectNode extended(ObjectNode next, Instant end) {
        String[] offer = next.path("offerId").asString().split(":", -1);
        next.put("offerId", offer[0] + ":" + EXTENDED_SKU + ":" + offer[2]);
        next.put("termDuration", "P1M").put("renewalTermDuration", "P1M").put("billingCycle", "monthly");
        next.put("autoRenewEnabled", true);
        next.putArray("scheduledActions")
                .addObject()
                .put("scheduleType", "TermEnd")
                .put("actionType", "RenewToExtendedServiceTerm");
        return renewed(next, "P1M", end);
    }

    private static Instant plus(Instant at, String term) {
        return at.atOffset(ZoneOffset.UTC).plus(Period.parse(term)).toInstant();
    }
}
