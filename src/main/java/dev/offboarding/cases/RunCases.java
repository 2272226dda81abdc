package dev.offboarding.cases;

import dev.offboarding.lists.Column;
import dev.offboarding.platform.Action;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** What became of the customers of runs, for those who report it or decide by it: rows, and counts of rows. Streams what may be many. */
public final class RunCases {

    /** The order in which customers need attention. Its parameter is what somebody has to look at. */
    private static final String BY_NEED = """
             order by
            case when outcome = 'FAILED' then 0
                 when outcome = 'RE_ESTABLISHED' then 1
                 when hold_reason = any(?) then case when hold_new then 2 else 3 end
                 when outcome = 'REMOVED' then 4
                 when outcome = 'SUSPENDED' and hold_reason is null then 5
                 when outcome = 'PLANNED' then 6
                 when outcome = 'NOT_READ' then 7
                 when hold_reason is not null then 8
                 else 9 end, position limit ?
            """;

    private static final String OVERDRAWN = """
            from offboarding.run_case where run_id = ? and (active_before < suspended + cancelled + failed
              or least(active_before, suspended, cancelled, failed) < 0)
            """;

    /** How many positions, not all of which need be taken. */
    private static final int AT_ONCE = 1_000;

    private final JdbcTemplate jdbc;

