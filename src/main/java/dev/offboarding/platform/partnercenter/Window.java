package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.LogContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Works on many customers at once: as soon as one is finished the next one begins. More of them than calls may be under way, because
 * most of them only wait.
 */
final class Window implements AutoCloseable {

    private static final int VIRTUAL_THREADS_SINCE = 21;

    private static final String NAME = "partner-center";

    private final AsyncTaskExecutor executor;
    private final Runnable end;

    Window(int inFlight) {
        int together = 2 * inFlight;
        // what is logged there is about the same job and run
        if (Runtime.version().feature() >= VIRTUAL_THREADS_SINCE) {
            SimpleAsyncTaskExecutor virtual = new SimpleAsyncTaskExecutor(NAME + "-");
            virtual.setVirtualThreads(true);
            virtual.setConcurrencyLimit(together);
            virtual.setTaskDecorator(LogContext::carriedInto);
            executor = virtual;
            end = virtual::close;
        } else {
            ThreadPoolTaskExecutor pool = Threads.pool(NAME, together, LogContext::carriedInto);
            executor = pool;
            end = pool::shutdown;
        }
    }

    /** One result for each, in their order. When some fail the others are finished nevertheless, then the first failure is thrown. */
    <A, B> List<B> each(List<A> all, Function<A, B> work) {
        List<Future<B>> begun = new ArrayList<>(all.size());
        for (A one : all) {
            begun.add(executor.submit(() -> work.apply(one)));
        }
        List<B> results = new ArrayList<>(all.size());
        RuntimeException first = null;
        for (Future<B> future : begun) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                if (first == null) {
                    first = e.getCause() instanceof RuntimeException it ? it : new IllegalStateException(e.getCause());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                begun.forEach(it -> it.cancel(true));
                throw new IllegalStateException("interrupted while calls were under way", e);
            }
        }
        if (first != null) {
            throw first;
        }
        return results;
    }

    @Override
    public void close() {
        end.run();
    }
}
