package dev.offboarding.lists;

import com.opencsv.CSVWriter;
import com.opencsv.ICSVWriter;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the CSV files that we hand out: UTF-8 with a byte order mark, comma, CRLF, quotes per RFC 4180, and every cell
 * {@linkplain CsvCells#guard guarded}. A null cell is written as an empty one.
 */
public final class CsvWriter implements Closeable {
    private final CSVWriter csv;

    /** Closes the stream when it is closed itself. */
    public CsvWriter(OutputStream out) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        writer.write('\uFEFF');
        csv = new CSVWriter(
                writer,
                ICSVWriter.DEFAULT_SEPARATOR,
                ICSVWriter.DEFAULT_QUOTE_CHARACTER,
                ICSVWriter.DEFAULT_QUOTE_CHARACTER,
                ICSVWriter.RFC4180_LINE_END);
    }

    public void row(List<? extends @Nullable String> cells) throws IOException {
        csv.writeNext(
                cells.stream()
                        .map(cell -> cell == null ? "" : CsvCells.guard(cell))
                        .toArray(String[]::new),
                false);
        throwWhatWasSwallowed();
    }

    @Override
    public void close() throws IOException {
        csv.close();
        throwWhatWasSwallowed();
    }

    private void throwWhatWasSwallowed() throws IOException {
        IOException swallowed = csv.getException();
        if (swallowed != null) {
            throw swallowed;
        }
    }
}
