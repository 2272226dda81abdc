package dev.offboarding.run;

import dev.offboarding.cases.HoldReason;
import dev.offboarding.runs.Runs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * What somebody who was not there wants to know of a run first.
 *
 * @param outcomes customers by outcome, the most frequent first
 * @param waiting customers that are held and go on by themselves, by reason
 * @param toBeLookedAt customers that somebody has to look at, a line each, {@value #EXAMPLES} at most
 * @param toBeLookedAtCount how many there are
 * @param failed customers that failed or are there again, a line each, {@value #EXAMPLES} at most
 * @param failedCount how many there are
 * @param tookUp earlier runs that had died and that this one has taken up
 */
record RunStory(
        Map<String, Long> outcomes,
        Map<String, Long> waiting,
        List<String> toBeLookedAt,
        long toBeLookedAtCount,
        List<String> failed,
        long failedCount,
        long rowsSetAside,
        long filesRefused,
        List<String> notes,
        long tookUp) {

    static final int EXAMPLES = 10;

    private static final String LOOK = "hold_reason = any(?)";
    private static final String FAILED = "outcome in ('FAILED', 'RE_ESTABLISHED')";

    static RunStory of(JdbcTemplate jdbc, String runId) {
        Runs runs = new Runs(jdbc);
        String[] look = HoldReason.somebodyHasToLookNames();
        return new RunStory(
                counts(jdbc, "select outcome, count(*) from offboarding.run_case where run_id = ? group by 1", runId),
                counts(jdbc, """
                        select hold_reason, count(*) from offboarding.run_case
                         where run_id = ? and outcome = 'HELD' and not %s group by 1""".formatted(LOOK), runId, look),
                customers(jdbc, "hold_reason, coalesce(holds -> 0 ->> 'message', '')", LOOK, runId, look),
                count(jdbc, "select count(*) from offboarding.run_case where run_id = ? and " + LOOK, runId, look),
                customers(jdbc, "outcome, message", FAILED, runId),
                count(jdbc, "select count(*) from offboarding.run_case where run_id = ? and " + FAILED, runId),
                count(
                        jdbc,
                        "select coalesce(sum(case when status = 'REFUSED' then rows_read else rows_rejected end), 0) from offboarding.list_file where run_id = ?",
                        runId),
                count(
                        jdbc,
                        "select count(*) from offboarding.list_file where run_id = ? and status = 'REFUSED'",
                        runId),
                runs.notes(runId),
                runs.tookUp(runId));
    }

    private static Map<String, Long> counts(JdbcTemplate jdbc, String sql, Object... parameters) {
        Map<String, Long> counts = new LinkedHashMap<>();
        jdbc.query(
                sql + " order by 2 desc, 1",
                (RowCallbackHandler) row -> counts.put(row.getString(1), row.getLong(2)),
                parameters);
        return counts;
    }

    private static long count(JdbcTemplate jdbc, String sql, Object... parameters) {
        Long count = jdbc.queryForObject(sql, Long.class, parameters);
        return count == null ? 0 : count;
    }

    private static List<String> customers(JdbcTemplate jdbc, String what, String where, Object... parameters) {
        return jdbc.query(
                """
                select customer_id, coalesce(company_name, domain, '') as name, %s
                  from offboarding.run_case where run_id = ? and %s order by position limit %d
                """.formatted(what, where, EXAMPLES),
                (row, n) -> "%s %s%s%s"
                        .formatted(
                                row.getString(3),
                                row.getString(1),
                                row.getString(2).isEmpty() ? "" : " (" + row.getString(2) + ")",
                                row.getString(4).isEmpty() ? "" : ": " + row.getString(4)),
                parameters);
    }
}
