package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

class LedgerSchemaTest {
    private static final String OWN_TABLES = """
            create schema crm;
            create table crm.account (id uuid primary key, name text, domain text, kind text, ended timestamptz);
            insert into crm.account values ('00000000-0000-0000-0000-000000000001', 'A', 'a.example', 'reseller');
            create schema ledger;
            create view ledger.customer as
              select id as customer_id, name as company_name, domain, kind as relationship, ended as relationship_ended_at from crm.account;
            create table crm.contact (customer_id uuid, contact text);
            create view ledger.support_contact as select * from crm.contact;
            """;

    @Test
    void theColumnsAreThoseOfTheDocumentation() {
        try (TestDatabase database = TestDatabase.create()) {
            assertThat(columns(database, "customer"))
                    .containsExactly(
                            "customer_id uuid not null",
                            "company_name text not null",
                            "domain text not null",
                            "relationship text not null",
                            "relationship_ended_at timestamp with time zone");
            assertThat(columns(database, "subscription"))
                    .containsExactly(
                            "subscription_id uuid not null",
                            "customer_id uuid not null",
                            "name text not null",
                            "kind text not null",
                            "status text not null",
                            "term_end date",
                            "cancellable_until timestamp with time zone",
                            "parent_subscription_id uuid",
                            "changed_at timestamp with time zone");
            assertThat(columns(database, "support_contact")).containsExactly("customer_id uuid", "contact text");
            assertThat(columns(database, "delegated_admin")).containsExactly("customer_id uuid", "role text");
            assertThat(columns(database, "purchase_authority")).containsExactly("customer_id uuid");
            assertThat(indexes(database))
                    .containsExactlyInAnyOrder(
                            "customer (customer_id)",
                            "subscription (subscription_id)",
                            "subscription (customer_id)",
                            "support_contact (customer_id)",
                            "delegated_admin (customer_id)",
                            "purchase_authority (customer_id)");
            assertThat(list(
                            database,
                            "select conname from pg_constraint where contype in ('c', 'f')"
                                    + " and connamespace = 'ledger'::regnamespace"))
                    .isEmpty();
        }
    }

    @Test
    void viewsThatAResellerHasPutThereBeforeTheFirstStartStay() {
        try (TestDatabase database = TestDatabase.createEmpty()) {
            database.jdbc().sql(OWN_TABLES).update();
            LedgerSchema.migrate(database.direct());
            LedgerSchema.migrate(database.direct());
            assertThat(views(database)).containsExactly("customer", "support_contact");
            assertThat(list(database, "select company_name from ledger.customer"))
                    .containsExactly("A");
            database.jdbc()
                    .sql("update ledger.customer set relationship = 'none'")
                    .update();
            assertThat(list(database, "select kind from crm.account")).containsExactly("none");
            assertThat(indexes(database))
                    .containsExactlyInAnyOrder(
                            "subscription (subscription_id)",
                            "subscription (customer_id)",
                            "delegated_admin (customer_id)",
                            "purchase_authority (customer_id)");
        }
    }

    @Test
    void aTableThatAResellerReplacesByAViewLaterStaysReplaced() {
        try (TestDatabase database = TestDatabase.create()) {
            database.jdbc()
                    .sql("alter table ledger.purchase_authority rename to old_authority;"
                            + " create view ledger.purchase_authority as select * from ledger.old_authority")
                    .update();
            LedgerSchema.migrate(database.direct());
            assertThat(views(database)).containsExactly("purchase_authority");
        }
    }

    @Test
    void tablesOfAResellersOwnMakingGetTheIndexThatTheyLack() {
        try (TestDatabase database = TestDatabase.createEmpty()) {
            database.jdbc()
                    .sql("create schema ledger; create table ledger.support_contact (customer_id uuid, contact text);"
                            + " create table ledger.delegated_admin (customer_id uuid, role text);"
                            + " create index on ledger.delegated_admin (customer_id, role);"
                            + " create table ledger.purchase_authority (account uuid)")
                    .update();
            LedgerSchema.migrate(database.direct());
            assertThat(indexes(database))
                    .contains("support_contact (customer_id)", "delegated_admin (customer_id, role)")
                    .doesNotContain("delegated_admin (customer_id)")
                    .noneMatch(index -> index.startsWith("purchase_authority"));
        }
    }

    @Test
    void aUserWhoMayOnlyReadAndWriteIsWelcomeWhereNothingIsMissing() {
        try (TestDatabase database = TestDatabase.create()) {
            database.jdbc()
                    .sql(
                            "drop table ledger.offboarding_schema_history;"
                                    + " drop role if exists clerk; create role clerk login;"
                                    + " grant usage on schema ledger to clerk; grant select on all tables in schema ledger to clerk")
                    .update();
            DataSource clerk = as(database, "clerk");
            assertThatCode(() -> LedgerSchema.migrate(clerk)).doesNotThrowAnyException();
            database.jdbc().sql("drop table ledger.delegated_admin").update();
            assertThatThrownBy(() -> LedgerSchema.migrate(clerk))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("'ledger'")
                    .hasMessageContaining("permission denied")
                    .hasMessageContaining("grant that right");
            database.jdbc().sql("drop owned by clerk; drop role clerk").update();
        }
    }

    @Test
    void programsThatStartOnAnEmptyDatabaseAtTheSameMomentDoNotFail() throws Exception {
        int starts = 6;
        try (TestDatabase database = TestDatabase.createEmpty()) {
            CyclicBarrier gate = new CyclicBarrier(starts);
            Callable<Boolean> start = () -> {
                gate.await();
                OwnSchema.migrate(database.direct());
                LedgerSchema.migrate(database.direct());
                return true;
            };
            ExecutorService threads = Executors.newFixedThreadPool(starts);
            try {
                List<Future<Boolean>> results = new ArrayList<>();
                for (int i = 0; i < starts; i++) {
                    results.add(threads.submit(start));
                }
                for (Future<Boolean> result : results) {
                    assertThat(result.get()).isTrue();
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(columns(database, "customer")).hasSize(5);
        }
    }

    private static DataSource as(TestDatabase database, String user) {
        return new SimpleDriverDataSource(new Driver(), database.url().replace("user=postgres", "user=" + user));
    }

    private static List<String> columns(TestDatabase database, String table) {
        return JdbcClient.create(database.direct())
                .sql("""
                        select column_name || ' ' || data_type || case is_nullable when 'NO' then ' not null' else '' end
                        from information_schema.columns where table_schema = 'ledger' and table_name = ? order by ordinal_position""")
                .param(table)
                .query(String.class)
                .list();
    }

    private static List<String> indexes(TestDatabase database) {
        return list(database, """
                select c.relname || ' ' || substring(pg_get_indexdef(i.indexrelid) from '\\(.*\\)')
                from pg_index i join pg_class c on c.oid = i.indrelid
                where c.relnamespace = 'ledger'::regnamespace and c.relname not like '%schema_history'""");
    }

    private static List<String> views(TestDatabase database) {
        return list(database, "select viewname from pg_views where schemaname = 'ledger' order by viewname");
    }

    private static List<String> list(TestDatabase database, String sql) {
        return database.jdbc().sql(sql).query(String.class).list();
    }
}
