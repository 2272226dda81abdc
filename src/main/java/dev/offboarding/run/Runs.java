package dev.offboarding.run;

import dev.offboarding.cases.HoldReason;
import dev.offboarding.database.RunLock;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.Population;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.RunLostException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The table of runs. */
final class Runs {

    private static final DateTimeFormatter RUN_ID =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** An earlier run that left something undone. */
    record Unfinished(
            String runId,
            Mode mode,
            boolean reported,
            String platform,
            @Nullable String identity) {}

    /** What a run on a platform counted. */
    record Counted(long population, Instant at) {}

    /** Of a run or a case {@code r}: it belongs to the platform identity on which a run works, or may do so. Its parameter is that run. */
    private static final String HERE =
            "r.platform_identity is null or r.platform_identity = (select me.platform_identity from offboarding.run me where me.run_id = ?)";

    private static final String IDENTITY = "coalesce(u.platform_identity, u.platform)";

    private final JdbcTemplate jdbc;

    Runs(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Begins a run and returns its id: its start, in UTC; a later millisecond where another run has that one, or where the clock has been
     * set back since the job's last run: ids stay in the order in which runs began. It is written down in the lock's own session: were it
     * another's, the next run could have the lock, and look for dead runs, before the database has got so far.
     */
    static String begin(
            RunLock lock,
            JobFile jobFile,
            Mode mode,
            @Nullable String platformIdentity,
            Instant startedAt,
            Map<String, ?> facts)
            throws SQLException {
        return lock.withinItsSession(
                jdbc -> begin(jdbc, jobFile, mode.text(), platformIdentity, startedAt, null, facts));
    }

    /** Writes down that cases were taken over: over as soon as it has begun, without a report, and nothing for a later run to take up. */
    static String adoption(RunLock lock, JobFile jobFile, String platformIdentity, Instant at, Map<String, ?> facts)
            throws SQLException {
        return lock.withinItsSession(jdbc -> begin(jdbc, jobFile, "adopt", platformIdentity, at, at, facts));
    }

    private static String begin(
            JdbcTemplate jdbc,
            JobFile jobFile,
            String mode,
            @Nullable String platformIdentity,
            Instant startedAt,
            @Nullable Instant endedAt,
            Map<String, ?> facts) {
        Instant first = startedAt;
        String last = jdbc.queryForObject(
                "select max(run_id) from offboarding.run where job = ?", String.class, jobFile.job());
        if (last != null && RUN_ID.format(startedAt).compareTo(last) <= 0) {
            LOG.warn("the job's last run, {}, began after now: the clock was set back", last);
            first = RUN_ID.parse(last, Instant::from).plusMillis(1);
        }
        for (Instant at = first; ; at = at.plusMillis(1)) {
            String runId = RUN_ID.format(at);
            try {
                jdbc.update(
                        """
                        insert into offboarding.run
                          (run_id, job, mode, platform, platform_identity, started_at, ended_at, reported_at, settled, facts)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::json)
                        """,
                        runId,
                        jobFile.job(),
                        mode,
                        jobFile.platform().text(),
                        platformIdentity,
                        at(startedAt),
                        endedAt == null ? null : at(endedAt),
                        endedAt == null ? null : at(endedAt),
                        endedAt != null,
                        JSON.writeValueAsString(facts));
                return runId;
            } catch (DuplicateKeyException anotherRunBeganInThisMillisecond) {
                continue;
            }
        }
    }

    /**
     * Makes sure, within the caller's transaction and to its end, that this run has not been taken over.
     *
     * @throws RunLostException if it has
     */
    void fence(String runId) {
        if (jdbc.queryForList(
                        "select 1 from offboarding.run where run_id = ? and ended_at is null for no key update", runId)
                .isEmpty()) {
            throw new RunLostException(runId);
        }
    }

    /** Whether nobody has ended it. */
    boolean isOpen(String runId) {
        Boolean open = jdbc.queryForObject(
                "select exists (select from offboarding.run where run_id = ? and ended_at is null)",
                Boolean.class,
                runId);
        return Boolean.TRUE.equals(open);
    }

    /**
     * Takes what an earlier version of this program left of the job, which did not know of identities, for the platform identity on which
     * this run works. Within the caller's transaction.
     *
     * @return how many cases, open and closed
     */
    int claim(String runId, JobFile jobFile) {
        String ofThisRun = "(select platform_identity from offboarding.run where run_id = ?)";
        String ofAnEarlierVersion = "where job = ? and platform = ? and platform_identity is null";
        String platform = jobFile.platform().text();
        jdbc.update(
                "update offboarding.run set platform_identity = %s %s".formatted(ofThisRun, ofAnEarlierVersion),
                runId,
                jobFile.job(),
                platform);
        jdbc.update(
                "update offboarding.accepted_row set platform_identity = %s %s"
                        .formatted(ofThisRun, ofAnEarlierVersion),
                runId,
                jobFile.job(),
                platform);
        return jdbc.update(
                "update offboarding.offboarding_case set platform_identity = %s %s"
                        .formatted(ofThisRun, ofAnEarlierVersion),
                runId,
                jobFile.job(),
                platform);
    }

    /** Adds to what is said of a run itself. */
    void add(String runId, Map<String, ?> facts) {
        jdbc.update(
                "update offboarding.run set facts = (facts::jsonb || ?::jsonb)::json where run_id = ?",
                JSON.writeValueAsString(facts),
                runId);
    }

    void counted(String runId, Population population, Instant at) {
        jdbc.update(
                "update offboarding.run set population = ?, population_complete = ?, counted_at = ? where run_id = ?",
                population.size(),
                population.complete(),
                at(at),
                runId);
    }

    void checked(String runId, String planId, Object limits) {
        jdbc.update(
                "update offboarding.run set plan_id = ?, limits = ?::json where run_id = ?",
                planId,
                JSON.writeValueAsString(limits),
                runId);
    }

    void noted(String runId, List<String> notes) {
        jdbc.update(
                "update offboarding.run set notes = ?::json where run_id = ?", JSON.writeValueAsString(notes), runId);
    }

    /** Notes beside those that there are. */
    void notedToo(String runId, List<String> notes) {
        jdbc.update(
                "update offboarding.run set notes = (notes::jsonb || ?::jsonb)::json where run_id = ?",
                JSON.writeValueAsString(notes),
                runId);
    }

    /**
     * What the last run counted on a platform that was allowed to write, whichever job it was: one that was stopped, or had nothing planned,
     * is nobody's measure.
     */
    @Nullable
    Counted lastCounted(PlatformName platform, String runId) {
        return jdbc
                .query(
                        """
                        select population, counted_at from offboarding.run r
                         where r.platform = ? and (%s) and run_id <> ? and population_complete and may_write
                         order by counted_at desc, run_id desc limit 1
                        """.formatted(HERE),
                        (row, i) -> new Counted(
                                row.getLong(1),
                                row.getObject(2, OffsetDateTime.class).toInstant()),
                        platform.text(),
                        runId,
                        runId)
                .stream()
                .findFirst()
                .orElse(null);
    }

    /**
     * How many relationships this program has removed on a platform since then, that moment included: those whose removal was answered,
     * and those whose answer was lost and that the run finds gone.
     */
    long removedSince(String runId, PlatformName platform, Instant since) {
        Long count = jdbc.queryForObject(
                """
                select count(*) from (
                  select r.customer_id from offboarding.offboarding_case r
                   where r.platform = ? and (%s) and r.removed_at >= ?
                  union
                  select r.customer_id from offboarding.outcome r join offboarding.run_case c using (customer_id)
                   where c.run_id = ? and c.hold_reason is distinct from 'OTHER_PLATFORM'
                     and c.state = 'REMOVED' and c.removed_at is null
                     and r.platform = ? and (%s) and r.at >= ? and r.action = 'REMOVE'
                     and r.data::jsonb @@ '$.writes[*].result == "LOST"') removed
                """.formatted(HERE, HERE),
                Long.class,
                platform.text(),
                runId,
                at(since),
                runId,
                platform.text(),
                runId,
                at(since));
        return count == null ? 0 : count;
    }

    /** Customers with at least one planned write. */
    long planned(String runId) {
        Long count = jdbc.queryForObject(
                "select count(*) from offboarding.run_case where run_id = ? and json_array_length(planned) > 0",
                Long.class,
                runId);
        return count == null ? 0 : count;
    }

    /** The planned writes by action, in the order in which they are made: those that no write is planned of are not there. */
    Map<Action, Long> plannedWrites(String runId) {
        Map<Action, Long> planned = new EnumMap<>(Action.class);
        jdbc.query(
                """
                select p.w ->> 'action', count(*) from offboarding.run_case
                 cross join lateral json_array_elements(planned) as p (w) where run_id = ? group by 1
                """, (RowCallbackHandler) row -> planned.put(Action.valueOf(row.getString(1)), row.getLong(2)), runId);
        return planned;
    }

    /** How the customers of a run stand by now, like {@code 7 HELD (MARKED), 8 PLANNED (SUSPENDED)}. */
    String standing(String runId) {
        List<String> standing = jdbc.query("""
                select count(*) || ' ' || outcome || ' (' || state || ')' from offboarding.run_case
                 where run_id = ? group by outcome, state order by outcome, state
                """, (row, n) -> row.getString(1), runId);
        return standing.isEmpty() ? "no customers" : String.join(", ", standing);
    }

    /** Names a plan by what it would write: equal plans have equal names. */
    String planId(String runId) {
        String id = jdbc.queryForObject("""
                select encode(sha256(convert_to(coalesce(string_agg(
                         customer_id || ' ' || (p.w ->> 'action') || ' ' || (p.w ->> 'target'), E'\\n'
                         order by customer_id, p.n), ''), 'UTF8')), 'hex')
                  from offboarding.run_case
                 cross join lateral json_array_elements(planned) with ordinality as p (w, n)
                 where run_id = ?
                """, String.class, runId);
        if (id == null) {
            throw new IllegalStateException("an aggregate without a row");
        }
        return id;
    }

    /** Something that somebody has to look at, and that no run has reported yet. */
    boolean hasNewHold(String runId) {
        Boolean found = jdbc.queryForObject("""
                select exists (
                  select from offboarding.run_case r left join offboarding.offboarding_case c using (case_id)
                   where r.run_id = ?
                     and (r.hold_new or (r.hold_reason = any(?) and not coalesce(c.hold_reported, false))))
                """, Boolean.class, runId, HoldReason.somebodyHasToLookNames());
        return Boolean.TRUE.equals(found);
    }

    /** A day on which a limit will not do, and that no run has told yet. */
    boolean hasNewDueDay(String runId) {
        Boolean found = jdbc.queryForObject("""
                select exists (select from offboarding.run, json_array_elements(due_ahead) day
                                where run_id = ? and (day ->> 'is_new')::boolean)
                """, Boolean.class, runId);
        return Boolean.TRUE.equals(found);
    }

    boolean hasOutcome(String runId, String outcome) {
        Boolean found = jdbc.queryForObject(
                "select exists (select from offboarding.run_case where run_id = ? and outcome = ?)",
                Boolean.class,
                runId,
                outcome);
        return Boolean.TRUE.equals(found);
    }

    boolean hasRejects(String runId) {
        Boolean found = jdbc.queryForObject("""
                select exists (select from offboarding.list_file where run_id = ? and (rows_rejected > 0 or status = 'REFUSED'))
                """, Boolean.class, runId);
        return Boolean.TRUE.equals(found);
    }

    void end(String runId, Instant endedAt, ExitCode exitCode, RunGuard.@Nullable Stop stop, List<Failure> failures) {
        jdbc.update(
                """
                update offboarding.run
                   set ended_at = ?, exit_code = ?, stop_reason = ?, stop_message = ?, failures = ?::json where run_id = ?
                """,
                at(endedAt),
                exitCode.code(),
                stop == null ? null : stop.reason().name(),
                stop == null ? null : stop.message(),
                JSON.writeValueAsString(failures),
                runId);
    }

    void exitCode(String runId, ExitCode exitCode) {
        jdbc.update("update offboarding.run set exit_code = ? where run_id = ?", exitCode.code(), runId);
    }

    /**
     * The report is there: what is told once has been told, unless the run was stopped.
     *
     * @param manifestSha256 what the job's next report says of this one; null if there is no report after all
     */
    void reported(String runId, Instant at, @Nullable String manifestSha256) {
        jdbc.update(
                "update offboarding.run set reported_at = ?, manifest_sha256 = ? where run_id = ?",
                at(at),
                manifestSha256,
                runId);
        jdbc.update("""
                update offboarding.offboarding_case c set hold_reported = true
                  from offboarding.run_case r join offboarding.run u on u.run_id = r.run_id and u.mode = 'run'
                    and u.stop_reason is null and not u.interrupted
                 where r.run_id = ? and r.case_id = c.case_id and r.hold_reason = c.hold_reason and not c.hold_reported
                """, runId);
        // a run that was stopped has told nobody for good
        jdbc.update("""
                update offboarding.offboarding_case c set return_told_at = ?
                  from offboarding.run_case r
                  join offboarding.run u on u.run_id = r.run_id and u.mode = 'run' and u.stop_reason is null and not u.interrupted
                 where r.run_id = ? and r.case_id = c.case_id and r.state = 'OFFBOARDED' and r.outcome = 'RE_ESTABLISHED'
                """, at(at), runId);

        jdbc.update("""
                insert into offboarding.due_day_told (job, platform_identity, due_on, told_run)
                select u.job, %s, (day ->> 'day')::date, u.run_id
                  from offboarding.run u, json_array_elements(u.due_ahead) day
                 where u.run_id = ? and u.mode = 'run' and u.stop_reason is null and not u.interrupted
                on conflict do nothing
                """.formatted(IDENTITY), runId);
    }

    /** Rows that only the run's own work and report needed. */
    void forget(String runId) {
        jdbc.update("delete from offboarding.run_case where run_id = ?", runId);
    }

    /** A plan is kept until the next one of its job. */
    void forgetPlansBefore(String runId, String job) {
        jdbc.update("""
                delete from offboarding.run_case where run_id in (
                  select run_id from offboarding.run where job = ? and mode = 'plan' and run_id < ?)
                """, job, runId);
    }

    /** Earlier runs of a job that left no report, or writes whose answers are not known; oldest first. */
    List<Unfinished> unfinished(String job, String exceptRunId) {
        return jdbc.query(
                """
                select run_id, mode, reported_at is not null, platform, platform_identity from offboarding.run
                 where job = ? and run_id <> ? and (reported_at is null or not settled) order by run_id
                """,
                (row, i) -> new Unfinished(
                        row.getString(1),
                        row.getString(2).equals(Mode.RUN.text()) ? Mode.RUN : Mode.PLAN,
                        row.getBoolean(3),
                        row.getString(4),
                        row.getString(5)),
                job,
                exceptRunId);
    }

    /** Ends a run whose process is gone, or only its lock: whatever still runs of it is fenced off. One that had ended stays as it is. */
    void interrupted(String runId, Instant at) {
        jdbc.update(
                "update offboarding.run set ended_at = ?, interrupted = true, exit_code = ? where run_id = ? and ended_at is null",
                at(at),
                ExitCode.STOPPED_EARLY.code(),
                runId);
    }

    /** Nothing is left to be done for it. */
    void settled(String runId) {
        jdbc.update("update offboarding.run set settled = true where run_id = ?", runId);
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
