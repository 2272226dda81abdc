package dev.offboarding.cases;

import dev.offboarding.platform.PlatformName;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Brings tonight's accepted entries and the job's open cases together: the cases that a run works on. All of it in SQL, so that
 * it is one transaction and no list is too long for the heap.
 */
public final class Intake {

    /**
     * How a list says that a customer is listed again, and what it means that it is not there.
     *
     * @param byContents an entry counts as listed again only when its contents have changed (database); otherwise each does (a
     *     new file)
     * @param complete the list is the whole truth: a case without an entry is not listed any more (database)
     */
    public record Manner(boolean byContents, boolean complete) {
        public static final Manner FILE = new Manner(false, false);
        public static final Manner DATABASE = new Manner(true, true);
    }

    /** An entry that this job leaves alone, because another job opened the customer's case. */
    public record WorkedElsewhere(UUID customerId, String job) {}

    private final NamedParameterJdbcTemplate jdbc;
    private final String job;
    private final PlatformName platform;
    private final Supplier<String> identity;
    private final String runId;

    /** @param identity which ledger or tenant the run works on; asked for when it is first needed */
    public Intake(
            NamedParameterJdbcTemplate jdbc,
            String job,
            PlatformName platform,
            Supplier<String> identity,
            String runId) {
        this.jdbc = jdbc;
        this.job = job;
        this.platform = platform;
        this.identity = identity;
        this.runId = runId;
    }

    /**
     * Fills the run's working set, within the caller's transaction. Writes nothing else.
     *
     * @param renewalsOff something is done about what renews itself: a case that waits for such a thing is not left for another day
     * @param cancelling when what may be cancelled is cancelled: a case that waits for such a thing is not left for another day; null
     *     where nothing is
     * @param plans whether there is no step of its own in which effects are read back
     */
    public void gather(
            Manner manner, LocalDate today, boolean renewalsOff, @Nullable Instant cancelling, boolean plans) {
        MapSqlParameterSource parameters = parameters()
                .addValue("byContents", manner.byContents())
                .addValue("complete", manner.complete())
                .addValue("today", today)
                .addValue("renewalsOff", renewalsOff)
                .addValue("cancelling", cancelling == null ? null : cancelling.atOffset(ZoneOffset.UTC))
                // where delegated administration is a thing apart, it may have outlived the removal
                // and a plan looks at effects while it observes
                .addValue("afterRemoval", plans || platform == PlatformName.PARTNER_CENTER ? "observe" : "verify")
                .addValue("look", plans ? "observe" : "verify")
                .addValue("watched", HoldReason.names(HoldReason::watched))
                .addValue("beginsAgain", HoldReason.names(HoldReason::beginsAgain))
                .addValue("someoneHasToLook", HoldReason.somebodyHasToLookNames());
        jdbc.update(LISTED, parameters);
        jdbc.update(CARRIED_ON, parameters);
        OtherPlatformRows.add(jdbc.getJdbcTemplate(), runId, job);
    }

    /** Of a row with holds: not read tonight, because nothing can have changed, and there is nothing to be done about what it waits for. */
    private static final String FOR_ANOTHER_DAY = """
            next_look > :today
              and not exists (
                select from json_array_elements(holds) hold
                 where (:renewalsOff and hold -> 'renews_on' is not null)
                    or (hold ->> 'cancellable_until')::timestamptz > cast(:cancelling as timestamptz))
            """;

    /** Of a row with holds: one of them, shown or not, is one of these. */
    private static String heldFor(String reasons) {
        return "exists (select from json_array_elements(holds) hold where hold ->> 'reason' = any(%s))"
                .formatted(reasons);
    }

    /**
     * Whether an entry says something else than a case's last one. By what is understood, not by the hash of it: an earlier version hashed
     * the columns that are only carried through as well, and after an update each row of a database list would count as listed again.
     */
    private static String differs(String entry, String before) {
        String columns = Stream.of("company_name", "domain", "effective_date", "reason", "ticket", "requested_by")
                .map("%1$s."::concat)
                .collect(Collectors.joining(", "));
        return "(%s) is distinct from (%s) or coalesce(%s.again, '') <> '' and %s.contents <> %s.contents"
                .formatted(columns.formatted(before), columns.formatted(entry), entry, before, entry);
    }

