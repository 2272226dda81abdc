package dev.offboarding.lists;

import dev.offboarding.kit.CsvWriter;
import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Beside each list that was taken from an inbox stands a file with each of its rows and what has become of it. It is written anew after each
 * run, until nothing of the list is open any more. That one cannot be written ends no night: the next run tries again.
 */
final class ResultFiles {
    static final String ADDITION = ".result.csv";
    private static final String OTHER_JOB = "OTHER_JOB";

    private final JdbcTemplate jdbc;
    private final FormulaGuards guards;

    ResultFiles(JdbcTemplate jdbc, FormulaGuards guards) {
        this.jdbc = jdbc;
        this.guards = guards;
    }

    /** Whose rows are read, and how. */
    record Reading(String job, Set<Identifier> identity, Dates dates, LocalDate today) {}

    private record Archived(String runId, int fileNo, Path path, String sha256, Layout layout, Set<UUID> nothingNew) {}

    /**
     * What has become of a customer's row.
     *
     * @param openedByIt whether the row's list has opened the case
     */
    private record Result(
            String outcome,
            @Nullable String state,
            @Nullable String holdReason,
            @Nullable String holdUntil,
            @Nullable String message,
            @Nullable String run,
            boolean open,
            boolean openedByIt) {

        static Result of(String outcome, String message) {
            return new Result(outcome, null, null, null, message, null, false, false);
        }

        /** As that run's report has it. */
        static Result ofAnotherJob(String run) {
            return otherJob(
                    "another job has this customer's case and works it: its report says how far it is", run, false);
        }

        /** It was another job's when that run reported it. */
        static Result takenOver(String run) {
            return otherJob("this job has taken the case over: its next report says how far it is", run, true);
        }

        private static Result otherJob(String message, String run, boolean open) {
            return new Result("HELD", "MARKED", OTHER_JOB, null, message, run, open, false);
        }

        List<@Nullable String> cells() {
            List<@Nullable String> cells = new ArrayList<>();
            cells.add(outcome);
            cells.add(state);
            cells.add(holdReason);
            cells.add(holdUntil);
            cells.add(message);
            cells.add(run);
            return cells;
        }
    }

    /** The run's lists are taken: from now on they have a result. Within that transaction. */
    void begin(String runId) {
        jdbc.update("""
                insert into offboarding.archived_list (run_id, file_no, job, sha256, delimiter, delimiter_named, nothing_new)
                select f.run_id, f.file_no, f.job, f.sha256, f.delimiter, f.delimiter_named,
                       array(select e.customer_id from offboarding.accepted_entry e
                              where e.run_id = f.run_id and e.file_no = f.file_no
                                and not exists (select from offboarding.worked_case r
                                      where r.run_id = f.run_id and r.customer_id = e.customer_id and r.listed_anew)
                                -- that is told, whatever the row says
                                and not exists (select from offboarding.run_standing o
                                      where o.run_id = f.run_id and o.customer_id = e.customer_id and o.hold_reason = ?))
                  from offboarding.list_file f
                 where f.run_id = ? and f.status = 'TAKEN' and f.from_inbox and f.sha256 is not null
                """, OTHER_JOB, runId);
    }

    /** What this run's report says of cases is the last that was said of them. To be called before what only the run needed goes. */
    void tell(String runId, String job) {
        jdbc.update("""
                insert into offboarding.last_result (case_id, run_id, outcome, state, hold_reason, hold_until, message)
                select r.case_id, r.run_id, r.outcome, r.state, r.hold_reason, r.hold_until, r.message
                  from offboarding.run_standing r
                  -- another job's case is told by that
                  join offboarding.case_standing k on k.case_id = r.case_id and k.job = ?
                 where r.run_id = ? and exists (select from offboarding.archived_list a where a.job = k.job)
                on conflict (case_id) do update
                   set run_id = excluded.run_id, outcome = excluded.outcome, state = excluded.state,
                       hold_reason = excluded.hold_reason, hold_until = excluded.hold_until, message = excluded.message
                """, job, runId);
    }

    /**
     * Writes them, as the last reports leave the job's cases.
     *
     * @return what could not be written and why, one sentence each
     */
    List<String> write(Reading reading) {
        List<String> problems = new ArrayList<>();
        boolean dropped = false;
        for (Archived list : archived(reading.job())) {
            try {
                if (!isThere(list) || !write(list, reading)) {
                    dropped = true;
                    jdbc.update(
                            "delete from offboarding.archived_list where run_id = ? and file_no = ?",
                            list.runId(),
                            list.fileNo());
                }
            } catch (IOException | UncheckedIOException | ListRefusedException | DataAccessException e) {
                problems.add(
                        "what became of the rows of %s could not be written beside it (%s); the next run tries again"
                                .formatted(list.path(), FileFault.inWords(e, list.path())));
            }
        }
        if (dropped) {
            forget(reading.job());
        }
        return problems;
    }

    /** What no list is left for. */
    private void forget(String job) {
        jdbc.update("""
                delete from offboarding.last_result t using offboarding.case_standing k
                 where k.case_id = t.case_id and k.job = ?
                   and not exists (select from offboarding.archived_list a
                         where a.job = k.job and (k.closed_run is null or k.closed_run >= a.run_id))
                """, job);
    }

    private List<Archived> archived(String job) {
        List<Archived> archived = new ArrayList<>();
        jdbc.query(
                """
                select run_id, file_no, path, sha256, delimiter, delimiter_named, nothing_new from offboarding.archived_list
                 where job = ? and path is not null order by run_id, file_no
                """,
                (RowCallbackHandler) row -> {
                    try {
                        archived.add(new Archived(
                                row.getString(1),
                                row.getInt(2),
                                Path.of(row.getString(3)),
                                row.getString(4),
                                new Layout(row.getString(5).charAt(0), row.getBoolean(6)),
                                new HashSet<>(List.of((UUID[]) row.getArray(7).getArray()))));
                    } catch (InvalidPathException e) {
                        // started otherwise, this program can have such a name
                    }
                },
                job);
        return archived;
    }

