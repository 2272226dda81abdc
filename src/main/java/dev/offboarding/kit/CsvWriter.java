package dev.offboarding.kit;

import com.opencsv.CSVWriter;
import com.opencsv.ICSVWriter;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a CSV file that a spreadsheet opens well: UTF-8 with a byte order mark, commas or another delimiter, CRLF, quotes as in RFC 4180. Numbers are
 * written as numbers, instants in UTC to the microsecond; text is made {@link CsvText#visible} and {@link CsvText#guarded}. A null cell is an empty one.
 */
public final class CsvWriter implements Closeable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final CSVWriter csv;

    /** A cell that has to come back as it was: only the guard is added. */
    public record AsItWas(@Nullable String text) {}

    /** With commas. Closes the stream when it is closed itself. */
    public CsvWriter(OutputStream file) throws IOException {
        this(file, ICSVWriter.DEFAULT_SEPARATOR, false);
    }

    /**
     * Closes the stream when it is closed itself.
     *
     * @param named whether the first line is to say {@code sep=} and the delimiter
     */
    public CsvWriter(OutputStream file, char delimiter, boolean named) throws IOException {
        // a writer that replaces half a surrogate pair instead of failing the whole report over it
        Writer writer = new BufferedWriter(new OutputStreamWriter(file, StandardCharsets.UTF_8));
        writer.write('\uFEFF');
        if (named) {
            writer.write("sep=" + delimiter + ICSVWriter.RFC4180_LINE_END);
        }
        csv = new CarefulWriter(writer, delimiter);
    }

    /** @throws UncheckedIOException if it cannot be written */
    public void row(List<? extends @Nullable Object> cells) {
        csv.writeNext(cells.stream().map(CsvWriter::cell).toArray(String[]::new), false);
        IOException swallowed = csv.getException();
        if (swallowed != null) {
            throw new UncheckedIOException(swallowed);
        }
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Number number) {
            return number.toString();
        }
        if (value instanceof Instant instant) {
            return TIME.format(instant);
        }
        if (value instanceof AsItWas cell) {
            return cell.text() == null ? "" : CsvText.guarded(cell.text());
        }
        return CsvText.visible(CsvText.guarded(value.toString()));
    }

    @Override
    public void close() throws IOException {
        csv.close();
        IOException swallowed = csv.getException();
        if (swallowed != null) {
            throw swallowed;
        }
    }

    /** Quotes more than it must: a spreadsheet that splits at another character must not find a formula behind it. */
    private static final class CarefulWriter extends CSVWriter {
        private static final String SPECIAL = ",;\t|\"'\r\n";

        private final char delimiter;

        CarefulWriter(Writer writer, char delimiter) {
            super(
                    writer,
                    delimiter,
                    ICSVWriter.DEFAULT_QUOTE_CHARACTER,
                    ICSVWriter.DEFAULT_QUOTE_CHARACTER,
                    ICSVWriter.RFC4180_LINE_END);
            this.delimiter = delimiter;
        }

        @Override
        protected boolean stringContainsSpecialCharacters(String text) {
            return !text.isEmpty()
                    && (Character.isWhitespace(text.charAt(0))
                            || Character.isWhitespace(text.charAt(text.length() - 1))
                            || text.chars().anyMatch(c -> c == delimiter || SPECIAL.indexOf(c) >= 0));
        }
    }
}
