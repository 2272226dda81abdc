package dev.offboarding.cases;

import dev.offboarding.lists.Column;
import dev.offboarding.lists.ListedRow;
import dev.offboarding.platform.PlatformName;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Brings tonight's accepted entries and the job's open cases together: the cases that a run works on. All of it in SQL, so that
 * it is one transaction and no list is too long for the heap.
 */
public final class Intake {

    /** An entry that this job leaves alone, because another job opened the customer's case. */
    public record WorkedElsewhere(UUID customerId, String job) {}

    /** From so many cases on a plan for a few would be too slow. */
    private static final int MANY = 1_000;

    /** From so many listed customers on it would be too slow to go through all of them for each open case. */
    private static final int SOME = 100;

    private final NamedParameterJdbcTemplate jdbc;
    private final String job;
    private final PlatformName platform;
    private final Supplier<String> identity;
    private final String runId;
    private final boolean withdrawWhenUnlisted;
    private final AcceptedRows acceptedRows;
    private boolean complete;
    private AcceptedRows.@Nullable Comparison tonight;

    /**
     * @param identity which ledger or tenant the run works on; asked for when it is first needed
     * @param withdrawWhenUnlisted whether a row that is gone withdraws its case
     */
    public Intake(
            NamedParameterJdbcTemplate jdbc,
            String job,
            PlatformName platform,
            Supplier<String> identity,
            String runId,
            boolean withdrawWhenUnlisted) {
        this.jdbc = jdbc;
        this.job = job;
        this.platform = platform;
        this.identity = identity;
        this.runId = runId;
        this.withdrawWhenUnlisted = withdrawWhenUnlisted;
        this.acceptedRows = new AcceptedRows(jdbc);
    }

    /**
     * Fills the run's working set, within the caller's transaction. Writes nothing else.
     *
     * @param complete tonight's list was taken and is the whole truth, as a query's result and a standing file are: a case without an entry
     *     is not listed any more, unless the list makes nothing gone or its row was set aside
     * @param renewalsOff something is done about what renews itself: a case that waits for such a thing is not left for another day
     * @param cancelling when what may be cancelled is cancelled: a case that waits for such a thing is not left for another day; null
     *     where nothing is
     * @param plans whether there is no step of its own in which effects are read back
     * @param shown of {@link #neverAccepted()} those that the platform shows as the reseller's by now
     */
    public void gather(
            boolean complete,
            LocalDate today,
            boolean renewalsOff,
            @Nullable Instant cancelling,
            boolean plans,
            Collection<UUID> shown) {
        gather(parametersOf(complete, today, renewalsOff, cancelling, plans, shown));
    }

    private void gather(MapSqlParameterSource parameters) {
        if (jdbc.update(LISTED, parameters) >= SOME) {
            jdbc.getJdbcTemplate().execute("select offboarding.analyze_run_cases()");
        }
        jdbc.update(CARRIED_ON, parameters.addValue("onlyAsked", false));
        OtherPlatformRows.add(jdbc.getJdbcTemplate(), runId, job);
    }

    /** The same without a list, and only with those cases that are to be withdrawn or closed, because somebody has asked for it. */
    public void gatherWhatWasAsked(LocalDate today) {
        jdbc.update(
                CARRIED_ON,
                parametersOf(false, today, false, null, false, List.of()).addValue("onlyAsked", true));
        OtherPlatformRows.addWhatWasAsked(jdbc.getJdbcTemplate(), runId, job);
    }

    private MapSqlParameterSource parametersOf(
            boolean complete,
            LocalDate today,
            boolean renewalsOff,
            @Nullable Instant cancelling,
            boolean plans,
            Collection<UUID> shown) {
        this.complete = complete;
        // first: it decides on what else is asked for
        tonight = complete ? acceptedRows.compare(parameters()) : null;
        return working(today, renewalsOff, cancelling, plans)
                .addValue("complete", complete)
                .addValue("makesGone", tonight != null && tonight.makesGone())
                .addValue("shown", shown.toArray(UUID[]::new));
    }

