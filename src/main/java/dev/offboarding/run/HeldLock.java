package dev.offboarding.run;

import dev.offboarding.database.Database;
import dev.offboarding.database.RetryingTransactions;
import dev.offboarding.database.RunLock;
import dev.offboarding.database.TransientFault;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.runs.CurrentRuns;
import dev.offboarding.runs.Reservations;
import dev.offboarding.runs.Runs;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A run's lock, and what is done when its session is gone.
 *
 * <p>Where only this session is gone, by an administrator's hand or because the way to the server broke, the run has lost its lock and
 * stops: it cannot be ruled out in time that someone else has it by now, and an administrator who ends a session wants that.
 *
 * <p>Where the whole server was away, as in a restart, no one can have had the lock meanwhile, and it is taken again as soon as the server
 * is back. Someone may have been quicker, and may even have run to the end. Then either the lock is not free, or this run's row has been
 * ended: a run that takes a job's lock ends the rows of runs that did not end themselves before it writes anything. So with the lock in hand
 * and the row not ended nothing was written in between, and nothing can be from then on. In all other cases the run stops.
 */
final class HeldLock implements BooleanSupplier, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldLock.class);

    private final DataSource direct;
    private final String job;
    private final Row row;
    private final RetryPolicy retryPolicy;
    private final AtomicLong asked = new AtomicLong();
    private Instant serverStartedAt;
    private RunLock lock;
    private boolean lost;
    /** How many of those who asked have their answer. */
    private long answered;

    /** This run's row among the runs. */
    interface Row {
        /**
         * Whether no one has ended it or given away what the run has reserved of the limits; if so it is held by this session from now
         * on.
         */
        boolean isKeptBy(RunLock lock);
    }

    HeldLock(RunLock lock, DataSource direct, String job, Row row, RetryPolicy retryPolicy) throws SQLException {
        this.lock = lock;
        this.direct = direct;
        this.job = job;
        this.row = row;
        this.retryPolicy = retryPolicy;
        this.serverStartedAt = lock.serverStartedAt();
    }

    /** The lock of a run that has begun. */
    static HeldLock of(RunLock lock, Database database, RunInfo run, LazyPlatform platform, RetryPolicy retryPolicy)
            throws SQLException {
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        TransactionTemplate transaction = new RetryingTransactions(database.dataSource(), retryPolicy);
        Runs runs = new Runs(jdbc);
        Reservations reservations =
                new Reservations(jdbc, run.runId(), run.jobFile().platform().text(), platform::identity);
        Row row = again -> Boolean.TRUE.equals(transaction.execute(status -> {
            // seen by others as dead or as under way, and nothing in between
            reservations.lockIfMade();
            boolean kept = runs.isOpen(run.runId()) && reservations.areKept();
            if (kept) {
                runs.add(run.runId(), CurrentRuns.facts(again));
            }
            return kept;
        }));
        return new HeldLock(lock, database.direct(), run.jobFile().job(), row, retryPolicy);
    }

    /**
     * Whether it is held; while the server is away the answer is waited for. Once the answer was no, it stays no. The server is asked after
     * that was called; but many writes ask at one time, and all who wait by then are answered by one question.
     */
    @Override
    public boolean getAsBoolean() {
        long mine = asked.incrementAndGet();
        synchronized (this) {
            if (mine > answered) {
                long all = asked.get();
                if (!lost && !lock.isHeld()) {
                    lost = !takenAgain();
                }
                answered = all;
            }
            return !lost;
        }
    }

    private boolean takenAgain() {
        LOG.warn("the session that holds this job's lock is gone");
        RetryPolicy.Attempts attempts = retryPolicy.attempts();
        boolean away = false;
        do {
            try {
                Optional<RunLock> again = RunLock.tryAcquire(direct, job);
                if (again.isEmpty()) {
                    LOG.warn("another session has this job's lock");
                    return false;
                }
                return isKept(again.get(), away);
            } catch (SQLException | DataAccessException e) {
                if (!TransientFault.in(e)) {
                    LOG.warn("this job's lock cannot be taken again", e);
                    return false;
                }
                away = true;
            }
        } while (attempts.again());
        return false;
    }

    /** Keeps the lock that was taken again, or gives it back: no one else could have the job, and this run does nothing with it. */
    private boolean isKept(RunLock again, boolean wasAway) throws SQLException {
        boolean kept = false;
        try {
            Instant startedAt = again.serverStartedAt();
            if ((wasAway || startedAt.isAfter(serverStartedAt)) && row.isKeptBy(again)) {
                lock = again;
                // when only the session goes next time, that is not a restart
                serverStartedAt = startedAt;
                kept = true;
                LOG.info("the server is back, and this job's lock was taken again before anyone else wrote anything");
            }
            return kept;
        } finally {
            if (!kept) {
                again.close();
            }
        }
    }

    /** Gives it back. */
    @Override
    public synchronized void close() {
        lost = true;
        lock.close();
    }
}
