package dev.offboarding.platform.partnercenter;

import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Threads that are reused, since making one can take longer than answering a request, and that end when there is nothing to do. */
final class Threads {

    static final int AS_MANY_AS_NEEDED = Integer.MAX_VALUE;

    private Threads() {}

    /** @param most what is more waits in line */
    static ThreadPoolTaskExecutor pool(String name, int most, @Nullable TaskDecorator decorator) {
        ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
        pool.setThreadNamePrefix(name + "-");
        pool.setDaemon(true);
        if (most == AS_MANY_AS_NEEDED) {
            pool.setCorePoolSize(0);
            pool.setQueueCapacity(0);
        } else {
            pool.setCorePoolSize(most);
            pool.setAllowCoreThreadTimeOut(true);
        }
        if (decorator != null) {
            pool.setTaskDecorator(decorator);
        }
        pool.initialize();
        return pool;
    }
}
