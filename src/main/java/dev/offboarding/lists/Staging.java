package dev.offboarding.lists;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The staging tables of one run: rows go in by COPY, and whole files change their mind in one statement. */
final class Staging {
    static final String FILE_REFUSED = "the file was refused: ";

    /** What an entry says about its customer. */
    private static final List<Column> CELLS = Stream.of(Column.values())
            .filter(column -> column != Column.CUSTOMER_ID)
            .toList();

    private static final String COPY_ENTRIES =
            """
            copy offboarding.entry (run_id, file_no, line, source, customer_id, company_key, domain_key, others, contents, status, %s)
                from stdin with (format csv)
            """.formatted(CELLS.stream().map(Column::label).collect(Collectors.joining(", ")));
    private static final String COPY_REJECTS = """
            copy offboarding.reject (run_id, file_no, line, source, customer_id, column_name, problem, remedy, cells)
                from stdin with (format csv)
            """;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final JdbcTemplate jdbc;
    private final String runId;

    Staging(JdbcTemplate jdbc, String runId) {
        this.jdbc = jdbc;
        this.runId = runId;
    }

    /** To be called inside a transaction: either all rows are in, or none. */
    void add(int fileNo, String source, List<RowVerdict> rows) {
        StringBuilder entries = new StringBuilder();
        StringBuilder rejects = new StringBuilder();
        for (RowVerdict row : rows) {
            if (row instanceof Entry entry) {
                cells(
                        entries,
                        runId,
                        fileNo,
                        entry.line(),
                        source,
                        entry.customerId(),
                        entry.companyKey(),
                        entry.domainKey(),
                        JSON.writeValueAsString(entry.others()),
                        "\\x" + entry.contents(),
                        "ACCEPTED");
                CELLS.forEach(column -> cells(entries.append(','), entry.cells().get(column)));
                entries.append('\n');
            } else if (row instanceof Reject reject) {
                cells(
                        rejects,
                        runId,
                        fileNo,
                        reject.line(),
                        source,
                        reject.customerId(),
                        reject.column(),
                        reject.problem(),
                        reject.remedy(),
                        JSON.writeValueAsString(reject.cells()));
                rejects.append('\n');
            }
        }
        copy(COPY_ENTRIES, entries);
        copy(COPY_REJECTS, rejects);
    }

    private static void cells(StringBuilder csv, @Nullable Object... cells) {
        String separator = "";
        for (Object cell : cells) {
            csv.append(separator);
            if (cell != null) {
                // COPY takes an unquoted nothing for null
                csv.append('"').append(cell.toString().replace("\"", "\"\"")).append('"');
            }
            separator = ",";
        }
    }

