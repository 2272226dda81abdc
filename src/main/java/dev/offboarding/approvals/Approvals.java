package dev.offboarding.approvals;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Approvals of a job's plans on one platform identity. */
public final class Approvals {

    private static final String GIVEN = """
            select a.*, p.plan_id, p.planner, p.planner_is_claim, p.planner_user
              from offboarding.approval a join offboarding.saved_plan p on p.plan_no = a.plan_no
             where p.job = ? and p.platform_identity = ?
            """;

    /**
     * Of a planned row {@code r} and an approved customer {@code c}: only what was seen then is written to, nothing that somebody has activated
     * since, and no more is done than was meant.
     */
    private static final String CONTINUES = """
            not exists (
              select from json_array_elements(r.planned) w
               where w ->> 'action' in ('SUSPEND', 'CANCEL', 'AUTO_RENEW_OFF')
                 and not exists (
                   select from json_array_elements(c.holdings) h
                    where h ->> 'id' = w ->> 'target'
                      and (h ->> 'status' = 'ACTIVE'
                        or w ->> 'action' <> 'SUSPEND'
                           and not exists (select from json_array_elements(r.holdings) n
                                            where n ->> 'id' = w ->> 'target' and n ->> 'status' = 'ACTIVE'))))
            and (exists (select from json_array_elements(c.planned) w where w ->> 'action' <> 'AUTO_RENEW_OFF')
              or not exists (select from json_array_elements(r.planned) w where w ->> 'action' <> 'AUTO_RENEW_OFF'))
            """;

    private final JdbcTemplate jdbc;
    private final String job;
    private final String identity;

    public Approvals(JdbcTemplate jdbc, String job, String identity) {
        this.jdbc = jdbc;
        this.job = job;
        this.identity = identity;
    }

