package dev.offboarding.report;

import dev.offboarding.kit.CsvWriter;
import dev.offboarding.lists.ReceivedLists;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows that were set aside: {@code rejects.csv}, where there are any, and {@code rejects} of {@code report.json}. The lists'
 * own cells come back as they were, line breaks and all, so that they can be corrected and dropped back in.
 */
final class RejectsPart {
    static final String FILE = "rejects.csv";

    private static final List<String> COLUMNS = List.of("source", "line", "column", "problem", "remedy");

    private final ReceivedLists lists;
    private final String runId;

    RejectsPart(ReceivedLists lists, String runId) {
        this.lists = lists;
        this.runId = runId;
    }

    void write(ReportFolder folder, RecordWriter json) throws IOException {
        ListColumns columns = new ListColumns(COLUMNS);
        boolean[] any = {false};
        lists.eachReject(runId, reject -> {
            any[0] = true;
            columns.see(reject.cells());
        });
        json.name("rejects");
        json.startArray();
        if (any[0]) {
            writeRows(folder, json, columns);
        }
        json.endArray();
    }

    private void writeRows(ReportFolder folder, RecordWriter json, ListColumns columns) throws IOException {
        try (CsvWriter csv = new CsvWriter(folder.create(FILE))) {
            csv.row(Stream.concat(COLUMNS.stream(), columns.headings().stream().map(CsvWriter.AsItWas::new))
                    .toList());
            lists.eachReject(runId, reject -> {
                List<@Nullable Object> ours = Arrays.<@Nullable Object>asList(
                        reject.source(), reject.line(), reject.column(), reject.problem(), reject.remedy());
                List<@Nullable Object> cells = new ArrayList<>(ours);
                for (String cell : columns.of(reject.cells())) {
                    cells.add(cell == null ? null : new CsvWriter.AsItWas(cell));
                }
                csv.row(cells);
                json.startObject();
                for (int i = 0; i < COLUMNS.size(); i++) {
                    json.property(COLUMNS.get(i), ours.get(i));
                }
                json.property("customer_id", reject.customerId());
                json.name("cells");
                json.startObject();
                reject.cells().forEach(json::property);
                json.endObject();
                json.endObject();
            });
        }
    }
}
