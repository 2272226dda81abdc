package dev.offboarding.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.offboarding.kit.QuickFolders;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * A database with every table made and nothing in it, on one PostgreSQL that all tests of a JVM share and that ends with it. Its user
 * is a superuser and needs no password. A test that has left no trace but rows hands its database on to a later one, for to make one
 * takes longer than most tests.
 */
public final class TestDatabase implements AutoCloseable {
    private static final String TEMPLATE = "template_offboarding";
    /** A run makes each of its statements a few times only, on tables of a few rows: to plan them takes longer than what they are for. */
    private static final String PLANNED_ONCE = "&prepareThreshold=1&options=-c%20plan_cache_mode=force_generic_plan";

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;
    private static @Nullable HikariDataSource administrator;
    private static @Nullable UsedDatabases used;

    /** Null where it is not ours to drop. */
    private final @Nullable String name;

    private final String url;
    private final DataSource direct;
    private final HikariDataSource pool;

    private TestDatabase(@Nullable String name, String url) {
        this.name = name;
        this.url = url;
        this.direct = new SimpleDriverDataSource(new Driver(), url);
        this.pool = new HikariDataSource();
        pool.setPoolName(name == null ? "test" : name);
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(10);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(3000);
        pool.addDataSourceProperty("reWriteBatchedInserts", "true");
    }

    /** With the tables of the program and of the ledger. */
    public static TestDatabase create() {
        start();
        String clean = used().poll();
        TestDatabase database = clean == null ? create(TEMPLATE) : new TestDatabase(clean, url(clean));
        LastingSessions.of(database.url);
        return database;
    }

    /** A database of a server that is the test's own, with the tables of the program and of the ledger. It is not dropped. */
    public static TestDatabase at(String url) {
        TestDatabase database = new TestDatabase(null, url);
        OwnSchema.migrate(database.direct);
        LedgerSchema.migrate(database.direct);
        return database;
    }

    /** With nothing at all. */
    public static TestDatabase createEmpty() {
        return create("template1");
    }

    private static synchronized TestDatabase create(String template) {
        start();
        String name = "test_" + NUMBER.incrementAndGet();
        administrator()
                .sql("create database %s template %s strategy file_copy".formatted(name, template))
                .update();
        return new TestDatabase(name, url(name));
    }

    /** Starts the server, once. */
    static synchronized void start() {
        if (server != null) {
            return;
        }
        try {
            server = EmbeddedPostgres.builder()
                    .setDataDirectory(QuickFolders.make("postgres"))
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8")
                    // of many small databases that live for minutes there is nothing to be cleared away
                    .setServerConfig("autovacuum", "off")
                    .setServerConfig("io_method", "sync")
                    .start();
            JdbcClient.create(direct("postgres"))
                    .sql("create database " + TEMPLATE)
                    .update();
            OwnSchema.migrate(direct(TEMPLATE));
            LedgerSchema.migrate(direct(TEMPLATE));
            // for the lists of tests: where a schema is made or dropped, every session plans all its statements anew
            JdbcClient.create(direct(TEMPLATE)).sql("create schema crm").update();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the server's programs have been unpacked. */
    public static Path programs() {
        long pid = Long.parseLong(administrator()
                .sql("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
                .query(String.class)
                .single());
        String postgres = ProcessHandle.of(pid).orElseThrow().info().command().orElseThrow();
        return Path.of(postgres).resolve("../..").normalize();
    }

    /** One connection for all: on some machines to make one takes longer than what it is for. */
    private static synchronized JdbcClient administrator() {
        if (administrator == null) {
            HikariDataSource one = new HikariDataSource();
            one.setPoolName("administrator");
            one.setJdbcUrl(url("postgres"));
            one.setMaximumPoolSize(1);
            one.setConnectionTimeout(60_000);
            administrator = one;
        }
        return JdbcClient.create(administrator);
    }

    private static synchronized UsedDatabases used() {
        if (used == null) {
            used = usedDatabases();
        }
        return used;
    }

    /** None yet. */
    static UsedDatabases usedDatabases() {
        return new UsedDatabases(TestDatabase::direct, TEMPLATE);
    }

    private static String url(String database) {
        EmbeddedPostgres running = server;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running.getJdbcUrl("postgres", database) + PLANNED_ONCE;
    }

    private static DataSource direct(String database) {
        return new SimpleDriverDataSource(new Driver(), url(database));
    }

    /** JDBC URL with the user in it. */
    public String url() {
        return url;
    }

    /** A pool of at most ten connections. */
    public DataSource dataSource() {
        return pool;
    }

    /** A new connection for each call. */
    public DataSource direct() {
        return direct;
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(pool);
    }

    /** Ends whoever is still connected to it, and drops it unless another test can have it. */
    @Override
    public void close() {
        pool.close();
        if (name == null) {
            return;
        }
        if (!used().offer(name)) {
            LastingSessions.end(url);
            administrator()
                    .sql("drop database if exists %s with (force)".formatted(name))
                    .update();
        }
    }
}
