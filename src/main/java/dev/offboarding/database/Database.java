package dev.offboarding.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offboarding.kit.AtExit;
import dev.offboarding.kit.RetryPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * A PostgreSQL database that is in use: the job's own, embedded or configured, or another one that a setting names. It
 * is there, and new enough, once it has been opened.
 *
 * <p>An embedded server ends with {@link #close()}. Where no one calls it, the server ends with the program, after
 * everything that began later has come to its end, so that a run that is stopped can still write its report.
 */
public final class Database implements AutoCloseable {
    private static final String PREFIX = "spring.datasource";
    private static final String OWNER_PREFIX = "spring.flyway";
    private static final int OLDEST_VERSION = 13;
    private static final Duration READER_PATIENCE = Duration.ofSeconds(30);

    /**
     * A server whose machine vanishes says nothing any more, and a caller that waits for its answer would wait for hours. No statement of ours
     * takes as long.
     */
    private static final Duration SILENCE = Duration.ofMinutes(10);

    static {
        // a connection that broke in the last half second would be handed out unseen; checking it costs a round trip
        if (System.getProperty("com.zaxxer.hikari.aliveBypassWindowMs") == null) {
            System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "0");
        }
    }

    private final HikariDataSource pool;
    private final DataSource patient;
    private final DataSource direct;
    private final @Nullable EmbeddedServer server;
    private final @Nullable FolderLock lock;
    private final boolean embedded;
    private final String place;
    private @Nullable AtExit atExit;
    private boolean closed;

    Database(
            ConnectionSettings settings,
            @Nullable HikariConfig pool,
            @Nullable EmbeddedServer server,
            @Nullable FolderLock lock,
            boolean embedded,
            RetryPolicy retryPolicy) {
        this.direct = settings.direct();
        this.place = settings.place();
        this.pool = pool(settings, pool == null ? poolSettings("offboarding") : pool);
        this.patient = new RetryingDataSource(this.pool, retryPolicy);
        this.server = server;
        this.lock = lock;
        this.embedded = embedded;
    }

    /**
     * The job's own database, its tables made or brought up to date: the one at {@code spring.datasource.url}, or
     * without that an embedded one. In a configured one the tables are made by {@code spring.flyway.user}, if there is such a key.
     *
     * @param folder where an embedded one keeps its data, {@code .offboarding}; not touched for a configured one
     * @throws DatabaseConfigurationException if {@code spring.datasource.*} is wrong; nothing was touched
     * @throws DatabaseInUseException if another program has the folder; a program that only reads is waited for, at
     *     most 30 seconds
     * @throws DatabaseUnavailableException if it cannot be reached, started or used; within seconds
     */
    public static Database open(Environment environment, Path folder, Access access) {
        return open(environment, folder, access, RetryPolicy.none(), RetryPolicy.none());
    }

    /**
     * As {@link #open(Environment, Path, Access)}.
     *
     * @param opening how long a configured one that is away is waited for
     * @param retryPolicy how long a connection is waited for once it is open and goes away
     */
    public static Database open(
            Environment environment, Path folder, Access access, RetryPolicy opening, RetryPolicy retryPolicy) {
        Binder binder = Binder.get(environment);
        ConnectionSecurity security = ConnectionSecurity.of(environment);
        HikariConfig pool = poolSettings("offboarding");
        bind(binder, pool);
        String url = text(binder, "url");
        Database database = url == null || url.isBlank()
                ? embedded(folder, access, pool, retryPolicy)
                : own(
                        ConnectionSettings.of(
                                PREFIX, url, text(binder, "username"), text(binder, "password"), security),
                        pool,
                        opening,
                        retryPolicy);
        try {
            OwnSchema.migrate(
                    database.embedded() || url == null ? database.pool() : owner(binder, url, security, database));
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static Database own(
            ConnectionSettings settings, HikariConfig pool, RetryPolicy opening, RetryPolicy retryPolicy) {
        if (pool.getMaximumPoolSize() > 0 && pool.getMaximumPoolSize() < Connections.POOLED) {
            throw new DatabaseConfigurationException(
                    "%s.hikari.maximum-pool-size: %d is too few, a run needs %d at once"
                            .formatted(PREFIX, pool.getMaximumPoolSize(), Connections.POOLED));
        }
        return opening.retry(TransientFault::isOf, () -> {
            probe(settings, true);
            return new Database(settings, pool, null, null, false, retryPolicy);
        });
    }

    /** Who makes tables and changes them: the program's user, or another where {@code spring.flyway.user} names one. */
    private static DataSource owner(Binder binder, String url, ConnectionSecurity security, Database database) {
        String user = binder.bind(OWNER_PREFIX + ".user", String.class).orElse(null);
        if (user == null || user.isBlank()) {
            return database.pool();
        }
        ConnectionSettings settings = ConnectionSettings.of(
                OWNER_PREFIX,
                url,
                user,
                binder.bind(OWNER_PREFIX + ".password", String.class).orElse(null),
                security);
        if (!user.equals(settings.properties().getProperty("user"))) {
            throw new DatabaseConfigurationException(
                    "%s.url: names a user, so %s.user would not count; take the user out of it and write %s.username"
                            .formatted(PREFIX, OWNER_PREFIX, PREFIX));
        }
        probe(settings);
        return settings.direct();
    }

    /**
     * Another database than the job's own, left as it is.
     *
     * @param prefix where its settings are, {@code offboarding.ledger} for instance; for messages and as the pool's name
     * @throws DatabaseConfigurationException if the settings are wrong
     * @throws DatabaseUnavailableException if it cannot be reached or used; within seconds
     */
    public static Database connect(
            String prefix,
            String url,
            @Nullable String username,
            @Nullable String password,
            ConnectionSecurity security) {
        return configured(
                ConnectionSettings.of(prefix, url, username, password, security),
                poolSettings(prefix),
                RetryPolicy.none(),
                RetryPolicy.none());
    }

    /**
     * Connections to another database than the job's own, one for each call; none is made yet.
     *
     * @param prefix as in {@link #connect}
     * @throws DatabaseConfigurationException if the settings are wrong
     */
    public static DataSource unpooled(
            String prefix,
            String url,
            @Nullable String username,
            @Nullable String password,
            ConnectionSecurity security) {
        ConnectionSettings settings = ConnectionSettings.of(prefix, url, username, password, security);
        // what the URL says takes precedence; a statement's own count is to be believed, and it is not where inserts
        // are made one
        return settings.direct(
                Map.of("socketTimeout", String.valueOf(SILENCE.toSeconds()), "reWriteBatchedInserts", "false"));
    }

    private static Database configured(
            ConnectionSettings settings, HikariConfig pool, RetryPolicy opening, RetryPolicy retryPolicy) {
        return opening.retry(TransientFault::isOf, () -> {
            probe(settings);
            return new Database(settings, pool, null, null, false, retryPolicy);
        });
    }

    private static Database embedded(Path relative, Access access, HikariConfig pool, RetryPolicy retryPolicy) {
        Path folder = EmbeddedServer.prepare(relative);
        long deadline = System.nanoTime() + READER_PATIENCE.toNanos();
        while (true) {
            Optional<FolderLock> lock = lock(folder, access);
            if (lock.isPresent()) {
                return started(folder, lock.get(), pool, retryPolicy);
            }
            boolean hosted = access == Access.OWN && hostedHere(folder);
            Optional<ConnectionSettings> running =
                    hosted || access == Access.READ ? EmbeddedServer.running(folder) : Optional.empty();
            if (running.isPresent() && answers(running.get())) {
                return new Database(running.get(), pool, null, null, true, retryPolicy);
            }
            if (hosted) {
                throw new DatabaseUnavailableException(
                        "The embedded database in %s, which this program started, does not answer any more; postgresql.log there may say why."
                                .formatted(folder),
                        null);
            }
            boolean worthWaiting = access == Access.READ || FolderLock.freeSoon(folder);
            if (!worthWaiting || System.nanoTime() > deadline) {
                throw new DatabaseInUseException(folder, FolderLock.holder(folder));
            }
            pause();
        }
    }

    private static Optional<FolderLock> lock(Path folder, Access access) {
        try {
            return FolderLock.tryAcquire(folder, access);
        } catch (IOException e) {
            throw StartFailure.ofFolder(folder, "locked", e);
        }
    }

    private static boolean hostedHere(Path folder) {
        try {
            return FolderLock.hostedHere(folder);
        } catch (IOException e) {
            return false;
        }
    }

    private static Database started(Path folder, FolderLock lock, HikariConfig pool, RetryPolicy retryPolicy) {
        EmbeddedServer server = null;
        try {
            server = EmbeddedServer.start(folder);
            Database database = new Database(server.settings(), pool, server, lock, true, retryPolicy);
            database.atExit = AtExit.run(database::close);
            return database;
        } catch (RuntimeException e) {
            release(server, lock);
            throw e;
        }
    }

    private static void release(@Nullable EmbeddedServer server, @Nullable FolderLock lock) {
        try (lock;
                server) {
            // the server first, then the lock: no one may find the folder free and its server still running
        } catch (IOException e) {
            throw new DatabaseUnavailableException("The embedded database did not end in order: " + e, e);
        }
    }

    /** The embedded server that another program has running on a folder: new connections to it; empty if none takes any now. */
    public static Optional<DataSource> running(Path folder) {
        return EmbeddedServer.running(folder.toAbsolutePath().normalize())
                .filter(Database::answers)
                .map(ConnectionSettings::direct);
    }

    static boolean answers(ConnectionSettings settings) {
        try (Connection connection = settings.direct().getConnection()) {
            return connection.isValid(5);
        } catch (SQLException startingOrEnding) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the database's folder", e);
        }
    }

    /** Says about a configured database, before anything is made of it, why it cannot be used. */
    private static void probe(ConnectionSettings settings) {
        probe(settings, false);
    }

    /** @param own whether the job's own tables are to be in it: the trail and the lists hold names of any language */
    private static void probe(ConnectionSettings settings, boolean own) {
        try (Connection connection = settings.direct().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("""
                        select current_setting('server_version_num')::int / 10000, pg_is_in_recovery(),
                               current_setting('default_transaction_read_only')::bool, current_setting('server_encoding')""")) {
            result.next();
            requireUsable(settings.place(), result.getInt(1), result.getBoolean(2));
            if (result.getBoolean(3)) {
                throw new DatabaseUnavailableException(
                        "The database %s only reads: it was set to read only (default_transaction_read_only), as some hosts do when its disk is full. Make room and have that undone."
                                .formatted(settings.place()),
                        null);
            }
            String encoding = result.getString(4);
            if (SharedSessions.behind(connection, settings.direct())) {
                throw new DatabaseUnavailableException(
                        "The database %s is reached through a pooler that lends a session for one transaction only (PgBouncer with pool_mode = transaction, for instance): the lock that keeps two runs apart would not last there. Use the address of PostgreSQL itself, or of a pool with pool_mode = session."
                                .formatted(settings.place()),
                        null);
            }
            if (own && !encoding.equals("UTF8")) {
                throw new DatabaseUnavailableException(
                        "The database %s is encoded in %s, in which not every name can be written. Create one with: create database … encoding 'UTF8' template template0"
                                .formatted(settings.place(), encoding),
                        null);
            }
        } catch (SQLException e) {
            throw settings.unavailable(e);
        }
    }

    static void requireUsable(String place, int version, boolean standby) {
        if (version < OLDEST_VERSION) {
            throw new DatabaseUnavailableException(
                    "The database %s is PostgreSQL %d; this program needs %d or later. Upgrade it, or use another."
                            .formatted(place, version, OLDEST_VERSION),
                    null);
        }
        if (standby) {
            throw new DatabaseUnavailableException(
                    "The database %s is a standby, which only reads. Use the primary's address.".formatted(place),
                    null);
        }
    }

    private static @Nullable String text(Binder binder, String key) {
        return binder.bind(PREFIX + "." + key, String.class).orElse(null);
    }

    private static HikariConfig poolSettings(String name) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        // 30 seconds, Hikari's default, would let a run whose database is gone hang for minutes
        pool.setConnectionTimeout(3000);
        // most of a run needs one or two; the others come when they are needed
        pool.setMinimumIdle(1);
        pool.setInitializationFailTimeout(-1);
        return pool;
    }

    private static void bind(Binder binder, HikariConfig pool) {
        try {
            binder.bind(PREFIX + ".hikari", Bindable.ofInstance(pool));
        } catch (BindException e) {
            Throwable reason = e;
            while (reason.getCause() != null) {
                reason = reason.getCause();
            }
            throw new DatabaseConfigurationException("%s: %s".formatted(e.getName(), reason.getMessage()));
        }
    }

    private static HikariDataSource pool(ConnectionSettings settings, HikariConfig pool) {
        pool.setConnectionInitSql(SessionSettings.before(pool.getConnectionInitSql()));
        if (pool.getTransactionIsolation() == null) {
            // the pool's own, and so that of a session that comes back from a transaction at another
            pool.setTransactionIsolation(SessionSettings.LEVEL);
        }
        pool.setJdbcUrl(settings.url());
        pool.setUsername(settings.properties().getProperty("user"));
        pool.setPassword(settings.properties().getProperty("password"));
        settings.properties().forEach(pool.getDataSourceProperties()::putIfAbsent);
        // what the URL says takes precedence
        pool.getDataSourceProperties().putIfAbsent("socketTimeout", String.valueOf(SILENCE.toSeconds()));
        try {
            return new HikariDataSource(pool);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new DatabaseConfigurationException("%s.hikari: %s".formatted(settings.prefix(), e.getMessage()));
        }
    }

    /** The pool. Gives a connection within three seconds, or, as long as the database is away, for as long as that is waited for. */
    public DataSource dataSource() {
        return patient;
    }

    /** The pool, which gives a connection within three seconds or fails: for callers that wait in a way of their own. */
    public DataSource pool() {
        return pool;
    }

    /** A new connection for each call, outside of the pool: for what has to keep its session, as {@link RunLock} does. */
    public DataSource direct() {
        return direct;
    }

    /** Where it is, for people: an address without user, password and parameters. */
    public String place() {
        return place;
    }

    /** Whether these settings ask for the embedded database. */
    public static boolean isEmbedded(Environment environment) {
        String url = text(Binder.get(environment), "url");
        return url == null || url.isBlank();
    }

    /** Whether it answers, within five seconds. */
    public boolean answers() {
        try (Connection connection = direct.getConnection()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Whether it is this program's embedded PostgreSQL, and not a configured one. */
    public boolean embedded() {
        return embedded;
    }

    /**
     * What to say of an error of it: of the embedded server of this program that has ended no connection knows why.
     *
     * @return the error itself where nothing more is known
     */
    public RuntimeException explained(RuntimeException error) {
        String end = server == null ? null : server.end();
        return end == null ? error : new DatabaseUnavailableException(end, error);
    }

    /** Whether this call made an embedded database where there was none. */
    public boolean freshlyCreated() {
        return server != null && server.created();
    }

    /**
     * Ends the pool, and the embedded server if it is this program's own. A second call does nothing but wait for the
     * first: the program must not be gone before its server is.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            pool.close();
        } finally {
            release(server, lock);
            if (atExit != null) {
                atExit.close();
            }
        }
    }
}
