package dev.offboarding.lists;

import dev.offboarding.kit.CsvText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Removes from one file's cells the guards that this program has put there: in a report's customers.csv, and in a file with rejects or results,
 * all that look so, since there none was left out; in any other file those that are remembered. Someone else's apostrophe stays.
 */
final class OwnGuards {
    private final FormulaGuards memory;
    private final String job;
    private @Nullable Predicate<String> looksGuarded;

    OwnGuards(FormulaGuards memory, String job) {
        this.job = job;
        this.memory = memory;
    }

    /** The headings come first: they say what file it is. */
    List<String> ofHeadings(List<String> headings) {
        looksGuarded = OwnColumns.areOfOneThatComesBack(headings)
                ? CsvText::looksGuardedAsText
                : OwnColumns.areOfCustomers(headings) ? CsvText::looksGuarded : null;
        List<String> cells = new ArrayList<>(headings);
        of(List.of(cells));
        return cells;
    }

    /** In place. */
    void of(Collection<List<String>> rows) {
        Predicate<String> ours = looksGuarded;
        if (ours == null) {
            memory.unguard(job, rows);
        } else {
            rows.forEach(cells -> cells.replaceAll(cell -> ours.test(cell) ? CsvText.unguarded(cell) : cell));
        }
    }
}
