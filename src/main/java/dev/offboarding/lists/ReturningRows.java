package dev.offboarding.lists;

import dev.offboarding.kit.CsvWriter;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file of a list's own rows that people may correct in a spreadsheet and hand back: each cell as it was, behind a guard where a
 * spreadsheet would not leave it so, then what we say of the row, then which of its cells are guarded. {@link OwnGuards} takes them off again.
 */
final class ReturningRows {
    private final CsvWriter csv;
    private final NamedGuards guards;

    /**
     * Writes the headings.
     *
     * @param headings of the list's own columns
     * @param added of those in which we say something
     * @param ofGuards of the one that names guarded cells
     */
    ReturningRows(CsvWriter csv, List<String> headings, List<String> added, String ofGuards) {
        this.csv = csv;
        guards = new NamedGuards(headings);
        headings.forEach(heading -> csv.cell(new CsvWriter.AsText(heading)));
        Stream.concat(added.stream(), Stream.of(ofGuards)).forEach(csv::cell);
        csv.endRow();
    }

    /**
     * Writes a row.
     *
     * @param cells without guards, at least as many as there are headings
     */
    void row(List<String> cells, List<? extends @Nullable String> added) {
        BitSet guarded = guards.guarded(cells);
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            csv.cell(guarded.get(i) ? new CsvWriter.AsText(cell) : new CsvWriter.AsItWas(cell));
        }
        added.forEach(cell -> csv.cell(new CsvWriter.AsItWas(cell)));
        csv.cell(new CsvWriter.AsText(guards.words(guarded)));
        csv.endRow();
    }
}
