package dev.offboarding.report.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of one CSV file of an export or a report, by the names of their columns. */
final class ExportedRows implements AutoCloseable {

    private final CsvTable table;
    private final HashedFile file;
    private final Map<String, Integer> columns = new HashMap<>();
    private List<String> row = List.of();

    /** @param needed columns without which nothing can be said */
    ExportedRows(HashedFile file, String name, String... needed) {
        this.file = file;
        this.table = new CsvTable(name, file);
        List<String> headings = table.row();
        if (headings == null) {
            headings = new ArrayList<>();
        }
        for (int i = 0; i < headings.size(); i++) {
            columns.putIfAbsent(headings.get(i), i);
        }
        for (String column : needed) {
            table.place().holds(columns.containsKey(column), "column " + column, "there", "missing");
        }
    }

    boolean next() {
        List<String> read = table.row();
        if (read == null) {
            return false;
        }
        table.place().same("cells of the row", columns.size(), read.size());
        row = read;
        return true;
    }

    String cell(String column) {
        @Nullable Integer at = columns.get(column);
        return at == null ? "" : row.get(at);
    }

    Place place() {
        return table.place();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
