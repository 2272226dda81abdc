package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * The run's part of the audit trail, {@code events.jsonl}: one event per line, each in the form that its hash is taken of, with that
 * hash and its predecessor's added at the end. Other jobs' events may be between them in the chain.
 */
final class EventsPart {
    static final String FILE = "events.jsonl";

    private final AuditEvents events;
    private final String runId;

    EventsPart(AuditEvents events, String runId) {
        this.events = events;
        this.runId = runId;
    }

    /** No event, no file: none of a report's files is empty. */
    void write(ReportFolder folder) throws IOException {
        if (events.range(runId) == null) {
            return;
        }
        try (Writer out = new OutputStreamWriter(folder.create(FILE), StandardCharsets.UTF_8)) {
            events.ofRun(runId, chained -> {
                String canonical = chained.event().json();
                String previous = chained.previous();
                try {
                    out.write(canonical, 0, canonical.length() - 1);
                    out.write(",\"previous\":" + (previous == null ? "null" : '"' + previous + '"'));
                    out.write(",\"hash\":\"" + chained.hash() + "\"}\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
