package dev.offboarding.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Databases that a test is done with and that another one may have as if they were new: in them nothing was made, altered, granted or
 * set, and what rows there were are gone. PostgreSQL itself says whether that is so: each change in a catalog leaves a row there whose
 * transaction is younger than all that the template had.
 */
final class UsedDatabases {

    /** What is deleted stays in the files for some time; a few hundred tests do not notice. */
    private static final int OFTEN_ENOUGH = 400;

    /** But for those that show nothing alone: what is made there leaves a row in pg_depend. */
    private static final String CATALOGS = """
            select 'pg_catalog.' || c.relname from pg_class c
             where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and not c.relisshared
               and c.relname not in ('pg_class', 'pg_statistic', 'pg_statistic_ext_data', 'pg_operator', 'pg_opclass',
                     'pg_opfamily', 'pg_am', 'pg_amop', 'pg_amproc', 'pg_aggregate', 'pg_cast', 'pg_collation', 'pg_conversion', 'pg_init_privs',
                     'pg_language', 'pg_range', 'pg_ts_config', 'pg_ts_config_map', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template')
             order by 1""";

    /**
     * The number of the youngest transaction, less that of the first ordinary one: there is no order among them but by their age. Each of
     * the catalogs has rows of a younger one than that.
     */
    private static final String YOUNGEST = "age('3'::xid) - min(age(xmin))";

    /** The server's own, as far as they are about this database. */
    private static final String SETTINGS = """
            select 'settings', count(*), max(s.xmin::text::bigint) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
             where d.datname = current_database()
            union all
            select 'rights', count(*), count(datacl) from pg_database
             where datname = current_database() and datallowconn and datconnlimit = -1 and datdba = current_user::regrole
            union all
            select 'prepared', count(*), 0 from pg_prepared_xacts where database = current_database()""";

    private static final String END_SESSIONS = """
            select count(pg_terminate_backend(pid, 60000)) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and pid <> all(?)""";

    /** What tests put in somebody's way, triggers above all, and what somebody else may have there or in a schema of his own. */
    private static final String TAKE_AWAY = """
            do $$ declare away text; begin
              for away in
                select format('drop %s if exists %s cascade', case relkind when 'v' then 'view' else 'table' end, oid::regclass)
                  from pg_class where relnamespace in ('public'::regnamespace, 'crm'::regnamespace) and relkind in ('r', 'v')
                union all
                select format('drop routine if exists %s cascade', oid::regprocedure)
                  from pg_proc where pronamespace in ('public'::regnamespace, 'crm'::regnamespace)
                union all
                select format('drop schema if exists %I cascade', nspname)
                  from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public', 'crm', 'offboarding', 'ledger')
              loop
                execute away;
              end loop;
            end $$""";

    /** Less than all of it: where a file is, how much is in it, and that there was a trigger once. */
    private static final String RELATIONS = """
            select 'relations', count(*), 0 from pg_class
            union all
            select 'relation', sum(hash_record_extended(row(oid, relname, relnamespace, reltype, reloftype, relowner, relam, reltablespace,
                     relisshared, relpersistence, relkind, relnatts, relchecks, relhasrules, relrowsecurity, relforcerowsecurity,
                     relreplident, relispartition, relacl, reloptions), 0)), 0 from pg_class""";

    /** Migrations that have been run stay run. */
    private static final String TABLES = """
            select oid::regclass::text from pg_class
             where relnamespace::regnamespace::text in ('offboarding', 'ledger') and relkind = 'r' and relname !~ 'history$|^chain_head$'""";

    private static final String CHAIN_FROM_THE_BEGINNING =
            "update offboarding.chain_head set last_sequence = 0, last_hash = decode(repeat('00', 32), 'hex') where last_sequence <> 0";

    /** One row, for of a batch's rows the driver asks for one and no more. */
    private static final String SEQUENCES_FROM_THE_BEGINNING =
            "select count(setval(seqrelid::regclass, seqstart, false)) from pg_sequence where pg_sequence_last_value(seqrelid::regclass) is not null";

    private final Function<String, DataSource> connections;
    private final String untouched;
    private final String filled;
    private final Map<String, String> catalogs;
    private final Map<String, Integer> times = new ConcurrentHashMap<>();
    /** One in each, which stays: what it has asked once, PostgreSQL need not plan again. */
    private final Map<String, Connection> sessions = new ConcurrentHashMap<>();

