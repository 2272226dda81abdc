package dev.offboarding.report;

import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.cases.RunCases;
import dev.offboarding.kit.JsonText;
import dev.offboarding.lists.ReceivedLists;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** What the database says about a run, counted and compared with itself. Reads what is committed, and writes nothing. */
public final class Evidence {
    private final DataSource dataSource;

    /** @param dataSource the job's own database */
    public Evidence(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * What was counted and compared.
     *
     * @param totals the control totals, with what does not balance
     * @param trail the writes of the trail, with what is in no plan
     */
    public record Found(ControlTotals totals, TrailCompared trail) {

        /** What is not in order, each in words. Empty if all is. */
        public List<String> problems() {
            return Stream.concat(
                            totals.problems().stream(),
                            trail.unplanned().stream().map(UnplannedWrite::inWords))
                    .toList();
        }
    }

    /** All of it, of what is committed by now. */
    public Found of(String runId) {
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            return found(snapshot.jdbc(), runId, compare(snapshot.jdbc(), runId));
        }
    }

    static Found found(JdbcTemplate jdbc, String runId, TrailCompared trail) {
        return new Found(totals(jdbc, runId, trail.strays()), trail);
    }

    static TrailCompared compare(JdbcTemplate jdbc, String runId) {
        IntentCheck intents = new IntentCheck();
        jdbc.query("""
                select e.sequence, e.customer_id, e.action, e.data, e.answered, c.planned
                from (select sequence, customer_id, action, data, true as answered from offboarding.intent where run_id = ?
                      union all
                      select sequence, customer_id, action, data, false from offboarding.open_intent where run_id = ?) e
                left join offboarding.worked_case c on c.run_id = ? and c.customer_id = e.customer_id
                """, intents, runId, runId, runId);
        return new TrailCompared(strays(jdbc, runId), intents.unplanned(), intents.answered);
    }

    private static ControlTotals totals(JdbcTemplate jdbc, String runId, ControlTotals.Strays strays) {
        ReceivedLists lists = new ReceivedLists(jdbc);
        ReceivedLists.RowCounts rows = lists.rows(runId);
        RunCases cases = new RunCases(jdbc);
        RunCases.Subscriptions subscriptions = cases.subscriptions(runId);
        ControlTotals.SecondCount second = new ControlTotals.SecondCount(
                lists.acceptedEntries(runId),
                cases.listedAnew(runId),
                rows.rejectedOfTaken(),
                lists.setAsideOfTaken(runId),
                cases.count(runId),
                new ControlTotals.Overdrawn(cases.overdrawn(runId), cases.overdrawn(runId, ControlTotals.EXAMPLES)),
                strays);
        return ControlTotals.of(
                new ControlTotals.Rows(rows.read(), rows.duplicates(), rows.rejected()),
                cases.outcomes(runId),
                new ControlTotals.Subscriptions(
                        subscriptions.activeBefore(),
                        subscriptions.suspended(),
                        subscriptions.cancelled(),
                        subscriptions.failed()),
                second);
    }

    /** Subscriptions that were made active again, each once: beside the totals, which they are no part of. */
    static long reactivated(JdbcTemplate jdbc, String runId) {
        Set<String> reactivated = new HashSet<>();
        jdbc.query(
                "select customer_id, action, data from offboarding.outcome where run_id = ? and action = 'REACTIVATE'",
                (RowCallbackHandler) row -> {
                    for (RecordedWrite write : RecordedWrite.of(row.getString("data"))) {
                        if (write.tookEffect(row.getString("action"))) {
                            reactivated.add(row.getString("customer_id") + ' ' + write.target());
                        }
                    }
                },
                runId);
        return reactivated.size();
    }

    static long count(JdbcTemplate jdbc, String sql, String runId) {
        return one(jdbc, sql, row -> row.getLong(1), runId);
    }