    private MapSqlParameterSource working(
            LocalDate today, boolean renewalsOff, @Nullable Instant cancelling, boolean plans) {
        return parameters()
                .addValue("today", today)
                .addValue("withdrawUnlisted", withdrawsUnlisted())
                .addValue("renewalsOff", renewalsOff)
                .addValue("cancelling", cancelling == null ? null : cancelling.atOffset(ZoneOffset.UTC))
                // where delegated administration is separate, it may have outlived the removal
                // and a plan looks at effects while it observes
                .addValue("afterRemoval", plans || platform == PlatformName.PARTNER_CENTER ? "observe" : "verify")
                .addValue("look", plans ? "observe" : "verify")
                .addValue("watched", HoldReason.names(HoldReason::watched))
                .addValue("beginsAgain", HoldReason.names(HoldReason::beginsAgain))
                .addValue("someoneHasToLook", HoldReason.somebodyHasToLookNames());
    }

    /**
     * Whether a row that is gone withdraws its case tonight. Not where a row was set aside that may be anybody's: it may be the one that is
     * missing, and what is withdrawn is put back. To wait for it undoes nothing.
     */
    public boolean withdrawsUnlisted() {
        return withdrawWhenUnlisted && (tonight == null || !tonight.somebodySetAside());
    }

    /**
     * A customer's open case of this job as a plan would have it that has no list; empty where the job has none here. For somebody who
     * only asks: writes nothing.
     */
    public Optional<OffboardingCase> carriedOn(
            UUID customerId, LocalDate today, boolean renewalsOff, @Nullable Instant cancelling) {
        MapSqlParameterSource parameters = working(today, renewalsOff, cancelling, true)
                .addValue("makesGone", false)
                .addValue("onlyAsked", false)
                .addValue("customer", customerId);
        return jdbc.query(CARRIED_ON_ALONE, parameters, (row, i) -> StoredCase.read(row)).stream()
                .findFirst();
    }

    /**
     * Listed customers who were reported as not the reseller's, and whose row counts as never accepted since: it opens a case once the
     * platform shows them.
     */
    public List<UUID> neverAccepted() {
        return acceptedRows.neverAccepted(parameters());
    }

    /**
     * Open cases of the job that are left for another day, and paused otherwise than their holds say: since they were read last somebody has
     * paused or resumed them, or a pause has come to its day. A set of its own, which is made once.
     */
    private static final String PAUSED_OTHERWISE = """
            with waiting as (
                select c.case_id, c.job, c.platform, c.holds from offboarding.offboarding_case c
                 where c.job = :job and c.closed_at is null and c.next_look > :today),
              pauses as (
                select p.case_id, p.job, p.platform, to_char(p.until, 'YYYY-MM-DD') as until from offboarding.paused p
                 where p.until is null or p.until > :today)
            select case_id from (
                select w.case_id, hold ->> 'until' as until, 1 as shown
                  from waiting w cross join lateral json_array_elements(w.holds) hold where hold ->> 'reason' = 'PAUSED'
                union all
                select w.case_id, p.until, -1 from waiting w join pauses p on p.case_id = w.case_id
                union all
                select w.case_id, p.until, -1
                  from waiting w join pauses p on p.case_id is null and p.job = w.job and p.platform = w.platform) paused
             group by case_id, until having sum(shown) <> 0""";

    /**
     * Of a row with holds: not read tonight, because nothing can have changed, and there is nothing to be done about what it waits for. What was
     * paused or resumed says so from the next night on.
     */
    private static final String FOR_ANOTHER_DAY = """
            next_look > :today
              and case_id not in (%s)
              and not exists (
                select from json_array_elements(holds) hold
                 where (:renewalsOff and hold -> 'renews_on' is not null)
                    or (hold ->> 'cancellable_until')::timestamptz > cast(:cancelling as timestamptz))
            """.formatted(PAUSED_OTHERWISE);

