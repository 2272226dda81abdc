package dev.offboarding.cases;

import dev.offboarding.lists.ListedRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** The tables of what a run works on: its rows of the cases, which each step changes, and what was listed, which stays. */
final class RunRows {

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

    /** SQL that reads what {@link #insert} would add, with the columns of the view {@code run_case_row}, and adds nothing. */
    static String read(String with, String columns, String select) {
        return """
                with %1$s gathered (run_id, position, %2$s, %3$s) as (%4$s)
                select g.*, '[]' as planned, false as hold_new, null::timestamptz as next_look_at, 0 as active_before, 0 as suspended,
                       0 as cancelled, 0 as failed, null::timestamptz as first_look_at, null as second_witness
                  from gathered g
                """.formatted(with, ListedRow.COLUMNS, columns, select);
    }

    /**
     * SQL for the rows at some positions, with the columns of the view {@code run_case_row}. The view would read all rows of the run each
     * time: of a join PostgreSQL hands on what a position is equal to, and not a range or a list.
     *
     * @param positions the condition, as in {@code position > ? and position <= ?}
     */
    static String at(String positions) {
        return """
                select r.*, %2$s, coalesce(p.planned, '[]') as planned, coalesce(p.holdings, '[]') as holdings
                  from (select * from offboarding.run_case where run_id = ? and %1$s) r
                  join (select * from offboarding.run_listing where run_id = ? and %1$s) l on l.position = r.position
                  left join (select * from offboarding.run_plan where run_id = ? and %1$s) p on p.position = r.position
                """.formatted(positions, ListedRow.columnsOf("l"));
    }

    /** The parameters for that, and then others. */
    static Object[] parameters(String runId, List<?> ofPositions, Object... others) {
        List<Object> parameters = new ArrayList<>();
        for (int table = 0; table < 3; table++) {
            parameters.add(runId);
            parameters.addAll(ofPositions);
        }
        Collections.addAll(parameters, others);
        return parameters.toArray();
    }

    /** Deletes those of some runs. */
    static void delete(JdbcTemplate jdbc, String runs, Object... parameters) {
        for (String table : List.of("run_plan", "run_listing", "run_case")) {
            jdbc.update("delete from offboarding.%s where run_id %s".formatted(table, runs), parameters);
        }
    }
}
