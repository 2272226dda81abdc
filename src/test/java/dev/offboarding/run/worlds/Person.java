package dev.offboarding.run.worlds;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A customer, and what {@link SecondThoughtsTest} knows of it. */
final class Person {

    final int n;
    /** Somebody wants it offboarded: nobody has taken that back, and it was not done. */
    boolean asked;
    /** Nothing happens before. */
    LocalDate effective = LocalDate.MIN;
    /** As the row has it that listed it last. */
    LocalDate listedFor = LocalDate.MIN;

    boolean withdrawing;
    boolean paused;
    /** What it held when somebody approved that it goes; null where nobody has. */
    @Nullable
    Set<UUID> approved;

    boolean begun;
    /** Its relationship is ended now, by this program. */
    boolean removed;

    /** So its case has come too far to be withdrawn by the list, whether it comes back or not. */
    boolean removedInItsCase;

    boolean listedSinceRemoval;
    /** What it held when a run that was killed ended its relationship: whether the next one knows of it, nobody can tell. */
    @Nullable
    Set<UUID> heldAtLostRemoval;

    @Nullable
    LocalDate suspendedOn;

    /** For the case that it has, and nobody else has changed that since. */
    final Set<UUID> suspendedByUs = new HashSet<>();

    Person(int n) {
        this.n = n;
    }

    /** The customer whom {@link dev.offboarding.run.Scene#id} has given that id. */
    static int number(String customerId) {
        return Integer.parseInt(customerId.substring(customerId.lastIndexOf('-') + 1));
    }

    /** Somebody wants it offboarded, whatever was before. */
    void isListed(@Nullable LocalDate from) {
        asked = true;
        listedSinceRemoval = removed;
        heldAtLostRemoval = null;
        listedFor = from == null ? LocalDate.MIN : from;
        if (from != null) {
            effective = from;
        }
    }

    /** The row that it had is replaced before a run has read it, so its date never counted. */
    void hasNoDate() {
        effective = LocalDate.MIN;
    }

    /** What was asked for is done, or taken back. */
    void isThrough(boolean isListedAgain) {
        asked &= isListedAgain;
        effective = asked ? listedFor : LocalDate.MIN;
        withdrawing = false;
        approved = null;
        begun = false;
        suspendedOn = null;
        heldAtLostRemoval = null;
    }

    /** It has no case any more. */
    void hasNoCase() {
        paused = false;
        removedInItsCase = false;
        suspendedByUs.clear();
    }

    /** So that nothing of it may be left suspended. */
    boolean isAllPutBack(Map<UUID, String> statuses) {
        return suspendedByUs.stream().noneMatch(subscription -> "suspended".equals(statuses.get(subscription)));
    }
}