    private static String heldFor(String row, String reasons) {
        return "exists (select from json_array_elements(%s.holds) hold where hold ->> 'reason' = any(%s))"
                .formatted(row, reasons);
    }

    private static String onThisPlatform(String row) {
        return "%1$s.platform = :platform and (%1$s.platform_identity is null or %1$s.platform_identity = :identity)"
                .formatted(row);
    }

    /** For each column of a listed row: {@code %1$s} is its name, {@code %2$s} what tonight's row has, or that date. */
    private static String each(String sql, String tonight, String date) {
        return ListedRow.names()
                .map(name -> sql.formatted(name, name.equals(Column.EFFECTIVE_DATE.label()) ? date : tonight + name))
                .collect(Collectors.joining(", "));
    }

    private static String eachIdentifying(Function<Column, String> sql, String between) {
        return Column.IDENTIFYING.stream().map(sql).collect(Collectors.joining(between));
    }

    /** As tonight's row has it, where that lists its customer again; else as it was accepted, but for what a new column has to say. */
    private static String eachAsListed() {
        Set<String> identifying = Column.IDENTIFYING.stream().map(Column::label).collect(Collectors.toSet());
        return ListedRow.names()
                .map(name -> {
                    String sql = identifying.contains(name)
                            ? "case when anew or elsewhere or first_%1$s then %1$s else case_%1$s end"
                            : name.equals(Column.EFFECTIVE_DATE.label())
                                    ? "case when anew or elsewhere or dated then coalesce(%1$s, case_%1$s) else case_%1$s end"
                                    : "case when anew or elsewhere then %1$s else case_%1$s end";
                    return sql.formatted(name);
                })
                .collect(Collectors.joining(", "));
    }

    /** Where only effects are read no night begins that would compare what it finds with an earlier hold: with the one that the case has. */
    private static final String HELD_AS_IT_IS = "(facts::jsonb - 'last_hold')::json";

    /** What it was held for until somebody asked for something else: the hold itself is not carried on. */
    private static final String HELD_UNTIL_ASKED = """
            (facts::jsonb || jsonb_build_object('last_hold', jsonb_build_object('holds', holds,
              'since', to_char(hold_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))))::json""";

    /**
     * Cases of which people have asked for something. A set of its own, which is made once: to a join PostgreSQL may ask anew for each case, as
     * long as it takes the tables for almost empty ones.
     */
    private static final String ASKED = "select asked.case_id from offboarding.asked_of_case asked";

    /** What an offboarding that begins again keeps of the one before: what a withdrawal would have to put back, and what it cannot. */
    private static final String OF_BEFORE = """
            json_strip_nulls(json_build_object(
              'suspended_before', (select json_agg(s.id order by s.id) from %s),
              'cancelled', facts -> 'cancelled',
              'scheduled_before', (select json_agg(e.scheduled) from %s)))""".formatted(StoredCase.SUSPENDED_BY_US, StoredCase.SCHEDULED_BY_US);

    /** Of a row of the working set, but for what was listed. */
    private static final String WORKED =
            "customer_id, case_id, next_step, listed, listed_anew, relisted_run, state, outcome, hold_reason, hold_until, hold_since, holds,"
                    + " next_look, message, suspended_ids, scheduled_ends, suspended_at, removed_at, effects, facts";

