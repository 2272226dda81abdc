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
    private static final List<String> OF_REJECTS = List.of("column", "problem", "remedy");
    private static final List<String> PREFIXES = List.of("reject_", "result_", "list_", "note_");
    private static final List<String> ONLY_OURS = List.of("outcome", "state", "hold_reason", "hold_until");

    private OwnColumns() {}

    static boolean isKnown(String heading) {
        String name = Column.normalised(heading);
        return Stream.concat(OF_CUSTOMERS.stream(), OF_REJECTS.stream()).anyMatch(name::equals)
                || PREFIXES.stream().anyMatch(name::startsWith);
    }

    /** Is this the heading of a report's customers.csv, or of a list with its results, or what was left of it? */
    static boolean areOfAReport(Collection<String> headings) {
        List<String> names = headings.stream().map(Column::normalised).toList();
        return names.containsAll(ONLY_OURS) || names.containsAll(Headings.OF_RESULTS);
    }
}