    /** Whoever took it away, or changed it, does not ask any more. */
    private static boolean isThere(Archived list) throws IOException {
        return RegularFile.is(list.path()) && list.sha256().equals(Digests.ofFile(list.path()));
    }

    /** @return whether something of it is open still */
    private boolean write(Archived list, Reading reading) throws IOException {
        Rows rows = new Rows(list, reading.job());
        OwnGuards unguard = new OwnGuards(guards, reading.job());
        String name = String.valueOf(list.path().getFileName());
        FileGate gate = new FileGate(list.fileNo(), name, reading.identity(), reading.dates(), reading.today());
        Path archive = list.path().toAbsolutePath().resolveSibling("");
        FileMoves.writeBeside(archive.resolveSibling(""), list.path().resolveSibling(name + ADDITION), out -> {
            try (InputStream in = RegularFile.open(list.path(), Long.MAX_VALUE);
                    FileList file = FileList.of(name, in, unguard::ofHeadings, reading.dates());
                    CsvWriter csv = new CsvWriter(
                            out, list.layout().delimiter(), list.layout().named())) {
                rows.begin(csv, file.headings());
                gate.pass(
                        file,
                        batch -> {
                            unguard.of(batch.stream().map(Row::cells).toList());
                            batch.forEach(row -> rows.read.add(List.copyOf(row.cells())));
                        },
                        rows::write);
            }
        });
        return rows.open;
    }

    /** The rows of one list, batch by batch. */
    private final class Rows {
        private final Archived list;
        private final String job;
        /** Of the batch that is next: without guards, or a result of a result would have two. */
        private final List<List<String>> read = new ArrayList<>();

        private final Map<UUID, Long> seen = new HashMap<>();
        private @Nullable ReturningRows result;
        private @Nullable Headings headings;
        private boolean open;

        Rows(Archived list, String job) {
            this.list = list;
            this.job = job;
        }

        void begin(CsvWriter to, Headings headings) {
            this.headings = headings;
            result = new ReturningRows(
                    to, headings.ofOriginalColumns(), Headings.OF_RESULTS, Headings.OF_RESULTS_GUARDS);
        }

        void write(List<RowVerdict> verdicts) {
            Set<UUID> customers = new HashSet<>();
            verdicts.forEach(verdict -> {
                if (verdict instanceof Entry entry) {
                    customers.add(entry.customerId());
                } else if (verdict instanceof Reject reject && reject.customerId() != null) {
                    customers.add(reject.customerId());
                }
            });
            Map<UUID, Result> results = results(list, job, customers);
            for (int i = 0; i < verdicts.size(); i++) {
                Result ofRow = result(verdicts.get(i), results);
                open |= ofRow.open();
                Objects.requireNonNull(result)
                        .row(Objects.requireNonNull(headings).original(read.get(i)), ofRow.cells());
            }
            read.clear();
        }

        private Result result(RowVerdict verdict, Map<UUID, Result> results) {
            if (verdict instanceof Reject reject) {
                Result taken = reject.customerId() == null ? null : results.get(reject.customerId());
                if (taken != null && taken.openedByIt()) {
                    // the job file says otherwise by now what a row has to have
                    return taken;
                }
                return Result.of("REJECTED", "%s. %s".formatted(reject.problem(), reject.remedy()));
            }
            Entry entry = (Entry) verdict;
            Long before = seen.putIfAbsent(entry.customerId(), entry.line());
            if (before != null) {
                return Result.of("DUPLICATE", "it says the same as line " + before);
            }
            if (list.nothingNew().contains(entry.customerId())) {
                return Result.of("NOTHING_NEW", "it says what was accepted for this customer before");
            }
            return results.getOrDefault(entry.customerId(), Result.ofAnotherJob(list.runId()));
        }
    }

    /** Of customers whom this list has listed: how their cases stand, as the last report says that had a row of each. */
    private Map<UUID, Result> results(Archived list, String job, Set<UUID> customers) {
        Map<UUID, Result> results = new HashMap<>();
        jdbc.query(
                """
                select c.customer_id, coalesce(t.run_id, s.closed_run) as run_id, coalesce(t.outcome, s.closed_as) as outcome,
                       coalesce(t.state, s.state) as state, t.hold_reason, t.hold_until, coalesce(t.message, s.message) as message,
                       s.closed_run is null as open, s.opened_run = ? as opened_by_it
                  from unnest(?::uuid[]) as c (customer_id)
                 cross join lateral (
                   select * from offboarding.case_standing k
                    where k.customer_id = c.customer_id and k.job = ? and k.opened_run <= ? and (k.closed_run is null or k.closed_run >= ?)
                    order by k.case_id desc limit 1) s
                  left join offboarding.last_result t on t.case_id = s.case_id
                """,
                (RowCallbackHandler) row -> results.put(row.getObject("customer_id", UUID.class), read(list, row)),
                list.runId(),
                customers.toArray(UUID[]::new),
                job,
                list.runId(),
                list.runId());
        return results;
    }

    private static Result read(Archived list, ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        if (outcome == null) {
            // adopted since, from a job that had no such lists
            return Result.takenOver(list.runId());
        }
        LocalDate until = row.getObject("hold_until", LocalDate.class);
        return new Result(
                outcome,
                row.getString("state"),
                row.getString("hold_reason"),
                until == null ? null : until.toString(),
                row.getString("message"),
                row.getString("run_id"),
                row.getBoolean("open"),
                row.getBoolean("opened_by_it"));
    }
}
