package dev.offboarding.platform;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a customer holds, as the platform shows it. Reservations and software count as subscriptions here, whatever
 * the platform calls them.
 *
 * @param kindText the kind in the platform's own words
 * @param statusText the status in the platform's own words; open: what nobody has heard of is read, too
 * @param termEnd last day of the commitment, if there is one
 * @param cancellableUntil last moment at which it may still be cancelled, if it may
 * @param autoRenew whether it renews itself at the end of its term; null where the platform does not say
 * @param parentId the subscription to which this one is an add-on
 * @param activeBeneath active Azure subscriptions under an Azure plan; null where the platform cannot tell
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
        @Nullable Integer activeBeneath) {

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
        UNKNOWN
    }

    public boolean active() {
        return status == Status.ACTIVE;
    }
}