    /** afresh: a relationship or subscription that came back, and that somebody has listed again on purpose. */
    private static final String LISTED = """
            with listed as (
              select e.*, c.case_id, c.state as case_state, c.hold_reason, c.hold_until, c.holds, c.next_look,
                     c.suspended_ids, c.scheduled_ends, c.suspended_at, c.removed_at, c.effects, c.facts,
                     c.case_id is null or not :byContents or %s as anew
                from offboarding.entry e
                left join offboarding.offboarding_case c
                  on c.platform = :platform
                    and (c.platform_identity is null or c.platform_identity = :identity) and c.customer_id = e.customer_id and c.closed_at is null
               where e.run_id = :run and e.status = 'ACCEPTED' and (c.case_id is null or c.job = :job)
            ), standing as (
              select *, anew and holds is not null and %s as afresh,
                     not anew and coalesce(hold_reason = any(:someoneHasToLook), false) as put,
                     not anew and holds is not null and %s as watched
                from listed
            )
            insert into offboarding.run_case
              (run_id, position, customer_id, case_id, next_step, source, line, company_name, domain, effective_date, reason,
               ticket, requested_by, others, contents, listed, listed_anew, state, outcome, hold_reason, hold_until, holds,
               next_look, message, suspended_ids, scheduled_ends, suspended_at, removed_at, effects, facts)
            select :run, row_number() over (order by file_no, line), customer_id, case_id,
                   case when watched then :look
                        when put then null
                        when case_state = 'REMOVED' and not afresh then :afterRemoval
                        when not anew and %s then null
                        else 'observe' end,
                   source, line, company_name, domain, effective_date, reason, ticket, requested_by, others, contents,
                   true, anew,
                   case when case_id is null or afresh then 'MARKED' else case_state end,
                   case when not anew and hold_reason is not null then 'HELD'
                        when case_state = 'REMOVED' and not afresh then 'REMOVED'
                        else 'PLANNED' end,
                   case when not anew then hold_reason end,
                   case when not anew then hold_until end,
                   case when not anew then holds else '[]' end,
                   case when not anew then next_look end,
                   case when not anew then coalesce(holds -> 0 ->> 'message', '') else '' end,
                   case when case_id is null or afresh then '{}' else suspended_ids end,
                   case when case_id is null or afresh then '[]' else scheduled_ends end,
                   case when not afresh then suspended_at end,
                   case when not afresh then removed_at end,
                   case when case_state = 'REMOVED' and not afresh then effects else '{}' end,
                   case when case_id is null or afresh then '{}' else facts end
              from standing
             where not (:byContents and case_id is null and exists (
                     select from offboarding.offboarding_case closed
                      where closed.platform = :platform
                        and (closed.platform_identity is null or closed.platform_identity = :identity) and closed.customer_id = standing.customer_id and closed.job = :job
                        and not (%s)
                        and closed.case_id = (select max(last.case_id) from offboarding.offboarding_case last
                                               where last.platform = :platform
                                                 and (last.platform_identity is null or last.platform_identity = :identity)
                                                 and last.customer_id = standing.customer_id)))
            """.formatted(
                    differs("e", "c"),
                    heldFor(":beginsAgain"),
                    heldFor(":watched"),
                    FOR_ANOTHER_DAY,
                    differs("standing", "closed"));

    private static final String CARRIED_ON = """
            insert into offboarding.run_case
              (run_id, position, customer_id, case_id, next_step, source, line, company_name, domain, effective_date, reason,
               ticket, requested_by, others, contents, listed, listed_anew, state, outcome, hold_reason, hold_until, holds,
               next_look, message, suspended_ids, scheduled_ends, suspended_at, removed_at, effects, facts)
            select :run,
                   (select coalesce(max(position), 0) from offboarding.run_case where run_id = :run)
                     + row_number() over (order by c.case_id),
                   c.customer_id, c.case_id,
                   case when %s then :look
                        when c.hold_reason = any(:someoneHasToLook) then null
                        when c.state = 'REMOVED' then :afterRemoval
                        when %s then null
                        else 'observe' end,
                   c.source, c.line, c.company_name, c.domain, c.effective_date, c.reason, c.ticket, c.requested_by,
                   c.others, c.contents, c.listed and not :complete, false, c.state,
                   case when c.hold_reason is not null then 'HELD' when c.state = 'REMOVED' then 'REMOVED' else 'PLANNED' end,
                   c.hold_reason, c.hold_until, c.holds, c.next_look, coalesce(c.holds -> 0 ->> 'message', ''),
                   c.suspended_ids, c.scheduled_ends, c.suspended_at, c.removed_at,
                   case when c.state = 'REMOVED' then c.effects else '{}' end, c.facts
              from offboarding.offboarding_case c
             where c.job = :job and c.platform = :platform
               and (c.platform_identity is null or c.platform_identity = :identity) and c.closed_at is null
               and not exists (select from offboarding.run_case r where r.run_id = :run and r.customer_id = c.customer_id)
            """.formatted(heldFor(":watched"), FOR_ANOTHER_DAY);

