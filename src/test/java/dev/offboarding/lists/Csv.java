package dev.offboarding.lists;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a CSV text to its end. */
record Csv(Headings headings, List<Row> rows) {
    static Csv read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    static Csv read(byte[] bytes) {
        CsvList list = new CsvList(new ByteArrayInputStream(bytes), headings -> headings);
        List<Row> rows = new ArrayList<>();
        for (Row row = list.next(); row != null; row = list.next()) {
            rows.add(row);
        }
        return new Csv(list.headings(), rows);
    }

    String cell(int row, Column column) {
        return headings.cell(rows.get(row), column);
    }

    List<List<String>> cells() {
        return rows.stream().map(Row::cells).toList();
    }
}
