package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The run's part of the audit trail, {@code events.jsonl}: one event per line, each in the form that its hash is taken of, with that
 * hash and its predecessor's added at the end. Other jobs' events may be between them in the chain.
 */
final class EventsPart implements Closeable {
    static final String FILE = "events.jsonl";

    private final ReportFolder folder;
    /** No event, no file: none of a report's files is empty. */
    private @Nullable Writer out;

    EventsPart(ReportFolder folder) {
        this.folder = folder;
    }

    void add(AuditEvents.Chained chained) throws IOException {
        Writer lines = out;
        if (lines == null) {
            lines = new OutputStreamWriter(folder.create(FILE), StandardCharsets.UTF_8);
            out = lines;
        }
        String canonical = chained.event().json();
        String previous = chained.previous();
        lines.write(canonical, 0, canonical.length() - 1);
        lines.write(",\"previous\":" + (previous == null ? "null" : '"' + previous + '"'));
        lines.write(",\"hash\":\"" + chained.hash() + "\"}\n");
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