    public RunCases(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** All of a run, in the order of positions. As they are at one time only within a transaction that sees one. */
    public void each(String runId, Consumer<CaseRow> each) {
        long last = RunRows.lastPosition(jdbc, runId);
        // some at a time: if all are asked for at once, PostgreSQL sorts them in files before there is a first one
        for (long from = 0; from < last; from += AT_ONCE) {
            jdbc.query(
                    RunRows.BETWEEN + " order by r.position",
                    (RowCallbackHandler) row -> each.accept(CaseRow.read(row)),
                    RunRows.between(runId, from, from + AT_ONCE));
        }
    }

    /** Of each, in the order of positions, what was only carried through from its list, as a stored JSON object. */
    public void eachOthers(String runId, Consumer<String> others) {
        jdbc.query(
                "select others from offboarding.run_listing where run_id = ? and others::text <> '{}' order by position",
                (RowCallbackHandler) row -> others.accept(row.getString("others")),
                runId);
    }

    /** The columns of lists under which a customer of the run has something. */
    public List<Column> filled(String runId) {
        String counts = Column.KEPT.stream()
                .map(column -> "count(%s)".formatted(column.label()))
                .collect(Collectors.joining(", "));
        return Objects.requireNonNull(jdbc.queryForObject(
                "select %s from offboarding.run_listing where run_id = ?".formatted(counts),
                (row, n) -> {
                    List<Column> filled = new ArrayList<>();
                    for (int i = 0; i < Column.KEPT.size(); i++) {
                        if (row.getLong(i + 1) > 0) {
                            filled.add(Column.KEPT.get(i));
                        }
                    }
                    return filled;
                },
                runId));
    }

    /** Where a customer is in a run. */
    public record Place(long position, UUID customerId) {}

    /** The places of those that need attention most. */
    public List<Place> placesByNeed(String runId, int limit) {
        return jdbc.query(
                "select position, customer_id from offboarding.run_case where run_id = ?" + BY_NEED,
                (row, n) -> new Place(row.getLong("position"), row.getObject("customer_id", UUID.class)),
                runId,
                HoldReason.somebodyHasToLookNames(),
                limit);
    }

    /** Those that need attention most. Which they are the narrow rows say: sorting all there is of each would take much longer. */
    public List<CaseRow> byNeed(String runId, int limit) {
        List<Long> positions =
                placesByNeed(runId, limit).stream().map(Place::position).toList();
        Map<Long, CaseRow> rows =
                at(runId, positions).stream().collect(Collectors.toMap(CaseRow::position, Function.identity()));
        return positions.stream().map(rows::get).map(Objects::requireNonNull).toList();
    }

    /** Those at these positions, in any order. */
    public List<CaseRow> at(String runId, Collection<Long> positions) {
        return jdbc.query(RunRows.AT, (row, n) -> CaseRow.read(row), runId, positions.toArray(Long[]::new));
    }

    /** The first that ended so. */
    public List<CaseRow> withOutcome(String runId, List<String> outcomes, int limit) {
        return rows("outcome = any(?) order by position limit ?", runId, outcomes.toArray(String[]::new), limit);
    }

    /** The first that are held for this. */
    public List<CaseRow> heldFor(String runId, List<String> reasons, int limit) {
        return rows("hold_reason = any(?) order by position limit ?", runId, reasons.toArray(String[]::new), limit);
    }

    private List<CaseRow> rows(String which, Object... parameters) {
        return jdbc.query(
                "select * from offboarding.run_case_row where run_id = ? and " + which,
                (row, n) -> CaseRow.read(row),
                parameters);
    }

    /** The planned writes by action, in the order in which they are made: those that no write is planned of are not there. */
    public Map<Action, Long> plannedWrites(String runId) {
        Map<Action, Long> planned = new EnumMap<>(Action.class);
        jdbc.query(
                """
                select p.w ->> 'action', count(*) from offboarding.run_plan
                 cross join lateral json_array_elements(planned) as p (w) where run_id = ? group by 1
                """, (RowCallbackHandler) row -> planned.put(Action.valueOf(row.getString(1)), row.getLong(2)), runId);
        return planned;
    }

    public long count(String runId) {
        return count("select count(*) from offboarding.run_case where run_id = ?", runId);
    }

    /** Those that were accepted from a list in this run. */
    public long listedAnew(String runId) {
        return count("select count(*) from offboarding.run_case where run_id = ? and listed_anew", runId);
    }

    /** Customers by outcome, the most frequent first. */
    public Map<String, Long> outcomes(String runId) {
        return counts("select outcome, count(*) from offboarding.run_case where run_id = ?", runId);
    }

    /** Customers that ended as held, by the reason, the most frequent first. */
    public Map<String, Long> heldByReason(String runId) {
        return counts("""
                select hold_reason, count(*) from offboarding.run_case
                 where run_id = ? and outcome = 'HELD' and hold_reason is not null
                """, runId);
    }

    /** Customers that somebody has to look at. */
    public long toBeLookedAt(String runId) {
        return count(
                "select count(*) from offboarding.run_case where run_id = ? and hold_reason = any(?)",
                runId,
                HoldReason.somebodyHasToLookNames());
    }

    /** Customers of one origin, outcome and hold. */
    public record Became(
            boolean listedAnew, String outcome, @Nullable String hold, long count) {}

    /** What became of whom, the most frequent first. */
    public List<Became> became(String runId) {
        return jdbc.query(
                """
                select listed_anew, outcome, hold_reason, count(*) as n from offboarding.run_case where run_id = ?
                group by 1, 2, 3 order by n desc, 3
                """,
                (row, n) -> new Became(
                        row.getBoolean("listed_anew"),
                        row.getString("outcome"),
                        row.getString("hold_reason"),
                        row.getLong("n")),
                runId);
    }

    /**
     * What is planned of a run's customers and was not begun.
     *
     * @param suspended who would be suspended, and not removed yet
     * @param putBack of whom would be put back what this program did
     * @param other who would be written to in another way
     * @param endsWhileHeld who would be held, and the ends of whose terms would be scheduled
     * @param writes by action, also of those who would be held
     */
    public record Planned(long suspended, long putBack, long other, long endsWhileHeld, Map<String, Long> writes) {}

    public Planned planned(String runId) {
        String planned = """
                from offboarding.run_case c join offboarding.run_plan p on p.run_id = c.run_id and p.position = c.position
                     cross join lateral json_array_elements(p.planned) w
                 where c.run_id = ? and c.outcome in ('PLANNED', 'HELD')
                """;
        Map<String, Long> writes = counts("select w ->> 'action', count(*) " + planned, runId);
        return Objects.requireNonNull(jdbc.queryForObject(
                """
                select count(*) filter (where not held and not removed and suspended),
                       count(*) filter (where not held and put_back),
                       count(*) filter (where not held and not removed and not suspended and not put_back),
                       count(*) filter (where held)
                  from (select c.outcome = 'HELD' as held, bool_or(w ->> 'action' = 'REMOVE') as removed,
                               bool_or(w ->> 'action' = 'SUSPEND') as suspended, bool_and(w ->> 'action' = 'REACTIVATE') as put_back %s
                        group by c.position, c.outcome) of_customer
                """.formatted(planned),
                (row, n) -> new Planned(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), writes),
                runId));
    }