    /** By customer, so that neither a subscription that was asked for twice counts twice nor two customers' errors cancel out. */
    private static ControlTotals.Strays strays(JdbcTemplate jdbc, String runId) {
        TrailCount count = new TrailCount();
        jdbc.query("""
                select coalesce(c.customer_id, e.customer_id) as customer_id, coalesce(c.suspended, 0) as suspended,
                       coalesce(c.cancelled, 0) as cancelled, e.action, e.data
                from (select customer_id, suspended, cancelled from offboarding.worked_case where run_id = ?) c
                full join (select customer_id, action, data from offboarding.outcome
                           where run_id = ? and action in ('SUSPEND', 'CANCEL')) e
                  on e.customer_id = c.customer_id
                order by 1
                """, count, runId, runId);
        return count.result();
    }

    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> T one(JdbcTemplate jdbc, String sql, RowReader<T> reader, String runId) {
        return jdbc.query(sql, (row, n) -> reader.read(row), runId).get(0);
    }

    private record Planned(String action, String target) {

        /** What is written as this program writes it is found as it is: a quotation mark within a value would have a backslash. */
        static boolean in(String stored, String action, String target) {
            return !target.contains("\\")
                            && !target.contains("\"")
                            && stored.contains("{\"action\":\"" + action + "\",\"target\":\"" + target + "\"}")
                    || of(stored).contains(new Planned(action, target));
        }

        private static Set<Planned> of(String stored) {
            Set<Planned> planned = new HashSet<>();
            for (var write : ReportJson.MAPPER.readTree(stored)) {
                planned.add(new Planned(
                        Objects.requireNonNullElse(JsonText.of(write.path("action")), ""),
                        Objects.requireNonNullElse(JsonText.of(write.path("target")), "")));
            }
            return planned;
        }
    }

    private static final class IntentCheck implements RowCallbackHandler {
        private final List<UnplannedWrite> unplanned = new ArrayList<>();
        private boolean answered = true;

        @Override
        public void processRow(ResultSet row) throws SQLException {
            answered &= row.getBoolean("answered");
            String stored = Objects.requireNonNullElse(row.getString("planned"), "[]");
            String action = Objects.requireNonNullElse(row.getString("action"), "");
            for (RecordedWrite write : RecordedWrite.of(row.getString("data"))) {
                if (!Planned.in(stored, action, write.target())) {
                    unplanned.add(new UnplannedWrite(
                            row.getLong("sequence"), row.getObject("customer_id", UUID.class), action, write.target()));
                }
            }
        }

        List<UnplannedWrite> unplanned() {
            return unplanned.stream()
                    .sorted(Comparator.comparing(
                                    UnplannedWrite::customerId,
                                    Comparator.nullsLast(Comparator.comparing(UUID::toString)))
                            .thenComparingLong(UnplannedWrite::intent))
                    .toList();
        }
    }

    private static final class TrailCount implements RowCallbackHandler {
        private final Set<String> suspended = new HashSet<>();
        private final Set<String> cancelled = new HashSet<>();
        private final List<String> examples = new ArrayList<>();
        private @Nullable UUID customer;
        private boolean begun;
        private long caseSuspended;
        private long caseCancelled;
        private long allSuspended;
        private long allCancelled;
        private long strays;

        @Override
        public void processRow(ResultSet row) throws SQLException {
            UUID next = row.getObject("customer_id", UUID.class);
            if (!begun || !Objects.equals(next, customer)) {
                endCustomer();
                begun = true;
                customer = next;
                caseSuspended = row.getLong("suspended");
                caseCancelled = row.getLong("cancelled");
            }
            String action = row.getString("action");
            if (action != null) {
                for (RecordedWrite write : RecordedWrite.of(row.getString("data"))) {
                    if (write.tookEffect(action)) {
                        (action.equals("SUSPEND") ? suspended : cancelled).add(write.target());
                    }
                }
            }
        }

        private void endCustomer() {
            if (caseSuspended != suspended.size() || caseCancelled != cancelled.size()) {
                strays++;
                if (examples.size() < ControlTotals.EXAMPLES) {
                    examples.add("%s (the case says %d suspended and %d cancelled, the trail %d and %d)"
                            .formatted(
                                    customer == null ? "no customer" : customer,
                                    caseSuspended,
                                    caseCancelled,
                                    suspended.size(),
                                    cancelled.size()));
                }
            }
            allSuspended += suspended.size();
            allCancelled += cancelled.size();
            suspended.clear();
            cancelled.clear();
        }

        ControlTotals.Strays result() {
            endCustomer();
            return new ControlTotals.Strays(allSuspended, allCancelled, strays, List.copyOf(examples));
        }
    }
}
