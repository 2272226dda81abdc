package dev.offboarding.kit;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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

    private static final String LINE_END = "\r\n";
    /** More than a file needs: a spreadsheet that splits at another character must not find a formula behind it. */
    private static final String QUOTED = ",;\t|\"'\r\n";

    private static final int FULL = 1 << 15;

    private final OutputStream file;
    private final char delimiter;
    private final StringBuilder text = new StringBuilder(2 * FULL);
    private boolean begun;

    /** A cell that has to come back as it was: only the guard is added. */
    public record AsItWas(@Nullable String text) {}

    /** A cell that has to come back as it was out of a spreadsheet, too: only a guard is added ({@link CsvText#guardedAsText}). */
    public record AsText(String text) {}

    /** With commas. Closes the stream when it is closed itself. */
    public CsvWriter(OutputStream file) {
        this(file, ',', false);
    }

    /**
     * Closes the stream when it is closed itself.
     *
     * @param named whether the first line is to say {@code sep=} and the delimiter
     */
    public CsvWriter(OutputStream file, char delimiter, boolean named) {
        this.file = file;
        this.delimiter = delimiter;
        text.append('\uFEFF');
        if (named) {
            text.append("sep=").append(delimiter).append(LINE_END);
        }
    }

    /** @throws UncheckedIOException if it cannot be written */
    public void row(List<? extends @Nullable Object> cells) {
        cells.forEach(this::cell);
        endRow();
    }

    /** The next cell of a row. */
    public void cell(@Nullable Object value) {
        if (begun) {
            text.append(delimiter);
        }
        begun = true;
        if (value instanceof String cell) {
            quoted(CsvText.visible(CsvText.guarded(cell)));
        } else if (value instanceof Number) {
            quoted(value.toString());
        } else if (value instanceof Instant instant) {
            quoted(TIME.format(instant));
        } else if (value instanceof AsItWas cell) {
            quoted(cell.text() == null ? "" : CsvText.guarded(cell.text()));
        } else if (value instanceof AsText cell) {
            quoted(CsvText.guardedAsText(cell.text()));
        } else if (value != null) {
            quoted(CsvText.visible(CsvText.guarded(value.toString())));
        }
    }

    /** @throws UncheckedIOException if it cannot be written */
    public void endRow() {
        text.append(LINE_END);
        begun = false;
        if (text.length() >= FULL) {
            try {
                flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void quoted(String cell) {
        if (!needsQuotes(cell)) {
            text.append(cell);
            return;
        }
        text.append('"');
        int from = 0;
        for (int quote = cell.indexOf('"'); quote >= 0; quote = cell.indexOf('"', from)) {
            text.append(cell, from, quote + 1).append('"');
            from = quote + 1;
        }
        text.append(cell, from, cell.length()).append('"');
    }

    private boolean needsQuotes(String cell) {
        if (cell.isEmpty()) {
            return false;
        }
        if (Character.isWhitespace(cell.charAt(0)) || Character.isWhitespace(cell.charAt(cell.length() - 1))) {
            return true;
        }
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c == delimiter || c <= '|' && QUOTED.indexOf(c) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** In whole rows, so that no pair of surrogates is torn; half of one becomes a question mark instead of failing the report over it. */
    private void flush() throws IOException {
        file.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }

    @Override
    public void close() throws IOException {
        try (file) {
            flush();
        }
    }
}
