package dev.offboarding.runs;

import dev.offboarding.database.LimitLock;
import dev.offboarding.database.RunLock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * What runs that may write have reserved of the limits of one platform. All of it happens under the platform's {@link #lock}, within the
 * caller's transaction: runs beside each other see each other's, and cannot together go over a limit. A reservation counts as long as its
 * run is under way, which the lock of its job shows; what of it was attempted is in the trail by then.
 */
public final class Reservations {

    // what was asked for where the platform was before it moved was asked for of the same customers
    // what is withdrawn is planned to be reactivated, and no more: that uses up nothing

    /**
     * Of the offboarding of the customer of a planned row {@code r} nothing is answered of which the intents say so, and nothing is open. The
     * parameters are the platform identity, twice.
     */
    private static final String NOTHING = """
            not exists (
              select from offboarding.intent i join offboarding.known_case c on c.case_id = r.case_id
               where i.customer_id = r.customer_id and i.action <> 'REACTIVATE' and i.%s
                 and (i.platform_identity is null or i.platform_identity = any ((select offboarding.with_adopted(?))::text[]))
                 and i.at >= coalesce(c.restarted_at, c.opened_at) and not r.restarts)
            -- by all open ones at once: each of them has to be read to tell whose it is
            and (r.restarts or r.case_id is null or r.customer_id not in (
              select i.customer_id from offboarding.open_intent i
                join offboarding.known_case c on c.customer_id = i.customer_id and c.closed_at is null and c.platform = i.platform
                 and (c.platform_identity is null or i.platform_identity is null or c.platform_identity = i.platform_identity
                   or i.platform_identity = any (offboarding.with_adopted(c.platform_identity)))
               where not i.settled and i.action <> 'REACTIVATE' and (i.platform_identity is null or i.platform_identity = any ((select offboarding.with_adopted(?))::text[]))
                 and i.at >= coalesce(c.restarted_at, c.opened_at)))
            """;

    /** The first write is still to come: what was asked for and never sent, because the run stopped or somebody had paused it, was none. */
    private static final String BEGINS = NOTHING.formatted("sent");

    /** No write has changed anything, as far as is known. */
    private static final String UNCHANGED = NOTHING.formatted("may_have_changed");

    /**
     * To whom any job on the platform has tried to write since then, and when: the parameters are the platform, its identity and that time,
     * twice. What never left this program was no attempt.
     */
    private static final String TRIED = """
            select i.customer_id, i.at from offboarding.intent i
             where i.platform = ? and (i.platform_identity is null or i.platform_identity = any ((select offboarding.with_adopted(?))::text[]))
               and i.at > ? and i.action <> 'REACTIVATE' and i.sent
            union all
            select i.customer_id, i.at from offboarding.open_intent i
             where i.platform = ? and (i.platform_identity is null or i.platform_identity = any ((select offboarding.with_adopted(?))::text[]))
               and i.at > ? and i.action <> 'REACTIVATE' and not i.settled
            """;

    private final JdbcTemplate jdbc;
    private final Runs runs;
    private final String runId;
    private final String platform;
    private final Supplier<String> identity;

    public Reservations(JdbcTemplate jdbc, String runId, String platform, Supplier<String> identity) {
        this.jdbc = jdbc;
        this.runs = new Runs(jdbc);
        this.runId = runId;
        this.platform = platform;
        this.identity = identity;
    }

    public void lock() {
        LimitLock.take(jdbc, identity.get());
    }

    /** The same, unless nothing is reserved: then there is nothing that others could count. */
    public void lockIfMade() {
        if (runs.reserved(runId) > 0) {
            lock();
        }
    }

    /** Gives back what runs that are over, or whose lock is gone, had reserved. From then on such a run may not continue. */
    public void releaseWhatIsOver() {
        List<String> beside = jdbc.queryForList(
                "select distinct run_id from offboarding.reservation where platform_identity = ? and run_id <> ?",
                String.class,
                identity.get(),
                runId);
        for (String other : beside) {
            if (!runs.open(other).filter(this::isUnderWay).isPresent()) {
                jdbc.update("delete from offboarding.reservation where run_id = ?", other);
            }
        }
    }

    private boolean isUnderWay(Runs.Open run) {
        Optional<RunLock.Holder> holder = jdbc.execute(
                (ConnectionCallback<Optional<RunLock.Holder>>) connection -> RunLock.holder(connection, run.job()));
        return holder != null && holder.isPresent() && CurrentRuns.isHeldBy(run.lockSession(), holder.get());
    }

    /** Planned customers of whom nothing was written yet. */
    public Set<UUID> begun() {
        return planned(BEGINS);
    }

    /** Planned customers who are as they were before this offboarding, as far as it is this program that changes them. */
    public Set<UUID> unchanged() {
        return planned(UNCHANGED);
    }

    private Set<UUID> planned(String which) {
        return new HashSet<>(
                jdbc.queryForList("""
                select r.customer_id from offboarding.worked_case r
                 where r.run_id = ? and r.planned -> 0 ->> 'action' <> 'REACTIVATE' and %s
                """.formatted(which), UUID.class, runId, identity.get(), identity.get()));
    }

    /** How many they are, as if this run had not planned those. */
    public long begun(Set<UUID> without) {
        return count("""
                select count(*) from offboarding.worked_case r
                 where r.run_id = ? and r.planned -> 0 ->> 'action' <> 'REACTIVATE' and r.customer_id <> all(?) and %s
                """.formatted(BEGINS), runId, without.toArray(UUID[]::new), identity.get(), identity.get());
    }

