package dev.offboarding.kit;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Ends all waiting. Until a run is asked to stop everything may take the time that it takes; from then on what is under way has some
 * seconds to finish, and then whatever still waits for an answer, a pause or a turn is called off. Goes by a stopwatch, not
 * by a clock that can be set.
 */
public final class CancellationToken {

    /** A call that may hang. */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {
        T make() throws E;
    }

    /** How time is let pass: by waiting, or in a test by moving its clock. */
    @FunctionalInterface
    public interface Pause {
        void pass(Duration time) throws InterruptedException;
    }

    private final Duration grace;
    private final Pause pause;
    private final Set<Runnable> underWay = new LinkedHashSet<>();
    private boolean cancelled;
    private long end;

    /** @param grace how long what is under way may still take once the run is asked to stop */
    public CancellationToken(Duration grace) {
        this.grace = grace;
        this.pause = this::waitFor;
    }

    private CancellationToken(Pause pause) {
        this.grace = Duration.ZERO;
        this.pause = pause;
    }

    /** For a run that is never asked to stop. */
    public static CancellationToken none() {
        return new CancellationToken(Duration.ZERO);
    }

    /** For a run that is never asked to stop, and whose time passes in a way of its own. */
    public static CancellationToken pausing(Pause pause) {
        return new CancellationToken(pause);
    }

    /** The run is to end. A second time changes nothing. */
    public synchronized void cancel() {
        if (cancelled) {
            return;
        }
        cancelled = true;
        end = System.nanoTime() + grace.toNanos();
        notifyAll();
        Thread caller = new Thread(this::callOff, "cancellation");
        caller.setDaemon(true);
        caller.start();
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** @throws CancelledException if the run is to end: for what need not even be begun */
    public void check() {
        if (isCancelled()) {
            throw new CancelledException();
        }
    }

    /**
     * Lets time pass.
     *
     * @throws CancelledException as soon as it is known that the run will have ended before
     */
    public void pause(Duration time) throws InterruptedException {
        pause.pass(time);
    }

    private synchronized void waitFor(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            if (cancelled && until - end > 0) {
                throw new CancelledException();
            }
            // rounded up: a nap that ends a moment early would be a request a moment too early
            wait(TimeUnit.NANOSECONDS.toMillis(left + 999_999));
        }
    }

    /**
     * Makes a call that may hang.
     *
     * @param callOff ends the call, from another thread, and may itself hang; must do no harm where the call has just returned
     * @throws CancelledException if time was up before it began; a call that is called off ends as {@code callOff} makes it
     */
    public <T, E extends Exception> T call(Call<T, E> call, Runnable callOff) throws E {
        // an object of its own: the same way to end two calls is two entries
        Runnable entry = () -> callOff.run();
        synchronized (this) {
            if (over()) {
                throw new CancelledException();
            }
            underWay.add(entry);
        }
        try {
            return call.make();
        } finally {
            synchronized (this) {
                underWay.remove(entry);
            }
        }
    }

    private boolean over() {
        return cancelled && System.nanoTime() - end >= 0;
    }

    private void callOff() {
        // each on its own and without the lock: a server that has vanished must not keep the others from being called
        // off
        for (Runnable entry : underWayAtTheEnd()) {
            Thread thread = new Thread(entry, "cancellation");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private synchronized List<Runnable> underWayAtTheEnd() {
        try {
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                wait(TimeUnit.NANOSECONDS.toMillis(left + 999_999));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.copyOf(underWay);
    }
}
