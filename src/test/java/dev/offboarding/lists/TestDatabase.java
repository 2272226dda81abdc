package dev.offboarding.lists;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** One real PostgreSQL for all tests of this package; each test has a job of its own in it. */
final class TestDatabase {
    /** A database list needs two connections; there is no third to lean on. */
    private static final int POOL = 2;

    static final String URL;
    static final DataSource DATA_SOURCE;

    static {
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
            URL = postgres.getJdbcUrl("postgres", "postgres");
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(URL);
            pool.setMaximumPoolSize(POOL);
            pool.setConnectionTimeout(3_000);
            DATA_SOURCE = pool;
            Flyway.configure().dataSource(pool).load().migrate();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TestDatabase() {}
}
