package dev.offboarding.run.crash;

import dev.offboarding.platform.Action;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * From a certain statement on the database takes nothing any more: of a run it has what it would have of one whose process was gone at that
 * moment.
 */
public final class Fuse {

    /** Of itself. */
    private static final long NEVER = 1_000_000_000;

    private final JdbcClient jdbc;

    private Fuse(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In all tables of the program's own schema and of the ledger's. */
    public static Fuse in(JdbcClient jdbc) {
        jdbc.sql("create sequence public.fuse_burns").update();
        jdbc.sql("create table public.fuse (at bigint)").update();
        jdbc.sql("""
                create function public.burn_fuse() returns trigger language plpgsql as $$
                begin
                  if nextval('public.fuse_burns') >= (select at from public.fuse) then
                    raise exception 'the fuse has blown';
                  end if;
                  return null;
                end $$
                """).update();
        jdbc.sql("create table public.fuse_outcome (action text)").update();
        jdbc.sql("""
                create function public.blow_fuse() returns trigger language plpgsql as $$
                begin
                  -- a sequence keeps what was set, whatever becomes of the transaction
                  if new.kind = 'OUTCOME' and exists (select from public.fuse_outcome where action = new.action) then
                    perform setval('public.fuse_burns', (select max(at) from public.fuse));
                    raise exception 'the fuse has blown';
                  end if;
                  return new;
                end $$
                """).update();
        jdbc.sql(
                        "create trigger fuse_outcome before insert on offboarding.event for each row execute function public.blow_fuse()")
                .update();
        List<String> tables = jdbc.sql("""
                        select format('%I.%I', schemaname, tablename) from pg_tables
                         where schemaname in ('offboarding', 'ledger') and tablename not like '%history'
                        """).query(String.class).list();
        for (String table : tables) {
            for (String when : List.of("before", "after")) {
                jdbc.sql(
                                "create trigger fuse_%s %s insert or update or delete on %s for each statement execute function public.burn_fuse()"
                                        .formatted(when, when, table))
                        .update();
            }
        }
        return new Fuse(jdbc);
    }

    /** Counts from here on. */
    public void lay() {
        jdbc.sql("delete from public.fuse").update();
        jdbc.sql("delete from public.fuse_outcome").update();
        jdbc.sql("alter sequence public.fuse_burns restart").update();
    }

    /** Blows at the n-th moment from here on: right before a statement, or right after it and before it is committed. */
    public void blowAt(long n) {
        lay();
        jdbc.sql("insert into public.fuse values (?)").param(n).update();
    }

    /** Blows once such a write was carried out, before the run has recorded how it ended. */
    public void blowAtOutcome(Action of) {
        blowAt(NEVER);
        jdbc.sql("insert into public.fuse_outcome values (?)").param(of.name()).update();
    }

    /** How many moments there have been. */
    public long burnt() {
        return jdbc.sql("select case when is_called then last_value else 0 end from public.fuse_burns")
                .query(Long.class)
                .single();
    }

    /** Whether it had blown. */
    public boolean takenOut() {
        boolean blown = jdbc.sql(
                        "select exists (select from public.fuse where at <= (select case when is_called then last_value else 0 end from public.fuse_burns))")
                .query(Boolean.class)
                .single();
        lay();
        return blown;
    }
}
