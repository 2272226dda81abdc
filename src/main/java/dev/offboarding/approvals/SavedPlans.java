package dev.offboarding.approvals;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Plans that were stopped, or that need an approval. Equal plans of a job on a platform identity are one. */
public final class SavedPlans {

    /** A plan that was not made again for so long is not approved any more. */
    public static final Duration KEPT = Duration.ofDays(7);

    private static final String PLAN = """
            select p.*,
                   (select count(*) from offboarding.saved_plan_customer c where c.plan_no = p.plan_no) as customers,
                   coalesce(p.from_last_list,
                     (select count(*) from offboarding.saved_plan_customer c where c.plan_no = p.plan_no and c.from_list)) as from_list,
                   (select count(*) from offboarding.saved_plan_customer c where c.plan_no = p.plan_no and c.begins) as begins
              from offboarding.saved_plan p where
            """;

    /** Of a run's customer {@code r}: asks for the run, whether all of its customers are meant, and for those that are. */
    private static final String PART_OF_IT =
            "r.run_id = ? and (? or r.customer_id = any(?)) and r.planned -> 0 ->> 'action' <> 'REACTIVATE'";

    private static final String FROM_THE_LIST = "(r.listed_anew or r.case_id is null)";

    private final JdbcTemplate jdbc;

    public SavedPlans(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A run's plan.
     *
     * @param begins customers whose first write would be tonight
     * @param only the customers that are part of it; null for all of the run's
     * @param limits its figures, as JSON
     * @param files of which list files it is, as JSON
     */
    public record Planned(
            String planId,
            String runId,
            String job,
            String platformIdentity,
            PlanBasis basis,
            Person planner,
            Instant at,
            Collection<UUID> begins,
            @Nullable Collection<UUID> only,
            String limits,
            String files) {}

    /**
     * Keeps a run's plan, within the caller's transaction. One that is kept already only says that it was made once more; who made it first
     * stays its planner, unless that is too long ago or it was carried out since.
     */
    public void save(Planned plan) {
        OffsetDateTime at = plan.at().atOffset(ZoneOffset.UTC);
        Collection<UUID> only = plan.only();
        boolean all = only == null;
        UUID[] part = only == null ? new UUID[0] : ids(only);
        int known = jdbc.update(
                """
                update offboarding.saved_plan p set last_run = ?, last_at = ?, limits = ?::json, files = ?::json,
                       from_last_list = (select count(*) from offboarding.planned_case r where %s and %s),
                       planner = case when fresh then p.planner else ? end,
                       planner_is_claim = case when fresh then p.planner_is_claim else ? end,
                       planner_user = case when fresh then p.planner_user else ? end,
                       planned_run = case when fresh then p.planned_run else ? end,
                       planned_at = case when fresh then p.planned_at else ? end
                  from (select q.plan_no, q.last_at > ? and not exists (
                                 select from offboarding.approval a where a.plan_no = q.plan_no and a.used_at >= q.last_at) as fresh
                          from offboarding.saved_plan q where q.job = ? and q.platform_identity = ? and q.plan_id = ?) known
                 where p.plan_no = known.plan_no
                """.formatted(PART_OF_IT, FROM_THE_LIST),
                plan.runId(),
                at,
                plan.limits(),
                plan.files(),
                plan.runId(),
                all,
                part,
                plan.planner().name(),
                plan.planner().claimed(),
                plan.planner().user(),
                plan.runId(),
                at,
                plan.at().minus(KEPT).atOffset(ZoneOffset.UTC),
                plan.job(),
                plan.platformIdentity(),
                plan.planId());
        if (known > 0) {
            return;
        }
        Long no = jdbc.queryForObject(
                """
                insert into offboarding.saved_plan
                  (plan_id, job, platform_identity, basis, planner, planner_is_claim, planner_user, planned_run, planned_at, last_run, last_at,
                   limits, files)
                values (?, ?, ?, ?::json, ?, ?, ?, ?, ?, ?, ?, ?::json, ?::json) returning plan_no
                """,
                Long.class,
                plan.planId(),
                plan.job(),
                plan.platformIdentity(),
                plan.basis().json(),
                plan.planner().name(),
                plan.planner().claimed(),
                plan.planner().user(),
                plan.runId(),
                at,
                plan.runId(),
                at,
                plan.limits(),
                plan.files());
        jdbc.update("""
                insert into offboarding.saved_plan_customer
                  (plan_no, customer_id, position, company_name, domain, requested_by, from_list, begins, planned, holdings, digest)
                select ?, r.customer_id, r.position, r.company_name, r.domain, r.requested_by, %s,
                       r.customer_id = any(?), r.planned, r.holdings, r.digest
                  from offboarding.planned_case r where %s
                """.formatted(FROM_THE_LIST, PART_OF_IT), no, ids(plan.begins()), plan.runId(), all, part);
    }

    /** Plans whose ids begin so, of any job in this database. */
    public List<SavedPlan> beginningWith(String prefix) {
        return jdbc.query(
                PLAN + "starts_with(p.plan_id, ?) order by p.last_at desc, p.plan_no limit 20",
                (row, n) -> read(row),
                prefix);
    }

    /** Those who asked for the customers of these plans, by the lists' own words; at most so many. */
    public List<String> requesters(Collection<Long> plans, int limit) {
        return jdbc.queryForList("""
                select distinct requested_by from offboarding.saved_plan_customer
                 where plan_no = any(?) and trim(requested_by) <> '' order by 1 limit ?
                """, String.class, plans.toArray(Long[]::new), limit);
    }

    private static SavedPlan read(ResultSet row) throws SQLException {
        return new SavedPlan(
                row.getLong("plan_no"),
                row.getString("plan_id"),
                row.getString("job"),
                row.getString("platform_identity"),
                PlanBasis.read(row.getString("basis")),
                planner(row),
                row.getString("planned_run"),
                Approvals.instant(row, "planned_at"),
                row.getString("last_run"),
                Approvals.instant(row, "last_at"),
                row.getString("limits"),
                row.getLong("customers"),
                row.getLong("from_list"),
                row.getLong("begins"));
    }

    static Person planner(ResultSet row) throws SQLException {
        return new Person(row.getString("planner"), row.getBoolean("planner_is_claim"), row.getString("planner_user"));
    }

    static UUID[] ids(Collection<UUID> ids) {
        return ids.toArray(UUID[]::new);
    }
}
