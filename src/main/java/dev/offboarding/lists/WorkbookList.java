package dev.offboarding.lists;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import org.jspecify.annotations.Nullable;

/**
 * A list on the first sheet of an Excel workbook. Dates are dates, everything else is text as it is shown; of a formula, the value that was
 * saved with it. Holds one row in memory, and the workbook's texts.
 */
final class WorkbookList implements FileList {
    /** What a spreadsheet can hold. */
    private static final int MOST_ROWS = 1_048_576;
    /** Of all cells together: a text that is in the file once may be in a million cells. */
    private static final long MOST_TEXT = 256L << 20;
    /** Of all texts that cells share, in characters, and how many of them: these are in memory. */
    private static final long MOST_SHARED_TEXT = 64L << 20;

    private static final int MOST_SHARED = 2_000_000;
    private static final int MOST_COLUMN_LETTERS = 3;

    private static final String SHEET_FIRST =
            "The list has to be on the first sheet: move its sheet to the front, save the workbook, and put it in again.";

    private static final Pattern ESCAPED = Pattern.compile("_x([0-9A-Fa-f]{4})_");

    /** The same as of a text with semicolons; how a workbook's rows are written where they have to become one. */
    private static final Layout AS_TEXT = new Layout(';', true);

    private final WorkbookParts parts;
    private final List<String> shared;
    /** By place among the shared texts. */
    private final BitSet sharedCrossedOut = new BitSet();

    private final WorkbookFormats formats;
    private final WorkbookXml sheet;
    private final Headings headings;
    private long line;
    private long length;
    private boolean anyRow;
    private @Nullable Long hidden;
    private @Nullable String crossedOut;
    private @Nullable String merged;
    private long headingsLine;
    /** The last line in which a cell is filled, and how far to the right one is: beyond them there is nothing to be seen. */
    private long lastFilled;

    private int mostCells;

    /** What a spreadsheet writes for its own CSV readers; of one that was saved as a workbook it is a row. */
    private static final Pattern SEPARATOR_ROW = Pattern.compile("sep=.?", Pattern.CASE_INSENSITIVE);

    /** A cell, as text, and what is wrong with it; null if nothing is. */
    private record Value(String text, @Nullable String flaw, boolean crossedOut) {
        Value(String text) {
            this(text, null, false);
        }

        Value(String text, @Nullable String flaw) {
            this(text, flaw, false);
        }
    }

    /** Merged cells, or one. */
    private static final Pattern RANGE = Pattern.compile("([A-Z]{1,3})([0-9]{1,9})(?::[A-Z]{1,3}([0-9]{1,9}))?");

    private record FirstSheet(String name, String part) {}

    /** Whether a file of this name is one. */
    static boolean isOne(String fileName) {
        return fileName.toLowerCase(Locale.ROOT).endsWith(".xlsx");
    }

    /**
     * Reads the headings.
     *
     * @param ofHeadings what to do with the headings before they are checked
     * @param dates how the list is to write its dates
     * @throws ListRefusedException if there are none to be read
     */
    WorkbookList(InputStream bytes, UnaryOperator<List<String>> ofHeadings, Dates dates) throws IOException {
        parts = new WorkbookParts(bytes);
        try {
            refuseMacros();
            String workbook = target("", "/officeDocument");
            if (workbook == null || workbook.endsWith(".bin") || !parts.has(workbook)) {
                throw new ListRefusedException(
                        "the file is not an Excel workbook (.xlsx), whatever its name says",
                        "Open it, choose Save as ▸ Excel Workbook (.xlsx), and put that in.");
            }
            boolean from1904;
            FirstSheet first;
            try (WorkbookXml xml = parts.read(workbook)) {
                from1904 = countsFrom1904(xml);
                first = firstSheet(xml, workbook);
            }
            String styles = target(workbook, "/styles");
            try (WorkbookXml xml = styles == null ? null : parts.read(styles)) {
                formats = new WorkbookFormats(xml, dates, from1904);
            }
            String strings = target(workbook, "/sharedStrings");
            shared = strings == null ? List.of() : shared(strings);
            sheet = parts.read(first.part());
            List<String> written = firstRow(first.name());
            headings = new Headings(ofHeadings.apply(written), true);
        } catch (IOException | RuntimeException | Error e) {
            try (parts) {
                throw e;
            }
        }
    }

