package dev.offboarding.report;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lists' own columns: each with its heading in a file of ours, in the order in which they were first seen. */
final class ListColumns {
    private final Set<String> taken = new HashSet<>();
    private final Map<String, String> headings = new LinkedHashMap<>();

    /** @param ours the columns before them */
    ListColumns(Collection<String> ours) {
        ours.forEach(name -> taken.add(alike(name)));
    }

    /** @param cells a row's cells by column */
    void see(Map<String, String> cells) {
        for (String name : cells.keySet()) {
            if (!headings.containsKey(name)) {
                headings.put(name, free(name));
            }
        }
    }

    Collection<String> headings() {
        return headings.values();
    }

    /** A row's cells in the order of the headings; null where the row has no such column. */
    List<@Nullable String> of(Map<String, String> cells) {
        return headings.keySet().stream().<@Nullable String>map(cells::get).toList();
    }

    private String free(String name) {
        String heading = name;
        while (!taken.add(alike(heading))) {
            heading = "list_" + heading;
        }
        return heading;
    }

    /** Headings of lists are the same in upper or lower case, with blanks, {@code -} or {@code _}. */
    private static String alike(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
    }
}
