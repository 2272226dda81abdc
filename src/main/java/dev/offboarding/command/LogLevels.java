package dev.offboarding.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.offboarding.jobfile.LoadedJobFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;

/**
 * How much is logged: {@code INFO}, unless {@code logging.level.*} says otherwise, in the job file or as {@code LOGGING_LEVEL_*} in the
 * environment. Levels are the whole program's: of runs beside
 * each other the one that began last has set them.
 */
final class LogLevels implements AutoCloseable {

    /**
     * Spring Batch says about a step whose course it could not write down that its job "should not be restarted". That is wrong for this
     * program's runs: the next one takes up whatever this one left. What ended the step is logged by the run itself.
     */
    private static final List<String> MISLEADING = List.of("org.springframework.batch.core.step.AbstractStep");

    /** Calls each run COMPLETED that wrote its report, also one that a limit stopped; how a run ended is logged by the run itself. */
    private static final String LAUNCHER = "org.springframework.batch.core.launch.support.TaskExecutorJobLauncher";

    /** Writes down all properties of the driver, of which it knows that one is a secret; {@code sslpassword} is another. */
    private static final String TELLS_SECRETS = "com.zaxxer.hikari.HikariConfig";

    private final Map<Logger, @Nullable Level> before = new LinkedHashMap<>();

    private LogLevels() {}

    static LogLevels apply(LoadedJobFile loaded) {
        LogLevels levels = new LogLevels();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        MISLEADING.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
        context.getLogger(LAUNCHER).setLevel(Level.WARN);
        // for good: a run beside this one may ask for more, and the root keeps what it was given
        context.getLogger(TELLS_SECRETS).setLevel(Level.INFO);
        Binder.get(loaded.environment())
                .bind("logging.level", Bindable.mapOf(String.class, String.class))
                .orElseGet(Map::of)
                .forEach((name, level) -> levels.set(
                        name.equalsIgnoreCase(org.slf4j.Logger.ROOT_LOGGER_NAME) ? root : context.getLogger(name),
                        Level.toLevel(level, Level.INFO)));
        return levels;
    }

    private void set(Logger logger, Level level) {
        if (logger.getName().equals(TELLS_SECRETS)) {
            return;
        }
        before.putIfAbsent(logger, logger.getLevel());
        logger.setLevel(level);
    }

    /** As they were before; but for the root's, which another run beside this one may need, and which each run sets again. */
    @Override
    public void close() {
        before.forEach((logger, level) -> {
            if (!logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME)) {
                logger.setLevel(level);
            }
        });
    }
}
