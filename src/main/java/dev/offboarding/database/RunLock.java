package dev.offboarding.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * One run of a name at a time on a database, whatever machine it is on. The lock belongs to a database session and ends
 * with it, so it neither runs out under a living run nor outlives a dead one; its holder asks {@link #isHeld()}
 * before what must not be done twice, because an administrator may end the session.
 */
public final class RunLock implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    /** A change may wait for a standby server, or for another session's change of the table. */
    private static final Duration STATEMENT = Duration.ofMinutes(1);

    private static final String KEY_OF_LOCK =
            "l.locktype = 'advisory' and l.granted and l.objsubid = 1 and (l.classid::bigint << 32 | l.objid::bigint) = ?"
                    + " and l.database = (select oid from pg_database where datname = current_database())";

    private final Connection session;
    private final long key;
    private final Session own;
    private boolean lost;

    /**
     * A session on the database server, distinguished from any that has its number later.
     *
     * @param pid its number
     * @param since when it began, by the server's clock; null if the user may not see it
     */
    public record Session(int pid, @Nullable Instant since) {}

    /**
     * Who has a lock.
     *
     * @param pid the number of the holder's session on the database server
     * @param name what the session calls itself, {@code offboarding} and the lock's name; null if the user may not see it
     * @param since when the session began; null if the user may not see it
     * @param address where the holder is; null if it is on the database's own machine or the user may not see it
     */
    public record Holder(
            int pid,
            @Nullable String name,
            @Nullable Instant since,
            @Nullable String address) {
        public Session session() {
            return new Session(pid, since);
        }

        /** Without a time: a session may be older than what is done in it. */
        public String place() {
            return "database session %d%s".formatted(pid, address == null ? "" : " from " + address);
        }

        @Override
        public String toString() {
            return "database session %d%s%s"
                    .formatted(pid, address == null ? "" : " from " + address, since == null ? "" : ", since " + since);
        }
    }

    private RunLock(Connection session, long key, Session own) {
        this.session = session;
        this.key = key;
        this.own = own;
    }

    /** When the server was started in which this lock is held. */
    public Instant serverStartedAt() throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("select pg_postmaster_start_time()")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /**
     * For what must have been done or not, once and for all, when the next holder comes: the session, and the lock with it, does not end
     * before a statement that it has begun. Waits a minute for each answer. Not for use by several threads, nor beside {@link #isHeld()}.
     *
     * @throws SQLException if the session is gone
     */
    public <T> T withinItsSession(Function<JdbcTemplate, T> work) throws SQLException {
        int answer = session.getNetworkTimeout();
        session.setNetworkTimeout(Runnable::run, (int) STATEMENT.toMillis());
        try {
            return work.apply(new JdbcTemplate(new SingleConnectionDataSource(session, true)));
        } finally {
            if (!session.isClosed()) {
                session.setNetworkTimeout(Runnable::run, answer);
            }
        }
    }

    /** The session that holds this lock. */
    public Session session() {
        return own;
    }

    /**
     * Takes the lock if no one has it; does not wait.
     *
     * @param direct gives connections that belong to no pool, see {@link Database#direct()}
     * @param name what is to run only once at a time: the job's name
     * @throws SQLException if the database does not answer
     */
    public static Optional<RunLock> tryAcquire(DataSource direct, String name) throws SQLException {
        return tryAcquire(direct, name, ANSWER);
    }

    static Optional<RunLock> tryAcquire(DataSource direct, String name, Duration answer) throws SQLException {
        long key = AdvisoryKey.of("run", name);
        Connection session = direct.getConnection();
        RunLock lock = null;
        try {
            session.setNetworkTimeout(Runnable::run, (int) answer.toMillis());
            session.setAutoCommit(true);
            introduce(session, name);
            if (ask(session, "select pg_try_advisory_lock(?)", key)) {
                lock = new RunLock(session, key, self(session));
            }
            return Optional.ofNullable(lock);
        } finally {
            if (lock == null) {
                session.close();
            }
        }
    }

    private static Session self(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(
                        "select pid, backend_start from pg_stat_get_activity(pg_backend_pid())")) {
            row.next();
            OffsetDateTime since = row.getObject(2, OffsetDateTime.class);
            return new Session(row.getInt(1), since == null ? null : since.toInstant());
        }
    }

    private static void introduce(Connection session, String name) throws SQLException {
        try (PreparedStatement statement =
                session.prepareStatement("select set_config('application_name', ?, false)")) {
            statement.setString(1, "offboarding " + name);
            statement.execute();
        }
        for (Map.Entry<String, String> setting : SessionSettings.KEEPALIVES.entrySet()) {
            try (Statement statement = session.createStatement()) {
                statement.execute("set %s = %s".formatted(setting.getKey(), setting.getValue()));
            } catch (SQLException serverCannotOnItsPlatform) {
                return;
            }
        }
    }

    /** Who has the lock of this name now; empty if no one has. */
    public static Optional<Holder> holder(DataSource dataSource, String name) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return holder(connection, name);
        }
    }

    /** The same, as seen through a connection. */
    public static Optional<Holder> holder(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select l.pid, a.application_name, a.backend_start, host(a.client_addr) from pg_locks l left join pg_stat_activity a on a.pid = l.pid where "
                        + KEY_OF_LOCK)) {
            statement.setLong(1, AdvisoryKey.of("run", name));
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                OffsetDateTime since = row.getObject(3, OffsetDateTime.class);
                return Optional.of(new Holder(
                        row.getInt(1), row.getString(2), since == null ? null : since.toInstant(), row.getString(4)));
            }
        }
    }

    /**
     * Asks the database whether the lock is still this one's, and waits at most five seconds for the answer. No answer
     * means no, and once the answer was no, it stays no. The lock ends with its session, and only this class ends it before: so where the
     * same session answers, it is held.
     */
    public synchronized boolean isHeld() {
        if (!lost) {
            try {
                lost = !ask(session, "select pg_backend_pid() = ?", own.pid());
            } catch (SQLException e) {
                lost = true;
            }
        }
        return !lost;
    }

    private static boolean ask(Connection session, String question, long key) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(question)) {
            statement.setLong(1, key);
            try (ResultSet answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }

    /** Gives the lock back; a second call does nothing. */
    @Override
    public synchronized void close() {
        lost = true;
        try (session) {
            if (!session.isClosed()) {
                ask(session, "select pg_advisory_unlock(?)", key);
            }
        } catch (SQLException sessionIsGone) {
            // and the lock with it
        }
    }
}
