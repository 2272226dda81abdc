package dev.offboarding.interventions;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The table of what people have asked for: added to, and never changed. What holds is what was asked for last. */
public final class Interventions {

    private static final String COLUMNS =
            "i.kind, i.at, i.reason, i.asked_by, i.by_is_a_claim, i.os_user, i.until, i.case_id is null as whole_job";

    /** A withdrawal that came too late for one removal is none of an offboarding that began after it. */
    private static final String OF_THIS_OFFBOARDING =
            "(i.kind <> 'WITHDRAW' or c.asked_since is null or i.recorded_at >= c.asked_since)";

    /** Of open cases, the last word of each kind. */
    private static final String STANDING = """
            select distinct on (c.case_id, i.kind in ('PAUSE', 'RESUME'), i.kind = 'CLOSE') c.case_id, c.customer_id, c.state, %s
              from offboarding.known_case c join offboarding.intervention i on i.case_id = c.case_id
             where c.closed_at is null and %s and %%s
             order by c.case_id, i.kind in ('PAUSE', 'RESUME'), i.kind = 'CLOSE', i.intervention_id desc
            """.formatted(COLUMNS, OF_THIS_OFFBOARDING);

    private final JdbcTemplate jdbc;

    public Interventions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Of whose cases: a job's. */
    public record Job(String name, String platform) {}

    /** Where it is written down in the trail. */
    public record Origin(String runId, String host) {}

