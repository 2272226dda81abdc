package dev.offboarding.cases;

import dev.offboarding.lists.ListedRow;
import org.springframework.jdbc.core.JdbcTemplate;

/** The tables of what a run works on: its rows of the cases, which each step changes, and what was listed, which stays. */
final class RunRows {

    private static final String PLANNED_AND_FOUND = "offboarding.run_plan";
    private static final String LISTED = "offboarding.run_listing";
    private static final String CASES = "offboarding.run_case";

    private RunRows() {}

    /**
     * SQL that adds rows. The select has the run, the position, what was listed and then these columns, in that order.
     *
     * @param with common table expressions for the select, each with a comma after it
     */
    static String insert(String with, String columns, String select) {
        return """
                with %1$s gathered (run_id, position, %2$s, %3$s) as (%4$s),
                     listed_rows as (
                       insert into offboarding.run_listing (run_id, position, %2$s) select run_id, position, %2$s from gathered)
                insert into offboarding.run_case (run_id, position, %3$s) select run_id, position, %3$s from gathered
                """.formatted(with, ListedRow.COLUMNS, columns, select);
    }

    /** Deletes those of some runs. */
    static void delete(JdbcTemplate jdbc, String runs, Object... parameters) {
        for (String table : new String[] {PLANNED_AND_FOUND, LISTED, CASES}) {
            jdbc.update("delete from %s where run_id %s".formatted(table, runs), parameters);
        }
    }
}
