package dev.offboarding.runs;

import dev.offboarding.database.RunLock;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.Population;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The table of runs. */
public final class Runs {

    /** How a moment is written as the id of the run that begins in it. */
    public static final DateTimeFormatter RUN_ID =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** An earlier run that left something undone. */
    public record Unfinished(
            String runId,
            Mode mode,
            boolean reported,
            String platform,
            @Nullable String identity) {}

    /** What a run on a platform counted. */
    public record Counted(long population, Instant at) {}

    /** The end of a run whose clock agreed with the others. */
    public record Ended(String runId, String job, Instant at) {}

    /** What is known about the report of an earlier run. */
    public record Earlier(String runId, @Nullable String manifestSha256, boolean reported) {}

    /**
     * Of a run or a case {@code r}: it belongs to the platform identity on which a run works, or to one that was adopted as that, or may do so.
     * Its parameter is that run.
     */
    private static final String HERE = """
            r.platform_identity is null or r.platform_identity = any ((
              select offboarding.with_adopted(me.platform_identity) from offboarding.run me where me.run_id = ?)::text[])""";

    private final JdbcTemplate jdbc;

    public Runs(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Begins a run and returns its id: its start, in UTC; a later millisecond where another run has that one, or where the clock has been
     * set back since the job's last run: ids stay in the order in which runs began. It is written down in the lock's own session: were it
     * another's, the next run could have the lock, and look for dead runs, before the database has got so far.
     */
    public static String begin(
            RunLock lock,
            String job,
            PlatformName platform,
            Mode mode,
            @Nullable String platformIdentity,
            Instant startedAt,
            Map<String, ?> facts)
            throws SQLException {
        return lock.withinItsSession(
                jdbc -> begin(jdbc, job, platform, mode.text(), platformIdentity, startedAt, null, facts));
    }

    /** Writes down that cases were taken over: over as soon as it has begun, without a report, and nothing for a later run to take up. */
    public static String adoption(
            RunLock lock, String job, PlatformName platform, String platformIdentity, Instant at, Map<String, ?> facts)
            throws SQLException {
        return lock.withinItsSession(jdbc -> begin(jdbc, job, platform, "adopt", platformIdentity, at, at, facts));
    }

    /** Writes down that a plan was approved: as above. */
    public static String approval(
            RunLock lock, String job, PlatformName platform, String platformIdentity, Instant at, Map<String, ?> facts)
            throws SQLException {
        return lock.withinItsSession(jdbc -> begin(jdbc, job, platform, "approve", platformIdentity, at, at, facts));
    }

    /**
     * Writes down that somebody has asked for something, also while a run of the job is under way: over as soon as it has begun, without a
     * report, and nothing for a later run to take up.
     */
    public static String intervention(
            JdbcTemplate jdbc, String job, PlatformName platform, Instant at, Map<String, ?> facts) {
        return begin(jdbc, job, platform, "intervene", null, at, at, facts);
    }

    private static String begin(
            JdbcTemplate jdbc,
            String job,
            PlatformName platform,
            String mode,
            @Nullable String platformIdentity,
            Instant startedAt,
            @Nullable Instant endedAt,
            Map<String, ?> facts) {
        Instant first = startedAt;
        String last = jdbc.queryForObject("select max(run_id) from offboarding.run where job = ?", String.class, job);
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
                        job,
                        mode,
                        platform.text(),
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
    public void fence(String runId) {
        if (jdbc.queryForList("select 1 from offboarding.run where run_id = ? and ended_at is null for share", runId)
                .isEmpty()) {
            throw new RunLostException(runId);
        }
    }

    /** Whether no one has ended it. */
    public boolean isOpen(String runId) {
        return is("select exists (select from offboarding.run where run_id = ? and ended_at is null)", runId);
    }

    /**
     * Takes runs of the job that an earlier version of this program made, which did not know about identities, for this platform identity's.
     */
    public void claim(String job, PlatformName platform, String identity) {
        jdbc.update(
                "update offboarding.run set platform_identity = ? where job = ? and platform = ? and platform_identity is null",
                identity,
                job,
                platform.text());
    }

    /** Whether any run has worked on it. */
    public boolean workedOn(String platformIdentity) {
        return is("select exists (select from offboarding.run where platform_identity = ?)", platformIdentity);
    }

    /** The last run or plan that worked on it; empty if none has. */
    public Optional<String> lastOn(String platformIdentity) {
        return first(
                "select run_id from offboarding.run where platform_identity = ? order by run_id collate \"C\" desc limit 1",
                (row, i) -> row.getString(1),
                platformIdentity);
    }

    /** The last run of a job that has ended; plans do not count. Empty if there is none. */
    public Optional<RunRow> lastEnded(String job) {
        return first(
                "select * from offboarding.run where job = ? and mode = 'run' and ended_at is not null order by run_id collate \"C\" desc limit 1",
                (row, i) -> RunRow.of(row),
                job);
    }

    /** The run of a job before this one, of those that left a report; plans do not count. Empty if there is none. */
    public Optional<RunRow> before(String job, String runId) {
        return first("""
                select * from offboarding.run where job = ? and mode = 'run' and reported_at is not null and run_id < ?
                order by run_id desc limit 1
                """, (row, i) -> RunRow.of(row), job, runId);
    }

    /** Adds to what is said about a run itself. */
    public void add(String runId, Map<String, ?> facts) {
        jdbc.update(
                "update offboarding.run set facts = (facts::jsonb || ?::jsonb)::json where run_id = ?",
                JSON.writeValueAsString(facts),
                runId);
    }

    public void counted(String runId, Population population, Instant at) {
        jdbc.update(
                "update offboarding.run set population = ?, population_complete = ?, counted_at = ? where run_id = ?",
                population.size(),
                population.complete(),
                at(at),
                runId);
    }

    /** @param basis what of the plan its digest says beside the customers, as JSON */
    public void checked(String runId, String planId, String basis, Object limits) {
        jdbc.update(
                "update offboarding.run set plan_id = ?, plan_basis = ?::json, limits = ?::json where run_id = ?",
                planId,
                basis,
                JSON.writeValueAsString(limits),
                runId);
    }

    /** Who asked, planned and approved, and what waits for an approval. */
    public void approval(String runId, Map<String, ?> approval) {
        jdbc.update(
                "update offboarding.run set approval = ?::json where run_id = ?",
                JSON.writeValueAsString(approval),
                runId);
    }

    /** Whether a part of its plan waits for an approval, while another was carried out. */
    public boolean someWaitForApproval(String runId) {
        return is("""
                select exists (select from offboarding.run
                                where run_id = ? and stop_reason is null and (approval -> 'waiting' ->> 'customers')::bigint > 0)
                """, runId);
    }

    public void noted(String runId, List<String> notes) {
        jdbc.update(
                "update offboarding.run set notes = ?::json where run_id = ?", JSON.writeValueAsString(notes), runId);
    }

    /** Notes beside those that there are. */
    public void notedToo(String runId, List<String> notes) {
        jdbc.update(
                "update offboarding.run set notes = (notes::jsonb || ?::jsonb)::json where run_id = ?",
                JSON.writeValueAsString(notes),
                runId);
    }

    /**
     * What the last run counted on a platform that was allowed to write, whichever job it was: one that was stopped, or had nothing planned,
     * is not a measure.
     */
    public @Nullable Counted lastCounted(PlatformName platform, String runId) {
        return first(
                        """
                select population, counted_at from offboarding.run r
                 where r.platform = ? and (%s) and run_id <> ? and population_complete and may_write
                 order by counted_at desc, run_id desc limit 1
                """.formatted(HERE),
                        (row, i) -> new Counted(row.getLong(1), instant(row, "counted_at")),
                        platform.text(),
                        runId,
                        runId)
                .orElse(null);
    }

    /**
     * How many relationships this program has removed on a platform since then, that moment included: those whose removal was answered,
     * and those whose answer was lost and that the run finds gone.
     */
    public long removedSince(String runId, PlatformName platform, Instant since) {
        return count(
                """
                select count(*) from (
                  select r.customer_id from offboarding.known_case r
                   where r.platform = ? and (%s) and r.removed_at >= ?
                  union
                  select r.customer_id from offboarding.outcome r join offboarding.worked_case c using (customer_id)
                   where c.run_id = ? and c.state = 'REMOVED' and c.removed_at is null
                     and r.platform = ? and (%s) and r.at >= ? and r.action = 'REMOVE'
                     and r.data::jsonb @@ '$.writes[*].result == "LOST"') removed
                """.formatted(HERE, HERE), platform.text(), runId, at(since), runId, platform.text(), runId, at(since));
    }

    /** A day on which a limit will not be enough, and that no run has reported yet. */
    public boolean hasNewDueDay(String runId) {
        return is("""
                select exists (select from offboarding.run, json_array_elements(due_ahead) day
                                where run_id = ? and (day ->> 'is_new')::boolean)
                """, runId);
    }

    /** @param days on which open cases will be over a limit: day, customers, allowed, reported before or not */
    public void dueAhead(String runId, List<? extends Map<String, ?>> days) {
        jdbc.update(
                "update offboarding.run set due_ahead = ?::json where run_id = ?",
                JSON.writeValueAsString(days),
                runId);
    }

    /** How many rows of its lists listed no customer again. */
    public void nothingNew(String runId, long rows) {
        jdbc.update("update offboarding.run set rows_nothing_new = ? where run_id = ?", rows, runId);
    }

    /** The list is accepted, and this run may write if anything is planned. */
    public void accepted(String runId, Instant at, boolean planned) {
        jdbc.update(
                "update offboarding.run set accepted_at = ?, may_write = ? where run_id = ?", at(at), planned, runId);
    }

    /** Whether its clock agrees with those that it was compared with: the end of one whose clock is wrong says nothing about the next run's. */
    public void clockConfirmed(String runId, boolean confirmed) {
        jdbc.update("update offboarding.run set clock_confirmed = ? where run_id = ?", confirmed, runId);
    }

    /** Whether its list was accepted, and its clock agreed with all that it was compared with by then. */
    public boolean acceptedByConfirmedClock(String runId) {
        return is(
                "select exists (select from offboarding.run where run_id = ? and clock_confirmed and accepted_at is not null)",
                runId);
    }

    /** The last end of a run, of any job, whose clock agreed with the others. */
    public Optional<Ended> lastConfirmedEnd(String exceptRunId) {
        return first(
                """
                select run_id, job, ended_at from offboarding.run
                 where clock_confirmed and ended_at is not null and run_id <> ? order by ended_at desc limit 1
                """, (row, i) -> new Ended(row.getString(1), row.getString(2), instant(row, "ended_at")), exceptRunId);
    }

    /** Whether its customer list was complete, and its population not fallen as under the limits. */
    public boolean populationHolds(String runId) {
        return is("""
                select exists (select from offboarding.run, json_array_elements(limits) l
                                where run_id = ? and population_complete and l ->> 'limit' = 'population'
                                  and (l ->> 'figure')::bigint >= (l ->> 'allowed')::bigint)
                """, runId);
    }

    public void end(String runId, Instant endedAt, ExitCode exitCode, @Nullable Stop stop, List<Failure> failures) {
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

    public void exitCode(String runId, ExitCode exitCode) {
        jdbc.update("update offboarding.run set exit_code = ? where run_id = ?", exitCode.code(), runId);
    }

    /**
     * The report is there, or there is none after all.
     *
     * @param manifestSha256 what the job's next report says about this one; null if there is no report after all
     * @return whether what is reported once has been reported with it: a plan and a run that was stopped or died have reported nothing for
     *     good
     */
    public boolean reported(String runId, Instant at, @Nullable String manifestSha256) {
        jdbc.update(
                "update offboarding.run set reported_at = ?, manifest_sha256 = ? where run_id = ?",
                at(at),
                manifestSha256,
                runId);
        jdbc.update("""
                insert into offboarding.due_day_told (job, platform_identity, due_on, told_run)
                select u.job, coalesce(u.platform_identity, u.platform), (day ->> 'day')::date, u.run_id
                  from offboarding.run u, json_array_elements(u.due_ahead) day
                 where u.run_id = ? and u.mode = 'run' and u.stop_reason is null and not u.interrupted
                on conflict do nothing
                """, runId);
        return is(
                "select exists (select from offboarding.runs where run_id = ? and mode = 'run' and tells_for_good)",
                runId);
    }

    /** Earlier runs of a job that left no report, or writes whose answers are not known; oldest first. */
    public List<Unfinished> unfinished(String job, String exceptRunId) {
        return jdbc.query(
                """
                select run_id, mode, reported_at is not null, platform, platform_identity from offboarding.run
                 where job = ? and run_id <> ? and (reported_at is null or not settled) order by run_id
                """,
                (row, i) -> new Unfinished(
                        row.getString(1),
                        Mode.of(row.getString(2)),
                        row.getBoolean(3),
                        row.getString(4),
                        row.getString(5)),
                job,
                exceptRunId);
    }

    /** Ends a run whose process is gone, or only its lock: whatever still runs of it is fenced off. One that had ended stays as it is. */
    public void interrupted(String runId, Instant at) {
        jdbc.update(
                "update offboarding.run set ended_at = ?, interrupted = true, exit_code = ? where run_id = ? and ended_at is null",
                at(at),
                ExitCode.STOPPED_EARLY.code(),
                runId);
    }

    /** Nothing is left to be done for it. */
    public void settled(String runId) {
        jdbc.update("update offboarding.run set settled = true where run_id = ?", runId);
    }

    public Optional<RunRow> find(String runId) {
        return first("select * from offboarding.run where run_id = ?", (row, n) -> RunRow.of(row), runId);
    }

    /** Jobs with a run that no one has ended: under way, or dead. */
    List<String> jobsNotEnded() {
        return jdbc.queryForList(
                "select distinct job from offboarding.run where ended_at is null order by 1", String.class);
    }

    /** A run that has not ended, and has written down that it holds its job's lock by this session. */
    Optional<CurrentRuns.Run> holding(String job, String lockSession) {
        return first(
                """
                select run_id, started_at, facts ->> 'host', facts ->> 'user', facts ->> 'process' from offboarding.run
                 where job = ? and ended_at is null and facts ->> 'lock_session' = ? order by run_id desc limit 1
                """,
                (row, i) -> new CurrentRuns.Run(
                        job,
                        row.getString(1),
                        instant(row, "started_at"),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5)),
                job,
                lockSession);
    }

    /** Earlier runs of a job that a report may have been left of, the newest first; at most so many. */
    public List<Earlier> earlier(String job, String runId, int limit) {
        return jdbc.query(
                """
                select run_id, manifest_sha256, reported_at is not null from offboarding.run
                where job = ? and run_id < ? and mode not in ('adopt', 'approve', 'intervene') and (manifest_sha256 is not null or exit_code is distinct from 2)
                order by run_id desc limit ?
                """, (row, n) -> new Earlier(row.getString(1), row.getString(2), row.getBoolean(3)), job, runId, limit);
    }

    public RunHistory history(String job) {
        return jdbc.query(
                        """
                        select max(started_at) filter (where not interrupted and stop_reason is distinct from 'CLOCK') as through,
                               max(ended_at) filter (where exit_code = any(?)) as success
                          from offboarding.run where job = ? and mode = 'run' and ended_at is not null
                        """,
                        (row, i) -> new RunHistory(maybeInstant(row, "through"), maybeInstant(row, "success")),
                        ExitCode.finishedCodes(),
                        job)
                .get(0);
    }

    public List<String> notes(String runId) {
        return jdbc.queryForList(
                "select n.text from offboarding.run, json_array_elements_text(notes) as n (text) where run_id = ?",
                String.class,
                runId);
    }

    /** How many earlier runs had died and were taken up by this one. */
    public long tookUp(String runId) {
        return count("""
                select count(*) from offboarding.run dead join offboarding.run this on this.run_id = ?
                 where dead.job = this.job and dead.interrupted and dead.ended_at >= this.started_at
                """, runId);
    }

    /**
     * The last run of another job, as this run sees it.
     *
     * @param jobFile where its job file was, if that was on this machine; null if it was on another
     * @param ofThisJobFile whether it was this run's job file, on this machine and in this folder
     */
    public record LastOfOther(Instant startedAt, @Nullable Path jobFile, boolean ofThisJobFile) {}

    public Optional<LastOfOther> lastOfOther(String job, String runId) {
        return first(
                """
                select last.started_at, last.facts ->> 'working_directory' as folder, last.facts ->> 'job_file' as file,
                       coalesce(last.facts -> 'host' = me.facts::jsonb -> 'host', false) as here,
                       coalesce((last.facts -> 'job_file', last.facts -> 'working_directory', last.facts -> 'host')
                         = (me.facts::jsonb -> 'job_file', me.facts::jsonb -> 'working_directory', me.facts::jsonb -> 'host'), false) as same
                  from offboarding.run me
                  join lateral (select r.started_at, r.facts::jsonb as facts from offboarding.run r
                                 where r.job = ? and r.mode = 'run' order by r.run_id desc limit 1) last on true
                 where me.run_id = ?
                """,
                (row, i) -> {
                    String folder = row.getString("folder");
                    String file = row.getString("file");
                    return new LastOfOther(
                            instant(row, "started_at"),
                            row.getBoolean("here") && folder != null && file != null ? path(folder, file) : null,
                            row.getBoolean("same"));
                },
                job,
                runId);
    }

    /** Null where this program, as it was started, cannot have a file of such a name. */
    private static @Nullable Path path(String folder, String file) {
        try {
            return Path.of(folder).resolve(file);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** A run that no one has ended; it is under way, or dead. */
    record Open(String job, @Nullable String lockSession) {}

    Optional<Open> open(String runId) {
        return first(
                "select job, facts ->> 'lock_session' from offboarding.run where run_id = ? and ended_at is null",
                (row, i) -> new Open(row.getString(1), row.getString(2)),
                runId);
    }

    /** How many customers it has reserved a place for in the limits. */
    long reserved(String runId) {
        return count("select reserved from offboarding.run where run_id = ?", runId);
    }

    void reserved(String runId, int customers) {
        jdbc.update("update offboarding.run set reserved = ? where run_id = ?", customers, runId);
    }

    private <T> Optional<T> first(String sql, RowMapper<T> mapper, Object... parameters) {
        return jdbc.query(sql, mapper, parameters).stream().findFirst();
    }

    private boolean is(String sql, Object... parameters) {
        return Boolean.TRUE.equals(jdbc.queryForObject(sql, Boolean.class, parameters));
    }

    private long count(String sql, Object... parameters) {
        Long count = jdbc.queryForObject(sql, Long.class, parameters);
        return count == null ? 0 : count;
    }

    static @Nullable Instant maybeInstant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
