package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Admission;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Obstacle;
import dev.offboarding.platform.WriteOutcome.Result;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the writes of one call to the platform share: whether anything may still be started, and how outcomes are put. */
final class WriteContext {

    private final Clock clock;
    private final Admission admission;
    private final AtomicReference<@Nullable RuntimeException> broken;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Set<String> answersLost;
    private final Map<Write, UUID> sentAs = new ConcurrentHashMap<>();
    private final AtomicInteger removals;

    /**
     * @param removals how many of the writes are removals
     * @param broken why nothing more is made, once the platform as a whole cannot be used or the run is to end; outlives this call
     * @param answersLost what was sent and has no answer, so that it may have taken effect; outlives this call
     */
    WriteContext(
            Clock clock,
            Admission admission,
            int removals,
            AtomicReference<@Nullable RuntimeException> broken,
            Set<String> answersLost) {
        this.removals = new AtomicInteger(removals);
        this.answersLost = answersLost;
        this.clock = clock;
        this.admission = admission;
        this.broken = broken;
    }

    /**
     * How many removals there are to come, those being looked at among them: which of these gets its turn first is chance, and must not
     * decide whether a list is worth reading.
     */
    int removalsToLookAt() {
        return removals.get();
    }

    /** One removal less is to come. */
    void lookedAt() {
        removals.decrementAndGet();
    }

    /** To be asked right before sending, by the code that sends. */
    boolean mayStart() {
        if (stopped.get() || broken.get() != null) {
            return false;
        }
        if (!admission.mayStart()) {
            stopped.set(true);
            return false;
        }
        return true;
    }

    /** What somebody has asked for meanwhile that forbids it, in words; null where nothing does. To be asked right before sending. */
    @Nullable
    String forbids(Write write) {
        return admission.forbidden(List.of(write)).get(write);
    }

    WriteOutcome forbidden(Write write, @Nullable String found, String why) {
        return WriteOutcome.forbidden(write, clock.instant(), found, why);
    }

    /** The outcome of a write that need not even be prepared; null if it may. */
    @Nullable
    WriteOutcome notToBegin(Write write) {
        RuntimeException why = broken.get();
        if (why != null) {
            return notSent(write, String.valueOf(why.getMessage()));
        }
        return stopped.get() ? notSent(write, "the run is to stop, so it was not sent") : null;
    }

    WriteOutcome broke(Write write, RuntimeException why) {
        broken.compareAndSet(null, why);
        return notSent(write, String.valueOf(why.getMessage()));
    }

    void broke(RuntimeException why) {
        broken.compareAndSet(null, why);
    }

    /** What an answer without effect means: one that stops the run, or one that was never sent. */
    @Nullable
    WriteOutcome withoutEffect(Write write, @Nullable String found, Reply reply) {
        if (reply instanceof Reply.NotAllowed) {
            // another customer's call may have found that the platform cannot be used
            RuntimeException why = broken.get();
            return notSent(write, why == null ? reply.words() : String.valueOf(why.getMessage()));
        }
        if (reply instanceof Reply.Unusable unusable) {
            broke(unusable.why());
            // whoever asked for whatever was refused: that says nothing of this write
            return unusable.sent()
                    ? refused(write, found, reply.words(), Obstacle.STOPPED)
                    : notSent(write, reply.words());
        }
        if (reply instanceof Reply.Postponed) {
            return withheldForNow(write, found, reply.words());
        }
        if (reply instanceof Reply.NoAnswer lost && lost.sentAt() == null) {
            return passing(write, found, reply.words());
        }
        return null;
    }

    /** A request whose own id is the correlation id needs no mention, since the trail has that; for another one the outcome says its id. */
    void sends(Write write, UUID requestId) {
        if (!requestId.equals(write.correlationId())) {
            sentAs.put(write, requestId);
        }
    }

    private WriteOutcome outcome(
            Write write,
            Result result,
            @Nullable String before,
            @Nullable String after,
            String message,
            Obstacle obstacle,
            boolean again) {
        UUID id = sentAs.get(write);
        String whole = id == null ? message : message + (message.isEmpty() ? "" : "; ") + "sent as MS-RequestId " + id;
        return new WriteOutcome(write, result, clock.instant(), before, after, whole, obstacle, again);
    }

    WriteOutcome open(Write write) {
        return WriteOutcome.open(write, clock.instant());
    }

    WriteOutcome notSent(Write write, String why) {
        return WriteOutcome.notSent(write, clock.instant(), why);
    }

    /** Not sent, for what was read. */
    WriteOutcome withheld(Write write, @Nullable String found, String why) {
        return withheld(write, found, why, Obstacle.NONE);
    }

    WriteOutcome withheld(Write write, @Nullable String found, String why, Obstacle obstacle) {
        return outcome(write, Result.NOT_SENT, found, found, why, obstacle, false);
    }

    /** Not sent, for a reason that may be gone in a moment. */
    WriteOutcome withheldForNow(Write write, @Nullable String found, String why) {
        return outcome(write, Result.NOT_SENT, found, found, why, Obstacle.NONE, true);
    }

    /** Not sent, because what it was decided on is too old. */
    WriteOutcome old(Write write, @Nullable String found) {
        return stale(
                write,
                found,
                "its customer had been read more than %d minutes before, so nothing was sent"
                        .formatted(DecisionBasis.GOOD_FOR.toMinutes()));
    }

    /** Not sent, because its customer is not any more what it was decided on. */
    WriteOutcome stale(Write write, @Nullable String found, String why) {
        return outcome(write, Result.NOT_SENT, found, found, why, Obstacle.STALE, false);
    }

    WriteOutcome refused(Write write, @Nullable String found, String why) {
        return refused(write, found, why, Obstacle.NONE);
    }

    WriteOutcome refused(Write write, @Nullable String found, String why, Obstacle obstacle) {
        return outcome(write, Result.REFUSED, found, found, why, obstacle, false);
    }

    /** Refused, for what it has become since it was read. */
    WriteOutcome refused(Write write, String before, String after, String why) {
        return outcome(write, Result.REFUSED, before, after, why, Obstacle.NONE, false);
    }

    /** Not applied, for a reason that may be gone in a moment. */
    WriteOutcome passing(Write write, @Nullable String found, String why) {
        return outcome(write, Result.REFUSED, found, found, why, Obstacle.NONE, true);
    }

    WriteOutcome done(Write write, @Nullable String before, @Nullable String after, String message) {
        return outcome(write, Result.DONE, before, after, message, Obstacle.NONE, false);
    }

    WriteOutcome lost(Write write, @Nullable String before, @Nullable String after, String message, boolean again) {
        answersLost.add(key(write));
        return outcome(write, Result.LOST, before, after, message, Obstacle.NONE, again);
    }

    /** The target is as wanted already: by this program's own action only where an earlier attempt may have been taken. */
    WriteOutcome alreadyThere(Write write, String state, String words) {
        WriteOutcome ours = tookEffectAfterAll(write, state, words);
        return ours == null ? withheld(write, state, words) : ours;
    }

    /**
     * What the target was found to be is this program's doing where an earlier attempt's answer was lost. What was never sent, and what
     * the platform has refused, was someone else's: then null.
     */
    @Nullable
    WriteOutcome tookEffectAfterAll(Write write, String state, String words) {
        return answersLost.contains(key(write))
                ? lost(write, null, state, "an earlier attempt took effect after all: " + words, false)
                : null;
    }

    private static String key(Write write) {
        return write.action() + " " + write.target();
    }
}
