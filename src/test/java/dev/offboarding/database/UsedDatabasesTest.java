package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class UsedDatabasesTest {

    private static final String CONTENT = """
            select coalesce(pg_sequence_last_value(seqrelid), 0) || ' ' || seqrelid::regclass from pg_sequence
            union all
            select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text from pg_trigger
            union all
            select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace
            union all
            select proname from pg_proc where pronamespace = 'public'::regnamespace
            union all
            select nspname from pg_namespace
            union all
            select last_sequence || ' ' || encode(last_hash, 'hex') from offboarding.chain_head
            union all
            select 'a customer' from ledger.customer
            union all
            select 'an event' from offboarding.event
            order by 1""";

    private final TestDatabase database = TestDatabase.create();
    private final String name =
            database.jdbc().sql("select current_database()").query(String.class).single();
    private final UsedDatabases used = TestDatabase.usedDatabases();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whoeverHasItNextFindsNothingOfWhatWasInIt() {
        List<String> asNew = content();
        for (String trace : List.of(
                "insert into ledger.customer values (gen_random_uuid(), 'One', 'one.example', 'reseller', null)",
                "insert into offboarding.event (sequence, at, job, run_id, platform, kind, data, hash) select 1, now(), 'x', 'x', 'x', 'x', '{}', ''",
                "update offboarding.chain_head set last_sequence = 1, last_hash = ''",
                "do $$ begin perform nextval('offboarding.batch_job_execution_seq'); end $$",
                "do $$ begin perform nextval('offboarding.batch_step_execution_seq'); end $$",
                "do $$ begin perform nextval('offboarding.offboarding_case_case_id_seq'); end $$",
                "create table public.gate (open boolean)",
                "create function public.gate() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger gate before update on ledger.customer for each row execute function public.gate()",
                "create schema elsewhere",
                "create table elsewhere.client (id uuid)")) {
            database.jdbc().sql(trace).update();
        }
        assertThat(content()).hasSize(asNew.size() + 6);

        assertThat(used.offer(name)).isTrue();

        assertThat(used.poll()).isEqualTo(name);
        assertThat(content()).isEqualTo(asNew);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table offboarding.event disable trigger append_only",
                "alter table ledger.customer add column note text",
                "drop table ledger.purchase_authority",
                "create view ledger.more as select 1 as one",
                "grant select on ledger.customer to pg_monitor",
                "create index extra on ledger.customer (relationship)",
                "comment on table ledger.customer is 'ours'",
                "delete from offboarding.offboarding_schema_history where version = '1'",
                "update ledger.offboarding_schema_history set checksum = 1",
                "do $$ begin execute format('alter database %I set timezone to %L', current_database(), 'Asia/Tokyo'); end $$",
                "do $$ begin execute format('alter database %I connection limit 3', current_database()); end $$",
                "do $$ begin execute format('revoke connect on database %I from public', current_database()); end $$"
            })
    void nobodyHasItAgainOnceItWasChanged(String change) {
        database.jdbc().sql(change).update();

        assertThat(used.offer(name)).isFalse();
        assertThat(used.poll()).isNull();
    }

    private List<String> content() {
        return JdbcClient.create(database.direct())
                .sql(CONTENT)
                .query(String.class)
                .list();
    }
}
