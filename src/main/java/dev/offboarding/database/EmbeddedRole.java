package dev.offboarding.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/**
 * The role as which the program works in its embedded database: not a superuser, because anyone who may log in as one may run programs as the
 * server's user. It owns all that the program makes, and gets another password whenever the server starts.
 */
final class EmbeddedRole {
    static final String NAME = "offboarding";

    private static final String MAKE = """
            do $$ begin
              if not exists (select from pg_catalog.pg_roles where rolname = 'offboarding') then
                create role offboarding login nosuperuser nocreatedb nocreaterole noreplication;
              end if;
              execute format('grant connect, create, temporary on database %I to offboarding', current_database());
              grant usage, create on schema public to offboarding;
            end $$""";

    /** What a superuser has made: an earlier version of this program, or someone by hand. */
    private static final String HAND_OVER = """
            do $$ declare statement text; begin
              for statement in
                select format('alter schema %I owner to offboarding', n.nspname)
                  from pg_catalog.pg_namespace n
                 where n.nspowner = current_user::regrole and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')
                union all
                select format('alter table %s owner to offboarding', c.oid::regclass)
                  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                 where c.relowner = current_user::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                   and (c.relkind in ('r', 'p', 'v', 'm', 'f')
                     or c.relkind = 'S' and not exists (
                          select from pg_catalog.pg_depend d
                           where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')))
                union all
                select format('alter routine %s owner to offboarding', p.oid::regprocedure)
                  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                 where p.proowner = current_user::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
              loop
                execute statement;
              end loop;
            end $$""";

    private EmbeddedRole() {}

    /**
     * Makes the role where it is not there, and lets it have what it works with.
     *
     * @param administrator a connection of the server's own superuser
     * @param password of the role from now on; the server gets it in a form from which it cannot be derived
     */
    static void prepare(Connection administrator, String password) throws SQLException {
        try (Statement statement = administrator.createStatement()) {
            statement.execute(MAKE);
            statement.execute(HAND_OVER);
        }
        administrator.unwrap(PGConnection.class).alterUserPassword(NAME, password.toCharArray(), "scram-sha-256");
    }
}
