package dev.offboarding.run;

import dev.offboarding.cases.PendingDone;
import dev.offboarding.cases.PendingDone.Closed;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.lists.DatabaseList;
import dev.offboarding.lists.ListFailedException;
import dev.offboarding.lists.ListUnavailableException;
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
 * Notifies a database list of the customers that are through. It is notified of each closed case once; after a crash between the statement
 * and the note of it, twice.
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
    private boolean toldThatItFailed;

    /** @param list null where there is nothing to notify */
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

    /** Whether the job's list has one. */
    boolean isThere() {
        return list != null;
    }

    /**
     * Runs the statement for the cases of which the list was not notified yet. If it fails, no customer does: it is reported, and the next
     * run tries again.
     *
     * @return whether there was any such case
     */
    boolean run() {
        if (list == null) {
            return false;
        }
        boolean any = false;
        Unchanged unchanged = new Unchanged();
        try {
            while (runSome(list, unchanged)) {
                any = true;
            }
        } catch (CancelledException e) {
            LOG.info("asked to stop before the list's done statement had finished; the next run tries again");
        } catch (DataAccessException | TransactionException | ListFailedException | ListUnavailableException e) {
            failed(e);
            any = true;
        }
        report(unchanged);
        return any;
    }

    /** It is tried again with each customer who ends tonight; to say so each time, on the terminal, too, says nothing more. */
    private void failed(RuntimeException e) {
        if (toldThatItFailed) {
            LOG.warn("the list's done statement could not be run this time either", e);
            return;
        }
        toldThatItFailed = true;
        failures.add(
                "verify",
                ExitCode.UNAVAILABLE,
                "the list's done statement could not be run; the next run tries again",
                e);
    }

    /** What became of it: the customers for whom no row was changed, by whether that is news. */
    private static final class Unchanged {
        final List<UUID> news = new ArrayList<>();
        final List<UUID> known = new ArrayList<>();
    }

    private boolean runSome(DatabaseList list, Unchanged unchanged) {
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
                (one.known() ? unchanged.known : unchanged.news).add(one.customerId());
            } else {
                done.add(one.caseId());
            }
        }
        withoutEffect.addAll(notDone);
        pending.done(done, now);
        pending.inVain(notDone, now);
        return true;
    }

    private void report(Unchanged unchanged) {
        if (!unchanged.news.isEmpty()) {
            failures.add(
                    "verify",
                    ExitCode.NEEDS_ATTENTION,
                    "the list's done statement changed no row for %s: the list does not know that they are through. Compare the ids in it with what list.database.done looks for (:customer_id is in lower case); for %d nights the next runs try again"
                            .formatted(named(unchanged.news), NIGHTS));
        }
        if (!unchanged.known.isEmpty()) {
            runs.notedToo(
                    runId,
                    List.of("the list's done statement still changes no row for %s".formatted(named(unchanged.known))));
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
