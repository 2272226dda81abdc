package dev.offboarding.report;

import dev.offboarding.kit.CsvWriter;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.core.JsonGenerator;

/**
 * The writes of a run: {@code actions.csv}, and {@code actions} of {@code report.json}. In the order of the trail, where a write
 * stands where its outcome does, or, as long as it has none, where its intent does.
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

    private final JdbcTemplate jdbc;
    private final String runId;

    ActionsPart(JdbcTemplate jdbc, String runId) {
        this.jdbc = jdbc;
        this.runId = runId;
    }

    void write(ReportFolder folder, JsonGenerator json) throws IOException {
        try (CsvWriter csv = new CsvWriter(folder.create(FILE))) {
            csv.row(COLUMNS);
            json.writeName("actions").writeStartArray();
            jdbc.query(
                    """
                    select sequence, kind, at, customer_id, action, answers, data from offboarding.event e
                    where run_id = ? and (kind = 'OUTCOME' or kind = 'INTENT'
                      and not exists (select 1 from offboarding.event o where o.answers = e.sequence))
                    order by sequence
                    """,
                    new RowCallbackHandler() {
                        private long sequence;

                        @Override
                        public void processRow(ResultSet row) throws SQLException {
                            for (TrailWrite write : TrailWrite.of(row.getString("data"))) {
                                sequence++;
                                writeRow(csv, json, sequence, row, write);
                            }
                        }
                    },
                    runId);
            json.writeEndArray();
        }
    }

    private static void writeRow(CsvWriter csv, JsonGenerator json, long sequence, ResultSet row, TrailWrite write)
            throws SQLException {
        boolean answered = row.getString("kind").equals("OUTCOME");
        List<@Nullable Object> cells = Arrays.<@Nullable Object>asList(
                sequence,
                write.at() != null ? write.at() : ReportTimes.instant(row, "at"),
                row.getObject("customer_id", UUID.class),
                row.getString("action"),
                write.target(),
                write.before(),
                write.after(),
                answered ? write.result() : "LOST",
                write.attempt(),
                write.correlationId(),
                answered ? Objects.requireNonNullElse(write.message(), "") : NOT_KNOWN_YET);
        csv.row(cells);
        json.writeStartObject();
        for (int i = 0; i < COLUMNS.size(); i++) {
            ReportJson.property(json, COLUMNS.get(i), cells.get(i));
        }
        Long event = row.getLong("sequence");
        ReportJson.property(json, "intent", answered ? ReportTimes.number(row, "answers") : event);
        ReportJson.property(json, "outcome", answered ? event : null);
        json.writeEndObject();
    }
}
