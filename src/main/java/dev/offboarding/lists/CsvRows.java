package dev.offboarding.lists;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a CSV text: quotes per RFC 4180, blanks allowed around a quoted cell, and a quote inside an unquoted cell
 * is just a quote. opencsv writes our files but does not read them: it loses the rest of a file after a blank line (when
 * it is to keep line ends), takes {@code 5" pipe,x} for one cell, and needs hours for a large file with an unclosed quote.
 */
final class CsvRows {
    /** What a spreadsheet's cell can hold, in characters. */
    static final int MAX_CELL = 32_767;
    /** In characters. */
    static final int MAX_ROW = 1_000_000;
    /** What a spreadsheet's row can hold. */
    static final int MAX_CELLS = 16_384;

    /** What to do with a row that is longer. */
    static final String SHORTEN = "Is this a list? If so, shorten the row, or split it.";

    private final TextInput in;
    private final char delimiter;
    private final StringBuilder cell = new StringBuilder();
    private long firstLine;
    private @Nullable String flaw;
    private int ended;

    CsvRows(TextInput in, char delimiter) {
        this.in = in;
        this.delimiter = delimiter;
    }

    /**
     * The next row, blank ones too, or null at the end.
     *
     * @throws ListRefusedException where rows can no longer be distinguished
     */
    @Nullable
    Row next() throws IOException {
        if (in.peek() == TextInput.END) {
            return null;
        }
        firstLine = in.line();
        flaw = null;
        List<String> cells = new ArrayList<>();
        int length = 0;
        do {
            String text = cell();
            length += text.length() + 1;
            cells.add(text);
            if (length > MAX_ROW || cells.size() > MAX_CELLS) {
                throw new ListRefusedException(
                        "line %d: the row is longer than %,d characters or %,d cells"
                                .formatted(firstLine, MAX_ROW, MAX_CELLS),
                        SHORTEN);
            }
        } while (nextIsDelimiter());
        return new Row(firstLine, cells, flaw, ended == TextInput.END);
    }

    private boolean nextIsDelimiter() throws IOException {
        int c = in.read();
        if (c == '\r' && in.peek() == '\n') {
            in.read();
        }
        ended = c;
        return c == delimiter;
    }

    private String cell() throws IOException {
        cell.setLength(0);
        skipBlanks();
        if (in.peek() == '"') {
            quoted();
        } else {
            unquoted();
        }
        return Whitespace.trim(cell);
    }

    private void quoted() throws IOException {
        TextInput.Place opened = in.place();
        in.read();
        while (true) {
            int c = in.read();
            if (c == TextInput.END) {
                throw unclosed(opened, "is never closed");
            }
            if (c == '"') {
                if (in.peek() != '"') {
                    break;
                }
                in.read();
            }
            append(c, opened);
        }
        TextInput.Place closed = in.place();
        skipBlanks();
        if (atCellEnd()) {
            return;
        }
        if (in.line() != firstLine) {
            throw unclosed(opened, "is not closed before another cell's quote");
        }
        flaw = "at %s text follows a closing quote".formatted(closed);
        cell.append('"');
        unquoted();
    }

    private void unquoted() throws IOException {
        TextInput.Place began = in.place();
        while (!atCellEnd()) {
            append(in.read(), began);
        }
    }

    private void append(int c, TextInput.Place began) {
        if (cell.length() == MAX_CELL) {
            throw new ListRefusedException(
                    "%s: the cell that begins here is longer than %,d characters".formatted(began, MAX_CELL),
                    "Most likely a quote (\") is opened here and not closed. Close it, or shorten the cell.");
        }
        cell.append((char) c);
    }

    private boolean atCellEnd() throws IOException {
        int c = in.peek();
        return c == TextInput.END || c == delimiter || c == '\n' || c == '\r';
    }

    private void skipBlanks() throws IOException {
        while (!atCellEnd() && Whitespace.isBlank(in.peek())) {
            in.read();
        }
    }

    static ListRefusedException unclosed(TextInput.Place opened, String what) {
        return new ListRefusedException(
                "%s: the quote (\") that is opened here %s".formatted(opened, what),
                "Close the quote at the end of its cell; a quote that is part of a quoted cell is written twice (\"\").");
    }
}
