package dev.offboarding.lists;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;

/** One real PostgreSQL for all tests of this package; each test has a job of its own in it. */
final class ListDatabase {
    /** A database list needs two connections; there is no third to lean on. */
    private static final int POOL = 2;

    static final String URL;
    static final DataSource DATA_SOURCE;

    static {
        dev.offboarding.database.TestDatabase database = dev.offboarding.database.TestDatabase.create();
        URL = database.url();
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(URL);
        pool.setMaximumPoolSize(POOL);
        pool.setConnectionTimeout(3_000);
        DATA_SOURCE = pool;
    }

    private ListDatabase() {}
}
