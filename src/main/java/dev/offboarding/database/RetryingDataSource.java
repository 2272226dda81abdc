package dev.offboarding.database;

import dev.offboarding.kit.RetryPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Waits for a database that is away when a connection is asked for. */
final class RetryingDataSource extends DelegatingDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(RetryingDataSource.class);

    private final RetryPolicy retryPolicy;

    RetryingDataSource(DataSource target, RetryPolicy retryPolicy) {
        super(target);
        this.retryPolicy = retryPolicy;
    }

    @Override
    public Connection getConnection() throws SQLException {
        RetryPolicy.Attempts attempts = retryPolicy.attempts();
        while (true) {
            try {
                Connection connection = super.getConnection();
                retryPolicy.answered();
                return connection;
            } catch (SQLException e) {
                if (!TransientFault.in(e) || !attempts.again()) {
                    throw e;
                }
                LOG.warn("the database is away and waited for: {}", e.getMessage());
            }
        }
    }
}
