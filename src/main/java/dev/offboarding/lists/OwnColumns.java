package dev.offboarding.lists;

import java.util.Collection;
import java.util.List;
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
    private static final List<String> OF_REPORTED_REJECTS = List.of("source", "line", "column", "problem", "remedy");
    private static final List<String> PREFIXES = List.of("reject_", "result_", "list_", "note_");
    private static final List<String> ONLY_OURS = List.of("outcome", "state", "hold_reason", "hold_until");

    private OwnColumns() {}

    static boolean isKnown(String heading) {
        String name = Column.normalised(heading);
        return Stream.concat(OF_CUSTOMERS.stream(), OF_REPORTED_REJECTS.stream())
                        .anyMatch(name::equals)
                || PREFIXES.stream().anyMatch(name::startsWith);
    }

    /** Is this the heading of a report's customers.csv, or what was left of it? */
    static boolean areOfCustomers(Collection<String> headings) {
        return normalised(headings).containsAll(ONLY_OURS);
    }

    /** Is this the heading of a list with its results, or of rejects, of those beside a list or those of a report? */
    static boolean areOfOneThatComesBack(Collection<String> headings) {
        List<String> names = normalised(headings);
        return names.containsAll(Headings.OF_RESULTS)
                || names.containsAll(Headings.OF_REJECTS)
                || names.containsAll(OF_REPORTED_REJECTS);
    }

    private static List<String> normalised(Collection<String> headings) {
        return headings.stream().map(Column::normalised).toList();
    }
}
