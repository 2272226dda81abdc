package dev.offboarding.lists;

import dev.offboarding.kit.CsvText;
import java.util.ArrayList;
import java.util.BitSet;
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

    /** By place: as the guard of that column is named. */
    private final List<String> names;

    /** The same, of columns whose headings say which is meant. */
    private final BitSet telling = new BitSet();

    private final BitSet dates = new BitSet();
    /** In which cells are named. */
    private final BitSet naming = new BitSet();

    /** @param headings of a list's own columns or, where a file is read, all of it; without guards */
    NamedGuards(List<String> headings) {
        List<String> normalised = headings.stream().map(Column::normalised).toList();
        Map<String, Long> frequency =
                normalised.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        names = new ArrayList<>();
        for (int i = 0; i < headings.size(); i++) {
            String heading = headings.get(i);
            String name = normalised.get(i);
            telling.set(
                    i,
                    !heading.isEmpty()
                            && heading.indexOf(',') < 0
                            && Objects.equals(frequency.get(name), 1L)
                            && !PLACE.matcher(name).matches());
            names.add(telling.get(i) ? heading : place(i));
            dates.set(i, Column.of(heading) == Column.EFFECTIVE_DATE);
            naming.set(i, Headings.saysGuards(heading));
        }
    }

    private static String place(int column) {
        return "column " + (column + 1);
    }

    private String name(int column) {
        return column < names.size() ? names.get(column) : place(column);
    }

    /**
     * Which cells of a row, without guards, get one. A day among dates gets none, whether a calendar has it or not: a spreadsheet leaves it or
     * writes it in another form of a date, and people who correct dates find them as they were.
     */
    BitSet guarded(List<String> cells) {
        BitSet guarded = new BitSet();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            guarded.set(
                    i,
                    CsvText.needsGuardAsText(cell)
                            && !(dates.get(i) && DAY.matcher(cell).matches()));
        }
        return guarded;
    }

    /** What a row says of them. */
    String words(BitSet guarded) {
        StringBuilder words = new StringBuilder();
        for (int i = guarded.nextSetBit(0); i >= 0; i = guarded.nextSetBit(i + 1)) {
            if (words.length() > LONGEST) {
                return words.append(SEPARATOR).append('…').toString();
            }
            words.append(words.isEmpty() ? "" : SEPARATOR).append(name(i));
        }
        return words.toString();
    }

    /**
     * Takes them off, in place.
     *
     * @return whether the row names any
     */
    boolean takeOff(List<String> cells) {
        Set<String> guarded = new HashSet<>();
        for (int i = naming.nextSetBit(0); i >= 0; i = naming.nextSetBit(i + 1)) {
            String cell = i < cells.size() ? CsvText.unguardedAsText(cells.get(i)) : "";
            for (String name : cell.split(SEPARATOR, -1)) {
                if (!name.isEmpty()) {
                    guarded.add(Column.normalised(name));
                }
            }
        }
        if (guarded.isEmpty()) {
            return false;
        }
        List<String> here = IntStream.range(0, Math.max(cells.size(), names.size()))
                .mapToObj(i -> Column.normalised(name(i)))
                .toList();
        boolean allAreHere = new HashSet<>(here).containsAll(guarded);
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            if (!allAreHere) {
                cells.set(i, CsvText.unguardedAsText(cell));
            } else if (guarded.contains(here.get(i))) {
                // columns may have been moved since; a place is then another's
                boolean ours = telling.get(i) && cell.startsWith("'");
                cells.set(i, ours ? CsvText.unguarded(cell) : CsvText.unguardedAsText(cell));
            }
        }
        return true;
    }
}
