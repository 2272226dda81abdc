package dev.offboarding.report;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * One view of the database for all that is read through it: other jobs write while a report is written, and its totals must
 * still be those of its rows. Rows are streamed. What the caller has not committed is not seen.
 */
final class Snapshot implements AutoCloseable {
    /** Rows held in memory at a time; a row may be some 100 kB. */
    private static final int FETCH_SIZE = 250;

    private final Connection connection;
    private final JdbcTemplate jdbc;

    private Snapshot(Connection connection) {
        this.connection = connection;
        this.jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
        jdbc.setFetchSize(FETCH_SIZE);
    }

    static Snapshot of(DataSource dataSource) {
        try {
            Connection connection = dataSource.getConnection();
            try {
                connection.setAutoCommit(false);
                // of this transaction only, and with it: the connection's own settings take three round trips to set
                // and to put back
                try (Statement begin = connection.createStatement()) {
                    begin.execute("set transaction isolation level repeatable read, read only");
                }
                return new Snapshot(connection);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new CannotGetJdbcConnectionException("the job's own database cannot be read", e);
        }
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }

    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            // nothing was written, so nothing is lost; the owner of the connection will notice
        }
    }
}
