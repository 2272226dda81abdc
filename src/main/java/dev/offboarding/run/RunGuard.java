package dev.offboarding.run;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.Admission;
import dev.offboarding.runs.Stop;
import dev.offboarding.runs.StopReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says whether this run may start anything more. Once it has said no it never says yes again. Some reasons only keep new customers from
 * being started; others also end whatever the run waits for.
 */
final class RunGuard implements Admission {

    /** The clock may be another than the one that naps go by, and a lock is lost without a word. */
    private static final Duration NAP = Duration.ofMillis(200);

    private final List<Stop> stops = new CopyOnWriteArrayList<>();
    private final Clock clock;
    private final BooleanSupplier lockIsHeld;
    private final @Nullable Instant deadline;
    private final CancellationToken cancellation;
    private volatile boolean reporting;

    /** @param cancellation is notified when the run is to end */
    RunGuard(Clock clock, BooleanSupplier lockIsHeld, @Nullable Instant deadline, CancellationToken cancellation) {
        this.clock = clock;
        this.lockIsHeld = lockIsHeld;
        this.deadline = deadline;
        this.cancellation = cancellation;
    }

    synchronized void stop(StopReason reason, String message) {
        if (stops.stream().noneMatch(stop -> stop.reason() == reason)) {
            stops.add(new Stop(reason, message));
        }
        if (reason.endsWaiting()) {
            cancellation.cancel();
        }
    }

    /** Why first; null if nothing has stopped it. */
    @Nullable
    Stop stopped() {
        return stops.isEmpty() ? null : stops.get(0);
    }

    /** Whether the program was asked to stop, whatever had stopped the run before. */
    boolean isStopRequested() {
        return stops.stream().anyMatch(stop -> stop.reason() == StopReason.SIGNAL);
    }

    /** All that came together, in the order in which it came. */
    List<Stop> stops() {
        return List.copyOf(stops);
    }

    @Override
    public boolean mayStart() {
        return mayGoOn() && stops.isEmpty();
    }

    /** Whether what has been started may be looked after: read, and waited for. */
    boolean mayGoOn() {
        return !cancellation.isCancelled() && !deadlineIsOver() && ownsTheLock();
    }

    /** Comes back at that time, at once if it is past, and soon after this is not to go on any more. */
    void waitUntil(Instant time, BooleanSupplier goesOn) throws InterruptedException {
        while (goesOn.getAsBoolean()) {
            Duration left = Duration.between(clock.instant(), time);
            if (left.isNegative() || left.isZero()) {
                return;
            }
            try {
                cancellation.pause(left.compareTo(NAP) < 0 ? left : NAP);
            } catch (CancelledException e) {
                return;
            }
        }
    }

    private boolean deadlineIsOver() {
        if (deadline == null || !clock.instant().isAfter(deadline)) {
            return false;
        }
        stop(StopReason.MAX_DURATION, "the job file's max-duration is over; the next run continues from here");
        return true;
    }

    private boolean ownsTheLock() {
        // asked each time: one write that is too many cannot be taken back
        if (!lockIsHeld.getAsBoolean()) {
            stop(
                    StopReason.LOCK_LOST,
                    "the database session that holds this job's lock is gone, so another run may have begun; the next run continues from here");
            return false;
        }
        return true;
    }

    /** From here on only the report is left. */
    void reports() {
        reporting = true;
    }

    boolean reporting() {
        return reporting;
    }
}
