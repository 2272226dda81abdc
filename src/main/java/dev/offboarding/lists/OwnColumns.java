package dev.offboarding.lists;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The columns that this program writes itself, and those that are marked as notes. */
final class OwnColumns {
    private static final List<String> OF_CUSTOMERS = List.of(
            "source",
            "line",
            "outcome",
            "state",
            "hold_reason",
            "hold_until",
            "subscriptions_active_before",
            "subscriptions_suspended",
            "subscriptions_cancelled",
            "subscriptions_failed",
            "removed_at",
            "customer_list",
            "support_contact",
            "delegated_admin",
            "purchasing",
            "message");
    private static final List<String> OF_REJECTS = List.of("column", "problem", "remedy");

    /** As {@code cases --csv} has them. */
    private static final List<String> OF_CASES =
            List.of("state", "hold_reason", "hold_since", "hold_until", "opened_at", "closed_at", "closed_as");

    private static final String NOTE = "note_";

    /** Before a list's column that is called like one of ours. */
    private static final String OF_THE_LIST = "list_";

    private static final Set<String> WRITTEN = Stream.of(
                    OF_CUSTOMERS,
                    OF_REJECTS,
                    OF_CASES,
                    Headings.OF_REJECTS,
                    Headings.OF_RESULTS,
                    List.of(Headings.OF_REJECTS_GUARDS, Headings.OF_RESULTS_GUARDS))
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableSet());

    private static final List<String> ONLY_OURS = List.of("outcome", "state", "hold_reason", "hold_until");

    private OwnColumns() {}

    /**
     * To the letter, as this program writes it: what only reads like it, as {@code Hold until} or {@code List end date}, is somebody's own
     * column, and may well be meant.
     */
    static boolean isKnown(String heading) {
        String original = heading;
        while (original.startsWith(OF_THE_LIST)) {
            original = original.substring(OF_THE_LIST.length());
        }
        boolean ofTheList = !original.equals(heading) && WRITTEN.contains(Column.normalised(original));
        return WRITTEN.contains(heading)
                || ofTheList
                || Column.normalised(heading).startsWith(NOTE);
    }

    /** Is this the heading of a report's customers.csv, of the list of cases, or of a list with its results, or what was left of it? */
    static boolean areOfAReport(Collection<String> headings) {
        return haveDaysAsWeWrite(headings) || normalised(headings).containsAll(Headings.OF_RESULTS);
    }

    /** Is this the heading of a report's customers.csv, or of the list of cases? A list with its results keeps its dates as they were. */
    static boolean haveDaysAsWeWrite(Collection<String> headings) {
        List<String> names = normalised(headings);
        return names.containsAll(ONLY_OURS) || names.containsAll(OF_CASES);
    }

    private static List<String> normalised(Collection<String> headings) {
        return headings.stream().map(Column::normalised).toList();
    }
}
