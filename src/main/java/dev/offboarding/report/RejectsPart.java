package dev.offboarding.report;

import dev.offboarding.kit.CsvWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.core.JsonGenerator;

/**
 * The rows that were set aside: {@code rejects.csv}, where there are any, and {@code rejects} of {@code report.json}. The lists'
 * own cells come back as they were, line breaks and all, so that somebody can mend them and drop them back in.
 */
final class RejectsPart {
    static final String FILE = "rejects.csv";

    private static final List<String> COLUMNS = List.of("source", "line", "column", "problem", "remedy");
    private static final String ROWS =
            "select * from offboarding.reject where run_id = ? order by file_no, line, column_name nulls first, problem";

    private final JdbcTemplate jdbc;
    private final String runId;

    RejectsPart(JdbcTemplate jdbc, String runId) {
        this.jdbc = jdbc;
        this.runId = runId;
    }

    void write(ReportFolder folder, JsonGenerator json) throws IOException {
        ListColumns columns = new ListColumns(COLUMNS);
        boolean[] any = {false};
        jdbc.query(
                ROWS,
                (RowCallbackHandler) row -> {
                    any[0] = true;
                    columns.see(row.getString("cells"));
                },
                runId);
        json.writeName("rejects").writeStartArray();
        if (any[0]) {
            writeRows(folder, json, columns);
        }
        json.writeEndArray();
    }

    private void writeRows(ReportFolder folder, JsonGenerator json, ListColumns columns) throws IOException {
        try (CsvWriter csv = new CsvWriter(folder.create(FILE))) {
            csv.row(Stream.concat(COLUMNS.stream(), columns.headings().stream().map(CsvWriter.AsItWas::new))
                    .toList());
            jdbc.query(
                    ROWS,
                    (RowCallbackHandler) row -> {
                        List<@Nullable Object> ours = Arrays.<@Nullable Object>asList(
                                row.getString("source"),
                                ReportTimes.number(row, "line"),
                                row.getString("column_name"),
                                row.getString("problem"),
                                row.getString("remedy"));
                        List<@Nullable Object> cells = new ArrayList<>(ours);
                        for (String cell : columns.of(row.getString("cells"))) {
                            cells.add(cell == null ? null : new CsvWriter.AsItWas(cell));
                        }
                        csv.row(cells);
                        json.writeStartObject();
                        for (int i = 0; i < COLUMNS.size(); i++) {
                            ReportJson.property(json, COLUMNS.get(i), ours.get(i));
                        }
                        ReportJson.property(json, "customer_id", row.getObject("customer_id", UUID.class));
                        ReportJson.stored(json, "cells", row.getString("cells"));
                        json.writeEndObject();
                    },
                    runId);
        }
    }
}
