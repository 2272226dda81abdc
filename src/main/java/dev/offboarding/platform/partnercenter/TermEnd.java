package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.TermInstruction;
import dev.offboarding.platform.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What becomes of a new-commerce term at its end. Since May 2026 auto-renew that is off does not end it: that takes a scheduled action
 * {@code Cancel} at the term's end, and where there is none it continues in a paid extended service term.
 */
final class TermEnd {

    private static final String ACTIONS = "scheduledActions";
    private static final String SCHEDULE_TYPE = "scheduleType";
    private static final String ACTION_TYPE = "actionType";
    private static final String CANCEL = "cancel";
    private static final String EXTEND = "renewtoextendedserviceterm";
    /** What keeps a term from ending, whenever it is to happen. */
    private static final Set<String> GOES_ON = Set.of("renewtonewterm", EXTEND, "transition");

    private static final String MONTH = "P1M";

    /** When it was bought, and when its term began; an extended one may still show when the term before it did. */
    private static final List<String> STARTS = List.of("creationDate", "effectiveStartDate");

    /** An ordinary term may be cancelled for seven days, an extended one for a month: what is shorter than this is no month. */
    private static final Duration MORE_THAN_FIRST_DAYS = Duration.ofDays(14);

    private TermEnd() {}

    static AtTermEnd of(JsonNode subscription, @Nullable LocalDate end, @Nullable Instant cancellableUntil) {
        if (isExtended(subscription, end, cancellableUntil)) {
            return AtTermEnd.EXTENDED;
        }
        if (!Boolean.FALSE.equals(PartnerCenterJson.flag(subscription, "autoRenewEnabled"))) {
            return AtTermEnd.RENEWS;
        }
        return ends(subscription) ? AtTermEnd.ENDS : AtTermEnd.EXTENDS;
    }

    /**
     * An extended service term is a month that may be cancelled until its end, and says so by that date: of any other month only the
     * first days may be. A first month that was fitted to another date may be no longer than those.
     */
    private static boolean isExtended(
            JsonNode subscription, @Nullable LocalDate end, @Nullable Instant cancellableUntil) {
        return end != null
                && !Subscription.isNoEnd(end)
                && cancellableUntil != null
                && MONTH.equalsIgnoreCase(PartnerCenterJson.text(subscription, "termDuration"))
                && !Boolean.TRUE.equals(PartnerCenterJson.flag(subscription, "isTrial"))
                && !LocalDate.ofInstant(cancellableUntil, ZoneOffset.UTC).isBefore(end)
                && STARTS.stream()
                        .map(start -> PartnerCenterJson.instantThatIsSet(subscription, start))
                        .allMatch(start -> start == null
                                || start.plus(MORE_THAN_FIRST_DAYS).isBefore(cancellableUntil));
    }

    private static boolean ends(JsonNode subscription) {
        boolean cancelled = false;
        for (JsonNode action : PartnerCenterJson.elements(subscription, ACTIONS)) {
            if (GOES_ON.contains(lower(action, ACTION_TYPE))) {
                return false;
            }
            cancelled |= isCancellation(action);
        }
        return cancelled;
    }

    private static boolean isCancellation(JsonNode action) {
        return lower(action, ACTION_TYPE).equals(CANCEL)
                && lower(action, SCHEDULE_TYPE).equals("termend");
    }

    private static String lower(JsonNode action, String name) {
        return PartnerCenterJson.text(action, name, "").toLowerCase(Locale.ROOT);
    }

    /** In the words of an outcome. */
    static String words(JsonNode subscription) {
        if (!Boolean.FALSE.equals(PartnerCenterJson.flag(subscription, "autoRenewEnabled"))) {
            return WriteOutcome.RENEWS;
        }
        return ends(subscription) ? WriteOutcome.ENDS_WITH_TERM : WriteOutcome.RENEWS_NOT;
    }

    /** What is scheduled, as it is; null where nothing is. */
    static @Nullable String scheduled(JsonNode subscription) {
        JsonNode actions = PartnerCenterJson.get(subscription, ACTIONS);
        return actions != null && actions.isArray() && !actions.isEmpty() ? actions.toString() : null;
    }

    /** Puts back what was to happen at its end before this program let it end with its term. */
    static void putBack(ObjectNode subscription, TermInstruction before) {
        PartnerCenterJson.set(subscription, "autoRenewEnabled", PartnerCenterJson.node(before.autoRenew()));
        String scheduled = before.scheduledActions();
        PartnerCenterJson.set(
                subscription,
                ACTIONS,
                scheduled == null
                        ? PartnerCenterJson.newObject().putArray(ACTIONS)
                        : PartnerCenterJson.parsed(scheduled));
    }

    /** The words for what it is then. */
    static String words(TermInstruction instruction) {
        return instruction.autoRenew() ? WriteOutcome.RENEWS : WriteOutcome.RENEWS_NOT;
    }

    /** Lets it end with its term. What is not about that, and what is not known, stays as it is. */
    static void end(ObjectNode subscription) {
        PartnerCenterJson.set(subscription, "autoRenewEnabled", PartnerCenterJson.node(false));
        ArrayNode actions = PartnerCenterJson.newObject().putArray(ACTIONS);
        boolean cancelled = false;
        for (JsonNode action : PartnerCenterJson.elements(subscription, ACTIONS)) {
            boolean another = cancelled && isCancellation(action);
            if (!GOES_ON.contains(lower(action, ACTION_TYPE)) && !another) {
                cancelled |= isCancellation(action);
                actions.add(action);
            }
        }
        if (!cancelled) {
            actions.addObject().put(SCHEDULE_TYPE, "TermEnd").put(ACTION_TYPE, "Cancel");
        }
        PartnerCenterJson.set(subscription, ACTIONS, actions);
    }
}
