package dev.offboarding.cases;

import dev.offboarding.lists.ListedRow;
import dev.offboarding.platform.Action;
import java.util.List;
import java.util.stream.Stream;
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

    private static final String COLUMNS =
            "select r.*, %s, coalesce(p.planned, '[]') as planned, coalesce(%s, '[]') as holdings";

    private static final String ALL = COLUMNS.formatted(ListedRow.columnsOf("l"), "p.holdings");

    /** What was held is most of a row, and a step needs it only where the end of a term is to be changed. */
    private static final String FOR_A_STEP = COLUMNS.formatted(
            ListedRow.columnsOf("l"),
            "case when p.planned::text like '%%%s%%' then p.holdings end".formatted(Action.AUTO_RENEW_OFF));

    private static final String BETWEEN_POSITIONS = """

              from (select * from offboarding.run_case where run_id = ? and position > ? and position <= ?) r
              join (select * from offboarding.run_listing where run_id = ? and position > ? and position <= ?) l on l.position = r.position
              left join (select * from offboarding.run_plan where run_id = ? and position > ? and position <= ?) p on p.position = r.position
            """;

    /**
     * SQL for the rows from a position on to another, that one included, with the columns of the view {@code run_case_row} that a step needs.
     * The view would read all rows of the run each time: of a join PostgreSQL hands on what a position is equal to, and not a range.
     */
    static final String BETWEEN_FOR_A_STEP = FOR_A_STEP + BETWEEN_POSITIONS;

    /** The same with all columns of that view. */
    static final String BETWEEN = ALL + BETWEEN_POSITIONS;

    /** The parameters for those, and then others. */
    static Object[] between(String runId, long from, long to, Object... others) {
        return Stream.concat(Stream.of(runId, from, to, runId, from, to, runId, from, to), Stream.of(others))
                .toArray();
    }

    /** 0 if there are none. */
    static long lastPosition(JdbcTemplate jdbc, String runId) {
        Long last = jdbc.queryForObject(
                "select max(position) from offboarding.run_case where run_id = ?", Long.class, runId);
        return last == null ? 0 : last;
    }

    private static final String AT_POSITIONS = """

              from offboarding.run_case r
             cross join lateral (select * from offboarding.run_listing where run_id = r.run_id and position = r.position offset 0) l
              left join lateral (select * from offboarding.run_plan where run_id = r.run_id and position = r.position offset 0) p on true
             where r.run_id = ? and r.position = any(?)
            """;

    /**
     * SQL for the rows at some positions, with all columns of that view. Its parameters are the run and the positions. {@code offset 0} has
     * PostgreSQL look what belongs to a row up by its key; otherwise it goes through the list of positions once more for each of them.
     */
    static final String AT = ALL + AT_POSITIONS;

    /** The same with the columns that a step needs. */
    static final String AT_FOR_A_STEP = FOR_A_STEP + AT_POSITIONS;

    /** Deletes those of some runs. */
    static void delete(JdbcTemplate jdbc, String runs, Object... parameters) {
        for (String table : List.of("run_plan", "run_listing", "run_case")) {
            jdbc.update("delete from offboarding.%s where run_id %s".formatted(table, runs), parameters);
        }
    }
}