    /**
     * A list's rows. anew: it lists its customer again; relisted: another job has; begun again: with what came back, and what was
     * listed again on purpose. What is nothing new shows what was accepted, and where it has no case nothing at all; dated: but for a later
     * date that no list had a column for; first_…: but for a name or a domain of that kind; elsewhere: another job has the case, and what is shown is this job's own row.
     *
     * <p>{@code offset 0} keeps PostgreSQL from writing each yes or no anew wherever it is used, dozens of times.
     */
    private static final String LISTED = RunRows.insert("""
            listed as (
              select e.*, c.case_id, c.job as case_job, c.state as case_state, c.hold_reason, c.hold_until, c.hold_since,
                     c.holds, c.next_look, c.suspended_ids, c.scheduled_ends, c.suspended_at, c.removed_at, c.effects, c.facts, c.relisted_run,
                     %11$s,
                     c.case_id is not null and c.job <> :job as elsewhere,
                     is_asked as asked,
                     not is_asked and (l.customer_id is null
                       or :complete and l.job = :job and l.state = 'GONE'
                       or l.never_accepted and c.case_id is null and e.customer_id = any(:shown)
                       or %1$s
                       or %2$s and not case when c.case_id is not null then %3$s
                            else not l.never_accepted and exists (
                              select from offboarding.offboarding_case closed
                               where closed.customer_id = e.customer_id and %4$s) end)
                       as anew,
                     coalesce(%17$s, false) as dated,
                     %18$s,
                     coalesce(l.never_accepted, false) as never_accepted
                from offboarding.accepted_entry e
                left join offboarding.offboarding_case c
                  on c.customer_id = e.customer_id and c.closed_at is null and %5$s
               cross join lateral (select c.case_id is not null and c.job = :job and c.case_id in (%15$s) as is_asked) of_case
                %6$s
               where e.run_id = :run
              offset 0
            ), standing as (
              select *, (anew or relisted_run is not null or asked) and not elsewhere as goes_on,
                     (anew or relisted_run is not null) and not asked and not elsewhere and holds is not null and %7$s as begun_again,
                     not anew and relisted_run is null and not asked and not elsewhere and holds is not null and %9$s as watched
                from listed
               -- the same row as ever, of a customer without a case
               where case_id is not null or anew
              offset 0
            ),
            """, WORKED, """
            select :run, row_number() over (order by file_no, line), %13$s, customer_id, case when not elsewhere then case_id end,
                   case when elsewhere then null
                        when asked then 'observe'
                        when watched then :look
                        when not goes_on and hold_reason = any(:someoneHasToLook) then null
                        when case_state = 'REMOVED' and not begun_again then :afterRemoval
                        when not goes_on and not dated and %8$s then null
                        else 'observe' end,
                   true, anew, case when not elsewhere then relisted_run end,
                   case when case_id is null or begun_again or elsewhere then 'MARKED' else case_state end,
                   case when elsewhere then 'HELD'
                        when not goes_on and hold_reason is not null then 'HELD'
                        when case_state = 'REMOVED' and not begun_again then 'REMOVED'
                        else 'PLANNED' end,
                   case when elsewhere then 'OTHER_JOB' when not goes_on then hold_reason end,
                   case when not goes_on and not elsewhere then hold_until end,
                   case when not goes_on and not elsewhere then hold_since end,
                   case when elsewhere then json_build_array(json_build_object(
                               'reason', 'OTHER_JOB', 'until', null, 'message', other_job))
                        when not goes_on then holds else '[]' end,
                   case when not goes_on and not elsewhere then next_look end,
                   case when elsewhere then other_job
                        when not goes_on then coalesce(holds -> 0 ->> 'message', '') else '' end,
                   case when case_id is null or begun_again or elsewhere then '{}' else suspended_ids end,
                   case when case_id is null or begun_again or elsewhere then '[]' else scheduled_ends end,
                   case when not begun_again and not elsewhere then suspended_at end,
                   case when not begun_again and not elsewhere then removed_at end,
                   case when case_state = 'REMOVED' and not begun_again and not elsewhere then effects else '{}' end,
                   case when case_id is null or elsewhere then '{}' when begun_again then %14$s when watched then %10$s
                        when asked and hold_reason is not null and case_state <> 'REMOVED' then %16$s else facts end
              from standing
             cross join lateral (select 'job ' || case_job || ' has this customer''s case and works it: its report says how far it is'
                                   as other_job) words
            """)
            .formatted(
                    AcceptedRows.SAYS_SOMETHING_ELSE,
                    AcceptedRows.NAMES_ANOTHER,
                    heldFor("c", ":beginsAgain"),
                    onThisPlatform("closed"),
                    onThisPlatform("c"),
                    AcceptedRows.LAST,
                    heldFor("listed", ":beginsAgain"),
                    FOR_ANOTHER_DAY,
                    heldFor("listed", ":watched"),
                    HELD_AS_IT_IS,
                    each("c.%1$s as case_%1$s", "", ""),
                    ListedRow.COLUMNS,
                    eachAsListed(),
                    OF_BEFORE,
                    ASKED,
                    HELD_UNTIL_ASKED,
                    AcceptedRows.SAYS_A_LATER_DATE_FIRST,
                    eachIdentifying(
                            column -> "coalesce(%s, false) as first_%s"
                                    .formatted(AcceptedRows.namesItFirst(column), column.label()),
                            ", "));

