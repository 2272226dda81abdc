package dev.offboarding.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * Recognises a pooler that gives its clients a session for a transaction or a statement only, as PgBouncer does with
 * {@code pool_mode = transaction}. A lock of a session would end up with someone else there, and so would a time zone.
 */
final class SharedSessions {

    /** Others who work through the same pooler may take the session that we look for. */
    private static final int LOOKS = 3;

    private SharedSessions() {}

    /**
     * Whether connections made here share sessions of the server.
     *
     * @param one of them, open and not in use
     */
    static boolean behind(Connection one, DataSource connections) throws SQLException {
        int session = session(one);
        // a pooler in between has to make up the number by which a statement is cancelled
        if (one.unwrap(PGConnection.class).getBackendPID() == session) {
            return false;
        }
        for (int look = 0; look < LOOKS; look++) {
            try (Connection other = connections.getConnection()) {
                // both are open, so the server has a session for each, or they are not theirs
                if (session(other) == session || session(one) != session) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
