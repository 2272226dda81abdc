package dev.offboarding.lists;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the columns of one list mean. */
final class Headings {
    /** The columns that we add to a file of rejects, and that are passed over when it comes back. */
    static final List<String> OF_REJECTS = List.of("reject_line", "reject_column", "reject_problem", "reject_remedy");

    /** The columns that we add to a list when we say what became of its rows; they are passed over, too, when it comes back. */
    static final List<String> OF_RESULTS = List.of(
            "result_outcome",
            "result_state",
            "result_hold_reason",
            "result_hold_until",
            "result_message",
            "result_run");

    /** The last of the columns that we add: in it a row names its cells before which we have put an apostrophe. */
    static final String OF_REJECTS_GUARDS = "reject_apostrophes";

    static final String OF_RESULTS_GUARDS = "result_apostrophes";

    /** What people put between columns, and a list does not know unless it is told. */
    private static final Pattern OTHER_DELIMITERS = Pattern.compile("[:/~^#!*\\\\&+]");

    private static final Pattern ANY_DELIMITERS = Pattern.compile("[,;\t|:/~^#!*\\\\&+]");

    private static final Pattern DELIMITERS = Pattern.compile("[,;\t|]");

    private static final int DIGITS_OF_AN_ID = 32;

    /** Nobody writes more above a table. */
    private static final int LAST_LINE_OF_TITLES = 50;

    /** A column: what it means to us if anything, and a name that is unique in its list. */
    private record Place(int index, @Nullable Column column, String name) {}

    private final List<String> written;
    private final List<Place> places = new ArrayList<>();
    private final Map<Column, Integer> known = new EnumMap<>(Column.class);
    private final Set<Integer> nameless = new HashSet<>();
    private final int lastNamed;
    private @Nullable ListRefusedException refusal;
    private boolean titlesFound;

    Headings(List<String> written) {
        this(written, false);
    }

