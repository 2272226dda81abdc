package dev.offboarding.database;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Sessions of test databases that outlive the connections that a run makes of them. PostgreSQL plans each statement anew in each new
 * session and reads its catalogs anew, which takes several times as long as the statements of a run over a few rows: the next
 * run, or the next test, goes on in the sessions of the one before. To whom a session is lent, it is as new: what the one before had set,
 * locked, begun or prepared by name is undone, and where its server would let in or set up a new session otherwise by now, it gets a
 * new one.
 */
final class LastingSessions implements Driver {

    /** More of them would take memory for nothing. */
    private static final int KEPT_EACH = 4;

    private static final int KEPT = 40;

    private static final String AS_NEW =
            "select pg_advisory_unlock_all(); close all; unlisten *; reset session authorization; reset all; discard temp";

    /** What a new session would find: who may connect, how, and with which settings. */
    private static final String TERMS = """
            select (select string_agg(concat_ws('|', s.xmin, s.setdatabase, s.setrole), ',' order by s.setdatabase, s.setrole)
                      from pg_db_role_setting s where s.setdatabase in (0, d.oid)),
                   concat_ws('|', d.xmin, d.datallowconn, d.datconnlimit),
                   (select concat_ws('|', u.xmin, u.rolcanlogin, u.rolconnlimit) from pg_authid u where u.rolname = session_user),
                   pg_conf_load_time()
              from pg_database d where d.datname = current_database()""";

    private static final LastingSessions INSTANCE = new LastingSessions();

    private final Driver real = new org.postgresql.Driver();
    private final Set<String> lasting = ConcurrentHashMap.newKeySet();
    private final Map<String, Deque<Session>> idle = new HashMap<>();
    private int kept;

    private record Session(String database, Connection connection, int pid, String terms) {}

    private LastingSessions() {}

    /** From now on whoever connects to the database goes on in one of its sessions, if there is one that nobody uses. */
    static synchronized void of(String url) {
        if (INSTANCE.lasting.isEmpty()) {
            register();
        }
        INSTANCE.lasting.add(address(url));
    }

    /** The driver manager asks the first one first. */
    private static void register() {
        try {
            List<Driver> others = Collections.list(DriverManager.getDrivers());
            for (Driver other : others) {
                DriverManager.deregisterDriver(other);
            }
            DriverManager.registerDriver(INSTANCE);
            for (Driver other : others) {
                DriverManager.registerDriver(other);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server's processes of the database's sessions that nobody uses now. */
    static List<Integer> idle(String url) {
        return INSTANCE.idleOf(address(url)).stream().map(Session::pid).toList();
    }

    /** The database is to go, or not to be lent any more. */
    static void end(String url) {
        INSTANCE.lasting.remove(address(url));
        INSTANCE.forget(address(url));
    }

    @Override
    public boolean acceptsURL(String url) {
        return lasting.contains(address(url));
    }

    @Override
    public @Nullable Connection connect(String url, Properties properties) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        String key = url + " " + new TreeMap<>(properties);
        for (Session session = take(key); session != null; session = take(key)) {
            if (session.terms().equals(terms(session.connection()))) {
                return lent(key, session);
            }
            close(session.connection());
        }
        Connection connection = real.connect(url, properties);
        String terms = terms(connection);
        if (terms == null) {
            return connection;
        }
        int pid = connection.unwrap(PGConnection.class).getBackendPID();
        return lent(key, new Session(address(url), connection, pid, terms));
    }

    /** Null where this user may not ask: then the session is an ordinary one. */
    private static @Nullable String terms(Connection connection) {
        try (PreparedStatement statement = connection.prepareStatement(TERMS);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1) + " " + row.getString(2) + " " + row.getString(3) + " " + row.getString(4);
        } catch (SQLException e) {
            return null;
        }
    }

    private Connection lent(String key, Session session) throws SQLException {
        Connection connection = session.connection();
        int patience = connection.getNetworkTimeout();
        boolean[] returned = {false};
        return (Connection) Proxy.newProxyInstance(
                LastingSessions.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    switch (method.getName()) {
                        case "close" -> {
                            if (!returned[0]) {
                                returned[0] = true;
                                giveBack(key, session, patience);
                            }
                            return null;
                        }
                        case "isClosed" -> {
                            return returned[0] || connection.isClosed();
                        }
                        case "isValid" -> {
                            return !returned[0] && connection.isValid((int) arguments[0]);
                        }
                        default -> {
                            if (returned[0] && method.getDeclaringClass() == Connection.class) {
                                throw new SQLException("This connection has been closed.", "08003");
                            }
                        }
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private void giveBack(String key, Session session, int patience) {
        Connection connection = session.connection();
        try {
            if (connection.isClosed()) {
                return;
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            connection.setReadOnly(false);
            connection.setNetworkTimeout(Runnable::run, patience);
            try (Statement statement = connection.createStatement()) {
                statement.execute(AS_NEW);
            }
            connection.clearWarnings();
            if (!keep(key, session)) {
                connection.close();
            }
        } catch (SQLException e) {
            close(connection);
        }
    }

    private synchronized @Nullable Session take(String key) {
        Deque<Session> sessions = idle.get(key);
        if (sessions == null || sessions.isEmpty()) {
            return null;
        }
        kept--;
        return sessions.pop();
    }

    private synchronized boolean keep(String key, Session session) {
        Deque<Session> sessions = idle.computeIfAbsent(key, none -> new ArrayDeque<>());
        if (!lasting.contains(session.database()) || kept >= KEPT || sessions.size() >= KEPT_EACH) {
            return false;
        }
        kept++;
        sessions.push(session);
        return true;
    }

    private synchronized List<Session> idleOf(String database) {
        return idle.values().stream()
                .flatMap(Deque::stream)
                .filter(session -> session.database().equals(database))
                .toList();
    }

    private synchronized void forget(String database) {
        for (Iterator<Deque<Session>> keys = idle.values().iterator(); keys.hasNext(); ) {
            Deque<Session> sessions = keys.next();
            for (Session session : List.copyOf(sessions)) {
                if (session.database().equals(database)) {
                    sessions.remove(session);
                    kept--;
                    close(session.connection());
                }
            }
            if (sessions.isEmpty()) {
                keys.remove();
            }
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // its server has closed it
        }
    }

    private static String address(String url) {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) throws SQLException {
        return real.getPropertyInfo(url, properties);
    }

    @Override
    public int getMajorVersion() {
        return real.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
        return real.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
        return real.jdbcCompliant();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return real.getParentLogger();
    }
}
