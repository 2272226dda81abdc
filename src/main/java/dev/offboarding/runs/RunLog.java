package dev.offboarding.runs;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A job's nights, for those who look back: its runs, and those that could not begin. */
public final class RunLog {

    /** Tries of one night: whoever starts it tries again for a while. */
    private static final Duration ONE_NIGHT = Duration.ofHours(12);

    private static final Pattern MISSED = Pattern.compile("missed: (.* due at (\\S+) .*|.* to (\\S+) did not .*)");
    private static final TypeReference<LinkedHashMap<String, Long>> OUTCOMES = new TypeReference<>() {};
    private static final TypeReference<List<String>> NOTES = new TypeReference<>() {};
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcTemplate jdbc;

    public RunLog(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A run, or one that could not begin.
     *
     * @param at when it began, or was to
     * @param mode {@code run}, {@code plan} or {@code withdraw}
     * @param runId null if it did not begin
     * @param exitCode null if the run has no end on record, or nothing is known of one that did not begin but that
     * @param outcomes customers by outcome; null if that is not on record, as in earlier versions
     * @param obstacle why it did not begin; null if it did
     */
    public record Night(
            Instant at,
            String mode,
            @Nullable String runId,
            @Nullable ExitCode exitCode,
            boolean interrupted,
            @Nullable Map<String, Long> outcomes,
            @Nullable String obstacle) {

        /** How it ended, in words. */
        public String ending() {
            if (obstacle != null) {
                return "did not begin: " + obstacle;
            }
            if (interrupted) {
                return "broke off; the run after it looked up what it had done";
            }
            return exitCode == null
                    ? "no end on record: under way, or the next run takes it up"
                    : Messages.exitCode(exitCode, Mode.of(mode), outcomes);
        }
    }

    /**
     * A run that leaves a report, unless it ended before it could.
     *
     * @param exitCode null if it has no end on record
     * @param manifestSha256 of its report; null if there is none, or none yet
     * @param outcomes customers by outcome; null if that is not on record, as in earlier versions
     */
    public record Reported(
            String runId,
            String mode,
            Instant startedAt,
            @Nullable Integer exitCode,
            boolean interrupted,
            @Nullable String manifestSha256,
            @Nullable Map<String, Long> outcomes) {}

    /** The runs of a job with ids from the one up to, and without, the other, which were not plans; the earliest first. */
    public List<Reported> reported(String job, String first, String end) {
        return jdbc.query(
                """
                select run_id, mode, started_at, exit_code, interrupted, manifest_sha256, outcomes from offboarding.run
                 where job = ? and mode in ('run', 'withdraw') and run_id collate "C" >= ? and run_id collate "C" < ?
                 order by run_id collate "C"
                """,
                (row, i) -> new Reported(
                        row.getString("run_id"),
                        row.getString("mode"),
                        Runs.instant(row, "started_at"),
                        row.getObject("exit_code", Integer.class),
                        row.getBoolean("interrupted"),
                        row.getString("manifest_sha256"),
                        outcomes(row.getString("outcomes"))),
                job,
                first,
                end);
    }

    private static @Nullable Map<String, Long> outcomes(@Nullable String stored) {
        return stored == null ? null : JSON.readValue(stored, OUTCOMES);
    }

    private record Began(Night night, List<String> missed) {}

    /**
     * The last runs of a job, the latest first, and among them those that could not begin.
     *
     * @param most how many runs
     */
    public List<Night> last(String job, int most) {
        List<Began> began = jdbc.query("""
                select run_id, mode, started_at, exit_code, interrupted, outcomes,
                       (select json_agg(n.text) from json_array_elements_text(notes) as n (text)
                         where n.text like 'missed: %') as missed
                  from offboarding.run where job = ? and mode in ('run', 'plan', 'withdraw')
                 order by run_id collate "C" desc limit ?
                """, (row, i) -> began(row), job, most);
        Instant since = began.size() < most
                ? Instant.EPOCH
                : began.get(most - 1).night().at();
        List<Night> nights =
                new ArrayList<>(jdbc.query("""
                select first_at, times, exit_code, reason from offboarding.not_begun
                 where job = ? and last_at >= ?
                """, (row, i) -> notBegun(row), job, since.atOffset(ZoneOffset.UTC)));
        List<Night> refused = List.copyOf(nights);
        for (Began run : began) {
            nights.add(run.night());
            run.missed().stream()
                    .map(note -> missed(note, run.night().at()))
                    .filter(missed -> refused.stream()
                            .noneMatch(it -> !it.at().isBefore(missed.at())
                                    && it.at().isBefore(run.night().at())))
                    .forEach(nights::add);
        }
        nights.sort(Comparator.comparing(Night::at).reversed());
        return nights;
    }

    private static Began began(ResultSet row) throws SQLException {
        String outcomes = row.getString("outcomes");
        String missed = row.getString("missed");
        Integer exitCode = row.getObject("exit_code", Integer.class);
        Night night = new Night(
                Runs.instant(row, "started_at"),
                row.getString("mode"),
                row.getString("run_id"),
                exitCode == null ? null : ExitCode.of(exitCode),
                row.getBoolean("interrupted"),
                outcomes(outcomes),
                null);
        return new Began(night, missed == null ? List.of() : JSON.readValue(missed, NOTES));
    }

    private static Night notBegun(ResultSet row) throws SQLException {
        long times = row.getLong("times");
        return new Night(
                Runs.instant(row, "first_at"),
                Mode.RUN.text(),
                null,
                ExitCode.of(row.getInt("exit_code")),
                false,
                null,
                row.getString("reason") + (times == 1 ? "" : " (tried %d times)".formatted(times)));
    }

    /** What the schedule knows of runs that were due, from the run that was told of them. */
    private static Night missed(String note, Instant told) {
        Matcher matcher = MISSED.matcher(note);
        boolean known = matcher.matches();
        String due = !known ? null : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
        return new Night(
                due == null ? told : when(due, told),
                Mode.RUN.text(),
                null,
                null,
                false,
                null,
                known ? matcher.group(1) : note);
    }

    private static Instant when(String due, Instant otherwise) {
        try {
            return OffsetDateTime.parse(due).toInstant();
        } catch (DateTimeException unreadable) {
            return otherwise;
        }
    }

    /** Notes a run that was due and could not begin. */
    public void notBegun(String job, Instant at, ExitCode exitCode, String reason) {
        OffsetDateTime now = at.atOffset(ZoneOffset.UTC);
        int again = jdbc.update(
                """
                update offboarding.not_begun set last_at = ?, times = times + 1
                 where not_begun_no = (select max(not_begun_no) from offboarding.not_begun where job = ?)
                   and exit_code = ? and reason = ? and first_at > ?
                """, now, job, exitCode.code(), reason, at.minus(ONE_NIGHT).atOffset(ZoneOffset.UTC));
        if (again == 0) {
            jdbc.update(
                    "insert into offboarding.not_begun (job, first_at, last_at, times, exit_code, reason) values (?, ?, ?, 1, ?, ?)",
                    job,
                    now,
                    now,
                    exitCode.code(),
                    reason);
        }
    }

    /** What became of a run's customers, before what it worked on goes. */
    public void outcomes(String runId, Map<String, Long> outcomes) {
        jdbc.update(
                "update offboarding.run set outcomes = ?::json where run_id = ?",
                JSON.writeValueAsString(outcomes),
                runId);
    }
}