    private void refuseMacros() throws IOException {
        boolean macros = parts.hasAny(name -> name.endsWith("vbaproject.bin") || name.startsWith("xl/macrosheets/"));
        if (!macros && parts.has("[Content_Types].xml")) {
            try (WorkbookXml types = parts.read("[Content_Types].xml")) {
                for (int event = types.next(); event != XMLStreamConstants.END_DOCUMENT; event = types.next()) {
                    String type = event == XMLStreamConstants.START_ELEMENT ? types.attribute("ContentType") : null;
                    macros |= type != null && type.contains("macroEnabled");
                }
            }
        }
        if (macros) {
            throw new ListRefusedException(
                    "the workbook has macros in it, and a list needs none",
                    "Open it, choose Save as ▸ Excel Workbook (.xlsx), which leaves them out, and put that in.");
        }
    }

    /** The part to which another one (or, without a name, the archive) leads by a relation of that type; null if to none. */
    private @Nullable String target(String of, String type) throws IOException {
        return targets(of).entrySet().stream()
                .filter(target -> target.getValue().type().endsWith(type))
                .map(target -> target.getValue().part())
                .findFirst()
                .orElse(null);
    }

    private record Target(String type, String part) {}

    private Map<String, Target> targets(String of) throws IOException {
        int name = of.lastIndexOf('/') + 1;
        String folder = of.substring(0, name);
        String relations = folder + "_rels/" + of.substring(name) + ".rels";
        Map<String, Target> targets = new LinkedHashMap<>();
        if (!parts.has(relations)) {
            return targets;
        }
        try (WorkbookXml xml = parts.read(relations)) {
            while (xml.find("Relationship")) {
                String id = xml.attribute("Id");
                String type = xml.attribute("Type");
                String target = xml.attribute("Target");
                if (id != null && type != null && target != null && !"External".equals(xml.attribute("TargetMode"))) {
                    targets.putIfAbsent(
                            id, new Target(type, target.startsWith("/") ? target.substring(1) : folder + target));
                }
            }
        }
        return targets;
    }

    /** Stops at the first sheet. */
    private static boolean countsFrom1904(WorkbookXml workbook) throws IOException {
        boolean from1904 = false;
        for (int event = workbook.next(); event != XMLStreamConstants.END_DOCUMENT; event = workbook.next()) {
            if (workbook.begins(event, "workbookPr")) {
                from1904 = workbook.isTrue("date1904");
            } else if (workbook.begins(event, "sheet")) {
                return from1904;
            }
        }
        throw new ListRefusedException("the workbook has no sheet", SHEET_FIRST);
    }

    private FirstSheet firstSheet(WorkbookXml sheet, String workbook) throws IOException {
        String name = String.valueOf(sheet.attribute("name"));
        String state = sheet.attribute("state");
        String id = String.valueOf(sheet.attribute("id"));
        sheet.finish();
        Target target = targets(workbook).get(id);
        if (state != null && !state.equals("visible")) {
            throw new ListRefusedException(
                    "the first sheet, %s, is hidden".formatted(Whitespace.quote(name)),
                    "Delete it, or unhide it (right-click on the name of a sheet ▸ Unhide) and look at what is on it. "
                            + SHEET_FIRST);
        }
        if (target == null || !target.type().endsWith("/worksheet")) {
            throw new ListRefusedException(
                    "the first sheet, %s, is a chart and has no rows".formatted(Whitespace.quote(name)), SHEET_FIRST);
        }
        return new FirstSheet(name, target.part());
    }

    private List<String> shared(String part) throws IOException {
        List<String> texts = new ArrayList<>();
        long characters = 0;
        try (WorkbookXml xml = parts.read(part)) {
            while (xml.find("si")) {
                String text = unescaped(xml.text(CsvRows.MAX_CELL));
                characters += text.length();
                if (characters > MOST_SHARED_TEXT || texts.size() == MOST_SHARED) {
                    throw tooMuch();
                }
                sharedCrossedOut.set(texts.size(), xml.textIsCrossedOut());
                texts.add(text);
            }
        }
        return texts;
    }

    private static ListRefusedException tooMuch() {
        return new ListRefusedException(
                "there is more text in the workbook than a list can have",
                "Is this a list? If so, copy its rows alone into a new workbook, or split it.");
    }

