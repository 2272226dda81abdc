package dev.offboarding.platform.ledger;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.platform.ledger.LostConnectionException.Backend;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens a connection for each transaction and gives it back at its end. Takes no part in a transaction of the caller: what is
 * written to the ledger is committed when the call returns, whatever becomes of the caller's own.
 */
final class Transactions {

    /** What is done in a transaction. */
    interface Work<T> {
        T in(Session session) throws SQLException;
    }

    private final DataSource dataSource;
    private final LedgerTimes times;
    private final CancellationToken cancellation;

    Transactions(DataSource dataSource, LedgerTimes times, CancellationToken cancellation) {
        this.dataSource = dataSource;
        this.times = times;
        this.cancellation = cancellation;
    }

    /**
     * Reads in one snapshot. A ledger that is away for seconds is waited for.
     *
     * @throws SQLException the ledger answered with an error
     * @throws dev.offboarding.platform.PlatformUnavailableException it is away, or stays busy
     */
    <T> T read(Work<T> work) throws SQLException {
        RetryPolicy.Attempts attempts = times.retries(cancellation).attempts();
        while (true) {
            SQLException error;
            try {
                return once(Session::beginRead, work);
            } catch (LostConnectionException e) {
                error = e.error();
            } catch (SQLException e) {
                if (!LedgerErrors.busy(e)) {
                    throw e;
                }
                error = e;
            }
            if (!attempts.againOrCancelled()) {
                throw LedgerErrors.unavailable(error);
            }
        }
    }

    /**
     * Writes, once.
     *
     * @throws SQLException the ledger answered with an error, and nothing of it was kept
     * @throws LostConnectionException it did not answer, and what became of it has to be read
     * @throws dev.offboarding.platform.PlatformUnavailableException no connection could be opened: nothing was sent
     */
    <T> T write(Work<T> work) throws SQLException, LostConnectionException {
        return once(Session::beginWrite, work);
    }

    private interface Begin {
        void begin(Session session) throws SQLException;
    }

    private <T> T once(Begin begin, Work<T> work) throws SQLException, LostConnectionException {
        Connection connection = open();
        Session session = new Session(connection, times, cancellation);
        boolean over = false;
        boolean autoCommit = true;
        int networkTimeout = -1;
        try {
            autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            networkTimeout = limitSilence(connection);
            begin.begin(session);
            T result = work.in(session);
            connection.commit();
            over = true;
            return result;
        } catch (SQLException e) {
            // without an answer, a connection on which not even a rollback works was lost, whatever the error is called
            over = !LedgerErrors.lost(e) && rollback(connection);
            if (!over && !LedgerErrors.answered(e)) {
                throw new LostConnectionException(session.backend(), session.wrote(), e);
            }
            throw e;
        } finally {
            if (!over) {
                over = rollback(connection);
            }
            giveBack(connection, over, autoCommit, networkTimeout);
        }
    }

    /** A network that swallows everything must not keep a run waiting for ever. */
    private int limitSilence(Connection connection) throws SQLException {
        try {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) times.settling().toMillis());
            return before;
        } catch (SQLFeatureNotSupportedException e) {
            return -1;
        }
    }

    private static boolean rollback(Connection connection) {
        try {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static void giveBack(Connection connection, boolean usable, boolean autoCommit, int networkTimeout) {
        try (connection) {
            if (usable) {
                connection.setAutoCommit(autoCommit);
                if (networkTimeout >= 0) {
                    connection.setNetworkTimeout(Runnable::run, networkTimeout);
                }
            }
        } catch (SQLException e) {
            // what was asked for has its answer already; a pool throws a broken connection away on its own
        }
    }

    private Connection open() {
        RetryPolicy.Attempts attempts = times.retries(cancellation).attempts();
        while (true) {
            SQLException error = null;
            try {
                return dataSource.getConnection();
            } catch (SQLException e) {
                error = e;
            } catch (RuntimeException e) {
                error = LedgerErrors.sqlBeneath(e);
                if (error == null) {
                    throw e;
                }
            }
            if (!LedgerErrors.waitingHelps(error) || !attempts.againOrCancelled()) {
                throw LedgerErrors.unavailable(error);
            }
        }
    }

    /**
     * Waits until the server process behind a lost connection is gone, and ends it if it does not go on its own: only then has
     * what it was doing either happened or not, for good.
     *
     * @return whether it is gone
     */
    boolean awaitEndOf(@Nullable Backend backend) throws SQLException {
        if (backend == null) {
            return true;
        }
        long start = System.nanoTime();
        Duration step = times.backend().dividedBy(20).plusMillis(1);
        while (System.nanoTime() - start < times.settling().toNanos()) {
            boolean patient = System.nanoTime() - start < times.backend().toNanos();
            List<Boolean> there = read(session -> session.query(
                    patient
                            ? "select false from pg_stat_activity where pid = ? and backend_start = ?"
                            : "select pg_terminate_backend(pid) from pg_stat_activity where pid = ? and backend_start = ?",
                    row -> true,
                    backend.pid(),
                    backend.since()));
            if (there.isEmpty()) {
                return true;
            }
            LedgerTimes.pause(step, cancellation);
        }
        return false;
    }
}