    private static final String STANDING = """
            standing as (
              select c.*, asked, c.relisted_run is not null or asked as goes_on,
                     c.relisted_run is not null and not asked and %1$s as begun_again,
                     c.relisted_run is null and not asked and %2$s as watched, still_listed
                from offboarding.offboarding_case c
                %12$s
               cross join lateral (select c.case_id in (%10$s) as is_asked) people
               cross join lateral (
                 select case when c.relisted_run is not null then true
                             when c.listed and not :makesGone then true
                             -- no row of its own: none that could be gone
                             when not coalesce(%13$s, false) then true
                             when c.listed then %3$s
                             else false end as still_listed) standing_list
               cross join lateral (
                 -- what its list is without is withdrawn where the job file says so
                 select is_asked or :withdrawUnlisted and c.state <> 'REMOVED' and not still_listed as asked) of_case
               where c.job = :job and %4$s and c.closed_at is null and (not :onlyAsked or is_asked)%8$s
                 and not exists (select from offboarding.run_case r where r.run_id = :run and r.customer_id = c.customer_id)
              offset 0
            ),
            """;

    private static final String CARRIED = """
            select :run,
                   (select coalesce(max(position), 0) from offboarding.run_case where run_id = :run)
                     + row_number() over (order by case_id),
                   %7$s, customer_id, case_id,
                   case when asked then 'observe'
                        when watched then :look
                        when not goes_on and hold_reason = any(:someoneHasToLook) then null
                        when state = 'REMOVED' and not begun_again then :afterRemoval
                        when not goes_on and %5$s then null
                        else 'observe' end,
                   still_listed, false, relisted_run,
                   case when begun_again then 'MARKED' else state end,
                   case when not goes_on and hold_reason is not null then 'HELD'
                        when state = 'REMOVED' and not begun_again then 'REMOVED' else 'PLANNED' end,
                   case when not goes_on then hold_reason end,
                   case when not goes_on then hold_until end,
                   case when not goes_on then hold_since end,
                   case when not goes_on then holds else '[]' end,
                   case when not goes_on then next_look end,
                   case when not goes_on then coalesce(holds -> 0 ->> 'message', '') else '' end,
                   case when begun_again then '{}' else suspended_ids end,
                   case when begun_again then '[]' else scheduled_ends end,
                   case when not begun_again then suspended_at end,
                   case when not begun_again then removed_at end,
                   case when state = 'REMOVED' and not begun_again then effects else '{}' end,
                   case when begun_again then %9$s when watched then %6$s
                        when asked and hold_reason is not null and state <> 'REMOVED' then %11$s else facts end
              from standing
            """;