    /** About the whole job: also about customers who are listed later. Within the caller's transaction. */
    public void add(Job job, Origin origin, Intervention asked) {
        jdbc.update(
                """
                insert into offboarding.intervention
                  (at, job, platform, kind, reason, asked_by, by_is_a_claim, os_user, host, until, run_id)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                at(asked.at()),
                job.name(),
                job.platform(),
                asked.kind().name(),
                asked.reason(),
                asked.by(),
                asked.claimed(),
                asked.user(),
                origin.host(),
                asked.until(),
                origin.runId());
    }

    /** About these cases of the job. Within the caller's transaction. */
    public void add(Job job, Origin origin, Intervention asked, Collection<Long> caseIds) {
        jdbc.update(
                """
                insert into offboarding.intervention
                  (at, job, platform, kind, case_id, customer_id, reason, asked_by, by_is_a_claim, os_user, host, until, run_id)
                select ?, ?, ?, ?, c.case_id, c.customer_id, ?, ?, ?, ?, ?, ?, ? from offboarding.known_case c where c.case_id = any(?)
                """,
                at(asked.at()),
                job.name(),
                job.platform(),
                asked.kind().name(),
                asked.reason(),
                asked.by(),
                asked.claimed(),
                asked.user(),
                origin.host(),
                asked.until(),
                origin.runId(),
                caseIds.toArray(Long[]::new));
    }

    /**
     * What holds of these customers' open cases on a platform identity. A customer of whom nothing was asked is missing.
     *
     * @param today the day in the job's zone
     */
    public Map<UUID, Standing> standing(String identity, Job job, LocalDate today, Collection<UUID> customerIds) {
        Map<UUID, Standing> standing = new HashMap<>();
        if (customerIds.isEmpty()) {
            return standing;
        }
        Intervention pauseOfAll = pauseOfTheJob(job, today);
        if (pauseOfAll != null) {
            customerIds.forEach(id -> standing.put(id, Standing.paused(pauseOfAll)));
        }
        jdbc.query(
                STANDING.formatted(
                        "c.customer_id = any(?) and c.platform = ? and (c.platform_identity is null or c.platform_identity = ?)"),
                (RowCallbackHandler) row -> {
                    Standing asked = of(row, today);
                    if (!asked.isNothing()) {
                        standing.merge(row.getObject("customer_id", UUID.class), asked, Standing::and);
                    }
                },
                customerIds.toArray(UUID[]::new),
                job.platform(),
                identity);
        return standing;
    }

    /** What holds of all cases of a job, on whichever platform identity they were opened, and what ended those that are closed. */
    public AskedOfJob ofJob(Job job, LocalDate today) {
        Map<Long, Standing> open = new HashMap<>();
        jdbc.query(
                STANDING.formatted("c.job = ? and c.platform = ?"),
                (RowCallbackHandler) row -> open.merge(row.getLong("case_id"), of(row, today), Standing::and),
                job.name(),
                job.platform());
        Map<Long, Intervention> ended = new HashMap<>();
        jdbc.query(
                """
                select distinct on (c.case_id) c.case_id, %s
                  from offboarding.known_case c join offboarding.intervention i on i.case_id = c.case_id
                 where c.job = ? and c.platform = ? and c.closed_at is not null
                   and i.kind = case c.state when 'CLOSED' then 'CLOSE' when 'WITHDRAWN' then 'WITHDRAW' end
                 order by c.case_id, i.intervention_id desc
                """.formatted(COLUMNS),
                (RowCallbackHandler) row -> ended.put(row.getLong("case_id"), read(row)),
                job.name(),
                job.platform());
        return new AskedOfJob(pauseOfTheJob(job, today), open, ended);
    }

    private static Standing of(ResultSet row, LocalDate today) throws SQLException {
        Intervention asked = read(row);
        // once its relationship is removed there is nothing to be put back
        boolean moot = asked.kind() == InterventionKind.WITHDRAW
                && row.getString("state").equals("REMOVED");
        return moot ? Standing.NONE : of(asked, today);
    }

    private static Standing of(Intervention asked, LocalDate today) {
        return switch (asked.kind()) {
            case WITHDRAW -> new Standing(List.of(), asked, null);
            case CLOSE -> new Standing(List.of(), null, asked);
            case PAUSE -> holds(asked, today) ? Standing.paused(asked) : Standing.NONE;
            case RESUME -> Standing.NONE;
        };
    }

    /** The pause of the whole job; null where it is not paused. */
    public @Nullable Intervention pauseOfTheJob(Job job, LocalDate today) {
        return jdbc.query("""
                        select %s from offboarding.intervention i
                         where i.job = ? and i.platform = ? and i.case_id is null and i.kind in ('PAUSE', 'RESUME')
                         order by i.intervention_id desc limit 1
                        """.formatted(COLUMNS), (row, n) -> read(row), job.name(), job.platform()).stream()
                .filter(last -> holds(last, today))
                .findFirst()
                .orElse(null);
    }

    /** Customers of whom the withdrawal was asked for since then, and whose relationship was removed nevertheless: that was under way. */
    public List<UUID> withdrawnTooLate(Job job, Instant since) {
        return jdbc.queryForList("""
                select distinct c.customer_id from offboarding.intervention i join offboarding.known_case c on c.case_id = i.case_id
                 where i.job = ? and i.platform = ? and i.kind = 'WITHDRAW' and i.at >= ? and c.state in ('REMOVED', 'OFFBOARDED')
                """, UUID.class, job.name(), job.platform(), at(since));
    }

    /** Of these cases, those that are paused by themselves. */
    public List<Long> paused(Collection<Long> caseIds, LocalDate today) {
        return jdbc.queryForList("""
                select case_id from (
                  select distinct on (i.case_id) i.case_id, i.kind, i.until from offboarding.intervention i
                   where i.case_id = any(?) and i.kind in ('PAUSE', 'RESUME') order by i.case_id, i.intervention_id desc) last
                 where kind = 'PAUSE' and (until is null or until > ?) order by case_id
                """, Long.class, caseIds.toArray(Long[]::new), today);
    }

    /** Whether this was asked for of a case's offboarding as it is now. */
    public boolean isAsked(long caseId, InterventionKind kind) {
        return !jdbc.queryForList("""
                        select 1 from offboarding.intervention i join offboarding.known_case c on c.case_id = i.case_id
                         where i.case_id = ? and i.kind = ? and %s limit 1
                        """.formatted(OF_THIS_OFFBOARDING), caseId, kind.name())
                .isEmpty();
    }

    private static boolean holds(Intervention last, LocalDate today) {
        LocalDate until = last.until();
        return last.kind() == InterventionKind.PAUSE && (until == null || until.isAfter(today));
    }

    private static Intervention read(ResultSet row) throws SQLException {
        return new Intervention(
                InterventionKind.valueOf(row.getString("kind")),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("reason"),
                row.getString("asked_by"),
                row.getBoolean("by_is_a_claim"),
                row.getString("os_user"),
                row.getObject("until", LocalDate.class),
                row.getBoolean("whole_job"));
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