    /**
     * Customers that are held for the same reason, and wait for the same.
     *
     * @param renews whether it is a term that renews itself: then it ends only when someone does something
     * @param newTonight those that are reported tonight
     * @param reminders those of them that have been held since before the run
     * @param next the first date
     * @param since since when the first of them waits
     */
    public record HeldCount(
            String reason,
            boolean renews,
            long count,
            long newTonight,
            long reminders,
            @Nullable String next,
            @Nullable Instant since) {

        /** What they wait for. */
        public HoldReason.Kind kind() {
            return HoldReason.kindOf(reason, renews);
        }
    }

    /** Why customers are held, the most frequent reason first. */
    public List<HeldCount> held(String runId, Instant startedAt) {
        return jdbc.query(
                """
                select hold_reason, hold_reason = 'TERM_COMMITMENT' and holds -> 0 ->> 'renews_on' is not null as renews, count(*) as n,
                       count(*) filter (where hold_new), count(*) filter (where hold_new and hold_since < ?), min(hold_until)::text,
                       min(hold_since)
                  from offboarding.run_case
                 where run_id = ? and hold_reason is not null and outcome <> 'RE_ESTABLISHED'
                 group by 1, 2 order by n desc, 1, 2
                """,
                (row, i) -> {
                    OffsetDateTime since = row.getObject(7, OffsetDateTime.class);
                    return new HeldCount(
                            row.getString(1),
                            row.getBoolean(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getString(6),
                            since == null ? null : since.toInstant());
                },
                startedAt.atOffset(ZoneOffset.UTC),
                runId);
    }

    /** Customers with a term that renews itself. */
    public record Renewing(long customers, @Nullable String first) {}

    public Renewing renewing(String runId) {
        return Objects.requireNonNull(
                jdbc.queryForObject("""
                select count(*), min(next) from (
                  select min(h ->> 'renews_on') as next
                  from offboarding.run_case c, json_array_elements(c.holds) h
                  where c.run_id = ? and c.holds::text like '%renews_on%' and h ->> 'renews_on' is not null
                  group by c.position) renewing
                """, (row, n) -> new Renewing(row.getLong(1), row.getString(2)), runId));
    }

    /** Subscriptions of all customers of a run. */
    public record Subscriptions(long activeBefore, long suspended, long cancelled, long failed) {}

    public Subscriptions subscriptions(String runId) {
        return Objects.requireNonNull(jdbc.queryForObject(
                """
                select coalesce(sum(active_before), 0), coalesce(sum(suspended), 0), coalesce(sum(cancelled), 0),
                       coalesce(sum(failed), 0)
                  from offboarding.run_case where run_id = ?
                """,
                (row, n) -> new Subscriptions(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                runId));
    }

    /** Customers of whose subscriptions more were dealt with than were active before. */
    public long overdrawn(String runId) {
        return count("select count(*) " + OVERDRAWN, runId);
    }

    /** The first of them. */
    public List<UUID> overdrawn(String runId, int limit) {
        return jdbc.queryForList(
                "select customer_id " + OVERDRAWN + " order by position limit ?", UUID.class, runId, limit);
    }

    private long count(String sql, Object... parameters) {
        return Objects.requireNonNull(jdbc.queryForObject(sql, Long.class, parameters));
    }

    private Map<String, Long> counts(String sql, Object... parameters) {
        Map<String, Long> counts = new LinkedHashMap<>();
        jdbc.query(
                sql + " group by 1 order by 2 desc, 1",
                (RowCallbackHandler) row -> counts.put(row.getString(1), row.getLong(2)),
                parameters);
        return counts;
    }
}
