package dev.offboarding.lists;

import dev.offboarding.kit.CsvText;
import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Remembers which guards we put before cells of rejects and of a report's customers, so that only these are removed when such cells come
 * back in a list.
 */
final class FormulaGuards {
    private static final String TEXTS = Stream.of(Column.values())
            .filter(column -> column != Column.CUSTOMER_ID && column != Column.EFFECTIVE_DATE)
            .map(column -> "e." + column.label())
            .collect(Collectors.joining(", "));

    private final JdbcTemplate jdbc;

    FormulaGuards(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Remembers every cell and heading of a run's rows that is written with a guard before it. */
    void remember(String runId) {
        jdbc.update(
                """
                insert into offboarding.guarded_cell (job, sha256)
                select f.job, sha256(convert_to('''' || c.value, 'UTF8'))
                from offboarding.list_file f join offboarding.reject r using (run_id, file_no), json_each_text(r.cells) c
                where f.run_id = ? and c.value ~ ?
                union
                select f.job, sha256(convert_to('''' || h.value, 'UTF8'))
                from offboarding.list_file f, json_array_elements_text(f.headings) h
                where f.run_id = ? and h.value ~ ?
                union
                select f.job, sha256(convert_to('''' || c.value, 'UTF8'))
                from offboarding.list_file f join offboarding.entry e using (run_id, file_no),
                     unnest(array[%s]) as c (value)
                where f.run_id = ? and c.value ~ ?
                union
                select f.job, sha256(convert_to('''' || c.value, 'UTF8'))
                from offboarding.list_file f join offboarding.entry e using (run_id, file_no), json_each_text(e.others) c
                where f.run_id = ? and c.value ~ ?
                on conflict do nothing
                """.formatted(TEXTS),
                runId,
                CsvText.NEEDS_GUARD,
                runId,
                CsvText.NEEDS_GUARD,
                runId,
                CsvText.NEEDS_GUARD,
                runId,
                CsvText.NEEDS_GUARD);
    }

    /** Removes our own guards again, in place. */
    void unguard(String job, Collection<List<String>> rows) {
        Set<String> suspects = new HashSet<>();
        rows.forEach(cells -> cells.stream()
                .filter(CsvText::looksGuarded)
                .map(FormulaGuards::hash)
                .forEach(suspects::add));
        if (suspects.isEmpty()) {
            return;
        }
        Set<String> ours = new HashSet<>(jdbc.queryForList("""
                select encode(sha256, 'hex') from offboarding.guarded_cell
                where job = ? and sha256 in (select decode(hash, 'hex') from unnest(?::text[]) hash)
                """, String.class, job, suspects.toArray(String[]::new)));
        rows.forEach(cells -> cells.replaceAll(
                cell -> CsvText.looksGuarded(cell) && ours.contains(hash(cell)) ? CsvText.unguarded(cell) : cell));
    }

    private static String hash(String cell) {
        return Sha256.hexOf(cell.getBytes(StandardCharsets.UTF_8));
    }
}
