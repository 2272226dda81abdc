package dev.offboarding.run.crash;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts what a database is asked to change, before and after each statement, whoever asks and whether it is committed or not; and
 * holds whoever comes to a certain one of these moments there, in the middle of the transaction, until it is let go.
 */
public final class Moments implements AutoCloseable {

    private static final long GATE = 4242;

    private final Connection session;

    private Moments(Connection session) {
        this.session = session;
    }

    /** In all tables of the program's own schema and of the ledger's. */
    public static Moments in(JdbcClient jdbc, DataSource direct) {
        jdbc.sql("create sequence public.moment").update();
        jdbc.sql("create table public.held_moment (n bigint)").update();
        jdbc.sql("""
                create function public.count_moment() returns trigger language plpgsql as $$
                begin
                  if nextval('public.moment') = (select n from public.held_moment) then
                    perform pg_advisory_xact_lock_shared(%d);
                  end if;
                  return null;
                end $$
                """.formatted(GATE)).update();
        List<String> tables = jdbc.sql("""
                        select format('%I.%I', schemaname, tablename) from pg_tables
                         where schemaname in ('offboarding', 'ledger') and tablename not like '%history'
                        """).query(String.class).list();
        StringBuilder triggers = new StringBuilder();
        for (String table : tables) {
            for (String when : List.of("before", "after")) {
                triggers.append(
                        "create trigger moment_%s %s insert or update or delete on %s execute function public.count_moment();\n"
                                .formatted(when, when, table));
            }
        }
        jdbc.sql(triggers.toString()).update();
        try {
            return new Moments(direct.getConnection());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many there have been; cheap. */
    public synchronized long seen() {
        return number("select case when is_called then last_value else 0 end from public.moment");
    }

    /** Holds whoever comes to the n-th moment from the beginning. */
    public synchronized void holdAt(long n) {
        run("select pg_advisory_lock(%d)".formatted(GATE));
        run("insert into public.held_moment values (%d)".formatted(n));
    }

    /** Nobody is held any more, nor will be. */
    public synchronized void letGo() {
        run("delete from public.held_moment");
        run("select pg_advisory_unlock_all()");
    }

    /** Ends the session of whoever is held; what it had not committed is gone. */
    public synchronized void endTheHeld() {
        run(
                "select pg_terminate_backend(pid, 10000) from pg_locks where locktype = 'advisory' and not granted and objid = %d"
                        .formatted(GATE));
    }

    /**
     * Ends sessions on this database, but for this one: the one that holds the job's lock, or some.
     *
     * @return how many
     */
    public synchronized long cut(boolean onlyTheLock, Random random) {
        return number("""
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
                   and (application_name like 'offboarding %%' or (%s and pid %% 3 <> %d))
                """.formatted(!onlyTheLock, random.nextInt(3)));
    }

    private long number(String query) {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(String sql) {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
