package dev.offboarding.run;

import dev.offboarding.cases.PendingDone;
import dev.offboarding.cases.PendingDone.Closed;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.lists.DatabaseList;
import dev.offboarding.lists.ListFailedException;
import dev.offboarding.platform.CancelledException;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Runs;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
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

    private final PendingDone pending;
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
        this.pending = new PendingDone(jdbc, jobFile.job(), jobFile.platform(), runId);
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

    private boolean tellSome(DatabaseList list, Told told) {
        Instant now = clock.instant();
        List<Closed> cases = pending.next(now, Period.ofDays(NIGHTS), withoutEffect, CHUNK);
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
        pending.done(done, now);
        pending.inVain(notDone, now);
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
