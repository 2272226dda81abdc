package dev.offboarding.platform.ledger;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.ledger.LostConnectionException.Backend;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One transaction on one connection. */
final class Session {

    /** A row, turned into a value. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** An argument: an array of texts, or of what PostgreSQL reads from texts. */
    record Texts(@Nullable String[] values) {}

    /** What a session is called while it writes, so that a later run can see that it is still writing. */
    static final String WRITER = "offboarding ledger write";

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /**
     * How long a write of a machine that is gone keeps its locks at most, where nothing else tells the server. Nothing else is asked in the
     * middle of a write, so it stands still as long only where its machine does.
     */
    private static final Duration IDLE = Duration.ofMinutes(5);

    /** In milliseconds. Neither this nor the next asks the views that show the same: those show everything, and cost a hundred times as much. */
    private static final String DEADLOCK_TIMEOUT =
            "(extract(epoch from current_setting('deadlock_timeout')::interval) * 1000)::int";

    private static final String BEGIN = """
            select set_config('application_name', ?, true), set_config('statement_timeout', ?, true),
                   set_config('idle_in_transaction_session_timeout', ?, true), set_config('lock_timeout', least(?, %s / 2)::text, true),
                   a.pid, a.backend_start
            from pg_stat_get_activity(pg_backend_pid()) a""".formatted(DEADLOCK_TIMEOUT);

    private final Connection connection;
    private final LedgerTimes times;
    private final CancellationToken cancellation;
    private @Nullable Backend backend;
    private boolean wrote;

    Session(Connection connection, LedgerTimes times, CancellationToken cancellation) {
        this.connection = connection;
        this.times = times;
        this.cancellation = cancellation;
    }

    /** Of this transaction only: a pool's next user finds the connection as it was. */
    void beginRead() throws SQLException {
        // one round trip
        execute("set transaction isolation level repeatable read, read only; set local statement_timeout = "
                + times.statement().toMillis());
    }

    void beginWrite() throws SQLException {
        // each statement is to see what was committed right before it, whatever the database's default is
        execute("set transaction isolation level read committed, read write");
        List<Backend> self = query(
                BEGIN,
                row -> new Backend(row.getInt("pid"), row.getObject("backend_start", OffsetDateTime.class)),
                WRITER,
                Long.toString(times.statement().toMillis()),
                Long.toString(IDLE.toMillis()),
                times.rowLock());
        if (self.isEmpty()) {
            throw new SQLException("the server does not show its own process in pg_stat_activity", "55000");
        }
        backend = self.get(0);
    }

    /** For a lock that is asked for while none is held: longer than the server takes to send an autovacuum away. */
    void waitLongForLocks() throws SQLException {
        query(
                "select set_config('lock_timeout', least(%s + 500, 3000)::text, true)".formatted(DEADLOCK_TIMEOUT),
                row -> true);
    }

    /**
     * For locks that are asked for while others are held: given up before the server looks for a deadlock, counted from the
     * moment from which others may have been waiting for us.
     *
     * @param held for how long something has been held already
     */
    void waitBrieflyForLocks(Duration held) throws SQLException {
        query(
                "select set_config('lock_timeout', greatest(1, least(?, %s / 2 - ?))::text, true)"
                        .formatted(DEADLOCK_TIMEOUT),
                row -> true,
                times.rowLock(),
                held);
    }

    @Nullable
    Backend backend() {
        return backend;
    }

    boolean wrote() {
        return wrote;
    }

    <T> List<T> query(String sql, Row<T> row, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet result = unlessCalledOff(statement, statement::executeQuery)) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(row.read(result));
            }
            return rows;
        }
    }

    /** @return how many rows the statement says that it has passed over; a view's trigger or rule has its part in that */
    long update(String sql, Object... arguments) throws SQLException {
        wrote = true;
        try (PreparedStatement statement = prepare(sql, arguments)) {
            unlessCalledOff(statement, statement::execute);
            return statement.getLargeUpdateCount();
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            unlessCalledOff(statement, () -> statement.execute(sql));
        }
    }

    /** A statement that is called off has changed nothing, and its transaction is rolled back. */
    private <T> T unlessCalledOff(Statement statement, CancellationToken.Call<T, SQLException> call)
            throws SQLException {
        try {
            return cancellation.call(call, () -> cancel(statement));
        } catch (SQLException e) {
            if (LedgerErrors.tookTooLong(e)) {
                cancellation.check();
            }
            throw e;
        }
    }

    private static void cancel(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            LOG.debug("a statement that was to be called off is over already, or its server does not answer", e);
        }
    }

    private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < arguments.length; i++) {
                Object argument = arguments[i];
                if (argument instanceof Collection<?> ids) {
                    statement.setArray(i + 1, connection.createArrayOf("uuid", ids.toArray()));
                } else if (argument instanceof Texts texts) {
                    statement.setArray(i + 1, connection.createArrayOf("text", texts.values()));
                } else if (argument instanceof Instant instant) {
                    statement.setObject(i + 1, OffsetDateTime.ofInstant(instant, ZoneOffset.UTC));
                } else if (argument instanceof Duration duration) {
                    statement.setLong(i + 1, duration.toMillis());
                } else {
                    statement.setObject(i + 1, argument);
                }
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
