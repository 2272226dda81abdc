package dev.offboarding.lists;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What a run received, for those who report it: its files, and the rows that were set aside. Reads only, and streams what may be many. */
public final class ReceivedLists {
    private static final TypeReference<LinkedHashMap<String, String>> CELLS = new TypeReference<>() {};

    private static final String OF_OTHERS = """
             from offboarding.reject r where r.run_id = ?
              and not exists (select from offboarding.list_file f where f.run_id = r.run_id and f.file_no = r.file_no and f.status = 'REFUSED')
            """;

    private final JdbcTemplate jdbc;

    public ReceivedLists(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A file, or the result of a database list.
     *
     * @param columnsUnderstood stored JSON, as are those that were only carried through; null if it was not read
     */
    public record ListFile(
            String name,
            @Nullable String path,
            @Nullable String sha256,
            FileStatus status,
            long rowsRead,
            long rowsRejected,
            long rowsDuplicate,
            @Nullable String columnsUnderstood,
            @Nullable String columnsCarried,
            @Nullable String reason,
            @Nullable Instant movedAt) {}

    /**
     * All rows of a run's lists, counted by their files.
     *
     * @param rejected all of a refused file, and those that were set aside of the others
     * @param rejectedOfTaken those of files that were not refused
     */
    public record RowCounts(long read, long duplicates, long rejected, long rejectedOfTaken, long filesRefused) {}

    /** In the order in which they were read. */
    public void eachFile(String runId, Consumer<ListFile> file) {
        jdbc.query(
                "select * from offboarding.list_file where run_id = ? order by file_no",
                (RowCallbackHandler) row -> file.accept(file(row)),
                runId);
    }

    /** The first of them. */
    public List<ListFile> files(String runId, int limit) {
        return jdbc.query(
                "select * from offboarding.list_file where run_id = ? order by file_no limit ?",
                (row, n) -> file(row),
                runId,
                limit);
    }

    /** The first of those that were refused. */
    public List<ListFile> refused(String runId, int limit) {
        return jdbc.query(
                "select * from offboarding.list_file where run_id = ? and status = 'REFUSED' order by file_no limit ?",
                (row, n) -> file(row),
                runId,
                limit);
    }

    public RowCounts rows(String runId) {
        return Objects.requireNonNull(jdbc.queryForObject(
                """
                select coalesce(sum(rows_read), 0),
                       coalesce(sum(rows_duplicate) filter (where status <> 'REFUSED'), 0),
                       coalesce(sum(case when status = 'REFUSED' then rows_read else rows_rejected end), 0),
                       coalesce(sum(rows_rejected) filter (where status in ('TAKEN', 'NOT_ACCEPTED')), 0),
                       count(*) filter (where status = 'REFUSED')
                  from offboarding.list_file where run_id = ?
                """,
                (row, n) ->
                        new RowCounts(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)),
                runId));
    }

    /** Whether a row was set aside, or a file refused. */
    public boolean hasRejects(String runId) {
        return Boolean.TRUE.equals(jdbc.queryForObject("""
                select exists (select from offboarding.list_file where run_id = ? and (rows_rejected > 0 or status = 'REFUSED'))
                """, Boolean.class, runId));
    }

    /** What the columns of the run's lists were understood as. */
    public List<String> understood(String runId) {
        return jdbc.queryForList("""
                select distinct u.understood ->> 'as'
                  from offboarding.list_file f, json_array_elements(f.columns_understood) u (understood) where f.run_id = ?
                """, String.class, runId);
    }

    /** How many entries passed both gates; null where this run's entries are not kept any more, or it had none. */
    public @Nullable Long acceptedEntries(String runId) {
        return jdbc.queryForObject(
                "select case when count(*) > 0 then count(*) filter (where status = 'ACCEPTED') end from offboarding.entry where run_id = ?",
                Long.class,
                runId);
    }

    /** Rows that were set aside, of files that were not refused. */
    public long setAsideOfTaken(String runId) {
        return count("""
                select count(distinct (r.file_no, r.line)) from offboarding.reject r
                  join offboarding.list_file f on f.run_id = r.run_id and f.file_no = r.file_no
                 where r.run_id = ? and f.status in ('TAKEN', 'NOT_ACCEPTED')
                """, runId);
    }

    /** Rows that were set aside, those of refused files, too. */
    public long setAside(String runId) {
        return count("select count(distinct (file_no, line)) from offboarding.reject where run_id = ?", runId);
    }

    /** The rows that were set aside, in the order of the lists. */
    public void eachReject(String runId, Consumer<Reject> reject) {
        jdbc.query(
                "select * from offboarding.reject where run_id = ? order by file_no, line, column_name nulls first, problem",
                (RowCallbackHandler) row -> reject.accept(reject(row)),
                runId);
    }

    /** How many of them are of files that were not refused as a whole. */
    public long setAsideOfOthers(String runId) {
        return count("select count(distinct (file_no, line)) " + OF_OTHERS, runId);
    }

    /**
     * Where the lists are whose rows were set aside, those of refused files aside.
     *
     * @param archived some are taken from the inbox, and have a file of their rejects beside them
     * @param inPlace some are where they were, and are read again; also where the run ended before it had counted them
     */
    public record Rejecting(boolean archived, boolean inPlace) {}

    /** Of this run. */
    public Rejecting rejecting(String runId) {
        return Objects.requireNonNull(
                jdbc.queryForObject("""
                select coalesce(bool_or(from_inbox and marked_at is not null), false),
                       coalesce(bool_or(not (from_inbox and marked_at is not null)), true)
                  from offboarding.list_file where run_id = ? and status <> 'REFUSED' and rows_rejected > 0
                """, (row, n) -> new Rejecting(row.getBoolean(1), row.getBoolean(2)), runId));
    }

    /** The first of these. */
    public List<Reject> rejectsOfOthers(String runId, int limit) {
        return jdbc.query(
                "select * " + OF_OTHERS + " order by file_no, line limit ?", (row, n) -> reject(row), runId, limit);
    }

    private long count(String sql, String runId) {
        return Objects.requireNonNull(jdbc.queryForObject(sql, Long.class, runId));
    }

    private static ListFile file(ResultSet row) throws SQLException {
        OffsetDateTime movedAt = row.getObject("moved_at", OffsetDateTime.class);
        return new ListFile(
                row.getString("name"),
                row.getString("path"),
                row.getString("sha256"),
                FileStatus.valueOf(row.getString("status")),
                row.getLong("rows_read"),
                row.getLong("rows_rejected"),
                row.getLong("rows_duplicate"),
                row.getString("columns_understood"),
                row.getString("columns_carried"),
                row.getString("reason"),
                movedAt == null ? null : movedAt.toInstant());
    }

    private static Reject reject(ResultSet row) throws SQLException {
        return new Reject(
                row.getString("source"),
                row.getLong("line"),
                row.getObject("customer_id", UUID.class),
                row.getString("column_name"),
                row.getString("problem"),
                row.getString("remedy"),
                cells(row.getString("cells")));
    }

    /** A row's cells by heading, in the order of its columns. */
    static Map<String, String> cells(String stored) {
        return JsonMapper.shared().readValue(stored, CELLS);
    }
}
