package dev.offboarding.run;

import dev.offboarding.platform.Admission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Says whether this run may start anything more. Once it has said no it never says yes again. */
final class RunGuard implements Admission {

    /** How old an answer about the lock may be. */
    private static final Duration LOCK_SEEN = Duration.ofSeconds(1);

    /** Why a run starts nothing more. */
    record Stop(StopReason reason, String message) {}

    private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
    private final Clock clock;
    private final BooleanSupplier lockIsHeld;
    private final @Nullable Instant deadline;
    private volatile Instant lockSeen = Instant.EPOCH;

    RunGuard(Clock clock, BooleanSupplier lockIsHeld, @Nullable Instant deadline) {
        this.clock = clock;
        this.lockIsHeld = lockIsHeld;
        this.deadline = deadline;
    }

    void stop(StopReason reason, String message) {
        stop.compareAndSet(null, new Stop(reason, message));
    }

    @Nullable
    Stop stopped() {
        return stop.get();
    }

    @Override
    public boolean mayStart() {
        if (stop.get() != null) {
            return false;
        }
        Instant now = clock.instant();
        if (deadline != null && now.isAfter(deadline)) {
            stop(StopReason.MAX_DURATION, "the job file's max-duration is over; the next run goes on from here");
            return false;
        }
        // a clock that jumps back makes the answer look newer than it is: then ask
        Instant seen = lockSeen;
        if (now.isBefore(seen) || now.isAfter(seen.plus(LOCK_SEEN))) {
            if (!lockIsHeld.getAsBoolean()) {
                stop(
                        StopReason.LOCK_LOST,
                        "the database session that holds this job's lock is gone, so another run may have begun; the next run goes on from here");
                return false;
            }
            lockSeen = now;
        }
        return true;
    }
}