    private static String carriedOn(String sql, String which) {
        return sql.formatted(
                heldFor("c", ":beginsAgain"),
                heldFor("c", ":watched"),
                AcceptedRows.SET_ASIDE,
                onThisPlatform("c"),
                FOR_ANOTHER_DAY,
                HELD_AS_IT_IS,
                ListedRow.COLUMNS,
                which,
                OF_BEFORE,
                ASKED,
                HELD_UNTIL_ASKED,
                AcceptedRows.OWN,
                AcceptedRows.CAN_BE_GONE);
    }

    private static final String CARRIED_ON = carriedOn(RunRows.insert(STANDING, WORKED, CARRIED), "");

    /** One of them, as a run would have it that begins now and has no list: nothing is written. */
    private static final String CARRIED_ON_ALONE =
            carriedOn(RunRows.read(STANDING, WORKED, CARRIED), " and c.customer_id = :customer");

    /**
     * What tonight's row says, where it lists its customer again; else what was accepted before. Never what this run read of the case when
     * it began: another job may have accepted something else since. An empty cell leaves the date.
     */
    private static final String LISTING = each("%1$s = case when r.listed_anew then %2$s else c.%1$s end", "r.", """
            coalesce((select max(e.effective_date) from offboarding.accepted_entry e
                       where e.run_id = :run and e.customer_id = c.customer_id), c.effective_date)""");

    /** Of a row {@code r} of the view {@code run_case_row}: it is not accepted tonight. */
    private static final String WAITS = """
            r.customer_id in (select w.customer_id from offboarding.run_case w where w.run_id = :run and w.waits)""";

    /**
     * What a new column says is nothing to list a customer again, and counts all the same: a later date holds its case, whichever job works
     * it; and a name or a domain has to be the live record's.
     */
    private static final String SAID_FIRST = """
            update offboarding.offboarding_case c
               set effective_date = case when %3$s then e.effective_date else c.effective_date end, %5$s
              from offboarding.accepted_entry e
              %1$s
             where e.run_id = :run and c.customer_id = e.customer_id and c.closed_at is null and %2$s and (%3$s or %4$s)
               and e.customer_id not in (select w.customer_id from offboarding.run_case w where w.run_id = :run and w.waits)
            """.formatted(
                    AcceptedRows.LAST,
                    onThisPlatform("c"),
                    AcceptedRows.SAYS_A_LATER_DATE_FIRST,
                    eachIdentifying(AcceptedRows::namesItFirst, " or "),
                    eachIdentifying(
                            column -> "%1$s = case when %2$s then e.%1$s else c.%1$s end"
                                    .formatted(column.label(), AcceptedRows.namesItFirst(column)),
                            ", "));

