package dev.offboarding.run;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.lists.DatabaseList;
import dev.offboarding.lists.ListFailedException;
import dev.offboarding.platform.CancelledException;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Runs;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/**
 * Tells a database list which of its customers are through. Each closed case is told once; after a crash between telling and
 * noting that it was told, twice.
 */
final class DoneStatement {

    private static final Logger LOG = LoggerFactory.getLogger(DoneStatement.class);

    private static final int CHUNK = 1_000;

    private static final int NAMED = 5;

    /** For how long a statement that changes no row is tried. */
    private static final int NIGHTS = 30;

    private final JdbcTemplate jdbc;
    private final Runs runs;
    private final Set<Long> withoutEffect = new LinkedHashSet<>();
    private final @Nullable DatabaseList list;
    private final JobFile jobFile;
    private final String runId;
    private final Failures failures;
    private final Clock clock;

    /** @param list null where there is nobody to tell */
    DoneStatement(
            JdbcTemplate jdbc,
            @Nullable DatabaseList list,
            JobFile jobFile,
            String runId,
            Failures failures,
            Clock clock) {
        this.runId = runId;
        this.jdbc = jdbc;
        this.runs = new Runs(jdbc);
        this.list = list;
        this.jobFile = jobFile;
        this.failures = failures;
        this.clock = clock;
    }

    /**
     * Tells what has not been told yet. That it fails fails no customer: it is reported, and the next run tells again.
     *
     * @return whether there was anybody to tell of
     */
    boolean run() {
        if (list == null) {
            return false;
        }
        boolean any = false;
        Told told = new Told();
        try {
            while (tellSome(list, told)) {
                any = true;
            }
        } catch (CancelledException e) {
            LOG.info("told to end before the list's done statement was through; the next run tells again");
        } catch (DataAccessException | TransactionException | ListFailedException e) {
            failures.add(
                    "verify",
                    ExitCode.UNAVAILABLE,
                    "the list's done statement could not be run, the next run tries again",
                    e);
            any = true;
        }
        report(told);
        return any;
    }

    /** What came of it: the customers for whom no row was changed, by whether that is news. */
    private static final class Told {
        final List<UUID> news = new ArrayList<>();
        final List<UUID> known = new ArrayList<>();
    }

    /** A closed case that the list is still to be told of. */
    private record Closed(long caseId, UUID customerId, Instant at, boolean known) {}

    private boolean tellSome(DatabaseList list, Told told) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        List<Closed> cases = jdbc.query(
                """
                select c.case_id, c.customer_id, c.closed_at,
                       coalesce(r.run_id <> ? and r.reported and r.tells_for_good, false)
                  from offboarding.offboarding_case c
                  left join offboarding.runs r on r.run_id = c.done_ineffective_run
                 where c.job = ? and c.platform = ? and c.closed_at is not null and c.done_at is null
                   and c.closed_as in ('OFFBOARDED', 'ALREADY_OFFBOARDED')
                   and (c.platform_identity is null
                        or c.platform_identity = (select platform_identity from offboarding.runs where run_id = ?))
                   and (c.done_tried_since is null or c.done_tried_since > ?)
                   and not c.case_id = any(?)
                 order by c.case_id limit ?
                """,
                (row, n) -> new Closed(
                        row.getLong(1),
                        row.getObject(2, UUID.class),
                        row.getObject(3, OffsetDateTime.class).toInstant(),
                        row.getBoolean(4)),
                runId,
                jobFile.job(),
                jobFile.platform().text(),
                runId,
                now.minusDays(NIGHTS),
                withoutEffect.toArray(Long[]::new),
                CHUNK);
        if (cases.isEmpty()) {
            return false;
        }
        Map<UUID, Instant> closed = new LinkedHashMap<>();
        cases.forEach(one -> closed.put(one.customerId(), one.at()));
        Set<UUID> without = list.done(closed);
        List<Long> done = new ArrayList<>();
        List<Long> notDone = new ArrayList<>();
        for (Closed one : cases) {
            if (without.contains(one.customerId())) {
                notDone.add(one.caseId());
                (one.known() ? told.known : told.news).add(one.customerId());
            } else {
                done.add(one.caseId());
            }
        }
        withoutEffect.addAll(notDone);
        jdbc.update(
                "update offboarding.offboarding_case set done_at = ? where case_id = any(?)",
                now,
                done.toArray(Long[]::new));
        // told anew where the run that told it was stopped or died before its report
        jdbc.update("""
                update offboarding.offboarding_case c
                   set done_tried_since = coalesce(done_tried_since, ?),
                       done_ineffective_run = case when exists (
                           select from offboarding.runs r where r.run_id = c.done_ineffective_run
                              and r.reported and r.tells_for_good) then done_ineffective_run else ? end
                 where case_id = any(?)
                """, now, runId, notDone.toArray(Long[]::new));
        return true;
    }

    private void report(Told told) {
        if (!told.news.isEmpty()) {
            failures.add(
                    "verify",
                    ExitCode.NEEDS_ATTENTION,
                    "the list's done statement changed no row for %s: the list does not know that they are through. Compare the ids in it with what list.database.done looks for (:customer_id is in lower case); for %d nights the next runs try again"
                            .formatted(named(told.news), NIGHTS));
        }
        if (!told.known.isEmpty()) {
            runs.notedToo(
                    runId,
                    List.of("the list's done statement still changes no row for %s".formatted(named(told.known))));
        }
    }

    private static String named(List<UUID> customers) {
        String first = customers.stream().limit(NAMED).map(UUID::toString).collect(Collectors.joining(", "));
        return "%d customer%s (%s%s)"
                .formatted(
                        customers.size(),
                        customers.size() == 1 ? "" : "s",
                        first,
                        customers.size() > NAMED ? " and others" : "");
    }
}