    /** A control character is written as _x000D_ in a workbook. */
    private static String unescaped(String text) {
        if (!text.contains("_x")) {
            return Whitespace.trim(text);
        }
        Matcher escaped = ESCAPED.matcher(text);
        String plain = escaped.replaceAll(
                found -> Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(found.group(1), 16))));
        if (plain.indexOf(0) >= 0) {
            throw new ListRefusedException(
                    "there is a NUL character in the cell %s".formatted(Whitespace.quote(text)),
                    "Write that cell again.");
        }
        return Whitespace.trim(plain);
    }

    private List<String> firstRow(String name) throws IOException {
        if (sheet.find("sheetData")) {
            Row row = row();
            while (row != null && (row.isBlank() || isSeparator(row))) {
                row = row();
            }
            if (row != null) {
                headingsLine = line;
                return row.cells();
            }
        }
        throw new ListRefusedException("the first sheet, %s, is empty".formatted(Whitespace.quote(name)), SHEET_FIRST);
    }

    private static boolean isSeparator(Row row) {
        return row.cells().size() == 1
                && SEPARATOR_ROW.matcher(row.cells().get(0)).matches();
    }

    @Override
    public Headings headings() {
        return headings;
    }

    @Override
    public Layout layout() {
        return AS_TEXT;
    }

    @Override
    public boolean namesCells() {
        return true;
    }

    @Override
    public @Nullable Row next() {
        try {
            Row row = row();
            while (row != null && row.isBlank()) {
                row = row();
            }
            if (row != null) {
                anyRow = true;
                headings.lookAt(row);
                return row;
            }
        } catch (IOException e) {
            throw CsvList.unreadable(e);
        }
        if (headings.refusal() != null) {
            throw headings.refusal();
        }
        if (!anyRow) {
            throw new ListRefusedException(
                    "there is no row under the headings", "Put a row into it for each customer.");
        }
        if (merged != null) {
            throw new ListRefusedException(
                    "the cells %s are merged: what they show, a date for instance, is in the first of them alone"
                            .formatted(Whitespace.quote(merged)),
                    "Unmerge them (Home ▸ Merge & Center), write into each row what is meant for it, save the workbook, and put it in again.");
        }
        if (hidden != null) {
            throw new ListRefusedException(
                    "row %d is hidden, most likely by a filter: whoever looked at the list has not seen it"
                            .formatted(hidden),
                    "Clear the filter (Data ▸ Clear) and unhide all rows, delete those that are not meant, save the workbook, and put it in again.");
        }
        if (crossedOut != null) {
            throw new ListRefusedException(
                    "the cell %s is crossed out, so it is not clear whether its row still counts".formatted(crossedOut),
                    "Delete the rows that are not meant, take the line off the others (Format Cells ▸ Font ▸ Strikethrough), save the workbook, and put it in again.");
        }
        return null;
    }

    private @Nullable Row row() throws IOException {
        while (true) {
            int event = sheet.next();
            if (event == XMLStreamConstants.END_DOCUMENT) {
                return null;
            }
            if (sheet.begins(event, "row")) {
                boolean unseen = sheet.isTrue("hidden");
                line = line(sheet.attribute("r"));
                Row row = cells();
                if (unseen && hidden == null && !row.isBlank()) {
                    hidden = line;
                }
                return row;
            }
            if (sheet.ends(event, "sheetData")) {
                finish();
                return null;
            }
        }
    }

    /** What follows the rows has to be there: else the file was cut off. All that it says to us is which cells are merged. */
    private void finish() throws IOException {
        for (int event = sheet.next(); event != XMLStreamConstants.END_DOCUMENT; event = sheet.next()) {
            String cells = sheet.begins(event, "mergeCell") ? sheet.attribute("ref") : null;
            if (cells != null && merged == null && mayShowSomething(cells)) {
                merged = cells;
            }
        }
    }

    /** Whether cells such as D2:D10 reach below the headings, and begin where one is filled; as do those that cannot be. */
    private boolean mayShowSomething(String cells) {
        Matcher range = RANGE.matcher(cells);
        if (!range.matches()) {
            return true;
        }
        long firstLine = Long.parseLong(range.group(2));
        long lastLine = range.group(3) == null ? firstLine : Long.parseLong(range.group(3));
        return lastLine > headingsLine && firstLine <= lastFilled && columnNumber(range.group(1)) <= mostCells;
    }

    private long line(@Nullable String number) {
        long next = line + 1;
        try {
            long given = number == null ? next : Integer.parseInt(number);
            if (given >= next && given <= MOST_ROWS) {
                return given;
            }
        } catch (NumberFormatException e) {
            throw WorkbookParts.broken(
                    "a row has the number %s".formatted(Whitespace.quote(String.valueOf(number))), e);
        }
        throw WorkbookParts.broken("row %s follows row %d".formatted(number == null ? next : number, line), null);
    }

    /** Of the row that begins here, to its end. */
    private Row cells() throws IOException {
        List<String> cells = new ArrayList<>();
        Map<Integer, String> flaws = new HashMap<>();
        int inRow = 0;
        int next = 0;
        for (int event = sheet.next(); !sheet.ends(event, "row"); event = sheet.next()) {
            if (!sheet.begins(event, "c")) {
                continue;
            }
            int column = column(sheet.attribute("r"), next);
            next = column + 1;
            boolean struck = formats.isCrossedOut(sheet.attribute("s"));
            Value value = value();
            if (value.text().isEmpty() && value.flaw() == null) {
                continue;
            }
            while (cells.size() < column) {
                cells.add("");
            }
            cells.add(value.text());
            if (value.flaw() != null) {
                flaws.put(column, value.flaw());
            }
            if ((struck || value.crossedOut())
                    && crossedOut == null
                    && headingsLine > 0
                    && headings.understoodAt(column) != null) {
                crossedOut = RowGate.cellName(line, column);
            }
            inRow += value.text().length() + 1;
            if (inRow > CsvRows.MAX_ROW) {
                throw new ListRefusedException(
                        "row %d is longer than %,d characters".formatted(line, CsvRows.MAX_ROW), CsvRows.SHORTEN);
            }
        }
        length += inRow;
        if (length > MOST_TEXT) {
            throw tooMuch();
        }
        if (!cells.isEmpty()) {
            lastFilled = line;
            mostCells = Math.max(mostCells, cells.size());
        }
        return new Row(line, cells, null, false, flaws);
    }

    /** From 0. Cells that have nothing in them need not be in the file. */
    private int column(@Nullable String cell, int next) {
        if (cell == null) {
            if (next == CsvRows.MAX_CELLS) {
                throw new ListRefusedException(
                        "row %d has more than %,d cells".formatted(line, CsvRows.MAX_CELLS), CsvRows.SHORTEN);
            }
            return next;
        }
        int column = columnNumber(cell);
        if (column < 1 || column > CsvRows.MAX_CELLS || column <= next) {
            throw WorkbookParts.broken(
                    "row %d has a cell %s where none can be".formatted(line, Whitespace.quote(cell)), null);
        }
        return column - 1;
    }

    /** From 1: what the letters say with which the name of a cell begins. */
    private static int columnNumber(String cell) {
        int column = 0;
        int letters = 0;
        while (letters < cell.length() && cell.charAt(letters) >= 'A' && cell.charAt(letters) <= 'Z') {
            column = letters < MOST_COLUMN_LETTERS ? column * 26 + cell.charAt(letters) - 'A' + 1 : Integer.MAX_VALUE;
            letters++;
        }
        return column;
    }

    /** Of the cell that begins here, to its end. */
    private Value value() throws IOException {
        String type = String.valueOf(sheet.attribute("t"));
        String style = sheet.attribute("s");
        boolean formula = false;
        boolean struck = false;
        String raw = "";
        for (int event = sheet.next(); !sheet.ends(event, "c"); event = sheet.next()) {
            if (sheet.begins(event, "f")) {
                formula = true;
                sheet.skip();
            } else if (sheet.begins(event, "v") || sheet.begins(event, "is")) {
                raw = sheet.text(CsvRows.MAX_CELL);
                struck = sheet.textIsCrossedOut();
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                sheet.skip();
            }
        }
        if (raw.isEmpty()) {
            return new Value(
                    "",
                    formula && !type.equals("str") ? "the cell is a formula that was saved without its value" : null);
        }
        return switch (type) {
            case "s" -> sharedText(raw);
            case "str", "inlineStr" -> new Value(unescaped(raw), null, struck);
            case "b" -> new Value(raw.equals("1") || raw.equals("true") ? "TRUE" : "FALSE");
            case "e" -> {
                String error = Whitespace.trim(raw);
                yield new Value(error, "the cell is an error, " + Whitespace.quote(error));
            }
            case "d" -> new Value(isoDate(Whitespace.trim(raw)));
            default -> new Value(formats.shown(Whitespace.trim(raw), style));
        };
    }

    private Value sharedText(String index) {
        try {
            int place = Integer.parseInt(Whitespace.trim(index));
            return new Value(shared.get(place), null, sharedCrossedOut.get(place));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw WorkbookParts.broken("row %d refers to a text that is not there".formatted(line), e);
        }
    }

    private String isoDate(String text) {
        try {
            LocalDateTime at = text.contains("T")
                    ? LocalDateTime.parse(text.endsWith("Z") ? text.substring(0, text.length() - 1) : text)
                    : LocalDate.parse(text).atStartOfDay();
            boolean midnight = at.toLocalTime().equals(LocalTime.MIDNIGHT);
            return formats.written(at.toLocalDate()) + (midnight ? "" : " " + at.toLocalTime());
        } catch (DateTimeException e) {
            return text;
        }
    }

    @Override
    public void close() throws IOException {
        try (parts) {
            sheet.close();
        }
    }
}