    private void copy(String sql, StringBuilder csv) {
        if (csv.isEmpty()) {
            return;
        }
        jdbc.execute((ConnectionCallback<Long>) connection -> {
            try {
                return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(csv.toString()));
            } catch (IOException e) {
                throw new DataAccessResourceFailureException("the rows could not be sent to the database", e);
            }
        });
    }

    void addFile(int fileNo, String job, String name, @Nullable String path, boolean fromInbox) {
        jdbc.update("""
                insert into offboarding.list_file (run_id, file_no, job, name, path, from_inbox, status)
                values (?, ?, ?, ?, ?, ?, 'LEFT')
                """, runId, fileNo, job, name, path, fromInbox);
    }

    void counted(
            int fileNo,
            FileStatus status,
            @Nullable String sha256,
            @Nullable Headings headings,
            Layout layout,
            long read,
            long rejected) {
        jdbc.update(
                """
                update offboarding.list_file set status = ?, sha256 = ?, headings = ?::json, columns_understood = ?::json,
                    columns_carried = ?::json, delimiter = ?, delimiter_named = ?, rows_read = ?, rows_rejected = ?
                where run_id = ? and file_no = ?
                """,
                status.name(),
                sha256,
                JSON.writeValueAsString(headings == null ? List.of() : headings.ofOriginalColumns()),
                headings == null ? null : understood(headings),
                headings == null
                        ? null
                        : JSON.writeValueAsString(headings.carried().values()),
                String.valueOf(layout.delimiter()),
                layout.named(),
                read,
                rejected,
                runId,
                fileNo);
    }

    private static String understood(Headings headings) {
        List<Map<String, String>> columns = new ArrayList<>();
        headings.understood().forEach((heading, column) -> {
            Map<String, String> understood = new LinkedHashMap<>();
            understood.put("heading", heading);
            understood.put("as", column.label());
            columns.add(understood);
        });
        return JSON.writeValueAsString(columns);
    }

    void left(int fileNo, String reason) {
        jdbc.update("delete from offboarding.entry where run_id = ? and file_no = ?", runId, fileNo);
        jdbc.update("delete from offboarding.reject where run_id = ? and file_no = ?", runId, fileNo);
        jdbc.update(
                "update offboarding.list_file set status = 'LEFT', reason = ? where run_id = ? and file_no = ?",
                reason,
                runId,
                fileNo);
    }

    /** Nothing in the file is accepted: its entries become rejects, as they were in the file. */
    void refuse(int fileNo, ListRefusedException why, @Nullable Headings headings) {
        if (headings != null) {
            entriesBecomeRejects(fileNo, why, headings);
        }
        jdbc.update("""
                update offboarding.list_file
                set status = 'REFUSED', reason = ?, rows_rejected = rows_read, rows_duplicate = 0
                where run_id = ? and file_no = ?
                """, why.getMessage(), runId, fileNo);
    }

    private void entriesBecomeRejects(int fileNo, ListRefusedException why, Headings headings) {
        List<String> keys = new ArrayList<>();
        List<String> values = new ArrayList<>();
        List<@Nullable Object> parameters = new ArrayList<>();
        parameters.add(FILE_REFUSED + why.problem());
        parameters.add(why.remedy());
        List<String> others = new ArrayList<>();
        for (Map.Entry<String, @Nullable Column> column : headings.columns().entrySet()) {
            keys.add("?");
            parameters.add(column.getKey());
            if (column.getValue() == null) {
                values.add("others->>?");
                others.add(column.getKey());
            } else {
                values.add(column.getValue().label() + "::text");
            }
        }
        parameters.addAll(others);
        Collections.addAll(parameters, runId, fileNo);
        jdbc.update(
                """
                insert into offboarding.reject (run_id, file_no, line, source, customer_id, problem, remedy, cells)
                select run_id, file_no, line, source, customer_id, ?, ?,
                    json_object(array[%s]::text[], array[%s]::text[])
                from offboarding.entry where run_id = ? and file_no = ?
                """.formatted(
                                String.join(", ", keys),
                                String.join(
                                        ", ",
                                        values.stream()
                                                .map(value -> "coalesce(" + value + ", '')")
                                                .toList())),
                parameters.toArray());
        jdbc.update("update offboarding.entry set status = 'REFUSED' where run_id = ? and file_no = ?", runId, fileNo);
    }

    /** The planner would take a freshly filled table for an empty one. */
    void analyze() {
        jdbc.execute("select offboarding.analyze_lists()");
    }

    /** A place of the staged rows where a customer is listed that is listed with other contents elsewhere. */
    record Contradiction(int fileNo, UUID customerId, long line, String elsewhere) {
        ListRefusedException refusal() {
            return new ListRefusedException(
                    "customer %s is listed on line %d and, differing in a column that is understood, in %s"
                            .formatted(customerId, line, elsewhere),
                    "Decide which row is right and remove the other, then put the list in again.");
        }
    }

    /** One contradiction for each file that has any. Rows that were set aside on their own account count: they say something, too. */
    List<Contradiction> contradictions() {
        return jdbc.query(
                """
                with listed as (
                    select file_no, line, source, customer_id, contents from offboarding.entry
                    where run_id = ? and status = 'ACCEPTED'
                    union all
                    select r.file_no, r.line, r.source, r.customer_id, null
                    from offboarding.reject r join offboarding.list_file f using (run_id, file_no)
                    where r.run_id = ? and r.customer_id is not null and f.status = 'TAKEN'
                ), torn as (
                    select customer_id from listed group by customer_id
                    having count(contents) > 0 and (count(distinct contents) > 1 or count(*) > count(contents))
                ), example as (
                    select distinct on (file_no) * from listed join torn using (customer_id) order by file_no, line
                )
                select e.file_no, e.customer_id, e.line, o.source, o.line as other_line
                from example e cross join lateral (
                    select * from listed l where l.customer_id = e.customer_id and l.contents is distinct from e.contents
                    order by l.file_no, l.line limit 1) o
                order by e.file_no
                """,
                (row, n) -> new Contradiction(
                        row.getInt("file_no"),
                        row.getObject("customer_id", UUID.class),
                        row.getLong("line"),
                        "%s, line %d".formatted(row.getString("source"), row.getLong("other_line"))),
                runId,
                runId);
    }

    /** Of several entries that say the same, the first stays. */
    void collapseDuplicates() {
        // the few that are found are joined, not all: of rows that have just come in nothing is known to a planner
        jdbc.update("""
                with repeated as materialized (
                  select file_no, line
                  from (select file_no, line, row_number() over (partition by customer_id order by file_no, line) as nth
                        from offboarding.entry where run_id = ? and status = 'ACCEPTED') numbered
                  where nth > 1)
                update offboarding.entry e set status = 'DUPLICATE'
                from repeated r
                where e.run_id = ? and e.file_no = r.file_no and e.line = r.line
                """, runId, runId);
        jdbc.update("""
                update offboarding.list_file f set rows_duplicate = d.count
                from (select file_no, count(*) from offboarding.entry where run_id = ? and status = 'DUPLICATE' group by file_no) d
                where f.run_id = ? and f.file_no = d.file_no
                """, runId, runId);
    }

    Reception reception(List<NonListFile> noLists) {
        List<Reception.File> files = jdbc.query(
                """
                select file_no, name, status, sha256, reason, rows_read, rows_rejected, rows_duplicate,
                       array(select c ->> 'heading' from json_array_elements(columns_understood) c) as understood,
                       array(select json_array_elements_text(columns_carried)) as carried
                from offboarding.list_file where run_id = ? order by file_no
                """,
                (row, n) -> new Reception.File(
                        row.getInt("file_no"),
                        row.getString("name"),
                        FileStatus.valueOf(row.getString("status")),
                        row.getString("sha256"),
                        row.getString("reason"),
                        row.getLong("rows_read"),
                        row.getLong("rows_rejected"),
                        row.getLong("rows_duplicate"),
                        List.of((String[]) row.getArray("understood").getArray()),
                        List.of((String[]) row.getArray("carried").getArray())),
                runId);
        return Reception.of(files, noLists);
    }
}
