package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.database.TestDatabase;
import dev.offboarding.lists.ListedRow;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** One real PostgreSQL for all tests of this package, and rows in it, put there by hand. */
final class ReportDatabase {
    private static final TestDatabase DATABASE = TestDatabase.create();

    static final DataSource DATA_SOURCE = DATABASE.dataSource();
    static final JdbcTemplate JDBC = new JdbcTemplate(DATA_SOURCE);
    static final String URL = DATABASE.url();

    private ReportDatabase() {}

    /** A run and what belongs to it. Each has a job of its own, unless it is given one. */
    static final class Run {
        final String job;
        final String id;
        private long position;

        Run() {
            this("job-" + UUID.randomUUID(), "20261122T033000Z-a1", "2026-11-22T03:30:00Z");
        }

        Run(String job, String id, String startedAt) {
            this.job = job;
            this.id = id.contains(job) ? id : id + "-" + UUID.randomUUID();
            JDBC.update(
                    """
                    insert into offboarding.run (run_id, job, mode, platform, started_at, ended_at, exit_code, plan_id, limits, facts)
                    values (?, ?, 'run', 'ledger', ?, ?, 0, 'p-1', ?::json, ?::json)
                    """,
                    this.id,
                    job,
                    OffsetDateTime.parse(startedAt),
                    OffsetDateTime.parse(startedAt).plusMinutes(3),
                    "{\"max-customers\": {\"limit\": 25, \"planned\": 2}}",
                    "{\"program\": \"offboarding\", \"parameters\": {\"job-file\": \"jobs/x.yaml\"}}");
        }

        Run set(String column, @Nullable Object value) {
            JDBC.update("update offboarding.run set " + column + " = ? where run_id = ?", value, id);
            return this;
        }

        Run file(String name, String status, long read, long rejected, long duplicate) {
            Integer next = JDBC.queryForObject(
                    "select count(*) + 1 from offboarding.list_file where run_id = ?", Integer.class, id);
            JDBC.update(
                    """
                    insert into offboarding.list_file (run_id, file_no, job, name, path, sha256, status, rows_read, rows_rejected,
                      rows_duplicate, reason, moved_at, from_inbox)
                    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, true)
                    """,
                    id,
                    next,
                    job,
                    name,
                    "inbox/archive/" + name,
                    "ab".repeat(32),
                    status,
                    read,
                    rejected,
                    duplicate,
                    status.equals("REFUSED") ? "no customer_id column" : null,
                    OffsetDateTime.parse("2026-11-22T03:30:01Z"));
            return this;
        }

        Run reject(int fileNo, long line, String column, String problem, String cells) {
            JDBC.update("""
                    insert into offboarding.reject (run_id, file_no, line, source, customer_id, column_name, problem, remedy, cells)
                    values (?, ?, ?, 'november.csv', null, ?, ?, 'write a GUID', ?::json)
                    """, id, fileNo, line, column, problem, cells);
            return this;
        }

        Run entries(int count, String status) {
            for (int i = 0; i < count; i++) {
                JDBC.update("""
                        insert into offboarding.entry (run_id, file_no, line, source, customer_id, others, contents, status)
                        values (?, 1, (select count(*) from offboarding.entry where run_id = ?), 'november.csv',
                          gen_random_uuid(), '{}', '', ?)
                        """, id, id, status);
            }
            return this;
        }

        Run customer(UUID customer, String outcome) {
            JDBC.update("""
                    insert into offboarding.run_listing (run_id, position, source, line, company_name, domain, others, contents)
                    values (?, ?, 'november.csv', ?, 'Contoso', 'contoso.example', '{}', '\\x00')
                    """, id, ++position, position + 1);
            JDBC.update(
                    "insert into offboarding.run_plan (run_id, position, planned, holdings) values (?, ?, '[]', '[]')",
                    id,
                    position);
            JDBC.update("""
                    insert into offboarding.run_case (run_id, position, customer_id, case_id, listed, listed_anew, state, outcome)
                    values (?, ?, ?, 7, true, false, 'MARKED', ?)
                    """, id, position, customer, outcome);
            return this;
        }

