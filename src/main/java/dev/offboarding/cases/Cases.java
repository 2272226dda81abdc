package dev.offboarding.cases;

import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.lists.ListedRow;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.Subscription;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * The cases of one run. The run works on its own rows; in mode {@code run} what it makes of them is carried over into the cases
 * in the same transaction, in mode {@code plan} nothing is.
 */
public final class Cases {

    private static final String NOT_READ = "the run ended before it looked at this customer";

    private static final String NEVER_A_CUSTOMER =
            "; its case is closed, and the same row opens another once the platform shows it as the reseller's";

    private static final String STAYS_HELD = "; its case stays held until the customer is listed again";

    private final JdbcTemplate jdbc;
    private final String runId;
    private final boolean carriesOver;
    private volatile boolean accepted;

    /** @param carriesOver false in a plan */
    public Cases(JdbcTemplate jdbc, String runId, boolean carriesOver) {
        this(jdbc, runId, carriesOver, true);
    }

    private Cases(JdbcTemplate jdbc, String runId, boolean carriesOver, boolean accepted) {
        this.jdbc = jdbc;
        this.runId = runId;
        this.carriesOver = carriesOver;
        this.accepted = accepted;
    }

    /**
     * Of a run that has not accepted its list yet: until it has, by {@link #accept} and {@link #accepted}, nothing is carried over into
     * cases that tonight's list says something about. If it never does, they stay as they were.
     */
    public static Cases untilAccepted(JdbcTemplate jdbc, String runId, boolean carriesOver) {
        return new Cases(jdbc, runId, carriesOver, false);
    }

    /** Carries over what was held back until now, within the transaction that accepts the list. */
    public void accept(Instant now) {
        // a closed case that the report names is not touched, and one that was opened just now is as its row is
        carryOver("c.closed_at is null and not r.waits", "c.opened_run <> r.run_id", now);
        jdbc.update("""
                update offboarding.offboarding_case c
                   set restarted_at = ?, asked_since = (select recorded_at from offboarding.runs u where u.run_id = r.run_id)
                  from offboarding.run_case r
                 where r.run_id = ? and r.case_id = c.case_id and r.restarts and not r.waits
                """, at(now), runId);
    }

    /** That transaction has been committed. */
    public void accepted() {
        accepted = true;
    }

    /** Nothing is to be written: what is left to do is to read back the effects of earlier nights. */
    public void onlyVerify() {
        jdbc.update("""
                update offboarding.run_case r
                   set next_step = case when exists (
                         select from offboarding.offboarding_case c where c.case_id = r.case_id and %s) then 'verify' end
                 where r.run_id = ? and r.next_step is not null
                """.formatted(OF_EARLIER_NIGHTS), runId);
    }

    /**
     * Some of the cases that wait for a step, after a position, in the order of positions: the next of them, but for no more than
     * {@code limit} positions. Empty if there are no more.
     */
    public List<OffboardingCase> waitingFor(Stage step, long after, int limit) {
        // by ranges of the key: asked for the first so many after it, the server reads the whole table, and sorts, each
        // time
        for (long from = Math.max(after, 0); ; from += limit) {
            List<OffboardingCase> next = jdbc.query(
                    RunRows.BETWEEN_FOR_A_STEP + " where r.next_step = ? order by r.position",
                    (row, i) -> StoredCase.read(row),
                    RunRows.between(runId, from, from + limit, step.name().toLowerCase(Locale.ROOT)));
            if (!next.isEmpty() || from + limit >= lastPosition()) {
                return next;
            }
        }
    }

    /** Of the cases that the run works on; 0 if there are none. */
    public long lastPosition() {
        return RunRows.lastPosition(jdbc, runId);
    }

    /** The run's cases of these customers on the platform on which it works, in the order of positions. */
    public List<OffboardingCase> of(Collection<UUID> customerIds) {
        return at(jdbc.queryForList("""
                select position from offboarding.run_case
                 where run_id = ? and customer_id = any(?) and hold_reason is distinct from 'OTHER_PLATFORM'
                """, Long.class, runId, customerIds.toArray(UUID[]::new)));
    }