    /** Opens a case for each customer that has none, and refreshes the others with what was listed. */
    public void accept(Instant now) {
        MapSqlParameterSource parameters = parameters().addValue("now", now.atOffset(ZoneOffset.UTC));
        jdbc.update("""
                insert into offboarding.offboarding_case
                  (platform, platform_identity, job, customer_id, state, source, line, company_name, domain, effective_date, reason,
                   ticket, requested_by, others, contents, opened_at, opened_run)
                select :platform, :identity, :job, customer_id, state, source, line, company_name, domain, effective_date, reason,
                       ticket, requested_by, others, contents, :now, :run
                  from offboarding.run_case where run_id = :run and case_id is null
                 order by position
                on conflict do nothing
                """, parameters);
        jdbc.update("""
                update offboarding.run_case r set case_id = c.case_id
                  from offboarding.offboarding_case c
                 where r.run_id = :run and r.case_id is null
                   and c.platform = :platform
                     and (c.platform_identity is null or c.platform_identity = :identity) and c.job = :job and c.customer_id = r.customer_id and c.closed_at is null
                """, parameters);
        jdbc.update("""
                update offboarding.offboarding_case c
                   set state = r.state, listed = r.listed, source = r.source, line = r.line, company_name = r.company_name,
                       domain = r.domain, effective_date = r.effective_date, reason = r.reason, ticket = r.ticket,
                       requested_by = r.requested_by, others = r.others, contents = r.contents,
                       hold_reason = r.hold_reason, hold_until = r.hold_until, holds = r.holds,
                       hold_reported = c.hold_reported and not r.listed_anew, next_look = r.next_look,
                       suspended_ids = r.suspended_ids, scheduled_ends = r.scheduled_ends, suspended_at = r.suspended_at, removed_at = r.removed_at,
                       effects = r.effects, facts = r.facts
                  from offboarding.run_case r
                 where r.run_id = :run and r.case_id = c.case_id
                   and c.opened_run <> :run
                   and (r.listed_anew or r.listed <> c.listed or r.line <> c.line)
                """, parameters);
    }

    /** Accepted entries that this run does not work, because another job has the customer's open case. */
    public List<WorkedElsewhere> workedElsewhere() {
        return jdbc.query(
                """
                select e.customer_id, c.job from offboarding.entry e
                  join offboarding.offboarding_case c
                    on c.platform = :platform
                      and (c.platform_identity is null or c.platform_identity = :identity) and c.customer_id = e.customer_id and c.closed_at is null and c.job <> :job
                 where e.run_id = :run and e.status = 'ACCEPTED'
                 order by e.file_no, e.line
                """, parameters(), (row, i) -> new WorkedElsewhere(row.getObject(1, UUID.class), row.getString(2)));
    }

    /** What was listed anew, a page at a time, for the trail. */
    public List<Map<String, Object>> listedAnew(long after, int limit) {
        return jdbc.queryForList("""
                select position, customer_id, source, line, company_name, domain, effective_date::text as effective_date, reason,
                       ticket, requested_by, others::text as others, encode(contents, 'hex') as contents
                  from offboarding.run_case
                 where run_id = :run and listed_anew and position > :after order by position limit :limit
                """, parameters().addValue("after", after).addValue("limit", limit));
    }

    private MapSqlParameterSource parameters() {
        return new MapSqlParameterSource()
                .addValue("run", runId)
                .addValue("job", job)
                .addValue("platform", platform.text())
                .addValue("identity", identity.get());
    }
}