    private final Deque<String> clean = new ConcurrentLinkedDeque<>();

    /** @param connections to a database of a name */
    UsedDatabases(Function<String, DataSource> connections, String template) {
        this.connections = connections;
        try (Connection connection = connections.apply(template).getConnection();
                Statement statement = connection.createStatement()) {
            this.untouched = query(statement);
            this.filled = names(statement, TABLES).stream()
                    .map("select '%1$s' where exists (select from %1$s)"::formatted)
                    .collect(Collectors.joining(" union all "));
            this.catalogs = state(connection, untouched);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One that is as new; null if there is none. */
    @Nullable
    String poll() {
        return clean.pollFirst();
    }

    /** Whether it is as new now; another test may have it then. */
    boolean offer(String database) {
        if (times.merge(database, 1, Integer::sum) > OFTEN_ENOUGH || !emptied(database)) {
            times.remove(database);
            return leave(database);
        }
        clean.addFirst(database);
        return true;
    }

    private boolean emptied(String database) {
        try {
            Connection session = session(database);
            endSessions(session);
            execute(session, TAKE_AWAY);
            if (!state(session, untouched).equals(catalogs)) {
                return leave(database);
            }
            empty(session);
            return true;
        } catch (SQLException e) {
            // whatever a test has made of it, that it cannot even be opened for instance
            return leave(database);
        }
    }

    private static void endSessions(Connection session) throws SQLException {
        Object[] spared = LastingSessions.idle(session.getMetaData().getURL()).toArray();
        try (PreparedStatement statement = session.prepareStatement(END_SESSIONS)) {
            statement.setArray(1, session.createArrayOf("int4", spared));
            statement.execute();
        }
    }

    private Connection session(String database) throws SQLException {
        Connection session = sessions.get(database);
        if (session == null) {
            session = connections.apply(database).getConnection();
            session.unwrap(PGConnection.class).setPrepareThreshold(1);
            // no trigger has a say, that nothing of the trail is ever deleted for instance
            execute(session, "set session_replication_role = replica");
            sessions.put(database, session);
        }
        return session;
    }

    private void empty(Connection session) throws SQLException {
        List<String> tables;
        try (PreparedStatement statement = session.prepareStatement(filled)) {
            tables = names(statement.executeQuery());
        }
        // one round trip and one transaction
        try (Statement all = session.createStatement()) {
            for (String table : tables) {
                all.addBatch("delete from " + table);
            }
            all.addBatch(CHAIN_FROM_THE_BEGINNING);
            all.addBatch(SEQUENCES_FROM_THE_BEGINNING);
            all.executeBatch();
        }
    }

    private boolean leave(String database) {
        try (Connection session = sessions.remove(database)) {
            return false;
        } catch (SQLException e) {
            return false;
        }
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            statement.execute();
        }
    }

    private static List<String> names(Statement statement, String query) throws SQLException {
        return names(statement.executeQuery(query));
    }

    private static List<String> names(ResultSet row) throws SQLException {
        try (row) {
            List<String> names = new ArrayList<>();
            while (row.next()) {
                names.add(row.getString(1));
            }
            return names;
        }
    }

    private static String query(Statement statement) throws SQLException {
        List<String> names = new ArrayList<>(names(statement, CATALOGS));
        names.add("offboarding.offboarding_schema_history");
        names.add("ledger.offboarding_schema_history");
        return names.stream()
                // a session that had a temporary table leaves the place for it
                .map(name -> "select '%1$s', count(*), %2$s from %1$s%3$s"
                        .formatted(
                                name,
                                YOUNGEST,
                                name.endsWith(".pg_namespace") ? " where nspname !~ '^pg_(toast_)?temp_'" : ""))
                .collect(Collectors.joining(" union all ", "", " union all " + RELATIONS + " union all " + SETTINGS));
    }

    private static Map<String, String> state(Connection session, String query) throws SQLException {
        Map<String, String> state = new HashMap<>();
        try (PreparedStatement statement = session.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                state.put(row.getString(1), row.getString(2) + " " + row.getString(3));
            }
        }
        return state;
    }
}