        /** Changes the customer that was added last; {@code assignments} is SQL. */
        Run with(String assignments, @Nullable Object... values) {
            int next = 0;
            for (String assignment : assignments.split(", (?=[a-z_]+ = )")) {
                List<@Nullable Object> parameters = new ArrayList<>();
                for (long n = assignment.chars().filter(c -> c == '?').count(); n > 0; n--) {
                    parameters.add(values[next++]);
                }
                parameters.add(id);
                parameters.add(position);
                JDBC.update(
                        "update offboarding.%s set %s where run_id = ? and position = ?"
                                .formatted(table(assignment.substring(0, assignment.indexOf(' '))), assignment),
                        parameters.toArray());
            }
            return this;
        }

        private static String table(String column) {
            return List.of("planned", "holdings").contains(column)
                    ? "run_plan"
                    : ListedRow.names().anyMatch(column::equals) ? "run_listing" : "run_case";
        }

        Run subscriptions(int active, int suspended, int cancelled, int failed) {
            return with(
                    "active_before = ?, suspended = ?, cancelled = ?, failed = ?",
                    active,
                    suspended,
                    cancelled,
                    failed);
        }

        long intent(@Nullable UUID customer, String action, String... targets) {
            StringBuilder writes = new StringBuilder();
            for (String target : targets) {
                writes.append(writes.isEmpty() ? "" : ",")
                        .append("{\"target\":\"%s\",\"attempt\":1,\"correlation_id\":\"c-%s\"}"
                                .formatted(target, target));
            }
            return event("INTENT", customer, action, null, "{\"writes\":[" + writes + "]}");
        }

        /** @param results target, result and after, in turns */
        long outcome(UUID customer, String action, long intent, String... results) {
            StringBuilder writes = new StringBuilder();
            for (int i = 0; i < results.length; i += 3) {
                writes.append(i == 0 ? "" : ",")
                        .append(
                                ("{\"target\":\"%s\",\"attempt\":1,\"correlation_id\":\"c-%s\",\"at\":\"2026-11-22T03:31:00Z\","
                                                + "\"result\":\"%s\",\"before\":\"active\",\"after\":\"%s\",\"message\":\"\"}")
                                        .formatted(results[i], results[i], results[i + 1], results[i + 2]));
            }
            return event("OUTCOME", customer, action, intent, "{\"writes\":[" + writes + "]}");
        }

        Run suspended(UUID customer, String target) {
            outcome(customer, "SUSPEND", intent(customer, "SUSPEND", target), target, "DONE", "suspended");
            return this;
        }

        /** Of no customer, and each with a hash that is none of what it says: nobody who looks at another run checks it. */
        void manyEvents(int count) {
            JDBC.update("""
                    insert into offboarding.event (sequence, at, job, run_id, platform, kind, data, hash)
                    select last_sequence + n, now(), ?, ?, 'ledger', 'LIMITS', '{}', sha256(n::text::bytea)
                      from offboarding.chain_head, generate_series(1, ?) n
                    """, job, id, count);
            JDBC.update("""
                    update offboarding.chain_head set (last_sequence, last_hash) =
                      (select sequence, hash from offboarding.event order by sequence desc limit 1)
                    """);
        }

        long event(String kind, @Nullable UUID customer, @Nullable String action, @Nullable Long answers, String data) {
            Instant at = Instant.parse("2026-11-22T03:30:30.5Z");
            Map<String, Object> head = JDBC.queryForMap("select last_sequence, last_hash from offboarding.chain_head");
            long sequence = (Long) Objects.requireNonNull(head.get("last_sequence")) + 1;
            byte[] hash = new AuditEvent(sequence, at, job, id, "ledger", customer, kind, action, answers, data)
                    .hash((byte[]) Objects.requireNonNull(head.get("last_hash")));
            JDBC.update(
                    """
                    insert into offboarding.event (sequence, at, job, run_id, platform, customer_id, kind, action, answers, data, hash)
                    values (?, ?, ?, ?, 'ledger', ?, ?, ?, ?, ?, ?)
                    """, sequence, at.atOffset(ZoneOffset.UTC), job, id, customer, kind, action, answers, data, hash);
            JDBC.update("update offboarding.chain_head set last_sequence = ?, last_hash = ?", sequence, hash);
            return sequence;
        }
    }
}
