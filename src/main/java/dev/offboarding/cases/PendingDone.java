package dev.offboarding.cases;

import dev.offboarding.platform.PlatformName;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/** Closed cases of a job whose list is still to be notified that their customers are through. */
public final class PendingDone {

    private final JdbcTemplate jdbc;
    private final String job;
    private final PlatformName platform;
    private final String runId;

    public PendingDone(JdbcTemplate jdbc, String job, PlatformName platform, String runId) {
        this.jdbc = jdbc;
        this.job = job;
        this.platform = platform;
        this.runId = runId;
    }

    /**
     * Such a case.
     *
     * @param at when it was closed
     * @param known a report has said for good that the list was notified of it in vain
     */
    public record Closed(long caseId, UUID customerId, Instant at, boolean known) {}

    /**
     * The next of them.
     *
     * @param tries for how long a list that changes no row is notified
     * @param except cases of which it was notified in vain in this run
     */
    public List<Closed> next(Instant now, Period tries, Collection<Long> except, int limit) {
        return jdbc.query(
                """
                select c.case_id, c.customer_id, c.closed_at,
                       coalesce(r.run_id <> ? and r.reported and r.tells_for_good, false)
                  from offboarding.offboarding_case c
                  left join offboarding.runs r on r.run_id = c.done_ineffective_run
                 where c.job = ? and c.platform = ? and c.closed_at is not null and c.done_at is null
                   and c.closed_as in ('OFFBOARDED', 'ALREADY_OFFBOARDED')
                   and (c.platform_identity is null
                        or c.platform_identity = (select platform_identity from offboarding.runs where run_id = ?))
                   and (c.done_tried_since is null or c.done_tried_since > ?)
                   and not c.case_id = any(?)
                 order by c.case_id limit ?
                """,
                (row, n) -> new Closed(
                        row.getLong(1),
                        row.getObject(2, UUID.class),
                        row.getObject(3, OffsetDateTime.class).toInstant(),
                        row.getBoolean(4)),
                runId,
                job,
                platform.text(),
                runId,
                at(now).minus(tries),
                except.toArray(Long[]::new),
                limit);
    }

    /** The list was notified of these. */
    public void done(Collection<Long> caseIds, Instant now) {
        jdbc.update(
                "update offboarding.offboarding_case set done_at = ? where case_id = any(?)",
                at(now),
                caseIds.toArray(Long[]::new));
    }

    /**
     * The list was notified of these and changed no row: that is news again where the run that said so was stopped or died before its report.
     */
    public void inVain(Collection<Long> caseIds, Instant now) {
        jdbc.update("""
                update offboarding.offboarding_case c
                   set done_tried_since = coalesce(done_tried_since, ?),
                       done_ineffective_run = case when exists (
                           select from offboarding.runs r where r.run_id = c.done_ineffective_run
                              and r.reported and r.tells_for_good) then done_ineffective_run else ? end
                 where case_id = any(?)
                """, at(now), runId, caseIds.toArray(Long[]::new));
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
