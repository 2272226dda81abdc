package dev.offboarding.cases;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Status;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one offboarding, beyond how far it has come. Once known it stays known, whatever a later reading shows: a customer
 * that comes back is never taken for one that was never gone. Only being listed again after that begins without any of it.
 *
 * @param begunAt when this offboarding began
 * @param writtenAt when this program first wrote to the customer; null as long as it has not
 * @param heldBefore the subscriptions, by id, that the customer held when it was first written to, or when nothing was found active any
 *     more: until then, as it was last seen; null where that is not known
 * @param heldAtRemoval those that it held when its removal was sent: until then, as it was last planned; null where that is not known
 * @param removalLostAt when a removal was sent whose answer was lost
 * @param endedAt when the relationship was first seen to have ended
 * @param endedBy what showed that, in words
 * @param nothingShownAt the first reading at which nothing of an accepted removal showed
 * @param lastHold why it waited on the last night on which it did; null where its relationship has ended since
 * @param returned subscriptions that this program has suspended and that were seen active again: whoever suspends them now, it is not this
 *     program
 * @param suspendedBefore what this program suspended before this offboarding of the case began, and has not put back; without what was
 *     active again when that began
 * @param cancelled subscriptions that this program has cancelled: they cannot be put back
 * @param scheduledBefore the ends of terms that it scheduled before this offboarding of the case began, and that did not show since; and
 *     those that it has scheduled since, and that the platform has accepted and did not show
 * @param inactiveBefore those of {@code heldBefore} that were suspended, disabled or over, or were so when nothing was found active any
 *     more: if one of them is active, somebody has made it so; null where that is not known, as with cases of an earlier version
 * @param undeletable requests for delegated administration, by id, that the platform has refused to delete: they stay
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CaseFacts(
        @Nullable Instant begunAt,
        @Nullable Instant writtenAt,
        @Nullable List<String> heldBefore,
        @Nullable List<String> heldAtRemoval,
        @Nullable Instant removalLostAt,
        @Nullable Instant endedAt,
        @Nullable String endedBy,
        @Nullable Instant nothingShownAt,
        @Nullable LastHold lastHold,
        @Nullable List<String> returned,
        @Nullable List<String> suspendedBefore,
        @Nullable List<String> cancelled,
        @Nullable List<ScheduledEnd> scheduledBefore,
        @Nullable List<String> inactiveBefore,
        @Nullable List<String> undeletable) {

    /** Neither active nor about to become something else. */
    private static final Set<Status> INACTIVE =
            EnumSet.of(Status.SUSPENDED, Status.DISABLED, Status.DELETED, Status.EXPIRED);

    public static final CaseFacts NONE = new CaseFacts(null, null, null, null, null, null, null, null, null);

    /** Of an offboarding of which nothing came back or was cancelled. */
    public CaseFacts(
            @Nullable Instant begunAt,
            @Nullable Instant writtenAt,
            @Nullable List<String> heldBefore,
            @Nullable List<String> heldAtRemoval,
            @Nullable Instant removalLostAt,
            @Nullable Instant endedAt,
            @Nullable String endedBy,
            @Nullable Instant nothingShownAt,
            @Nullable LastHold lastHold) {
        this(
                begunAt,
                writtenAt,
                heldBefore,
                heldAtRemoval,
                removalLostAt,
                endedAt,
                endedBy,
                nothingShownAt,
                lastHold,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /**
     * What is met only at a write is planned again for each night, and until it is met nothing else says that it was met before.
     *
     * @param holds may be empty
     * @param since since when it had been held for them; null where it was not
     */
    public record LastHold(List<Hold> holds, @Nullable Instant since) {}

    /** Whether the relationship is known to have ended since this offboarding began. */
    public boolean ended() {
        return endedAt != null;
    }

    /** Whether these are different subscriptions from those that the customer held when its removal was sent, or one of them is active. */
    public boolean holdsOtherThanAtRemoval(List<Subscription> now) {
        return heldAtRemoval == null
                || !Set.copyOf(heldAtRemoval).equals(new HashSet<>(ids(now)))
                || now.stream().anyMatch(Subscription::active);
    }

    /** Whether the customer did not hold this one when this program first wrote to it, or nothing of it was found active any more. */
    public boolean isNew(String subscription) {
        return heldBefore != null && !heldBefore.contains(subscription);
    }

    /** Whether it was not active then, and nothing was pending that would make it so. */
    public boolean wasInactive(String subscription) {
        return inactiveBefore != null && inactiveBefore.contains(subscription);
    }

    /** Whether this program had suspended it when this offboarding of the case began, and it was still so. */
    public boolean wasSuspendedBefore(String subscription) {
        return suspendedBefore != null && suspendedBefore.contains(subscription);
    }

    CaseFacts begun(Instant at) {
        return begunAt != null ? this : with(it -> it.begunAt = at);
    }

    CaseFacts written(Instant at) {
        return writtenAt != null ? this : with(it -> it.writtenAt = at);
    }

    /**
     * What the customer holds, as long as nothing was written to it.
     *
     * @param onTheirWay what this program has changed so lately that it may be shown as it was before
     * @param suspended whether nothing of it was found active any more: what it held then, and what was inactive, stays known as that
     */
    CaseFacts seen(List<Subscription> now, Collection<String> onTheirWay, boolean suspended) {
        if (writtenAt != null) {
            return this;
        }
        List<String> inactive = ids(now.stream()
                .filter(it -> INACTIVE.contains(it.status()) && !onTheirWay.contains(it.id()))
                .toList());
        return with(it -> {
            it.heldBefore = suspended && heldBefore != null ? heldBefore : ids(now);
            it.inactiveBefore = suspended ? together(inactiveBefore, inactive) : inactive;
        });
    }

    /** What the customer holds as its removal is planned for it. */
    CaseFacts removalPlanned(List<Subscription> now) {
        return with(it -> it.heldAtRemoval = ids(now));
    }

    CaseFacts removalLost(Instant at) {
        return with(it -> it.removalLostAt = at);
    }

    /** The relationship is seen to have ended; what showed it first counts. */
    CaseFacts ended(Instant at, String by) {
        return endedAt != null
                ? this
                : with(it -> {
                    it.endedAt = at;
                    it.endedBy = by;
                });
    }

    /** Of the subscriptions that this program has suspended, those that still are its doing, in the order in which it has suspended them. */
    public Set<String> ours(Collection<String> suspended) {
        Set<String> ours = new LinkedHashSet<>(suspendedBefore == null ? List.of() : suspendedBefore);
        ours.addAll(suspended);
        ours.removeAll(returned == null ? List.of() : returned);
        return ours;
    }

    /**
     * The ends of terms that this program has scheduled and that it has not put back, also before this offboarding of the case began.
     *
     * @param scheduled those of this offboarding
     */
    public Map<String, ScheduledEnd> everScheduled(Map<String, ScheduledEnd> scheduled) {
        Map<String, ScheduledEnd> ever = new LinkedHashMap<>();
        if (scheduledBefore != null) {
            scheduledBefore.forEach(end -> ever.put(end.subscription(), end));
        }
        ever.putAll(scheduled);
        return ever;
    }

    /** Whether this program has cancelled it. */
    public boolean hasCancelled(String subscription) {
        return cancelled != null && cancelled.contains(subscription);
    }

    /** These were suspended by this program, and are active. */
    CaseFacts returned(Collection<String> subscriptions) {
        return subscriptions.isEmpty() ? this : with(it -> it.returned = together(returned, subscriptions));
    }

    /** These were active when this offboarding began: whoever lists the customer again wants them suspended, whoever had suspended them. */
    CaseFacts activeAsItBegan(Collection<String> subscriptions) {
        return with(it -> it.suspendedBefore = without(suspendedBefore, subscriptions));
    }

    /** This program has suspended them, once more perhaps: whoever had made them active in between, the suspension is its own. */
    CaseFacts suspended(Collection<String> subscriptions) {
        return with(it -> it.returned = without(returned, subscriptions));
    }

    CaseFacts cancelled(String subscription) {
        return with(it -> it.cancelled = together(cancelled, List.of(subscription)));
    }

    /** The ends of these terms are not scheduled any more. */
    CaseFacts endNoMore(Collection<String> subscriptions) {
        List<ScheduledEnd> before = scheduledBefore;
        return before == null || before.stream().noneMatch(it -> subscriptions.contains(it.subscription()))
                ? this
                : with(it -> it.scheduledBefore = before.stream()
                        .filter(end -> !subscriptions.contains(end.subscription()))
                        .toList());
    }

    /** The platform accepted it and does not show it yet: it is put back like what stands from before, once it does. */
    CaseFacts scheduledAndNotShown(ScheduledEnd end) {
        CaseFacts without = endNoMore(List.of(end.subscription()));
        return without.with(it -> it.scheduledBefore = Stream.concat(
                        without.scheduledBefore == null ? Stream.of() : without.scheduledBefore.stream(),
                        Stream.of(end))
                .toList());
    }

    /** Of the ends of terms that do not count as this offboarding's, those that it has scheduled nevertheless. */
    List<ScheduledEnd> scheduledSinceItBegan() {
        Instant begun = begunAt;
        return scheduledBefore == null || begun == null
                ? List.of()
                : scheduledBefore.stream()
                        .filter(end -> !end.at().isBefore(begun))
                        .toList();
    }

    /** This program has made it active again. */
    CaseFacts putBack(String subscription) {
        List<String> it = List.of(subscription);
        return with(facts -> {
            facts.suspendedBefore = without(suspendedBefore, it);
            facts.inactiveBefore = without(inactiveBefore, it);
        });
    }

    private static @Nullable List<String> without(@Nullable List<String> some, Collection<String> these) {
        return some == null
                ? null
                : some.stream().filter(id -> !these.contains(id)).toList();
    }

    private static List<String> together(@Nullable List<String> some, Collection<String> more) {
        return Stream.concat(some == null ? Stream.of() : some.stream(), more.stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** The platform has refused to delete these requests for delegated administration. */
    CaseFacts undeletable(Collection<String> requests) {
        return with(it -> it.undeletable = together(undeletable, requests));
    }

    /** Whether the platform has refused to delete this request for delegated administration. */
    boolean isUndeletable(String request) {
        return undeletable != null && undeletable.contains(request);
    }

    CaseFacts nothingShown(Instant at) {
        return nothingShownAt != null ? this : with(it -> it.nothingShownAt = at);
    }

    CaseFacts lastHold(@Nullable LastHold hold) {
        return with(it -> it.lastHold = hold);
    }

    private CaseFacts with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.facts();
    }

    /** Facts while they are read, or while some of them are changed. */
    static final class Draft {
        @Nullable
        Instant begunAt;

        @Nullable
        Instant writtenAt;

        @Nullable
        List<String> heldBefore;

        @Nullable
        List<String> heldAtRemoval;

        @Nullable
        Instant removalLostAt;

        @Nullable
        Instant endedAt;

        @Nullable
        String endedBy;

        @Nullable
        Instant nothingShownAt;

        @Nullable
        LastHold lastHold;

        @Nullable
        List<String> returned;

        @Nullable
        List<String> suspendedBefore;

        @Nullable
        List<String> cancelled;

        @Nullable
        List<ScheduledEnd> scheduledBefore;

        @Nullable
        List<String> inactiveBefore;

        @Nullable
        List<String> undeletable;

        Draft(CaseFacts of) {
            begunAt = of.begunAt;
            writtenAt = of.writtenAt;
            heldBefore = of.heldBefore;
            heldAtRemoval = of.heldAtRemoval;
            removalLostAt = of.removalLostAt;
            endedAt = of.endedAt;
            endedBy = of.endedBy;
            nothingShownAt = of.nothingShownAt;
            lastHold = of.lastHold;
            returned = of.returned;
            suspendedBefore = of.suspendedBefore;
            cancelled = of.cancelled;
            scheduledBefore = of.scheduledBefore;
            inactiveBefore = of.inactiveBefore;
            undeletable = of.undeletable;
        }

        CaseFacts facts() {
            return new CaseFacts(
                    begunAt,
                    writtenAt,
                    heldBefore,
                    heldAtRemoval,
                    removalLostAt,
                    endedAt,
                    endedBy,
                    nothingShownAt,
                    lastHold,
                    returned,
                    suspendedBefore,
                    cancelled,
                    scheduledBefore,
                    inactiveBefore,
                    undeletable);
        }
    }

    private static List<String> ids(Collection<Subscription> subscriptions) {
        return subscriptions.stream().map(Subscription::id).distinct().sorted().toList();
    }
}
