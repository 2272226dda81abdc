package dev.offboarding.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a customer holds, as the platform shows it. Reservations and software count as subscriptions here, whatever
 * the platform calls them.
 *
 * @param kindText the kind in the platform's own words
 * @param statusText the status in the platform's own words; open: what no one has heard of is read, too
 * @param termEnd last day of the commitment, if there is one
 * @param cancellableUntil last moment at which it may still be cancelled, if it may
 * @param autoRenew whether it renews itself at the end of its term; null where the platform does not say
 * @param parentId the subscription to which this one is an add-on
 * @param activeBeneath active Azure subscriptions under an Azure plan; null where the platform cannot tell
 * @param atTermEnd what becomes of it at the end of its term; null where the platform does not say
 * @param scheduledActions what is scheduled for the end of its term, as the platform has it, in JSON; null where nothing is
 * @param reseller the partner id of the reseller who sold it; empty where none is shown, null where there is no such thing
 */
public record Subscription(
        String id,
        String name,
        Kind kind,
        String kindText,
        Status status,
        String statusText,
        @Nullable LocalDate termEnd,
        @Nullable Instant cancellableUntil,
        @Nullable Boolean autoRenew,
        @Nullable String parentId,
        @Nullable Integer activeBeneath,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable AtTermEnd atTermEnd,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        String reseller,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String scheduledActions) {

    /** A date in the year 9999 or later, or infinity, says that there is no end. */
    private static final int NO_END = 9999;

    /** Where the platform says neither what becomes of it at the end of its term nor who sold it. */
    public Subscription(
            String id,
            String name,
            Kind kind,
            String kindText,
            Status status,
            String statusText,
            @Nullable LocalDate termEnd,
            @Nullable Instant cancellableUntil,
            @Nullable Boolean autoRenew,
            @Nullable String parentId,
            @Nullable Integer activeBeneath) {
        this(
                id,
                name,
                kind,
                kindText,
                status,
                statusText,
                termEnd,
                cancellableUntil,
                autoRenew,
                parentId,
                activeBeneath,
                null,
                null);
    }

    /** Where nothing is scheduled for the end of its term. */
    public Subscription(
            String id,
            String name,
            Kind kind,
            String kindText,
            Status status,
            String statusText,
            @Nullable LocalDate termEnd,
            @Nullable Instant cancellableUntil,
            @Nullable Boolean autoRenew,
            @Nullable String parentId,
            @Nullable Integer activeBeneath,
            @Nullable AtTermEnd atTermEnd,
            @Nullable String reseller) {
        this(
                id,
                name,
                kind,
                kindText,
                status,
                statusText,
                termEnd,
                cancellableUntil,
                autoRenew,
                parentId,
                activeBeneath,
                atTermEnd,
                reseller,
                null);
    }

    public enum Kind {
        LICENSE,
        USAGE,
        NEW_COMMERCE,
        AZURE_PLAN,
        MARKETPLACE,
        SOFTWARE,
        RESERVED_INSTANCE,
        /** One that this program does not know: never safe to remove. */
        UNKNOWN
    }

    public enum Status {
        ACTIVE,
        SUSPENDED,
        DELETED,
        EXPIRED,
        PENDING,
        DISABLED,
        /** One that this program does not know: never safe to remove. */
        UNKNOWN;

        /** In the words of both platforms. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What becomes of a term that comes to its end, as things stand. */
    public enum AtTermEnd {
        /** Begins again, for another term. */
        RENEWS,
        /** Continues in a paid extended service term, because nothing else was scheduled. */
        EXTENDS,
        /** Is in an extended service term already: that renews itself, and may be cancelled on any day. */
        EXTENDED,
        /** Ends: auto-renew is off, and its cancellation is scheduled. */
        ENDS
    }

    /** The same in another status, given in the platform's own words. */
    public Subscription in(Status now, String nowText) {
        return new Subscription(
                id,
                name,
                kind,
                kindText,
                now,
                nowText,
                termEnd,
                cancellableUntil,
                autoRenew,
                parentId,
                activeBeneath,
                atTermEnd,
                reseller,
                scheduledActions);
    }

    public boolean active() {
        return status == Status.ACTIVE;
    }

    /** Whether its term has a date that is no end: it never ends on its own. */
    public boolean endless() {
        return termEnd != null && isNoEnd(termEnd);
    }

    /** Whether a platform that shows this date means none. */
    public static boolean isNoEnd(LocalDate shown) {
        return shown.getYear() >= NO_END;
    }

    /** Whether it continues after its term unless someone does something. */
    public boolean renewsItself() {
        return active() && atTermEnd != null && atTermEnd != AtTermEnd.ENDS;
    }
}
