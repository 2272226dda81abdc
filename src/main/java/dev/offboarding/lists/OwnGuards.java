package dev.offboarding.lists;

import dev.offboarding.kit.CsvText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Removes from one file's cells the guards that this program has put there: in a report's customers.csv all that look so, since there none was
 * left out; in any other file those that are remembered. Someone else's apostrophe stays.
 */
final class OwnGuards {
    private final FormulaGuards memory;
    private final String job;
    private boolean reports;

    OwnGuards(FormulaGuards memory, String job) {
        this.job = job;
        this.memory = memory;
    }

    /** The headings come first: they say what file it is. */
    List<String> ofHeadings(List<String> headings) {
        reports = OwnColumns.areOfAReport(headings);
        List<String> cells = new ArrayList<>(headings);
        of(List.of(cells));
        return cells;
    }

    /** In place. */
    void of(Collection<List<String>> rows) {
        if (reports) {
            rows.forEach(
                    cells -> cells.replaceAll(cell -> CsvText.looksGuarded(cell) ? CsvText.unguarded(cell) : cell));
        } else {
            memory.unguard(job, rows);
        }
    }
}
