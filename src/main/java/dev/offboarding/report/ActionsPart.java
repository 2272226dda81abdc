package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.kit.CsvWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a run: {@code actions.csv}, and {@code actions} of {@code report.json}. In the order of the trail, where a write
 * is where its outcome is, or, as long as it has none, where its intent is.
 */
final class ActionsPart implements Closeable {
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

    private final CsvWriter csv;
    private final RecordWriter json;
    /** Intents without an outcome that the trail has not come to yet. */
    private final Deque<AuditEvent> open;

    private long sequence;

    /** @param unanswered the run's intents without an outcome, in the order of the trail */
    ActionsPart(ReportFolder folder, RecordWriter json, List<AuditEvent> unanswered) throws IOException {
        this.csv = new CsvWriter(folder.create(FILE));
        this.json = json;
        this.open = new ArrayDeque<>(unanswered);
    }

    void begin() {
        csv.row(COLUMNS);
        json.name("actions");
        json.startArray();
    }

    /** The next event of the run, whatever it is. */
    void add(AuditEvent event) {
        if (event.is(EventKind.OUTCOME)) {
            openBefore(event.sequence());
            writeRows(event);
        }
    }

    /** There is no event after it. */
    void end() {
        openBefore(Long.MAX_VALUE);
        json.endArray();
    }

    private void openBefore(long next) {
        while (!open.isEmpty() && open.element().sequence() < next) {
            writeRows(open.remove());
        }
    }

    private void writeRows(AuditEvent event) {
        event.writes().forEach(write -> writeRow(event, write));
    }

    private void writeRow(AuditEvent event, RecordedWrite write) {
        boolean answered = event.is(EventKind.OUTCOME);
        List<@Nullable Object> cells = Arrays.<@Nullable Object>asList(
                ++sequence,
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

    @Override
    public void close() throws IOException {
        csv.close();
    }
}