    /** Keeps an approval, within the caller's transaction. */
    public void give(
            SavedPlan plan,
            Kind kind,
            @Nullable String limit,
            Person approver,
            String reason,
            String runId,
            Instant at,
            Instant expiresAt) {
        jdbc.update(
                """
                insert into offboarding.approval
                  (plan_no, kind, lifted_limit, approver, by_is_claim, approver_user, reason, approved_run, approved_at, expires_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                plan.no(),
                kind.text(),
                limit,
                approver.name(),
                approver.claimed(),
                approver.user(),
                reason,
                runId,
                at(at),
                at(expiresAt));
    }

    /** All that were given to a plan of this id, the newest first. */
    public List<Given> of(String planId) {
        return jdbc.query(
                GIVEN + " and p.plan_id = ? order by a.approval_no desc", (row, n) -> read(row), job, identity, planId);
    }

    /** Those that a run may still use. */
    public List<Given> usable(Instant now) {
        return jdbc.query(
                GIVEN + " and a.used_at is null and a.expires_at >= ? order by a.approval_no",
                (row, n) -> read(row),
                job,
                identity,
                at(now));
    }

    /** Those under which cases were accepted to which something would be written, whatever their job was called then. */
    private List<Given> covering(String runId) {
        return jdbc.query("""
                select a.*, p.plan_id, p.planner, p.planner_is_claim, p.planner_user
                  from offboarding.approval a join offboarding.saved_plan p on p.plan_no = a.plan_no
                 where exists (select from offboarding.approved_case ac join offboarding.planned_case r on r.case_id = ac.case_id
                                where ac.approval_no = a.approval_no and r.run_id = ?)
                """, (row, n) -> read(row), runId);
    }

    /** What a run would write, compared with these approvals; a customer that several name is there several times, the newest first. */
    public List<Match> matches(String runId, Collection<Given> usable, PlanBasis basis) {
        if (usable.isEmpty()) {
            return List.of();
        }
        Map<Long, Given> byNo = byNo(usable);
        return jdbc.query(
                """
                select r.customer_id, a.approval_no, c.position, c.digest = r.digest as same, p.basis::text = ? as same_basis,
                       %s as continues
                  from offboarding.approval a
                  join offboarding.saved_plan p on p.plan_no = a.plan_no
                  join offboarding.saved_plan_customer c on c.plan_no = a.plan_no
                  join offboarding.planned_case r on r.customer_id = c.customer_id
                 where r.run_id = ? and a.approval_no = any(?)
                   -- an offboarding that has ended since was another one
                   and not exists (select from offboarding.known_case k
                         where k.customer_id = r.customer_id and k.job = p.job and k.closed_at > a.approved_at)
                 order by a.approval_no desc, c.position
                """.formatted(CONTINUES),
                (row, n) -> match(row, byNo, false),
                basis.json(),
                runId,
                byNo.keySet().toArray(Long[]::new));
    }

    /** The same for approvals that earlier nights have used, and the cases that those accepted under them. */
    public List<Match> covered(String runId, PlanBasis basis) {
        Map<Long, Given> byNo = byNo(covering(runId));
        if (byNo.isEmpty()) {
            return List.of();
        }
        return jdbc.query(
                """
                select r.customer_id, a.approval_no, c.position, c.digest = r.digest as same, p.basis::text = ? as same_basis,
                       %s as continues
                  from offboarding.approved_case ac
                  join offboarding.approval a on a.approval_no = ac.approval_no
                  join offboarding.saved_plan p on p.plan_no = a.plan_no
                  join offboarding.saved_plan_customer c on c.plan_no = a.plan_no and c.customer_id = ac.customer_id
                  join offboarding.planned_case r on r.case_id = ac.case_id
                  join offboarding.known_case k on k.case_id = ac.case_id
                 where r.run_id = ? and a.approval_no = any(?) and not r.restarts and ac.since >= coalesce(k.restarted_at, k.opened_at)
                 order by a.approval_no desc, c.position
                """.formatted(CONTINUES),
                (row, n) -> match(row, byNo, true),
                basis.json(),
                runId,
                byNo.keySet().toArray(Long[]::new));
    }

    /** A run uses them, and they are used up; within the transaction that accepts its list. */
    public void use(Collection<Long> approvals, String runId, Instant at) {
        jdbc.update(
                "update offboarding.approval set used_run = ?, used_at = ? where approval_no = any(?) and used_at is null",
                runId,
                at(at),
                approvals.toArray(Long[]::new));
    }

    /** From now on the open cases of these customers are covered by it; within the transaction that accepts the list. */
    public void cover(long approval, Collection<UUID> customers, Instant since) {
        jdbc.update("""
                insert into offboarding.approved_case (approval_no, case_id, customer_id, since)
                select ?, k.case_id, k.customer_id, ? from offboarding.known_case k
                 where k.customer_id = any(?) and k.closed_at is null and k.job = ? and k.platform_identity = ?
                on conflict (case_id, approval_no) do update set since = excluded.since
                """, approval, at(since), SavedPlans.ids(customers), job, identity);
    }

    /** Whom the plan is about. */
    public List<UUID> customers(Given approval) {
        return jdbc.queryForList(
                "select customer_id from offboarding.saved_plan_customer where plan_no = ? order by position",
                UUID.class,
                approval.planNo());
    }

    /** How what would be written to a customer tonight differs from what was approved, in words. */
    public String difference(String runId, Match match, PlanBasis basis) {
        return Objects.requireNonNull(jdbc.queryForObject(
                """
                select p.basis, c.planned, c.holdings, r.planned, r.holdings
                  from offboarding.saved_plan p
                  join offboarding.saved_plan_customer c on c.plan_no = p.plan_no
                  join offboarding.planned_case r on r.customer_id = c.customer_id
                 where p.plan_no = ? and c.customer_id = ? and r.run_id = ?
                """,
                (row, n) -> Difference.inWords(
                        basis.differences(PlanBasis.read(row.getString(1))),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5)),
                match.approval().planNo(),
                match.customerId(),
                runId));
    }

    /**
     * By case, the last approval of this job's plans that a run before that one has used for it, on whatever ledger or tenant. An approval of
     * what the case was before it was started again is none.
     */
    public static Map<Long, Given> usedFor(JdbcTemplate jdbc, String job, String beforeRun) {
        Map<Long, Given> used = new HashMap<>();
        jdbc.query(
                """
                select a.*, p.plan_id, p.planner, p.planner_is_claim, p.planner_user, c.case_id
                  from offboarding.approved_case c
                  join offboarding.approval a on a.approval_no = c.approval_no
                  join offboarding.saved_plan p on p.plan_no = a.plan_no
                  join offboarding.known_case k on k.case_id = c.case_id
                 where p.job = ? and a.used_run collate "C" < ?
                   and c.since >= case when to_char(k.restarted_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISSMS"Z"') collate "C" < ?
                                       then k.restarted_at else k.opened_at end
                 order by a.approval_no
                """,
                (RowCallbackHandler) row -> used.put(row.getLong("case_id"), read(row)),
                job,
                beforeRun,
                beforeRun);
        return used;
    }

    private static Match match(ResultSet row, Map<Long, Given> byNo, boolean ofTheCase) throws SQLException {
        return new Match(
                row.getObject("customer_id", UUID.class),
                Objects.requireNonNull(byNo.get(row.getLong("approval_no"))),
                ofTheCase,
                row.getLong("position"),
                row.getBoolean("same"),
                row.getBoolean("same_basis"),
                row.getBoolean("continues"));
    }

    private static Map<Long, Given> byNo(Collection<Given> approvals) {
        return approvals.stream().collect(Collectors.toMap(Given::no, Function.identity()));
    }

    private static Given read(ResultSet row) throws SQLException {
        OffsetDateTime usedAt = row.getObject("used_at", OffsetDateTime.class);
        return new Given(
                row.getLong("approval_no"),
                row.getLong("plan_no"),
                row.getString("plan_id"),
                Kind.of(row.getString("kind")),
                row.getString("lifted_limit"),
                new Person(row.getString("approver"), row.getBoolean("by_is_claim"), row.getString("approver_user")),
                SavedPlans.planner(row),
                row.getString("reason"),
                instant(row, "approved_at"),
                instant(row, "expires_at"),
                row.getString("used_run"),
                usedAt == null ? null : usedAt.toInstant());
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
