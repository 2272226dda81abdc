package dev.offboarding.database;

import dev.offboarding.kit.OneLine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a schema's migrations, one program at a time, all that are due in one transaction. Their history has a name of its own: Flyway's
 * own name for it may be taken by others who maintain that schema with Flyway.
 */
final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final String PERMISSION_DENIED = "42501";
    private static final String HISTORY = "offboarding_schema_history";

    /** What the history was called in earlier versions. */
    private static final String EARLIER_HISTORY = "flyway_schema_history";

    private final String schema;
    private final String folder;
    private final boolean shared;

    private Migrations(String schema, String folder, boolean shared) {
        this.schema = schema;
        this.folder = folder;
        this.shared = shared;
    }

    /** Of a schema that is this program's alone: where someone else has put something into it, nothing is added to that. */
    static Migrations ofOwn(String schema, String folder) {
        return new Migrations(schema, folder, false);
    }

    /** Of a schema in which others have put something, too. */
    static Migrations ofShared(String schema, String folder) {
        return new Migrations(schema, folder, true);
    }

    /** @throws DatabaseUnavailableException if it cannot be done, or must not */
    void run(DataSource dataSource) {
        try {
            if (!isCurrent(dataSource)) {
                bringUpToDate(dataSource);
            }
        } catch (SQLException | FlywayException e) {
            throw new DatabaseUnavailableException(
                    "The tables of the schema '%s' could not be made or brought up to date: %s %s"
                            .formatted(schema, reason(e), whatNow(e)),
                    e);
        }
    }

    private void bringUpToDate(DataSource dataSource) throws SQLException {
        // Flyway locks its history table, but has to make schema and table first, and two programs that do so at the
        // same moment fail
        try (Connection connection = dataSource.getConnection()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set lock_timeout = '60s'");
            }
            long key = AdvisoryKey.of("migration", schema);
            call(connection, "select pg_advisory_lock(?)", key);
            try {
                requirePermission(connection);
                boolean begun = exists(connection, HISTORY)
                        ? hasBegun(connection)
                        : tookOver(connection, checksums(dataSource));
                if (!begun) {
                    requireRoom(connection);
                }
                migrate(dataSource, connection, begun);
            } finally {
                call(connection, "select pg_advisory_unlock(?)", key);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("reset lock_timeout");
                }
            }
        }
    }

    private void migrate(DataSource dataSource, Connection connection, boolean begun) throws SQLException {
        try {
            flyway(dataSource).migrate();
        } catch (FlywayException e) {
            // the history is made before the one transaction that all else is
            if (!begun && exists(connection, HISTORY) && !hasBegun(connection)) {
                dropHistory(connection);
            }
            throw e;
        }
    }

    private void dropHistory(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table %s.%s".formatted(schema, HISTORY));
        } catch (SQLException e) {
            LOG.warn("the table {}.{}, in which nothing is written down, stays behind", schema, HISTORY, e);
        }
    }

    /** Whether anything was run by this history. One that is empty is what a failed attempt has left, and says nothing of whose the schema is. */
    private boolean hasBegun(Connection connection) throws SQLException {
        try {
            return !MigrationHistory.read(connection, schema + "." + HISTORY)
                    .scripts()
                    .isEmpty();
        } catch (SQLException e) {
            if (TransientFault.in(e)) {
                throw e;
            }
            // one that cannot be read is for Flyway to judge
            return true;
        }
    }

    /**
     * Whether the history is, line by line, that of this program's migrations, as it is at almost every start. That is one query; Flyway
     * would read the same with sixty, on two more connections. Anything else is for Flyway to judge.
     */
    private boolean isCurrent(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return exists(connection, HISTORY) && matches(connection);
        }
    }

    private boolean matches(Connection connection) throws SQLException {
        try {
            return MigrationHistory.read(connection, schema + "." + HISTORY).isOf(MigrationScript.in(folder));
        } catch (SQLException e) {
            if (TransientFault.in(e)) {
                throw e;
            }
            LOG.debug("the history of the schema {} cannot be read", schema, e);
            return false;
        }
    }

    private static String whatNow(Exception e) {
        if (denied(e)) {
            return "Let a user who may create schemas and tables in this database run once, name it as spring.flyway.user, or grant that right.";
        }
        return TransientFault.in(e)
                ? "The next start checks how far that came, and continues."
                : "No table was made or changed: all of it is one transaction.";
    }

    // Flyway tries ten times, a second apart, to make a history table that it may not make
    private void requirePermission(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select coalesce(
                  (select has_schema_privilege(n.oid, 'CREATE')
                      or exists (select from pg_class c where c.relnamespace = n.oid and c.relname in (?, ?))
                   from pg_namespace n where n.nspname = ?),
                  has_database_privilege(current_database(), 'CREATE'))""")) {
            statement.setString(1, HISTORY);
            statement.setString(2, EARLIER_HISTORY);
            statement.setString(3, schema);
            try (ResultSet answer = statement.executeQuery()) {
                answer.next();
                if (!answer.getBoolean(1)) {
                    throw new SQLException(
                            "permission denied to create anything in schema " + schema, PERMISSION_DENIED);
                }
            }
        }
    }

    private boolean exists(Connection connection, String table) throws SQLException {
        return !texts(
                        connection,
                        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ? and c.relname = ?",
                        schema,
                        table)
                .isEmpty();
    }

    /** Whether there is an earlier version's history; then it is this one's now. */
    private boolean tookOver(Connection connection, Map<String, Integer> checksums) throws SQLException {
        Map<String, Integer> scripts = scripts(connection);
        // a name alone says little: V1__ledger.sql is what others would call theirs, too
        if (scripts.keySet().stream().noneMatch(script -> Objects.equals(checksums.get(script), scripts.get(script)))) {
            return false;
        }
        List<String> ours =
                scripts.keySet().stream().filter(checksums::containsKey).toList();
        for (String script : ours) {
            if (!Objects.equals(checksums.get(script), scripts.get(script))) {
                throw new DatabaseUnavailableException(
                        "The schema '%s' was made by another %s than this program brings. Nothing was changed. Start the version that made it, or restore the database from before that."
                                .formatted(schema, script),
                        null);
            }
        }
        boolean before = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (ours.size() == scripts.size()) {
                statement.execute("alter table %s.%s rename to %s".formatted(schema, EARLIER_HISTORY, HISTORY));
                for (String index : List.of("_pk", "_s_idx")) {
                    statement.execute("alter index if exists %s.%s%s rename to %s%s"
                            .formatted(schema, EARLIER_HISTORY, index, HISTORY, index));
                }
            } else {
                // someone else's Flyway has continued with it, and still does
                statement.execute("create table %1$s.%2$s (like %1$s.%3$s including all)"
                        .formatted(schema, HISTORY, EARLIER_HISTORY));
                copy(connection, ours);
            }
            connection.commit();
            return true;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(before);
        }
    }

    private void copy(Connection connection, List<String> ours) throws SQLException {
        try (PreparedStatement copy =
                connection.prepareStatement("insert into %1$s.%2$s select * from %1$s.%3$s where script = any(?)"
                        .formatted(schema, HISTORY, EARLIER_HISTORY))) {
            copy.setArray(1, connection.createArrayOf("text", ours.toArray()));
            copy.execute();
        }
    }

    /** This program's migrations of that schema and their checksums, as Flyway counts them. */
    private Map<String, Integer> checksums(DataSource dataSource) {
        Map<String, Integer> checksums = new HashMap<>();
        for (MigrationInfo migration : flyway(dataSource).info().all()) {
            checksums.put(migration.getScript(), migration.getChecksum());
        }
        return checksums;
    }

    /** What a history of the earlier name says has been run there, with checksums; empty where there is none, or something else of that name. */
    private Map<String, Integer> scripts(Connection connection) throws SQLException {
        List<String> columns = texts(connection, """
                select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = ? and c.relname = ? and c.relkind = 'r'
                   and (a.attname, a.atttypid) in (('script', 'varchar'::regtype), ('checksum', 'int'::regtype))
                   and has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')""", schema, EARLIER_HISTORY);
        Map<String, Integer> scripts = new HashMap<>();
        if (columns.size() == 2) {
            try (Statement statement = connection.createStatement();
                    // the others are marks that Flyway sets itself
                    ResultSet row =
                            statement.executeQuery("select script, checksum from %s.%s where script like '%%.%%'"
                                    .formatted(schema, EARLIER_HISTORY))) {
                while (row.next()) {
                    scripts.put(row.getString("script"), row.getObject("checksum", Integer.class));
                }
            }
        }
        return scripts;
    }

    /** @throws DatabaseUnavailableException if someone else is there already */
    private void requireRoom(Connection connection) throws SQLException {
        if (shared) {
            return;
        }
        // whatever is in a schema depends on it; an administrator's default privileges do in another way
        List<String> there = texts(connection, """
                select case when d.classid = 'pg_class'::regclass and c.relkind <> 'c' then c.relname::text
                            else o.type || ' ' || replace(o.identity, quote_ident(n.nspname) || '.', '') end
                  from pg_namespace n join pg_depend d on d.refclassid = 'pg_namespace'::regclass and d.refobjid = n.oid and d.deptype = 'n'
                  cross join lateral pg_identify_object(d.classid, d.objid, 0) o
                  left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
                 where n.nspname = ? and c.relname is distinct from ? and d.classid <> 'pg_extension'::regclass
                   and not exists (select from pg_depend e where e.classid = d.classid and e.objid = d.objid and e.deptype = 'e')
                 order by case when c.relkind is null then 1 when c.relkind = 'S' then 2 else 0 end, 1""", schema, HISTORY);
        if (!there.isEmpty()) {
            throw new DatabaseUnavailableException(
                    ("The schema '%s' of this database belongs to someone else: it holds %s%s, and nothing there says that this program made it. "
                                    + "Nothing was changed. Give the job a database of its own (spring.datasource.url), or give that schema another name.")
                            .formatted(
                                    schema,
                                    String.join(", ", there.subList(0, Math.min(3, there.size()))),
                                    there.size() > 3 ? " and %d more".formatted(there.size() - 3) : ""),
                    null);
        }
    }

    private static List<String> texts(Connection connection, String sql, String... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            List<String> texts = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    texts.add(row.getString(1));
                }
            }
            return texts;
        }
    }

    private Flyway flyway(DataSource dataSource) {
        return Flyway.configure(Migrations.class.getClassLoader())
                .loggers("slf4j")
                .dataSource(dataSource)
                .schemas(schema)
                .defaultSchema(schema)
                .table(HISTORY)
                .locations("classpath:" + folder)
                .failOnMissingLocations(true)
                .placeholderReplacement(false)
                // all or nothing
                .group(true)
                // a schema into which others have put tables or views gets the first migration nevertheless
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

    private static boolean denied(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && PERMISSION_DENIED.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Exception e) {
        String fault = denied(e) ? null : ServerFault.inWords(e);
        if (fault != null) {
            return fault + ".";
        }
        Throwable innermost = e;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String text = OneLine.joined(String.valueOf(innermost.getMessage()));
        return text.endsWith(".") ? text : text + ".";
    }
}