    /** What these customers held, as the run saw it before it wrote to them; who is not there was not planned to be written to. */
    public Map<UUID, List<Subscription>> seenBefore(Collection<UUID> customerIds) {
        Map<UUID, List<Subscription>> seen = new HashMap<>();
        jdbc.query(
                """
                select r.customer_id, p.holdings from offboarding.run_case r
                  join offboarding.run_plan p on p.run_id = r.run_id and p.position = r.position
                 where r.run_id = ? and r.customer_id = any(?) and r.hold_reason is distinct from 'OTHER_PLATFORM'
                   and p.holdings is not null
                """,
                (RowCallbackHandler) row ->
                        seen.put(row.getObject(1, UUID.class), CaseJson.list(row.getString(2), StoredCase.HOLDINGS)),
                runId,
                customerIds.toArray(UUID[]::new));
        return seen;
    }

    /**
     * The positions of the removed cases whose effects are to be read by now, the longest waiting first. All of them at once:
     * which they are is found by looking at every case of the run.
     */
    public List<Long> dueForVerification(Instant now) {
        return jdbc.queryForList("""
                select position from offboarding.run_case
                 where run_id = ? and next_step = 'verify' and coalesce(next_look_at, 'epoch') <= ?
                 order by next_look_at nulls first, position
                """, Long.class, runId, at(now));
    }

    /** The run's cases at these positions, in the order of positions. */
    public List<OffboardingCase> at(Collection<Long> positions) {
        return jdbc.query(
                RunRows.AT_FOR_A_STEP + " order by r.position",
                (row, i) -> StoredCase.read(row),
                runId,
                positions.toArray(Long[]::new));
    }

    /** When the next removed case is to be read, the epoch for at once; null if there is none. */
    public @Nullable Instant nextVerification() {
        List<Instant> looks = jdbc.query(
                """
                select min(coalesce(next_look_at, 'epoch')) from offboarding.run_case
                 where run_id = ? and next_step = 'verify' having count(*) > 0
                """, (row, i) -> row.getObject(1, OffsetDateTime.class).toInstant(), runId);
        return looks.isEmpty() ? null : looks.get(0);
    }

    public boolean anyOpen(String job) {
        return anyOpen(jdbc, job);
    }

