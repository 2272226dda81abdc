package dev.offboarding.platform;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of one write.
 *
 * @param at when the answer arrived, or was given up
 * @param before what the target was before, as read; null where it was not read
 * @param after what the target was afterwards, as read or as answered; null where neither is known
 * @param message for people; says why where it is not {@code DONE}
 * @param obstacle what was in the way of a write that was refused or not sent
 * @param worthRetrying the same write may succeed within this run: it was not applied, and its obstacle is a passing one
 */
public record WriteOutcome(
        Write write,
        Result result,
        Instant at,
        @Nullable String before,
        @Nullable String after,
        String message,
        Obstacle obstacle,
        boolean worthRetrying) {

    /** {@code after} of a subscription that ends with its term: auto-renew is off, and its cancellation is scheduled. */
    public static final String ENDS_WITH_TERM = "auto-renew off, cancelled at the end of the term";

    /** Auto-renew is off, and that is all: it continues nevertheless. */
    public static final String RENEWS_NOT = "auto-renew off";

    public static final String RENEWS = "auto-renew on";

    public enum Result {
        /** The platform accepted it. */
        DONE,
        /** The platform answered that it will not, and nothing changed. */
        REFUSED,
        /** No answer came; {@code after} says what was found later. */
        LOST,
        /** It never left this program. */
        NOT_SENT,
        /**
         * No answer came, and the run was asked to stop before its effect could be looked for: nothing is recorded of it, and the
         * next run looks it up, once it can no longer take effect.
         */
        OPEN
    }

    /** What a platform may have against a write, as far as a case has a hold for it. */
    public enum Obstacle {
        NONE,
        /** Another operation on the same target is under way. */
        PENDING_OPERATION,
        /** Something that has to end first is still active under it. */
        AZURE_PLAN,
        /** What it was decided on is too old, or is not so any more: it was not sent, and the customer has to be read again. */
        STALE,
        /** Somebody has asked meanwhile that it is not written: the case is paused, or to be withdrawn or closed. */
        INTERVENTION,
        /** Nothing more may be sent to anyone: the run is to stop, or the platform as a whole cannot be used. */
        STOPPED
    }

    /**
     * Whether the write did what it was for, as far as is known: what was found afterwards says so, or, where nothing was, the answer
     * does. What was accepted and shows no effect has none.
     */
    public boolean tookEffect(String wanted) {
        return (result == Result.DONE && after == null) || (applied() && wanted.equals(after));
    }

    private boolean applied() {
        return result == Result.DONE || result == Result.LOST;
    }

    /** Whether it was tried in vain. What someone else has ended meanwhile is not a failure. */
    public boolean leftActive() {
        return switch (result) {
            case NOT_SENT, OPEN -> false;
            case DONE -> "active".equals(after);
            case REFUSED, LOST -> after == null || after.equals("active");
        };
    }

    public static WriteOutcome done(Write write, Instant at, @Nullable String before, @Nullable String after) {
        return new WriteOutcome(write, Result.DONE, at, before, after, "", Obstacle.NONE, false);
    }

    /** The run was asked to stop before anything could be known. */
    public static WriteOutcome open(Write write, Instant at) {
        return new WriteOutcome(
                write,
                Result.OPEN,
                at,
                null,
                null,
                "the run was asked to stop before its answer arrived; the next run looks it up",
                Obstacle.NONE,
                false);
    }

    /** Nothing more is sent to anyone. Nothing was looked at for it, so that it was as it was read is all that is known. */
    public static WriteOutcome notSent(Write write, Instant at, String message) {
        return new WriteOutcome(write, Result.NOT_SENT, at, write.asRead(), null, message, Obstacle.STOPPED, false);
    }

    /** It was not sent for a reason of its own: what was read of its target, or of its customer, speaks against it. */
    public static WriteOutcome withheld(
            Write write, Instant at, @Nullable String found, String message, Obstacle obstacle, boolean worthRetrying) {
        return new WriteOutcome(write, Result.NOT_SENT, at, found, found, message, obstacle, worthRetrying);
    }

    /** It was not sent, because somebody has asked for that meanwhile. */
    public static WriteOutcome forbidden(Write write, Instant at, @Nullable String found, String message) {
        return withheld(write, at, found, message, Obstacle.INTERVENTION, false);
    }

    /** Whether it was not sent, because somebody has asked for that meanwhile. */
    public boolean isForbidden() {
        return result == Result.NOT_SENT && obstacle == Obstacle.INTERVENTION;
    }

    /** Whether it was not sent for a reason of its own. */
    public boolean withheld() {
        return result == Result.NOT_SENT && obstacle != Obstacle.STOPPED;
    }

    /** Whether it was not sent because its customer has to be read again first. */
    public boolean stale() {
        return result == Result.NOT_SENT && obstacle == Obstacle.STALE;
    }
}
