package dev.offboarding.kit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** What is done on another thread while its caller goes on, and is waited for later. */
public final class Background {

    private Background() {}

    /** Begins on a thread of this name, which says in the log what the caller's says and keeps no program from ending. */
    public static <T> CompletableFuture<T> begin(String name, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> {
            Thread thread = new Thread(LogContext.carriedInto(task), name);
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * What came of it, once it is over.
     *
     * @throws RuntimeException what went wrong with it, as it was thrown there
     */
    public static <T> T join(CompletableFuture<T> begun) {
        try {
            return begun.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }
}
