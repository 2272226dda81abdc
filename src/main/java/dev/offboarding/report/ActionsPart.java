package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.kit.CsvWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a run: {@code actions.csv}, and {@code actions} of {@code report.json}. In the order of the trail, where a write
 * is where its outcome is, or, as long as it has none, where its intent is.
 */
final class ActionsPart {
    static final String FILE = "actions.csv";

    private static final List<String> COLUMNS = List.of(
            "sequence",
            "at",
            "customer_id",
            "action",
            "target",
            "before",
            "after",
            "result",
            "attempt",
            "correlation_id",
            "message");

    static final String NOT_KNOWN_YET =
            "No answer was recorded. Whether it took effect is not known yet; the next run reads it back.";

    private final AuditEvents events;
    private final String runId;

    ActionsPart(AuditEvents events, String runId) {
        this.events = events;
        this.runId = runId;
    }

    void write(ReportFolder folder, RecordWriter json) throws IOException {
        try (CsvWriter csv = new CsvWriter(folder.create(FILE))) {
            csv.row(COLUMNS);
            json.name("actions");
            json.startArray();
            long[] sequence = {0};
            events.writesOf(
                    runId, event -> event.writes().forEach(write -> writeRow(csv, json, ++sequence[0], event, write)));
            json.endArray();
        }
    }

    private static void writeRow(
            CsvWriter csv, RecordWriter json, long sequence, AuditEvent event, RecordedWrite write) {
        boolean answered = event.is(EventKind.OUTCOME);
        List<@Nullable Object> cells = Arrays.<@Nullable Object>asList(
                sequence,
                write.at() != null ? write.at() : event.at(),
                event.customerId(),
                event.action(),
                write.target(),
                write.before(),
                write.after(),
                answered ? write.result() : "LOST",
                write.attempt(),
                write.correlationId(),
                answered ? Objects.requireNonNullElse(write.message(), "") : NOT_KNOWN_YET);
        csv.row(cells);
        json.startObject();
        for (int i = 0; i < COLUMNS.size(); i++) {
            json.property(COLUMNS.get(i), cells.get(i));
        }
        json.property("intent", answered ? event.answers() : Long.valueOf(event.sequence()));
        json.property("outcome", answered ? event.sequence() : null);
        json.endObject();
    }
}
