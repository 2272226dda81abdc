package dev.offboarding.cases;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The open cases of a job, for those who do something with them beside a run. */
public final class OpenCases {

    /**
     * An open case.
     *
     * @param elsewhere whether it was opened on another platform identity than the one on which the job worked last
     * @param openedRun the run that accepted its row from the list
     * @param suspended how many subscriptions this program has suspended
     * @param scheduled how many of its subscriptions this program has scheduled to end with their terms
     */
    public record OpenCase(
            long caseId,
            UUID customerId,
            @Nullable String name,
            CaseState state,
            boolean elsewhere,
            String openedRun,
            int suspended,
            int scheduled) {

        /** For people. */
        public String words() {
            return (name == null ? customerId.toString() : "%s (%s)".formatted(name, customerId))
                    + (elsewhere ? " on another platform" : "");
        }
    }

    private static final String SELECT =
            """
            select case_id, customer_id, coalesce(company_name, domain) as name, state, elsewhere.message is not null as elsewhere, opened_run,
                   (select count(*) from %s) as suspended, (select count(*) from %s) as scheduled
              from offboarding.offboarding_case c
            """.formatted(StoredCase.SUSPENDED_BY_US, StoredCase.SCHEDULED_BY_US) + OtherPlatform.ELSEWHERE_OF_JOB;

    private final JdbcTemplate jdbc;
    private final String job;
    private final String platform;

    public OpenCases(JdbcTemplate jdbc, String job, String platform) {
        this.jdbc = jdbc;
        this.job = job;
        this.platform = platform;
    }

    /** Everyone of whom a case is open, of whatever job and on whatever platform. */
    public static Set<UUID> customers(JdbcTemplate jdbc) {
        return new HashSet<>(jdbc.queryForList(
                "select customer_id from offboarding.offboarding_case where closed_at is null", UUID.class));
    }

    /** In the order in which they were opened. */
    public List<OpenCase> all() {
        return jdbc.query(
                SELECT + " where c.job = ? and c.platform = ? and c.closed_at is null order by case_id",
                (row, n) -> read(row),
                job,
                job,
                platform);
    }

    /** Of one customer: one, or one on each platform identity. */
    public List<OpenCase> of(UUID customerId) {
        return jdbc.query(
                SELECT
                        + " where c.job = ? and c.platform = ? and c.closed_at is null and customer_id = ? order by case_id",
                (row, n) -> read(row),
                job,
                job,
                platform,
                customerId);
    }

    /** Those among them that are open still. */
    public List<OpenCase> stillOpen(List<Long> caseIds) {
        return jdbc.query(
                SELECT + " where c.closed_at is null and c.case_id = any(?) order by case_id",
                (row, n) -> read(row),
                job,
                caseIds.toArray(Long[]::new));
    }

    /** How the customer's last case of this job ended, in words; empty where there was none. */
    public Optional<String> lastEnd(UUID customerId) {
        return jdbc
                .query(
                        """
                        select closed_as, closed_run from offboarding.offboarding_case
                         where job = ? and platform = ? and customer_id = ? and closed_at is not null order by case_id desc limit 1
                        """,
                        (row, n) -> "its last case was closed as %s by run %s"
                                .formatted(row.getString("closed_as"), row.getString("closed_run")),
                        job,
                        platform,
                        customerId)
                .stream()
                .findFirst();
    }

    /** The other job that has an open case of this customer; empty where none has. */
    public Optional<String> otherJob(UUID customerId) {
        return jdbc
                .queryForList(
                        "select job from offboarding.offboarding_case where job <> ? and platform = ? and customer_id = ? and closed_at is null",
                        String.class,
                        job,
                        platform,
                        customerId)
                .stream()
                .findFirst();
    }

    /** Whether this program has ended the relationship in the customer's last case of this job. */
    public boolean lastRemoved(UUID customerId) {
        return Boolean.TRUE.equals(jdbc.queryForObject("""
                select coalesce((select removed_at is not null from offboarding.offboarding_case
                  where job = ? and platform = ? and customer_id = ? and closed_at is not null order by case_id desc limit 1), false)
                """, Boolean.class, job, platform, customerId));
    }

    /** By the run that accepted them, the open cases that a file of this name opened. */
    public TreeMap<String, List<OpenCase>> openedBy(String file) {
        TreeMap<String, List<OpenCase>> byRun = new TreeMap<>();
        jdbc.query(
                        SELECT
                                + " where c.job = ? and c.platform = ? and c.closed_at is null and opened_source = ? order by case_id",
                        (row, n) -> read(row),
                        job,
                        job,
                        platform,
                        file)
                .forEach(it -> byRun.computeIfAbsent(it.openedRun(), run -> new ArrayList<>())
                        .add(it));
        return byRun;
    }

    private static OpenCase read(ResultSet row) throws SQLException {
        return new OpenCase(
                row.getLong("case_id"),
                row.getObject("customer_id", UUID.class),
                row.getString("name"),
                CaseState.valueOf(row.getString("state")),
                row.getBoolean("elsewhere"),
                row.getString("opened_run"),
                row.getInt("suspended"),
                row.getInt("scheduled"));
    }
}
