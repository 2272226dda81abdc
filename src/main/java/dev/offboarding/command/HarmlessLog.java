package dev.offboarding.command;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import dev.offboarding.kit.OneLine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * What is logged may quote anyone: a row of a list, a database's answer. Neither in a message nor in that of an exception does it begin a
 * line, move a terminal's cursor or reverse a text.
 */
final class HarmlessLog {

    private HarmlessLog() {}

    /** Line breaks stay visible. */
    private static @Nullable String harmless(@Nullable String text) {
        return text == null ? null : OneLine.indented(text.replaceAll("[\\r\\n\\u0085\\u2028\\u2029]+", " | "));
    }

    /** {@code %message}. */
    public static final class Message extends MessageConverter {
        @Override
        public String convert(ILoggingEvent event) {
            return String.valueOf(harmless(super.convert(event)));
        }
    }

    /** {@code %ex}: of a stack trace only its own lines are lines. */
    public static final class Trace extends ThrowableProxyConverter {
        @Override
        protected String throwableProxyToString(IThrowableProxy error) {
            return super.throwableProxyToString(new Harmless(error));
        }
    }

    /** An event as it was, but for that. */
    static ILoggingEvent of(ILoggingEvent event) {
        IThrowableProxy error = event.getThrowableProxy();
        return (ILoggingEvent) Proxy.newProxyInstance(
                HarmlessLog.class.getClassLoader(), new Class<?>[] {ILoggingEvent.class}, (self, method, arguments) -> {
                    try {
                        return switch (method.getName()) {
                            case "getFormattedMessage" -> harmless(event.getFormattedMessage());
                            case "getThrowableProxy" -> error == null ? null : new Harmless(error);
                            default -> method.invoke(event, arguments);
                        };
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private record Harmless(IThrowableProxy error) implements IThrowableProxy {
        private static @Nullable IThrowableProxy of(@Nullable IThrowableProxy error) {
            return error == null ? null : new Harmless(error);
        }

        @Override
        public @Nullable String getMessage() {
            return harmless(error.getMessage());
        }

        @Override
        public @Nullable String getOverridingMessage() {
            return harmless(error.getOverridingMessage());
        }

        @Override
        public String getClassName() {
            return error.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return error.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return error.getCommonFrames();
        }

        @Override
        public @Nullable IThrowableProxy getCause() {
            return of(error.getCause());
        }

        @Override
        public IThrowableProxy[] getSuppressed() {
            IThrowableProxy[] suppressed = error.getSuppressed().clone();
            for (int i = 0; i < suppressed.length; i++) {
                suppressed[i] = new Harmless(suppressed[i]);
            }
            return suppressed;
        }

        @Override
        public boolean isCyclic() {
            return error.isCyclic();
        }
    }
}
