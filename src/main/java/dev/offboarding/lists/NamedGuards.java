package dev.offboarding.lists;

import dev.offboarding.kit.CsvText;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The guards that a row of rejects or results names, by the headings of its cells or, where a heading does not tell which column is meant, by
 * their places. From a cell that is named by its heading an apostrophe is taken off whatever stands behind it by now: whoever corrects a cell
 * without a spreadsheet leaves it there. From one that is named by its place, and from all where a heading is called otherwise since, what looks
 * guarded is, since no guard was left out.
 */
final class NamedGuards {
    /** Between names; in the end where there are too many to be written. */
    private static final String SEPARATOR = ", ";

    private static final int LONGEST = 500;

    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}[.][0-9]{2}[.][0-9]{4}");

    private static final Pattern PLACE = Pattern.compile("column_[0-9]+");

    private final List<String> headings;
    /** Headings that say which column is meant. */
    private final Set<String> telling;

    private final List<Integer> columns;

    /** @param headings of a list's own columns or, where a file is read, all of it; without guards */
    NamedGuards(List<String> headings) {
        this.headings = List.copyOf(headings);
        Map<String, Long> named =
                headings.stream().collect(Collectors.groupingBy(Column::normalised, Collectors.counting()));
        telling = headings.stream()
                .filter(heading -> !heading.isEmpty() && heading.indexOf(',') < 0)
                .map(Column::normalised)
                .filter(name -> Objects.equals(named.get(name), 1L)
                        && !PLACE.matcher(name).matches())
                .collect(Collectors.toSet());
        columns = IntStream.range(0, headings.size())
                .filter(i -> Headings.saysGuards(headings.get(i)))
                .boxed()
                .toList();
    }

    private boolean isTelling(int column) {
        return column < headings.size() && telling.contains(Column.normalised(headings.get(column)));
    }

    private String name(int column) {
        return isTelling(column) ? headings.get(column) : "column " + (column + 1);
    }

    /**
     * Does that cell get one? A day among dates gets none, whether a calendar has it or not: a spreadsheet leaves it or writes it in another form
     * of a date, and people who correct dates find them as they were.
     */
    boolean isGuarded(int column, String cell) {
        boolean date = column < headings.size() && Column.of(headings.get(column)) == Column.EFFECTIVE_DATE;
        return CsvText.needsGuardAsText(cell) && !(date && DAY.matcher(cell).matches());
    }

    /** What a row says of its cells, without guards, that get one. */
    String of(List<String> cells) {
        StringBuilder guarded = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            if (!isGuarded(i, cells.get(i))) {
                continue;
            }
            if (guarded.length() > LONGEST) {
                return guarded.append(SEPARATOR).append('…').toString();
            }
            guarded.append(guarded.isEmpty() ? "" : SEPARATOR).append(name(i));
        }
        return guarded.toString();
    }

    /**
     * Takes them off, in place.
     *
     * @return whether the row names any
     */
    boolean takeOff(List<String> cells) {
        Set<String> guarded = new HashSet<>();
        for (int column : columns) {
            String cell = column < cells.size() ? CsvText.unguardedAsText(cells.get(column)) : "";
            for (String name : cell.split(SEPARATOR, -1)) {
                if (!name.isEmpty()) {
                    guarded.add(Column.normalised(name));
                }
            }
        }
        if (guarded.isEmpty()) {
            return false;
        }
        Set<String> here = new HashSet<>();
        for (int i = 0; i < Math.max(cells.size(), headings.size()); i++) {
            here.add(Column.normalised(name(i)));
        }
        boolean allAreHere = here.containsAll(guarded);
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            if (!allAreHere) {
                cells.set(i, CsvText.unguardedAsText(cell));
            } else if (guarded.contains(Column.normalised(name(i)))) {
                // columns may have been moved since; a place is then another's
                boolean ours = isTelling(i) && cell.startsWith("'");
                cells.set(i, ours ? CsvText.unguarded(cell) : CsvText.unguardedAsText(cell));
            }
        }
        return true;
    }
}
