package dev.offboarding.cases;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** What is different of the customers of a run since the job's run before it. */
public final class RunChanges {

    /** What is different of one. */
    public enum Change {
        /** A list of this run has it. */
        NEW,
        /** It went on; in a plan, it would. */
        WENT_ON,
        /** It waits, and for something else. */
        OTHER_HOLD,
        /** It failed, or is re-established: whether it did before is not known here, and somebody wants to see it. */
        FAILED,
        AS_BEFORE
    }

    private static final String CHANGE = """
            select c.position,
                   case when c.listed_anew then 'NEW'
                        when c.outcome in ('FAILED', 'RE_ESTABLISHED') then 'FAILED'
                        when c.outcome in ('OFFBOARDED', 'ALREADY_OFFBOARDED', 'WITHDRAWN', 'CLOSED') or c.removed_at >= r.started_at
                          or c.suspended_at >= r.started_at or c.outcome = 'PLANNED' and r.plan then 'WENT_ON'
                        when c.hold_reason is not null and c.hold_since >= r.started_at then 'OTHER_HOLD'
                        else 'AS_BEFORE' end as change
              from offboarding.run_case c cross join (select ?::timestamptz as started_at, ?::boolean as plan) r
             where c.run_id = ?
            """;

    private final JdbcTemplate jdbc;
    private final String runId;
    private final Object[] parameters;

    /** @param plan whether nothing of the run has happened */
    public RunChanges(JdbcTemplate jdbc, String runId, Instant startedAt, boolean plan) {
        this.jdbc = jdbc;
        this.runId = runId;
        this.parameters = new Object[] {startedAt.atOffset(ZoneOffset.UTC), plan, runId};
    }

    /** How many there are of each. */
    public Map<Change, Long> counts() {
        Map<Change, Long> counts = new EnumMap<>(Change.class);
        jdbc.query(
                "select change, count(*) from (" + CHANGE + ") changes group by 1",
                (RowCallbackHandler) row -> counts.put(Change.valueOf(row.getString(1)), row.getLong(2)),
                parameters);
        return counts;
    }

    /** By position. */
    public Map<Long, Change> at(Collection<Long> positions) {
        Map<Long, Change> changes = new HashMap<>();
        jdbc.query(
                CHANGE + " and c.position = any(?)",
                (RowCallbackHandler) row -> changes.put(row.getLong(1), Change.valueOf(row.getString(2))),
                parameters[0],
                parameters[1],
                runId,
                positions.toArray(Long[]::new));
        return changes;
    }
}
