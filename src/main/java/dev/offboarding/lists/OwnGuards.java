package dev.offboarding.lists;

import dev.offboarding.kit.CsvText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Removes from one file's cells the guards that this program has put there. In a file of rejects or results a row names the cells that have one
 * ({@link NamedGuards}). For any other row the rule of files holds that do not say it, as earlier versions wrote them: in a report's
 * customers.csv, and beside results, all before a formula are ours; elsewhere those that are remembered. Someone else's apostrophe stays.
 */
final class OwnGuards {
    private final Consumer<Collection<List<String>>> remembered;
    private @Nullable NamedGuards named;
    private boolean reports;

    OwnGuards(FormulaGuards memory, String job) {
        this(rows -> memory.unguard(job, rows));
    }

    private OwnGuards(Consumer<Collection<List<String>>> remembered) {
        this.remembered = remembered;
    }

    /** Where there is no database: those of which the file itself says that they are ours. */
    static OwnGuards withoutMemory() {
        return new OwnGuards(rows -> {});
    }

    /** The headings come first: they say what file it is. */
    List<String> ofHeadings(List<String> headings) {
        reports = OwnColumns.areOfAReport(headings);
        List<String> cells = new ArrayList<>(headings);
        if (headings.stream().anyMatch(Headings::saysGuards)) {
            cells.replaceAll(CsvText::unguardedAsText);
            named = new NamedGuards(cells);
        } else {
            asBefore(List.of(cells));
        }
        return cells;
    }

    /** In place. */
    void of(Collection<List<String>> rows) {
        NamedGuards guards = named;
        asBefore(
                guards == null
                        ? rows
                        : rows.stream().filter(cells -> !guards.takeOff(cells)).toList());
    }

    private void asBefore(Collection<List<String>> rows) {
        if (reports) {
            rows.forEach(
                    cells -> cells.replaceAll(cell -> CsvText.looksGuarded(cell) ? CsvText.unguarded(cell) : cell));
        } else {
            remembered.accept(rows);
        }
    }
}
