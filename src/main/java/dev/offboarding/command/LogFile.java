package dev.offboarding.command;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.Rights;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.LoggerFactory;

/** The log of one execution of the program, {@code reports/<job>/logs/<start>.log}. Line breaks in messages stay visible as text. */
final class LogFile implements AutoCloseable {

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%X{job} %X{run}%replace( %X{customer}){'^ $', ''}] %logger{0} - %harmlessMessage%n%harmlessTrace";

    private static final int MOST_OF_ONE_MOMENT = 100;

    private final Path path;
    private final FileAppender<ILoggingEvent> appender;
    private final LogLevels levels;

    /** The folder or file cannot be made. */
    static final class CannotBeWrittenException extends RuntimeException {
        CannotBeWrittenException(Path folder, IOException cause) {
            super(
                    "The log file cannot be written in %s: %s. Give this program's user the right to, or let `reports` in the job file name another folder."
                            .formatted(folder, inWords(cause)),
                    cause);
        }

        private static String inWords(IOException cause) {
            if (cause instanceof AccessDeniedException) {
                return "it may not";
            }
            String reason = cause instanceof FileSystemException it ? it.getReason() : null;
            return reason != null ? reason : "something else is there, or the disk does not take it";
        }
    }

    /** Where several jobs run at once each has its own file. What no job said is in all of them. */
    private static final class OwnJobOnly extends Filter<ILoggingEvent> {
        private final String job;

        OwnJobOnly(String job) {
            this.job = job;
        }

        @Override
        public FilterReply decide(ILoggingEvent event) {
            String said = event.getMDCPropertyMap().get("job");
            return said == null || said.equals(job) ? FilterReply.NEUTRAL : FilterReply.DENY;
        }
    }

    private LogFile(Path path, FileAppender<ILoggingEvent> appender, LogLevels levels) {
        this.path = path;
        this.appender = appender;
        this.levels = levels;
    }

    static LogFile open(LoadedJobFile loaded, Clock clock) {
        String job = loaded.jobFile().job();
        Path folder = loaded.jobFile().reports().resolve(job).resolve("logs");
        Path path;
        try {
            path = create(
                    folder,
                    NAME.format(clock.instant()),
                    loaded.jobFile().report().rights());
        } catch (IOException e) {
            throw new CannotBeWrittenException(folder, e);
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.getInstanceConverterMap().put("harmlessMessage", HarmlessLog.Message::new);
        layout.getInstanceConverterMap().put("harmlessTrace", HarmlessLog.Trace::new);
        layout.setPattern(PATTERN);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setFile(path.toString());
        appender.setEncoder(encoder);
        appender.addFilter(new OwnJobOnly(job));
        appender.start();
        LogLevels levels = LogLevels.apply(loaded);
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        return new LogFile(path, appender, levels);
    }

    /** What has the name already belongs to someone else. */
    private static Path create(Path folder, String name, Rights rights) throws IOException {
        rights.createFolders(folder);
        for (int n = 1; ; n++) {
            Path path = folder.resolve(name + (n == 1 ? "" : "-" + n) + ".log");
            try (FileChannel made = rights.createFile(path)) {
                return path;
            } catch (FileAlreadyExistsException e) {
                if (n == MOST_OF_ONE_MOMENT) {
                    throw e;
                }
            }
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(appender);
        appender.stop();
        levels.close();
    }
}
