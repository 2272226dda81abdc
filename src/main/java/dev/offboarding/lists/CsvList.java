package dev.offboarding.lists;

import dev.offboarding.kit.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A list in a CSV text as people really make it. Holds one row in memory. */
final class CsvList implements FileList {
    private static final String DELIMITERS = ",;\t|";
    private static final Pattern SEPARATOR_LINE = Pattern.compile("\\s*\"?sep=(.)\"?\\s*", Pattern.CASE_INSENSITIVE);

    private final TextInput in;
    private final CsvRows rows;
    private final Headings headings;
    private final Layout layout;
    private boolean anyRow;

    /**
     * Reads the header.
     *
     * @param ofHeadings what to do with the headings before they are checked
     * @throws ListRefusedException if there is none to be read
     */
    CsvList(InputStream bytes, UnaryOperator<List<String>> ofHeadings) {
        try {
            in = new TextInput(bytes);
            String delimiters = DELIMITERS;
            String header = firstLine(delimiters);
            Matcher separator = SEPARATOR_LINE.matcher(header);
            if (separator.matches()) {
                delimiters = delimiter(separator.group(1));
                header = firstLine(delimiters);
            }
            List<String> written = List.of();
            char delimiter = delimiters.charAt(0);
            for (char candidate : delimiters.toCharArray()) {
                List<String> cells = split(header, candidate);
                if (written.isEmpty() || isBetter(cells, written)) {
                    written = cells;
                    delimiter = candidate;
                }
            }
            headings = new Headings(ofHeadings.apply(written));
            layout = new Layout(delimiter, separator.matches());
            rows = new CsvRows(in, delimiter);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static boolean isBetter(List<String> cells, List<String> other) {
        boolean hasId = cells.stream().anyMatch(CsvList::isId);
        boolean otherHasId = other.stream().anyMatch(CsvList::isId);
        return hasId == otherHasId ? cells.size() > other.size() : hasId;
    }

    private static boolean isId(String heading) {
        return Column.of(heading) == Column.CUSTOMER_ID;
    }

    private static List<String> split(String header, char delimiter) throws IOException {
        try {
            Row row = new CsvRows(TextInput.of(header), delimiter).next();
            return row == null ? List.of() : row.cells();
        } catch (ListRefusedException e) {
            // with another delimiter it may well be a header
            return List.of(header);
        }
    }

    private static String delimiter(String named) {
        char c = named.charAt(0);
        if (Character.isLetterOrDigit(c) || c == '"' || (Whitespace.isBlank(c) && c != '\t')) {
            throw new ListRefusedException(
                    "the first line names %s as the delimiter".formatted(Whitespace.quote(named)),
                    "Name a comma, a semicolon, a tab or a bar after sep=, or remove the line.");
        }
        return named;
    }

    private static boolean isBlank(String header, String delimiters) {
        return header.chars().allMatch(c -> Whitespace.isBlank(c) || c == '"' || delimiters.indexOf(c) >= 0);
    }

    /** The next line that is not blank. */
    private String firstLine(String delimiters) throws IOException {
        String line = lineOutsideQuotes();
        while (isBlank(line, delimiters)) {
            if (in.peek() == TextInput.END) {
                throw new ListRefusedException(
                        "the file is empty",
                        "Put a list into it: a row that names the columns, and a row for each customer.");
            }
            line = lineOutsideQuotes();
        }
        return line;
    }

    /** The text up to a line end outside quotes: which character is the delimiter is not known yet. */
    private String lineOutsideQuotes() throws IOException {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        TextInput.Place opened = in.place();
        while (true) {
            if (in.peek() == '"') {
                quoted = !quoted;
                opened = in.place();
            }
            int c = in.read();
            ListRefusedException flaw = in.flaw();
            if (flaw != null) {
                throw flaw;
            }
            if (c == TextInput.END) {
                break;
            }
            if (!quoted && (c == '\n' || c == '\r')) {
                if (c == '\r' && in.peek() == '\n') {
                    in.read();
                }
                break;
            }
            if (text.length() == CsvRows.MAX_ROW) {
                throw new ListRefusedException(
                        "the first row is longer than %,d characters".formatted(CsvRows.MAX_ROW),
                        "Is this a list? It has to begin with a row that names the columns.");
            }
            text.append((char) c);
        }
        if (quoted) {
            throw CsvRows.unclosed(opened, "is never closed");
        }
        return text.toString();
    }

    @Override
    public Headings headings() {
        return headings;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public @Nullable Row next() {
        try {
            Row row = rows.next();
            while (row != null && row.isBlank()) {
                row = rows.next();
            }
            if (row != null) {
                anyRow = true;
                headings.lookAt(row);
                return row;
            }
        } catch (IOException e) {
            throw unreadable(e);
        } catch (ListRefusedException e) {
            throw in.flaw() == null ? e : in.flaw();
        }
        if (in.flaw() != null) {
            throw in.flaw();
        }
        if (headings.refusal() != null) {
            throw headings.refusal();
        }
        if (!anyRow) {
            throw new ListRefusedException(
                    "there is no row under the headings", "Put a row into it for each customer.");
        }
        return null;
    }

    static ListRefusedException unreadable(IOException e) {
        return new ListRefusedException(
                "the file could not be read (%s)".formatted(FileFault.inWords(e)),
                "Look at its rights and at the disk.");
    }
}
