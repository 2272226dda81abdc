package dev.offboarding.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.offboarding.run.ProgramVersion;
import dev.offboarding.run.SealedEnvironment;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;

/** The log as a collector reads it, while this is open: one line of JSON per event, in Elastic's common schema, with job, run and customer. */
final class JsonLog implements AutoCloseable {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(JsonLog.class);

    private final Logger root;
    private final Lines lines;

    private JsonLog(Logger root, Lines lines) {
        this.root = root;
        this.lines = lines;
    }

    static JsonLog open(PrintWriter to) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        // Boot's encoder looks for its settings there; not those of a job file, which are for its run alone
        Environment environment = SealedEnvironment.of(Map.of(
                "logging.structured.ecs.service.name",
                "offboarding",
                "logging.structured.ecs.service.version",
                ProgramVersion.text().replaceFirst("^offboarding ", "")));
        context.putObject(Environment.class.getName(), environment);
        StructuredLogEncoder encoder = new StructuredLogEncoder();
        encoder.setContext(context);
        encoder.setFormat("ecs");
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.start();
        Lines lines = new Lines(encoder, to);
        lines.setContext(context);
        lines.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(lines);
        return new JsonLog(root, lines);
    }

    /** Each line of it becomes a line of the log: what would be in a person's way or need there. */
    static PrintWriter warnings() {
        return new PrintWriter(new LineByLine(LOG::warn), true);
    }

    /** Each line of it becomes a line of the log: what is good to know. */
    static PrintWriter news() {
        return new PrintWriter(new LineByLine(LOG::info), true);
    }

    /** For whatever writes lines: each, once it is whole, goes there. */
    static PrintWriter lines(Consumer<String> to) {
        return new PrintWriter(new LineByLine(to), true);
    }

    @Override
    public void close() {
        root.detachAppender(lines);
        lines.stop();
    }

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final StructuredLogEncoder encoder;
        private final PrintWriter to;

        Lines(StructuredLogEncoder encoder, PrintWriter to) {
            this.encoder = encoder;
            this.to = to;
        }

        @Override
        protected void append(ILoggingEvent event) {
            to.print(new String(encoder.encode(HarmlessLog.of(event)), StandardCharsets.UTF_8));
            to.flush();
        }
    }

    private static final class LineByLine extends Writer {
        private final Consumer<String> line;
        private final StringBuilder text = new StringBuilder();

        LineByLine(Consumer<String> line) {
            this.line = line;
        }

        @Override
        public void write(char[] characters, int from, int length) {
            text.append(characters, from, length);
            for (int end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
                String whole = text.substring(0, end).strip();
                text.delete(0, end + 1);
                if (!whole.isEmpty()) {
                    line.accept(whole);
                }
            }
        }

        @Override
        public void flush() {
            // a line is said when it is whole
        }

        @Override
        public void close() {
            // nothing is kept
        }
    }
}
