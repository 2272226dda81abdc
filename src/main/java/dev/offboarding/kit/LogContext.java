package dev.offboarding.kit;

import java.util.Map;
import org.slf4j.MDC;

/** What each log line of a thread says besides, as the run that it belongs to. */
public final class LogContext {

    private LogContext() {}

    /** The task as it is to run on another thread: its log lines say what those of the thread that calls this say now. */
    public static Runnable carriedInto(Runnable task) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        return () -> {
            MDC.setContextMap(context == null ? Map.of() : context);
            task.run();
        };
    }
}
