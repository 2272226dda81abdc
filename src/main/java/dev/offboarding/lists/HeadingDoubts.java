package dev.offboarding.lists;

import dev.offboarding.kit.EditDistance;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Columns of one list that are not understood and look as if they were meant: carried through as a note, a deadline would be passed over,
 * and its customer offboarded tonight. Of the cells it keeps counts only.
 */
final class HeadingDoubts {
    private static final int NAMED = 5;
    /** From this many letters on, two of them may be wrong. */
    private static final int LONG = 10;

    private static final List<Column> OFTEN_MISSPELT =
            List.of(Column.CUSTOMER_ID, Column.COMPANY_NAME, Column.DOMAIN, Column.EFFECTIVE_DATE);

    /** A column that is only carried through. */
    private static final class Carried {
        final String heading;
        final boolean namesADay;
        long filled;
        long dates;
        /** Of these, without a year or a day: numbers look so, too. */
        long inPart;

        long days;
        boolean ahead;

        Carried(String heading) {
            this.heading = heading;
            namesADay = HeadingWords.day(heading);
        }

        boolean isOfDates() {
            return namesADay
                    && (dates > inPart || (inPart > 0 && (HeadingWords.clearlyDay(heading) || inPart * 2 > filled)));
        }
    }

    private final Headings headings;
    private final Dates dates;
    private final LocalDate today;
    private final List<String> doubts = new ArrayList<>();
    private final List<String> remedies = new ArrayList<>();
    private final Map<Integer, Carried> carried = new LinkedHashMap<>();

    HeadingDoubts(Headings headings, Dates dates, LocalDate today) {
        this.headings = headings;
        this.dates = dates;
        this.today = today;
        headings.carried().forEach(this::look);
    }

    private void look(int index, String heading) {
        if (OwnColumns.isKnown(heading)) {
            return;
        }
        Column meant = misspelt(heading);
        String end = HeadingWords.end(heading);
        if (meant != null) {
            doubt(heading, "is nearly " + meant.label(), meant);
        } else if (end != null) {
            doubt(heading, "has a word for an end in it ('%s')".formatted(end), Column.EFFECTIVE_DATE);
        } else {
            carried.put(index, new Carried(heading));
        }
    }

    private static @Nullable Column misspelt(String heading) {
        String letters = letters(heading);
        for (Column column : OFTEN_MISSPELT) {
            for (String ours : column.accepted()) {
                String meant = letters(ours);
                int allowed = letters.length() >= LONG && meant.length() >= LONG ? 2 : 1;
                if (EditDistance.between(letters, meant, allowed) <= allowed) {
                    return column;
                }
            }
        }
        return null;
    }

    private static String letters(String heading) {
        return HeadingWords.plain(Column.normalised(heading)).replace("_", "");
    }

    void see(Collection<Row> rows) {
        for (Row row : rows) {
            carried.forEach((index, column) -> see(column, headings.cell(row, index)));
        }
    }

    private void see(Carried column, String cell) {
        if (cell.isEmpty()) {
            return;
        }
        column.filled++;
        Dates.Look look = dates.look(cell);
        if (look != null) {
            column.dates++;
            column.inPart += look.isInPart() ? 1 : 0;
            if (!look.withTime() && !look.doubtful()) {
                column.days++;
                column.ahead |= look.liesAfter(today);
            }
        }
    }

    /** Why the list is refused, once its rows were seen; null if there is no doubt. */
    @Nullable
    ListRefusedException refusal() {
        doubtEach(Carried::isOfDates, "has a word for a day or a date in it, and a date is below it");
        doubtEach(
                column -> !column.isOfDates() && column.ahead && column.days * 2 > column.filled,
                "holds dates, and one is still ahead");
        if (doubts.isEmpty()) {
            return null;
        }
        return new ListRefusedException(
                "it is not clear what is meant by "
                        + doubts.stream().limit(NAMED).collect(Collectors.joining("; by "))
                        + (doubts.size() > NAMED ? "; and by %d more".formatted(doubts.size() - NAMED) : ""),
                remedies.stream().limit(NAMED).collect(Collectors.joining(" ")));
    }

    private void doubtEach(Predicate<Carried> which, String why) {
        carried.values().stream().filter(which).forEach(column -> doubt(column.heading, why, Column.EFFECTIVE_DATE));
    }

    private void doubt(String heading, String why, Column meant) {
        doubts.add("the column %s, which %s".formatted(Whitespace.quote(heading), why));
        String call = headings.has(meant)
                ? "Remove %s, since there is a column for %s already, or"
                        .formatted(Whitespace.quote(heading), meant.label())
                : "Call %s %s if that is what it says (%s), or"
                        .formatted(Whitespace.quote(heading), meant.label(), explained(meant));
        remedies.add("%s put note_ in front to keep it as a note: %s."
                .formatted(call, Whitespace.quote("note_" + Column.normalised(heading))));
    }

    private static String explained(Column meant) {
        return switch (meant) {
            case EFFECTIVE_DATE -> "nothing happens before that date";
            case CUSTOMER_ID -> "the customer's Microsoft ID";
            default -> "it is compared with the customer's own";
        };
    }
}
