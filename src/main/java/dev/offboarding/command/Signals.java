package dev.offboarding.command;

import dev.offboarding.runs.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM, Ctrl-C and a terminal that closes, while something is under way. The first one lets it finish, so that report, summary
 * and exit code are there; a second one ends the program at once, and so does work that has not finished in 30 seconds. The
 * virtual machine's own way, which begins its shutdown with the first signal, does not even see a second one.
 *
 * <p>Where signals cannot be had (started with {@code -Xrs}, or without the module {@code jdk.unsupported}) the virtual machine goes
 * its own way.
 */
final class Signals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    /** Windows has no HUP. One that is ignored, as under nohup, stays ignored. */
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Runnable first;
    private final Runnable atOnce;
    private final BooleanSupplier nearlyThrough;
    private final AtomicInteger seen = new AtomicInteger();
    private final Map<String, SignalHandler> before = new TreeMap<>();
    private volatile boolean closed;

    private Signals(Runnable first, BooleanSupplier nearlyThrough, Runnable atOnce) {
        this.first = first;
        this.nearlyThrough = nearlyThrough;
        this.atOnce = atOnce;
    }

    /**
     * From here to {@link #close()}.
     *
     * @param first is run once, from a thread of its own
     * @param nearlyThrough whether only the report is left, which is not cut off
     */
    static Signals handle(Runnable first, BooleanSupplier nearlyThrough) {
        return handle(first, nearlyThrough, () -> Runtime.getRuntime().halt(ExitCode.STOPPED_EARLY.code()));
    }

    static Signals handle(Runnable first, BooleanSupplier nearlyThrough, Runnable atOnce) {
        Signals signals = new Signals(first, nearlyThrough, atOnce);
        for (String name : NAMES) {
            try {
                signals.before.put(name, Signal.handle(new Signal(name), signal -> signals.came()));
            } catch (IllegalArgumentException | LinkageError e) {
                LOG.debug("signal {} is left to the virtual machine", name, e);
            }
        }
        return signals;
    }

    private void came() {
        if (closed) {
            return;
        }
        if (seen.incrementAndGet() > 1) {
            LOG.warn("asked to stop once more: ending at once; the next run takes it up");
            atOnce.run();
            return;
        }
        LOG.info("asked to stop: finishing what is under way");
        Thread watch = new Thread(this::watch, "stop-on-signal");
        watch.setDaemon(true);
        watch.start();
        first.run();
    }

    private void watch() {
        try {
            Thread.sleep(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (!closed && !nearlyThrough.getAsBoolean()) {
            LOG.error("what is under way did not end within {} s; the next run takes it up", PATIENCE.toSeconds());
            atOnce.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        List<String> names = new ArrayList<>(before.keySet());
        names.forEach(name -> Signal.handle(new Signal(name), before.remove(name)));
    }
}