    /** Whether a job has an open case, also where no run of it is under way. */
    public static boolean anyOpen(JdbcTemplate jdbc, String job) {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "select exists (select from offboarding.offboarding_case where job = ? and closed_at is null)",
                Boolean.class,
                job));
    }

    public long countWaitingFor(Stage step) {
        Long count = jdbc.queryForObject(
                "select count(*) from offboarding.run_case where run_id = ? and next_step = ?",
                Long.class,
                runId,
                step.name().toLowerCase(Locale.ROOT));
        return count == null ? 0 : count;
    }

    /** Which of these customers our own history has offboarded on the platform on which this run works. */
    public Set<UUID> offboardedBefore(PlatformName platform, Collection<UUID> customerIds) {
        return new HashSet<>(jdbc.query(
                """
                select distinct customer_id from offboarding.offboarding_case
                 where platform = ? and customer_id = any(?) and state = 'OFFBOARDED'
                   and (platform_identity is null or platform_identity =
                         (select platform_identity from offboarding.runs where run_id = ?))
                """,
                (row, i) -> row.getObject(1, UUID.class),
                platform.text(),
                customerIds.toArray(UUID[]::new),
                runId));
    }

    /** Says of the run's rows how it left them, where its steps could not. */
    private void tellWhatWasNotRead() {
        jdbc.update(
                "update offboarding.run_case set outcome = 'NOT_READ', message = ? where run_id = ? and next_step = 'observe' and outcome = 'PLANNED'",
                NOT_READ,
                runId);
        jdbc.update("""
                update offboarding.run_case set outcome = 'SUSPENDED'
                 where run_id = ? and outcome = 'HELD' and hold_reason = 'GRACE_PERIOD' and suspended_ids <> '{}'
                """, runId);
    }

    /**
     * Completes the run's rows for its report, whatever it got to: each open case of the job has one, as it stands, and what the run did
     * not look at says so. To be called within a transaction, once nothing more becomes of any case in this run.
     */
    public void tellAll(String job) {
        tellWhatWasNotRead();
        OtherPlatformRows.add(jdbc, runId, job);
        tellOpen(job, "true");
    }

    /**
     * The same of a run that is about what people have asked for, and about nobody else. Where it ended before it could gather that, no case
     * has a row yet; where it has, whoever is asked for meanwhile is left to the next one.
     */
    public void tellWhatWasAsked(String job) {
        tellWhatWasNotRead();
        boolean gathered = Boolean.TRUE.equals(jdbc.queryForObject(
                "select exists (select from offboarding.run_case where run_id = ?)", Boolean.class, runId));
        if (!gathered) {
            OtherPlatformRows.addWhatWasAsked(jdbc, runId, job);
            tellOpen(job, "asked_for.case_id is not null");
        }
    }

    private void tellOpen(String job, String which) {
        jdbc.update(
                RunRows.insert(
                        "",
                        "customer_id, case_id, listed, listed_anew, state, outcome, hold_reason, hold_until, hold_since, holds, next_look, message,"
                                + " suspended_ids, suspended_at, removed_at, effects",
                        """
                        select ?,
                               (select coalesce(max(position), 0) from offboarding.run_case where run_id = ?)
                                 + row_number() over (order by c.case_id),
                               %1$s, c.customer_id, c.case_id, c.listed, false, c.state,
                               case when c.hold_reason = 'GRACE_PERIOD' and c.suspended_ids <> '{}' then 'SUSPENDED'
                                    when c.hold_reason is not null then 'HELD'
                                    when c.state = 'REMOVED' then 'REMOVED'
                                    else 'NOT_READ' end,
                               c.hold_reason, c.hold_until, c.hold_since, c.holds, c.next_look,
                               case when c.hold_reason is not null then coalesce(c.holds -> 0 ->> 'message', '')
                                    when c.state = 'REMOVED' then 'the relationship is removed; its effects were not read in this run'
                                    else ? end
                                 -- a pause that a run has told of says so itself
                                 || case when c.holds::text like '%%. Then it is %%' then '' else coalesce('; it is to be ' || asked_for.words, '') end,
                               c.suspended_ids, c.suspended_at, c.removed_at,
                               case when c.state = 'REMOVED' then c.effects else '{}' end
                          from offboarding.offboarding_case c
                          left join %2$s
                         where c.job = ? and c.closed_at is null and c.opened_run <= ? collate "C"
                           and not exists (select from offboarding.run_case r where r.run_id = ? and r.case_id = c.case_id)
                           and not exists (
                             select from offboarding.run_case r
                              where r.run_id = ? and r.case_id is null and r.customer_id = c.customer_id)
                           and %3$s

                        """.formatted(ListedRow.columnsOf("c"), OtherPlatform.ASKED_FOR, which)),
                runId,
                runId,
                NOT_READ,
                job,
                runId,
                runId,
                runId);
    }

    /**
     * Closes what this run reports for the first time as not a customer of the reseller, to whom nothing was ever done: reported once, and
     * their rows count as never accepted. To be called within a transaction, at the end of a run that was not stopped, and whose customer
     * list was complete, and neither empty nor fallen as under the limits.
     *
     * @param shown whom tonight's customer list shows as the reseller's, whatever their own reads said: they stay held
     * @return the run's rows of these cases
     */
    public List<OffboardingCase> closeWhoNeverWereCustomers(String job, Set<UUID> shown, Instant now) {
        List<UUID> closed = jdbc.query(
                """
                update offboarding.offboarding_case c
                   set state = 'WITHDRAWN', closed_at = ?, closed_run = r.run_id, closed_as = 'WITHDRAWN'
                  from offboarding.run_case r
                 where r.run_id = ? and r.case_id = c.case_id and c.job = ? and c.closed_at is null and not c.hold_reported
                   and c.hold_reason = 'NOT_A_RESELLER_CUSTOMER' and r.hold_reason = c.hold_reason and r.outcome = 'HELD'
                   and c.state = 'MARKED' and c.suspended_ids = '{}' and c.removed_at is null
                   and not exists (select from offboarding.intent i where i.customer_id = c.customer_id and i.sent)
                   and c.customer_id not in (
                     select customer_id from offboarding.open_intent where not settled and customer_id is not null)
                   and c.customer_id <> all(?)
                returning c.customer_id
                """, (row, i) -> row.getObject(1, UUID.class), at(now), runId, job, shown.toArray(UUID[]::new));
        if (closed.isEmpty()) {
            return List.of();
        }
        UUID[] customers = closed.toArray(UUID[]::new);
        jdbc.update("""
                update offboarding.run_case set state = 'WITHDRAWN', message = message || ?
                 where run_id = ? and customer_id = any(?) and hold_reason = 'NOT_A_RESELLER_CUSTOMER'
                """, NEVER_A_CUSTOMER, runId, customers);
        AcceptedRows.countAsNeverAccepted(jdbc, runId, job, customers);
        return of(closed);
    }

    /** Whom this run holds as not customers of the reseller. */
    public List<UUID> heldAsNoCustomers() {
        return jdbc.queryForList(
                "select customer_id from offboarding.run_case where run_id = ? and hold_reason = 'NOT_A_RESELLER_CUSTOMER'",
                UUID.class,
                runId);
    }

    /**
     * Says about those who stay held as not customers of the reseller what they wait for: something was done to them, or tonight's customer
     * list does not show for certain that they are not. To be called after {@link #closeWhoNeverWereCustomers}, in its transaction.
     *
     * @return the run's rows of these cases of which that was not said yet
     */
    public List<OffboardingCase> sayWhoStaysHeldAsNoCustomer(String job, Instant now) {
        List<UUID> held =
                jdbc.query("""
                select r.customer_id from offboarding.run_case r join offboarding.offboarding_case c on c.case_id = r.case_id
                 where r.run_id = ? and r.hold_reason = 'NOT_A_RESELLER_CUSTOMER' and r.outcome = 'HELD'
                   and c.job = ? and c.closed_at is null and right(r.message, ?) <> ?
                """, (row, i) -> row.getObject(1, UUID.class), runId, job, STAYS_HELD.length(), STAYS_HELD);
        List<OffboardingCase> cases = of(held);
        cases.forEach(c -> c.holdSaying(STAYS_HELD));
        save(cases, now);
        return cases;
    }

    /**
     * Marks what is reminded of tonight: what has waited for a person, without a change, for this long since it began or since
     * the last reminder; and of terms that renew themselves what a run has found and none has reported yet, because it was stopped.
     */
    public void remind(LocalDate today, int afterDays, ZoneId zone) {
        jdbc.update(
                """
                update offboarding.run_case r set hold_new = true
                  from offboarding.offboarding_case c
                 where r.run_id = ? and c.case_id = r.case_id and r.outcome = 'HELD' and not r.hold_new
                   and (%s
                     or not c.hold_reported and exists (
                          select from json_array_elements(r.holds) hold where hold -> 'renews_on' is not null))
                """.formatted(DUE_TO_BE_REMINDED_OF),
                runId,
                zone.getId(),
                afterDays,
                today,
                HoldReason.somebodyHasToLookNames(),
                HoldReason.waitForAPersonNames());
    }

    /**
     * Of a row of a run and its case: it has waited for a person for so long, whatever else is shown before that, as a term that renews itself
     * is. Not behind what somebody has to look at first: until the customer is listed again nobody reads what else it waits for.
     */
    private static final String DUE_TO_BE_REMINDED_OF = """
            (greatest(c.reminded_on, (r.hold_since at time zone ?)::date) + ? <= ? and r.hold_reason <> all(?)
              and exists (select from json_array_elements(r.holds) hold where hold ->> 'reason' = any(?)))
            """;

    /** What is reported once has been reported, by a run that was not stopped. */
    public void reported(Instant at) {
        jdbc.update("""
                update offboarding.offboarding_case c set hold_reported = true
                  from offboarding.run_case r
                 where r.run_id = ? and r.case_id = c.case_id and r.hold_reason = c.hold_reason and not c.hold_reported
                """, runId);
        jdbc.update("""
                update offboarding.offboarding_case c set return_told_at = ?
                  from offboarding.run_case r
                 where r.run_id = ? and r.case_id = c.case_id and r.state = 'OFFBOARDED' and r.outcome = 'RE_ESTABLISHED'
                """, at(at), runId);
    }

    /** A reminder was given, by the report of a run that was not stopped. Those of terms that renew themselves have days of their own. */
    public void reminded(LocalDate today, int afterDays, ZoneId zone) {
        jdbc.update(
                """
                update offboarding.offboarding_case c set reminded_on = ?
                  from offboarding.run_case r
                 where r.run_id = ? and c.case_id = r.case_id and r.hold_new and %s
                """.formatted(DUE_TO_BE_REMINDED_OF),
                today,
                runId,
                zone.getId(),
                afterDays,
                today,
                HoldReason.somebodyHasToLookNames(),
                HoldReason.waitForAPersonNames());
    }

    /** A case that was closed with its customer offboarded. */
    public record Offboarded(long caseId, UUID customerId) {}

    /**
     * Cases that this job closed with their customers offboarded, after one, in the order of cases: the last of each customer on this
     * platform that is open or ended so, where this run has no row of the customer and it was not reported yet that it has been
     * re-established.
     */
    public List<Offboarded> offboarded(String job, PlatformName platform, long after, int limit) {
        return jdbc.query(
                """
                select c.case_id, c.customer_id from offboarding.offboarding_case c
                 where c.job = ? and c.platform = ? and c.closed_at is not null and c.state = 'OFFBOARDED' and c.return_told_at is null
                   and c.case_id > ?
                   and (c.platform_identity is null or c.platform_identity =
                         (select platform_identity from offboarding.runs where run_id = ?))
                   and not exists (select from offboarding.offboarding_case later
                         where later.customer_id = c.customer_id and later.platform = c.platform and later.case_id > c.case_id
                           and (later.closed_at is null or later.state = 'OFFBOARDED')
                           and coalesce(later.platform_identity, c.platform_identity) is not distinct from c.platform_identity)
                   and not exists (select from offboarding.run_case r where r.run_id = ? and r.customer_id = c.customer_id)
                 order by c.case_id limit ?
                """,
                (row, i) -> new Offboarded(row.getLong(1), row.getObject(2, UUID.class)),
                job,
                platform.text(),
                after,
                runId,
                runId,
                limit);
    }

    /** Gives closed cases whose customers have been re-established a row in this run, for the report: it has no other effect. */
    public void reportReturned(Collection<Long> caseIds, String message) {
        jdbc.update(
                RunRows.insert(
                        "",
                        "customer_id, case_id, listed, listed_anew, state, outcome, message, suspended_ids, suspended_at, removed_at, facts",
                        """
                        select ?, (select coalesce(max(position), 0) from offboarding.run_case where run_id = ?)
                                 + row_number() over (order by case_id),
                               %1$s, customer_id, case_id, false, false, state, 'RE_ESTABLISHED', ?, suspended_ids, suspended_at,
                               removed_at, facts
                          from offboarding.offboarding_case where case_id = any(?)

                        """.formatted(ListedRow.COLUMNS)),
                runId,
                runId,
                message,
                caseIds.toArray(Long[]::new));
    }

    private static final String NEWLY_UNLISTED = """
            r.run_id = ? and not r.listed and r.case_id is not null and r.state not in ('REMOVED', 'OFFBOARDED') and r.relisted_run is null
              and r.hold_reason is distinct from 'OTHER_PLATFORM' and r.hold_reason is distinct from 'OTHER_JOB'
              and r.case_id not in (select q.case_id from offboarding.asked_of_case q)
            """;

    /** Cases, by customer, whose rows are gone from the list, and that nobody has asked to withdraw yet. */
    public Map<Long, UUID> newlyUnlisted() {
        Map<Long, UUID> unlisted = new LinkedHashMap<>();
        jdbc.query(
                "select r.case_id, r.customer_id from offboarding.run_case r where " + NEWLY_UNLISTED
                        + " order by r.position",
                (RowCallbackHandler) row -> unlisted.put(row.getLong(1), row.getObject(2, UUID.class)),
                runId);
        return unlisted;
    }

    /** Those of them of which something is planned to be put back. */
    public long newlyUnlistedPutBack() {
        return Objects.requireNonNull(jdbc.queryForObject(
                "select count(*) from offboarding.run_case r join offboarding.run_plan p on p.run_id = r.run_id and p.position = r.position where "
                        + NEWLY_UNLISTED + " and p.planned -> 0 ->> 'action' = 'REACTIVATE'",
                Long.class,
                runId));
    }

    /** Customers with planned writes whom tonight's list has listed anew. */
    public Set<UUID> plannedAndListedAnew() {
        return new HashSet<>(jdbc.queryForList(
                "select customer_id from offboarding.planned_case where run_id = ? and listed_anew",
                UUID.class,
                runId));
    }

    /** Customers with at least one planned write that offboards them: what is withdrawn, and only put back, is not among them. */
    public long planned() {
        return Objects.requireNonNull(jdbc.queryForObject(
                "select count(*) from offboarding.run_plan where run_id = ? and planned -> 0 ->> 'action' <> 'REACTIVATE'",
                Long.class,
                runId));
    }

    /** The planned writes by action, in the order in which they are made: those that no write is planned of are not there. */
    public Map<Action, Long> plannedWrites() {
        return new RunCases(jdbc).plannedWrites(runId);
    }

    /** How the customers of a run stand by now, like {@code 7 HELD (MARKED), 8 PLANNED (SUSPENDED)}. */
    public String standing() {
        List<String> standing = jdbc.query("""
                select count(*) || ' ' || outcome || ' (' || state || ')' from offboarding.run_case
                 where run_id = ? group by outcome, state order by outcome, state
                """, (row, n) -> row.getString(1), runId);
        return standing.isEmpty() ? "no customers" : String.join(", ", standing);
    }

    /** Customers for whom more is planned than to put back what was suspended, in the order of positions. */
    public List<UUID> plannedCustomers() {
        return jdbc.queryForList("""
                select customer_id from offboarding.planned_case
                 where run_id = ? and planned -> 0 ->> 'action' <> 'REACTIVATE' order by position
                """, UUID.class, runId);
    }

    /**
     * Names the plan by a digest: equal plans have equal names.
     *
     * @param header what it is based on
     */
    public String planId(String header) {
        return planId(header, "true");
    }

    /** The same of a part of it. */
    public String planId(String header, Collection<UUID> only) {
        return planId(header, "customer_id = any(?)", (Object) only.toArray(UUID[]::new));
    }

    private String planId(String header, String which, Object... parameters) {
        List<Object> all = new ArrayList<>(List.of(header, runId));
        all.addAll(Arrays.asList(parameters));
        return Objects.requireNonNull(jdbc.queryForObject("""
                select encode(sha256(convert_to(? || coalesce(string_agg(digest, E'\\n' order by customer_id), ''), 'UTF8')), 'hex')
                  from (select customer_id, digest from offboarding.planned_case
                         where run_id = ? and planned -> 0 ->> 'action' <> 'REACTIVATE' and %s
                         -- what is sorted are the digests, not what they are made of
                        offset 0) of_each
                """.formatted(which), String.class, all.toArray()));
    }

    /** These are not accepted tonight, and wait for an approval: neither do they open cases nor is anything of them carried over. */
    public void leaveWaiting(Collection<Long> positions) {
        jdbc.update(
                "update offboarding.run_case set waits = true where run_id = ? and position = any(?)",
                runId,
                positions.toArray(Long[]::new));
    }

    /** Something that somebody has to look at, and that no run has reported yet. */
    public boolean hasNewHold() {
        return is("""
                select exists (
                  select from offboarding.run_case r left join offboarding.offboarding_case c using (case_id)
                   where r.run_id = ?
                     and (r.hold_new or (r.hold_reason = any(?) and not coalesce(c.hold_reported, false))))
                """, runId, HoldReason.somebodyHasToLookNames());
    }

    public boolean hasOutcome(CaseOutcome outcome) {
        return is(
                "select exists (select from offboarding.run_case where run_id = ? and outcome = ?)",
                runId,
                outcome.name());
    }

    private boolean is(String sql, Object... parameters) {
        return Boolean.TRUE.equals(jdbc.queryForObject(sql, Boolean.class, parameters));
    }

    /** Drops what only the run's own work and report needed. */
    public void forget() {
        RunRows.delete(jdbc, "= ?", runId);
    }

    /** Drops what earlier plans of the job have left: a plan is kept until the next one. */
    public void forgetPlansBefore(String job) {
        RunRows.delete(
                jdbc,
                "in (select run_id from offboarding.runs where job = ? and mode = 'plan' and run_id < ?)",
                job,
                runId);
    }

    /** Marks open cases whose offboarding tonight's list begins again: what was written before does not continue it. */
    public void findRestarted() {
        jdbc.update("""
                update offboarding.run_case r set restarts = true from offboarding.offboarding_case c
                 where r.run_id = ? and r.case_id = c.case_id and (r.listed_anew or r.relisted_run is not null) and c.closed_at is null
                   and (c.state <> 'MARKED' and r.state = 'MARKED' or not r.suspended_ids @> c.suspended_ids
                     -- what still stands of them is watched on
                     or json_array_length(c.scheduled_ends) > 0 and r.facts ->> 'begun_at' is distinct from c.facts ->> 'begun_at')
                """, runId);
    }

    /** Its removal, or that it is gone, is in the case: tonight's list has nothing to do with it. */
    private static final String OF_EARLIER_NIGHTS =
            "r.state in ('REMOVED', 'OFFBOARDED') and c.state = 'REMOVED' and r.removed_at is not distinct from c.removed_at";

    /** Tonight's list says nothing new of this case, not even by leaving it out. */
    private static final String UNTOUCHED_BY_THE_LIST = """
            (not r.listed_anew and r.relisted_run is null and r.listed = c.listed
               -- it may have been without it on other nights; what waits for that no more it withdraws tonight
               and (r.listed or r.hold_reason is not null or r.case_id in (select q.case_id from offboarding.asked_of_case q))
               -- nor by a later date, or a name, in a column of its own
               and not exists (select from offboarding.run_listing l
                                where l.run_id = r.run_id and l.position = r.position
                                  and (l.effective_date > coalesce(c.effective_date, '-infinity')
                                    or l.company_name is distinct from c.company_name or l.domain is distinct from c.domain))
             or %s)""".formatted(OF_EARLIER_NIGHTS);

    /** Brings these cases up to date with what is accepted of their customers by now, whichever job has accepted it. */
    public void refreshListings(Collection<? extends OffboardingCase> cases) {
        Listings.refresh(jdbc, runId, cases);
    }

    /** Stores what was made of these cases, within the caller's transaction. */
    public void save(Collection<OffboardingCase> cases, Instant now) {
        if (cases.isEmpty()) {
            return;
        }
        StoredCase.write(jdbc, runId, cases, now);
        if (carriesOver) {
            carryOver("r.position = any(?)", accepted ? "true" : UNTOUCHED_BY_THE_LIST, now, (Object)
                    cases.stream().map(OffboardingCase::position).toArray(Long[]::new));
        }
    }

    /**
     * Those of these customers whose cases were adopted since this run, and are not as it left them: they are closed, or a later run has worked
     * them.
     */
    public Set<UUID> adoptedAndWorkedSince(Collection<UUID> customerIds) {
        return new HashSet<>(
                jdbc.queryForList("""
                select r.customer_id from offboarding.run_case r
                  join offboarding.runs u on u.run_id = r.run_id
                  join offboarding.offboarding_case c on c.case_id = r.case_id
                 where r.run_id = ? and r.customer_id = any(?) and r.hold_reason is distinct from 'OTHER_PLATFORM'
                   and c.platform_identity is distinct from u.platform_identity and (c.closed_at is not null or %s)
                """.formatted(DIFFERENT), UUID.class, runId, customerIds.toArray(UUID[]::new)));
    }

    /**
     * It shows only now that this run had suspended them, and later ones have worked the case: it stays as it is by now, and counts them, too;
     * but for those that were seen active again since. Within the caller's transaction.
     */
    public void addSuspended(OffboardingCase c, Collection<String> subscriptions) {
        jdbc.update("""
                update offboarding.offboarding_case c
                   set suspended_ids = c.suspended_ids || array(
                         select id from unnest(?::text[]) as found (id)
                          where id <> all(c.suspended_ids) and not coalesce(c.facts::jsonb -> 'returned' @> to_jsonb(id), false))
                  from offboarding.run_case r
                 where r.run_id = ? and r.position = ? and c.case_id = r.case_id and c.closed_at is null
                """, subscriptions.toArray(String[]::new), runId, c.position());
    }

    /** A case {@code c} is not as its row {@code r} is. */
    private static final String DIFFERENT = """
            (c.state, c.hold_reason, c.hold_until, c.hold_since, c.holds::text, c.next_look, c.suspended_ids, c.scheduled_ends::text,
             c.suspended_at, c.removed_at, c.effects::text, c.facts::text)
            is distinct from
            (r.state, r.hold_reason, r.hold_until, r.hold_since, r.holds::text, r.next_look, r.suspended_ids, r.scheduled_ends::text,
             r.suspended_at, r.removed_at, r.effects::text, r.facts::text)
            """;

    private void carryOver(String which, String where, Instant now, Object... positions) {
        List<Object> parameters = new ArrayList<>(List.of(at(now), runId));
        parameters.addAll(Arrays.asList(positions));
        jdbc.update("""
                update offboarding.offboarding_case c
                   set state = r.state, hold_reason = r.hold_reason, hold_until = r.hold_until, hold_since = r.hold_since,
                       holds = r.holds,
                       hold_reported = c.hold_reported and not r.hold_new, next_look = r.next_look,
                       suspended_ids = r.suspended_ids, scheduled_ends = r.scheduled_ends, suspended_at = r.suspended_at, removed_at = r.removed_at,
                       effects = r.effects, facts = r.facts,
                       closed_at = case when r.state in ('OFFBOARDED', 'WITHDRAWN', 'CLOSED') then ?::timestamptz end,
                       closed_run = case when r.state in ('OFFBOARDED', 'WITHDRAWN', 'CLOSED') then r.run_id end,
                       closed_as = case when r.state in ('OFFBOARDED', 'WITHDRAWN', 'CLOSED') then r.outcome end
                  from offboarding.run_case r
                 where r.hold_reason is distinct from 'OTHER_PLATFORM' and r.run_id = ? and %s and c.case_id = r.case_id and %s
                   and (c.hold_reported and r.hold_new or %s)
                """.formatted(which, where, DIFFERENT), parameters.toArray());
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