    /**
     * Refreshes cases with what was listed, opens one for each customer that has none, notes in another job's that its customer is
     * listed again, and takes tonight's rows for the last ones.
     */
    public void accept(Instant now) {
        MapSqlParameterSource parameters = parameters().addValue("now", now.atOffset(ZoneOffset.UTC));
        jdbc.update(SAID_FIRST, parameters);
        // before others are opened: of most lists all customers are new, and nothing is to be refreshed
        jdbc.update("""
                update offboarding.offboarding_case c
                   set state = r.state, listed = r.listed, %s,
                       hold_reason = r.hold_reason, hold_until = r.hold_until, hold_since = r.hold_since, holds = r.holds,
                       hold_reported = c.hold_reported and not (r.listed_anew or r.relisted_run is not null),
                       next_look = r.next_look, suspended_ids = r.suspended_ids, scheduled_ends = r.scheduled_ends, suspended_at = r.suspended_at,
                       removed_at = r.removed_at, effects = r.effects, facts = r.facts,
                       -- another job may have listed it once more meanwhile
                       relisted_run = nullif(c.relisted_run, r.relisted_run)
                  from offboarding.run_case_row r
                 where r.run_id = :run and r.case_id = c.case_id
                   -- as the equality says, but before anything is joined
                   and r.case_id is not null
                   -- of one that is closed the run only says that its customer is back: what was confirmed of it stays
                   and c.closed_at is null
                   and (r.listed_anew or r.relisted_run is not null or r.listed <> c.listed) and not %s
                """.formatted(LISTING, WAITS), parameters);
        // in one statement: a second one would look for the new cases in a table of whose size the planner knows
        // nothing yet
        jdbc.update("""
                with opened as (
                  insert into offboarding.offboarding_case
                    (platform, platform_identity, job, customer_id, state, %1$s, hold_reason, hold_until, hold_since, holds, next_look,
                     suspended_ids, scheduled_ends, suspended_at, removed_at, effects, facts, opened_at, opened_run, opened_source)
                  select :platform, :identity, :job, customer_id, state, %1$s, hold_reason, hold_until, hold_since, holds, next_look,
                         suspended_ids, scheduled_ends, suspended_at, removed_at, effects, facts, :now, :run, source
                    from offboarding.run_case_row r
                   where run_id = :run and case_id is null and hold_reason is distinct from 'OTHER_JOB' and not %2$s
                   order by position
                  on conflict do nothing
                  returning case_id, customer_id
                )
                update offboarding.run_case r set case_id = o.case_id
                  from opened o
                 where r.run_id = :run and r.case_id is null and r.customer_id = o.customer_id
                """.formatted(ListedRow.COLUMNS, WAITS), parameters);
        refuseCasesOfNobody(parameters);
        jdbc.update("""
                update offboarding.offboarding_case c
                   set %s, relisted_run = :run
                  from offboarding.run_case_row r
                 where r.run_id = :run and r.hold_reason = 'OTHER_JOB' and r.listed_anew
                   and c.customer_id = r.customer_id and c.closed_at is null and c.job <> :job and %s
                   -- one that is being withdrawn or closed ends as it was listed
                   and c.case_id not in (%s)
                """.formatted(LISTING, onThisPlatform("c"), ASKED), parameters);
        Listings.refresh(jdbc.getJdbcTemplate(), runId);
        acceptedRows.remember(parameters, complete);
    }

    /**
     * Customers whose cases tonight's list was to withdraw, and for whom another job has accepted a row since that was decided: they count as
     * listed, and their rows are as their cases stand. Within the transaction that accepts the list.
     */
    public List<UUID> listedByOthersSince() {
        return withdrawsUnlisted()
                ? asTheyStand("listed = true,", "own.customer_id is not null and not " + AcceptedRows.CAN_BE_GONE)
                : List.of();
    }

    /** Customers whose cases tonight's list has withdrawn, but is not accepted: their rows are as their cases stand. */
    public List<UUID> withdrawnByTheList() {
        return asTheyStand("", "r.state = 'WITHDRAWN'");
    }

    /** Of those whose rows are gone, and that nobody has asked to withdraw. */
    private List<UUID> asTheyStand(String set, String which) {
        return jdbc.queryForList(
                """
                update offboarding.run_case r
                   set %s state = c.state, hold_reason = c.hold_reason, hold_until = c.hold_until, hold_since = c.hold_since, holds = c.holds,
                       next_look = c.next_look, suspended_ids = c.suspended_ids, scheduled_ends = c.scheduled_ends,
                       suspended_at = c.suspended_at, removed_at = c.removed_at, effects = c.effects, facts = c.facts
                  from offboarding.offboarding_case c
                  %s
                 where r.run_id = :run and not r.listed and r.relisted_run is null and r.case_id = c.case_id
                   and c.job = :job and %s and c.closed_at is null and c.state <> 'REMOVED' and c.case_id not in (%s) and %s
                returning r.customer_id
                """.formatted(set, AcceptedRows.OWN, onThisPlatform("c"), ASKED, which), parameters(), UUID.class);
    }

