package dev.offboarding.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Runs a schema's migrations, one program at a time. */
final class Migrations {
    private static final String PERMISSION_DENIED = "42501";

    private Migrations() {}

    static void run(String schema, String location, DataSource dataSource) {
        // Flyway locks its history table, but has to make schema and table first, and two programs that do so at the
        // same moment fail
        try (Connection connection = dataSource.getConnection()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set lock_timeout = '60s'");
            }
            long key = AdvisoryKey.of("migration", schema);
            call(connection, "select pg_advisory_lock(?)", key);
            try {
                requirePermission(connection, schema);
                flyway(schema, location, dataSource).migrate();
            } finally {
                call(connection, "select pg_advisory_unlock(?)", key);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("reset lock_timeout");
                }
            }
        } catch (SQLException | FlywayException e) {
            throw new DatabaseUnavailableException(
                    "The tables of the schema '%s' could not be made or brought up to date: %s %s"
                            .formatted(
                                    schema,
                                    reason(e),
                                    denied(e)
                                            ? "Let a user who may create schemas and tables in this database run once, name it as spring.flyway.user, or grant that right."
                                            : "Nothing was changed."),
                    e);
        }
    }

    // Flyway tries ten times, a second apart, to make a history table that it may not make
    private static void requirePermission(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select coalesce(
                  (select has_schema_privilege(n.oid, 'CREATE')
                      or exists (select from pg_class c where c.relnamespace = n.oid and c.relname = 'flyway_schema_history')
                   from pg_namespace n where n.nspname = ?),
                  has_database_privilege(current_database(), 'CREATE'))""")) {
            statement.setString(1, schema);
            try (ResultSet answer = statement.executeQuery()) {
                answer.next();
                if (!answer.getBoolean(1)) {
                    throw new SQLException(
                            "permission denied to create anything in schema " + schema, PERMISSION_DENIED);
                }
            }
        }
    }

    private static Flyway flyway(String schema, String location, DataSource dataSource) {
        return Flyway.configure(Migrations.class.getClassLoader())
                .loggers("slf4j")
                .dataSource(dataSource)
                .schemas(schema)
                .defaultSchema(schema)
                .locations(location)
                .failOnMissingLocations(true)
                .placeholderReplacement(false)
                // a schema that somebody else has put tables or views into gets the first migration all the same
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
    }

    private static void call(Connection connection, String sql, long key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, key);
            statement.execute();
        }
    }

    static boolean deniedBy(DatabaseUnavailableException e) {
        return denied(e);
    }

    private static boolean denied(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && PERMISSION_DENIED.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Exception e) {
        Throwable innermost = e;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String text = String.valueOf(innermost.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
        return text.endsWith(".") ? text : text + ".";
    }
}
