package dev.offboarding.kit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something to be done when the virtual machine ends, unless it is closed before. All of them are done one after another, the youngest
 * first: what began last needs what was there before it. The virtual machine itself would begin them all at one moment.
 */
public final class AtExit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AtExit.class);

    private static final Actions OF_THE_PROGRAM = new Actions();

    private static boolean hooked;

    private final Actions all;
    private final Runnable action;

    private AtExit(Actions all, Runnable action) {
        this.all = all;
        this.action = action;
    }

    /** @throws IllegalStateException if the program is ending already, and nothing can be added any more */
    public static synchronized AtExit run(Runnable action) {
        if (!hooked) {
            Runtime.getRuntime().addShutdownHook(new Thread(OF_THE_PROGRAM::doAll, "at-exit"));
            hooked = true;
        }
        return OF_THE_PROGRAM.add(action);
    }

    /** It need not be done any more. */
    @Override
    public void close() {
        all.forget(this);
    }

    /** All that are to be done. */
    static final class Actions {

        private final Deque<AtExit> actions = new ArrayDeque<>();
        private boolean done;

        synchronized AtExit add(Runnable action) {
            if (done) {
                throw new IllegalStateException("the program is ending");
            }
            AtExit added = new AtExit(this, action);
            actions.addLast(added);
            return added;
        }

        private synchronized void forget(AtExit action) {
            actions.remove(action);
        }

        private synchronized @Nullable AtExit next() {
            AtExit next = actions.pollLast();
            done = next == null;
            return next;
        }

        void doAll() {
            for (AtExit next = next(); next != null; next = next()) {
                try {
                    next.action.run();
                } catch (RuntimeException | Error e) {
                    // whatever it is: the others, an embedded server among them, are to end as well
                    LOG.error("at the end of the program", e);
                }
            }
        }
    }
}