    /** Whatever was done for a row without a case would be stored nowhere. */
    private void refuseCasesOfNobody(MapSqlParameterSource parameters) {
        List<UUID> without = jdbc.queryForList("""
                select customer_id from offboarding.run_case
                 where run_id = :run and case_id is null and hold_reason is distinct from 'OTHER_JOB' and not waits limit 5
                """, parameters, UUID.class);
        if (!without.isEmpty()) {
            throw new IllegalStateException("someone has opened cases beside this run of " + without);
        }
    }

    /** To be called once many rows have been committed: until then the planner takes the tables for almost empty ones. */
    public void analyze() {
        analyze("analyze_cases");
    }

    /** The same, once it has been decided what is done to each of them. */
    public void analyzePlans() {
        analyze("analyze_run_plans");
    }

    private void analyze(String function) {
        Long cases = jdbc.queryForObject(
                "select coalesce(max(position), 0) from offboarding.run_case where run_id = :run",
                parameters(),
                Long.class);
        if (cases != null && cases >= MANY) {
            jdbc.getJdbcTemplate().execute("select offboarding.%s()".formatted(function));
        }
    }

    /** Accepted entries that this run does not work, because another job has the customer's open case. */
    public List<WorkedElsewhere> workedElsewhere() {
        return jdbc.query(
                """
                select e.customer_id, c.job from offboarding.accepted_entry e
                  join offboarding.offboarding_case c
                    on c.customer_id = e.customer_id and c.closed_at is null and c.job <> :job and %s
                 where e.run_id = :run
                 order by e.file_no, e.line
                """.formatted(onThisPlatform("c")),
                parameters(),
                (row, i) -> new WorkedElsewhere(row.getObject(1, UUID.class), row.getString(2)));
    }

    /** Customers of tonight's list whose case is still to be withdrawn or closed: their rows open another once that is done, if they are read again. */
    public List<UUID> listedWhileEnding() {
        return jdbc.queryForList("""
                select distinct e.customer_id from offboarding.accepted_entry e
                  join offboarding.offboarding_case c on c.customer_id = e.customer_id and c.closed_at is null and %s
                 where e.run_id = :run and c.case_id in (%s)
                """.formatted(onThisPlatform("c"), ASKED), parameters(), UUID.class);
    }

    /** Counts the rows of tonight that list no customer again. */
    public long nothingNew() {
        Long rows = jdbc.queryForObject("""
                select (select count(*) from offboarding.accepted_entry where run_id = :run)
                     - (select count(*) from offboarding.run_case where run_id = :run and listed_anew)
                """, parameters(), Long.class);
        return rows == null ? 0 : rows;
    }

    /** Says about a list that is empty, or has lost too many rows, that nothing counts as gone; null for any other list. */
    public @Nullable String makesNobodyGone() {
        if (tonight == null || tonight.makesGone()) {
            return null;
        }
        Long goOn = jdbc.queryForObject("""
                select count(*) from offboarding.run_case r join offboarding.offboarding_case c on c.case_id = r.case_id
                 where r.run_id = :run and r.listed and c.job = :job and c.closed_at is null
                   and not exists (select from offboarding.accepted_entry e
                                    where e.run_id = :run and e.customer_id = r.customer_id)
                """, parameters(), Long.class);
        if (tonight.empty() && !tonight.lostTooMany()) {
            return goOn != null && goOn == 0
                    ? null
                    : "the list has no row tonight, and an empty list makes no customer gone: %d open cases that it is without continue"
                            .formatted(goOn);
        }
        return ("%d of the %d rows of the list that was accepted before are missing tonight: a list that has lost more than a fifth, and"
                        + " more than three, may be broken, and makes no customer gone. %d open cases that it is without continue")
                .formatted(tonight.lost(), tonight.before(), goOn);
    }

    private MapSqlParameterSource parameters() {
        return new MapSqlParameterSource()
                .addValue("run", runId)
                .addValue("job", job)
                .addValue("platform", platform.text())
                .addValue("identity", identity.get());
    }
}
