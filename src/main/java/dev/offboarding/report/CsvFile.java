package dev.offboarding.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file that a spreadsheet opens well: UTF-8 with a byte order mark, CRLF, quotes as in RFC 4180. Numbers are written as
 * numbers; text is made {@link CsvText#visible} and {@link CsvText#guarded}.
 */
final class CsvFile implements AutoCloseable {
    private static final String QUOTED = ",;\t|\"'\r\n";

    private final Writer out;

    /** A cell that has to come back as it was: only the guard is added. */
    record AsItWas(String text) {}

    CsvFile(OutputStream file) throws IOException {
        // a writer that replaces half a surrogate pair instead of failing the whole report over it
        this.out = new OutputStreamWriter(file, StandardCharsets.UTF_8);
        out.write('\uFEFF');
    }

    void row(List<? extends @Nullable Object> cells) {
        try {
            for (int i = 0; i < cells.size(); i++) {
                if (i > 0) {
                    out.write(',');
                }
                out.write(cell(cells.get(i)));
            }
            out.write("\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Number number) {
            return number.toString();
        }
        if (value instanceof AsItWas cell) {
            return quoted(CsvText.guarded(cell.text()));
        }
        String text = Values.text(value);
        String guarded = CsvText.guarded(text);
        return quoted(CsvText.visible(guarded));
    }

    /** Quotes more than it must: a spreadsheet that splits at another character must not find a formula behind it. */
    private static String quoted(String text) {
        boolean plain = text.isEmpty()
                || !Character.isWhitespace(text.charAt(0))
                        && !Character.isWhitespace(text.charAt(text.length() - 1))
                        && text.chars().noneMatch(c -> QUOTED.indexOf(c) >= 0);
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
