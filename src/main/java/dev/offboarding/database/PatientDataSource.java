package dev.offboarding.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Waits for a database that is away when a connection is asked for. */
final class PatientDataSource extends DelegatingDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(PatientDataSource.class);

    private final Endurance endurance;

    PatientDataSource(DataSource target, Endurance endurance) {
        super(target);
        this.endurance = endurance;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Endurance.Attempts attempts = endurance.attempts();
        while (true) {
            try {
                Connection connection = super.getConnection();
                endurance.answered();
                return connection;
            } catch (SQLException e) {
                if (!Outage.in(e) || !attempts.again()) {
                    throw e;
                }
                LOG.warn("the database is away and waited for: {}", e.getMessage());
            }
        }
    }
}