    /** @param ofASheet whether it is a sheet that keeps them apart, and no delimiter */
    Headings(List<String> written, boolean ofASheet) {
        this.written = List.copyOf(written);
        lastNamed = lastNamed(written);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < written.size(); i++) {
            String heading = written.get(i);
            if (isAdded(heading)) {
                continue;
            }
            if (heading.isEmpty() && i > lastNamed) {
                nameless.add(i);
            }
            Column column = Column.of(heading);
            String name = heading.isEmpty() ? "column " + (i + 1) : heading;
            for (int n = 2; !names.add(Column.normalised(name)); n++) {
                name = heading + " (" + n + ")";
            }
            Integer before = column == null ? null : known.putIfAbsent(column, i);
            if (column != null && before != null && refusal == null) {
                refusal = new ListRefusedException(
                        "the columns %s and %s mean the same (%s)"
                                .formatted(
                                        Whitespace.quote(written.get(before)),
                                        Whitespace.quote(heading),
                                        column.label()),
                        "Remove or rename one of them.");
            }
            places.add(new Place(i, before == null ? column : null, name));
        }
        if (refusal == null && written.size() == 1 && !known.containsKey(Column.CUSTOMER_ID)) {
            refusal = apartByAnotherCharacter(written.get(0), ofASheet);
        }
        if (refusal == null && !known.containsKey(Column.CUSTOMER_ID)) {
            refusal = new ListRefusedException(
                    "there is no column customer_id; there is " + shown(written),
                    "The first row has to name the columns; name the one with the customers' ids customer_id, Microsoft ID, tenant_id or customer_tenant_id.");
        }
    }

    /** Null where what stands there is not headings with something else between them. */
    private static @Nullable ListRefusedException apartByAnotherCharacter(String heading, boolean ofASheet) {
        Matcher between = (ofASheet ? ANY_DELIMITERS : OTHER_DELIMITERS).matcher(heading);
        while (between.find()) {
            String delimiter = between.group();
            boolean hasId = Pattern.compile(delimiter, Pattern.LITERAL)
                    .splitAsStream(heading)
                    .anyMatch(name -> Column.of(Whitespace.trim(name)) == Column.CUSTOMER_ID);
            if (hasId && ofASheet) {
                return new ListRefusedException(
                        "the first row, %s, is one cell: its columns seem to be separated by %s"
                                .formatted(Whitespace.quote(heading), Whitespace.quote(delimiter)),
                        "Give each of them a column of the sheet (select column A, Data ▸ Text to Columns, all of them as text), and save the workbook again.");
            }
            if (hasId) {
                return new ListRefusedException(
                        "the first row, %s, is one cell: its columns seem to be separated by %s, which is not a delimiter of a list"
                                .formatted(Whitespace.quote(heading), Whitespace.quote(delimiter)),
                        "Save it with commas, semicolons, tabs or bars between its columns, or put a line sep=%s above the headings."
                                .formatted(delimiter));
            }
        }
        return null;
    }

    private static int lastNamed(List<String> written) {
        int last = -1;
        for (int i = 0; i < written.size(); i++) {
            if (!written.get(i).isEmpty() && !isAdded(written.get(i))) {
                last = i;
            }
        }
        return last;
    }

    private static boolean isAdded(String heading) {
        String name = Column.normalised(heading);
        return OF_REJECTS.contains(name) || OF_RESULTS.contains(name) || saysGuards(heading);
    }

    /** Is it the column in which a row names its guarded cells? */
    static boolean saysGuards(String heading) {
        String name = Column.normalised(heading);
        return name.equals(OF_REJECTS_GUARDS) || name.equals(OF_RESULTS_GUARDS);
    }

    private static String shown(List<String> written) {
        return String.join(
                        ", ", written.stream().limit(10).map(Whitespace::quote).toList())
                + (written.size() > 10 ? " and more" : "");
    }

    /** Why a list with these headings is refused; null if it is not. */
    @Nullable
    ListRefusedException refusal() {
        return refusal;
    }

    /** Takes a look at a row below: where there is a title above the headings, or another list further down, headings are among the rows. */
    void lookAt(Row row) {
        if (refusal == null) {
            refusal = ofAnotherList(row);
        }
        if (refusal == null || known.containsKey(Column.CUSTOMER_ID) || row.line() > LAST_LINE_OF_TITLES) {
            return;
        }
        // the title's delimiter, if it has one, need not be theirs
        boolean areHeadings = row.cells().stream()
                .flatMap(DELIMITERS::splitAsStream)
                .map(cell -> Whitespace.trim(cell.replace("\"", "")))
                .anyMatch(cell -> Column.of(cell) == Column.CUSTOMER_ID);
        if (areHeadings && !titlesFound) {
            titlesFound = true;
            refusal = new ListRefusedException(
                    "there is no column customer_id; there is %s. The headings seem to be in line %d"
                            .formatted(shown(written), row.line()),
                    "Delete the lines above line %d: the first row has to name the columns.".formatted(row.line()));
        }
    }

    /** Null where the row is no headings, or the same once more: what is under a heading is read as what the first one says. */
    private @Nullable ListRefusedException ofAnotherList(Row row) {
        if (cell(row, Column.CUSTOMER_ID).length() >= DIGITS_OF_AN_ID) {
            return null;
        }
        List<String> cells = original(row.cells());
        if (!areHeadings(cells)) {
            return null;
        }
        List<String> above = ofOriginalColumns();
        for (int i = 0; i < cells.size(); i++) {
            String here = cells.get(i);
            if (!here.isEmpty() && !meaning(here).equals(meaning(above.get(i)))) {
                return new ListRefusedException(
                        "line %d has headings again, and different ones: %s is below %s"
                                .formatted(row.line(), Whitespace.quote(here), Whitespace.quote(above.get(i))),
                        "There seem to be two lists in it: put each into a file of its own, with its headings in the first row.");
            }
        }
        return null;
    }

    /** Every list has a heading for the id, and one beside it. */
    private static boolean areHeadings(List<String> cells) {
        List<Column> columns =
                cells.stream().map(Column::of).filter(Objects::nonNull).toList();
        return columns.size() > 1 && columns.contains(Column.CUSTOMER_ID);
    }

    private static String meaning(String heading) {
        Column column = Column.of(heading);
        return column == null ? Column.normalised(heading) : column.label();
    }

    int count() {
        return written.size();
    }

    /** The headings under which to write a row of this list: as they were, without those that we have added. */
    List<String> ofOriginalColumns() {
        return original(written);
    }

    /** Of a row's cells those of these columns, in their order. */
    List<String> original(List<String> cells) {
        return places.stream()
                .map(place -> place.index() < cells.size() ? cells.get(place.index()) : "")
                .toList();
    }

    boolean has(Column column) {
        return known.containsKey(column);
    }

    /** The place of a column, from 0; null if the list does not have it. */
    @Nullable
    Integer index(Column column) {
        return known.get(column);
    }

    /** The heading of the column at this place, if it is understood. */
    @Nullable
    String understoodAt(int index) {
        return known.containsValue(index) ? written.get(index) : null;
    }

    /** How the list itself calls a column; our own name if it has none. */
    String heading(Column column) {
        Integer index = known.get(column);
        return index == null ? column.label() : written.get(index);
    }

    /** A row's cell; empty if the row or the list does not have it. */
    String cell(Row row, Column column) {
        Integer index = known.get(column);
        return index == null ? "" : cell(row, index);
    }

    String cell(Row row, int index) {
        return index < row.cells().size() ? row.cells().get(index) : "";
    }

    /** Does the row have more in it than the headings have names for? */
    boolean goBeyond(Row row) {
        return row.cells().size() > written.size()
                || nameless.stream().anyMatch(index -> !cell(row, index).isEmpty());
    }

    /** The last column's heading where a row breaks off before it, at the end of its file; null where it does not. */
    @Nullable
    String brokenOffBefore(Row row) {
        return row.unended() && lastNamed >= 0 && cell(row, lastNamed).isEmpty() ? written.get(lastNamed) : null;
    }

    /** The columns that are only carried through: their places, and their headings. */
    Map<Integer, String> carried() {
        Map<Integer, String> carried = new LinkedHashMap<>();
        for (Place place : places) {
            if (place.column() == null && !nameless.contains(place.index())) {
                carried.put(place.index(), written.get(place.index()));
            }
        }
        return carried;
    }

    /** The columns that are understood: their headings, and what each is understood as. */
    Map<String, Column> understood() {
        Map<String, Column> understood = new LinkedHashMap<>();
        for (Place place : places) {
            if (place.column() != null) {
                understood.put(written.get(place.index()), place.column());
            }
        }
        return understood;
    }

    /** A row's cells under columns that mean nothing to us, in their order. */
    Map<String, String> others(Row row) {
        Map<String, String> others = new LinkedHashMap<>();
        for (Place place : places) {
            if (place.column() == null && !nameless.contains(place.index())) {
                others.put(place.name(), cell(row, place.index()));
            }
        }
        return others;
    }

    /** All of a row's cells in their order, under unique names, those without a heading last. */
    Map<String, String> cells(Row row) {
        Map<String, String> cells = new LinkedHashMap<>();
        for (Place place : places) {
            cells.put(place.name(), cell(row, place.index()));
        }
        for (int i = written.size(); i < row.cells().size(); i++) {
            if (row.cells().get(i).isEmpty() && i < row.cells().size() - 1) {
                // one stray cell far to the right is no reason to name all that are before it
                continue;
            }
            String name = "column " + (i + 1);
            while (cells.containsKey(name)) {
                name += " (2)";
            }
            cells.put(name, row.cells().get(i));
        }
        return cells;
    }

    /** For each of {@link #ofOriginalColumns()}: its unique name, and what it means to us. */
    Map<String, @Nullable Column> columns() {
        Map<String, @Nullable Column> columns = new LinkedHashMap<>();
        for (Place place : places) {
            columns.put(place.name(), place.column());
        }
        return Collections.unmodifiableMap(columns);
    }
}