    /** Customers whose first write other runs have reserved, and this one has not planned, too, as if it had not planned those. */
    public long begunBeside(Set<UUID> without) {
        return count("""
                select count(distinct customer_id) from offboarding.reservation
                 where platform_identity = ? and run_id <> ? and begins
                   and customer_id not in (
                     select customer_id from offboarding.worked_case
                      where run_id = ? and planned -> 0 ->> 'action' <> 'REACTIVATE' and customer_id <> all(?))
                """, identity.get(), runId, runId, without.toArray(UUID[]::new));
    }

    /**
     * Customers whom this run would write to, or any job on the platform has tried to write to since then, or has reserved; each once. What
     * never left this program was no attempt.
     *
     * @param without as if this run had not planned those
     */
    public long attempted(Instant since, Set<UUID> without) {
        return count("""
                select count(*) from (
                  select customer_id from offboarding.worked_case
                   where run_id = ? and planned -> 0 ->> 'action' <> 'REACTIVATE' and customer_id <> all(?)
                  union
                  select customer_id from offboarding.reservation where platform_identity = ? and run_id <> ?
                  union
                  select customer_id from (%s) tried) attempted
                """.formatted(TRIED), tried(since, runId, without.toArray(UUID[]::new), identity.get(), runId));
    }

    /** The parameters of {@link #TRIED}, after those before it. */
    private Object[] tried(Instant since, Object... before) {
        List<Object> once = List.of(platform, identity.get(), since.atOffset(ZoneOffset.UTC));
        return Stream.of(List.of(before), once, once).flatMap(List::stream).toArray();
    }

    /** When any job on the platform has tried to write to a customer last, of those to whom one has since then. */
    public Map<UUID, Instant> lastTried(Instant since) {
        Map<UUID, Instant> tried = new HashMap<>();
        jdbc.query(
                "select customer_id, max(at) from (%s) tried group by customer_id".formatted(TRIED),
                (RowCallbackHandler) row -> tried.put(
                        row.getObject(1, UUID.class),
                        row.getObject(2, OffsetDateTime.class).toInstant()),
                tried(since));
        return tried;
    }

    /** Customers whom this run would write to. */
    public Set<UUID> planned() {
        return new HashSet<>(jdbc.queryForList(
                "select customer_id from offboarding.worked_case where run_id = ? and planned -> 0 ->> 'action' <> 'REACTIVATE'",
                UUID.class,
                runId));
    }

    /**
     * Whose cases fall due on each day after this one, of those that nothing was written to yet and that continue on their own then.
     *
     * @param withTheList whether what tonight's list says counts
     */
    public SortedMap<LocalDate, Set<UUID>> dueFrom(LocalDate today, boolean withTheList) {
        SortedMap<LocalDate, Set<UUID>> due = new TreeMap<>();
        jdbc.query(
                """
                select r.hold_until, r.customer_id from offboarding.worked_case r
                 where r.run_id = ? and r.hold_until > ? and (? or not r.listed_anew and r.case_id is not null)
                   and not exists (select from json_array_elements(r.holds) hold where hold -> 'renews_on' is not null)
                   and json_array_length(r.planned) = 0 and %s
                """.formatted(BEGINS),
                (RowCallbackHandler)
                        row -> due.computeIfAbsent(row.getObject(1, LocalDate.class), day -> new HashSet<>())
                                .add(row.getObject(2, UUID.class)),
                runId,
                today,
                withTheList,
                identity.get(),
                identity.get());
        return due;
    }

    /** Whether a run that was not stopped has reported that this day will be over a limit. */
    public boolean isReported(String job, LocalDate day) {
        return count(
                        "select count(*) from offboarding.due_day_told where job = ? and platform_identity = ? and due_on = ?",
                        job,
                        identity.get(),
                        day)
                > 0;
    }

    /** Planned customers that tonight's list brings. */
    public long fromList() {
        return count("""
                select count(*) from offboarding.worked_case
                 where run_id = ? and planned -> 0 ->> 'action' <> 'REACTIVATE' and (listed_anew or case_id is null)
                """, runId);
    }

    /** All that this run has planned. */
    public void make() {
        jdbc.update("delete from offboarding.reservation where run_id = ?", runId);
        int reserved = jdbc.update("""
                insert into offboarding.reservation (run_id, customer_id, platform_identity, begins)
                select r.run_id, r.customer_id, ?, %s
                  from offboarding.worked_case r where r.run_id = ? and r.planned -> 0 ->> 'action' <> 'REACTIVATE'
                """.formatted(BEGINS), identity.get(), identity.get(), identity.get(), runId);
        runs.reserved(runId, reserved);
    }

    /** Whether no other run has taken this one for dead, and what it had reserved for free. */
    public boolean areKept() {
        return count("select count(*) from offboarding.reservation where run_id = ?", runId) == runs.reserved(runId);
    }

    /** The list is accepted, and this run may write. */
    public void accepted(Instant at, boolean planned) {
        runs.accepted(runId, at, planned);
    }

    private long count(String sql, Object... parameters) {
        Long count = jdbc.queryForObject(sql, Long.class, parameters);
        return count == null ? 0 : count;
    }
}
