package dev.offboarding.cases;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** All cases that there have been, for those who report them. */
public final class KnownCases {

    /** Whosever it is by now: a job that was renamed has taken its closed cases along, and what closed them is in its reports under the old name. */
    private static final String CLOSED_BY_THIS_JOB =
            "exists (select from offboarding.runs own where own.run_id = c.closed_run and own.job = ?)";

    private static final String CLOSED_UNREPORTED =
            "select from offboarding.runs r where r.run_id = c.closed_run and not r.reported";

    private final JdbcTemplate jdbc;

    public KnownCases(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of a customer on a platform, whichever of its identities, in the order in which they were opened. */
    public List<KnownCase> of(String platform, UUID customerId) {
        return jdbc.query(
                "select c.*, elsewhere.message as elsewhere_message from offboarding.offboarding_case c\n"
                        + OtherPlatform.ELSEWHERE + " where c.platform = ? and c.customer_id = ? order by c.case_id",
                (row, n) -> KnownCase.read(row),
                platform,
                customerId);
    }

    /**
     * Those of this job that were open at any time from the one run up to the other, in the order in which they were opened; whether they
     * wait elsewhere now is not asked.
     */
    public List<KnownCase> openWithin(String job, String firstRun, String endRun) {
        return jdbc.query("""
                select c.*, null::text as elsewhere_message from offboarding.offboarding_case c
                 where job = ? and opened_run collate "C" < ? and (closed_run is null or closed_run collate "C" >= ?)
                 order by case_id
                """, (row, n) -> KnownCase.read(row), job, endRun, firstRun);
    }

    /** How many cases were closed as what, by runs of this job from the one up to, and without, the other, that have left a report. */
    public Map<String, Long> closedWithin(String job, String firstRun, String endRun) {
        Map<String, Long> closed = new TreeMap<>();
        jdbc.query(
                """
                select closed_as, count(*) from offboarding.offboarding_case c
                 where %s and closed_as is not null and closed_run collate "C" >= ? and closed_run collate "C" < ?
                   and not exists (%s) group by 1
                """.formatted(CLOSED_BY_THIS_JOB, CLOSED_UNREPORTED),
                (RowCallbackHandler) row -> closed.put(row.getString(1), row.getLong(2)),
                job,
                firstRun,
                endRun);
        return closed;
    }

    /** How many cases were closed by runs of this job, of that time, that have no report yet: one is under way, or has died. */
    public long closedUnreported(String job, String firstRun, String endRun) {
        Long count = jdbc.queryForObject(
                """
                select count(*) from offboarding.offboarding_case c
                 where %s and closed_as is not null and closed_run collate "C" >= ? and closed_run collate "C" < ?
                   and exists (%s)
                """.formatted(CLOSED_BY_THIS_JOB, CLOSED_UNREPORTED), Long.class, job, firstRun, endRun);
        return count == null ? 0 : count;
    }

    public boolean any() {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("select exists (select from offboarding.offboarding_case)", Boolean.class));
    }
}
