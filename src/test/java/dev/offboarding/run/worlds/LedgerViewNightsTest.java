package dev.offboarding.run.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Incident 26: a view hid what had ended. Whole nights on views in place of the ledger's tables, each table as each kind of view, mixed: every
 * kind of one table meets every kind of {@code customer} and of {@code subscription} in {@code verify}, all 3,125 mixtures with {@code -Psweep}.
 */
@Tag("sweep")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerViewNightsTest {

    private static final int KINDS = Kind.values().length;
    private static final List<String> TABLES =
            List.of("customer", "subscription", "support_contact", "delegated_admin", "purchase_authority");

    private final Scene scene = Scene.set();

    private enum Kind {
        TABLE,
        /** PostgreSQL writes through it on its own. */
        UPDATABLE,
        /** So it does here, and shows only what somebody has chosen: of customers those who are the reseller's. */
        FILTERING,
        /** As {@link #FILTERING}, and of the last three tables what belongs to the reseller's customers: no more once a removal has ended that. */
        HIDING,
        /** It cannot be updated nor locked by rows; a trigger of its own does the writing. */
        TRIGGERED
    }

    @BeforeAll
    void tablesOfTheirOwn() {
        scene.plans(ExitCode.OK);
        TABLES.forEach(table -> scene.sql("alter table ledger.%s set schema crm".formatted(table)));
        scene.sql("""
                create function crm.write_customer() returns trigger language plpgsql as $$ begin
                  update crm.customer set relationship = new.relationship, relationship_ended_at = new.relationship_ended_at
                   where customer_id = old.customer_id;
                  return new; end $$
                """);
        scene.sql("""
                create function crm.write_subscription() returns trigger language plpgsql as $$ begin
                  update crm.subscription set status = new.status, changed_at = new.changed_at where subscription_id = old.subscription_id;
                  return new; end $$
                """);
        TABLES.subList(2, 5).forEach(table -> scene.sql("""
                create function crm.delete_%1$s() returns trigger language plpgsql as $$ begin
                  delete from crm.%1$s where customer_id = old.customer_id; return old; end $$
                """.formatted(table)));
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
    void aNightOnAnyMixtureOfTablesAndViewsIsANightOnTables() {
        SoftAssertions mixtures = new SoftAssertions();
        boolean all = Integer.getInteger("sweep.points", 0) > 100;
        int many = all ? (int) Math.pow(KINDS, TABLES.size()) : KINDS * KINDS;
        for (int i = 0; i < many && mixtures.assertionErrorsCollected().size() < 5; i++) {
            Map<String, Kind> mixture = new TreeMap<>();
            for (int table = 0; table < TABLES.size(); table++) {
                mixture.put(TABLES.get(table), Kind.values()[all ? digit(i, table) : spread(i, table)]);
            }
            boolean comesBack = i % 4 == 0;
            mixtures.check(() -> night(mixture, comesBack));
        }
        mixtures.assertAll();
    }

    private static int digit(int i, int table) {
        return i / (int) Math.pow(KINDS, table) % KINDS;
    }

    /** The first two meet in every way, and each of the others meets them. */
    private static int spread(int i, int table) {
        return table == 0 ? i % KINDS : table == 1 ? i / KINDS : (i * (table - 1) + i / KINDS) % KINDS;
    }

    private void night(Map<String, Kind> mixture, boolean comesBack) {
        TABLES.forEach(table -> scene.sql("truncate crm." + table));
        scene.reset();
        mixture.forEach(this::inPlace);
        try {
            people();
            scene.listed(1, 2, 3, 5);
            Scene.Report report = scene.runs(ExitCode.OK);

            assertThat(Stream.of(1, 2, 3, 5).map(report::outcome))
                    .containsExactly("OFFBOARDED", "OFFBOARDED", "HELD", "HELD");
            assertThat(report.hold(3)).isEqualTo("TERM_COMMITMENT");
            assertThat(report.hold(5)).isEqualTo("PENDING_OPERATION");
            assertThat(report.table("actions.csv"))
                    .hasSize(4)
                    .allSatisfy(row -> assertThat(row.get("result")).isEqualTo("DONE"));
            assertThat(texts(
                            "select right(customer_id::text, 1) from %s where relationship = 'none' order by 1",
                            "customer"))
                    .containsExactly("1", "2");
            for (String table : TABLES.subList(2, 5)) {
                assertThat(texts("select distinct right(customer_id::text, 1) from %s order by 1", table))
                        .as(table)
                        .containsExactly("3", "4", "5");
            }
            assertThat(texts("select status from %s where name = 'license of 1'", "subscription"))
                    .containsExactly("suspended");

            if (comesBack) {
                scene.sql("update crm.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
                assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("RE_ESTABLISHED");
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(mixture + ": " + e.getMessage(), e);
        } finally {
            // views first, for they may look at what stands in a table's place
            TABLES.stream()
                    .filter(table -> mixture.get(table) != Kind.TABLE)
                    .forEach(table -> scene.sql("drop view ledger." + table));
            TABLES.stream().filter(table -> mixture.get(table) == Kind.TABLE).forEach(table -> {
                scene.sql("drop view crm." + table);
                scene.sql("alter table ledger.%s set schema crm".formatted(table));
            });
        }
    }

    /** What is a table moves back to the schema of tables, under which views of the others are made. */
    private void inPlace(String table, Kind kind) {
        String columns = table.equals("subscription")
                ? "subscription_id, customer_id, name, kind, status, term_end, cancellable_until, parent_subscription_id, changed_at"
                : "*";
        switch (kind) {
            case TABLE -> {
                scene.sql("alter table crm.%s set schema ledger".formatted(table));
                scene.sql("create view crm.%1$s as select * from ledger.%1$s".formatted(table));
            }
            case UPDATABLE -> view(table, columns, "");
            case FILTERING ->
                view(
                        table,
                        columns,
                        switch (table) {
                            case "customer" -> " where relationship = 'reseller'";
                            case "subscription" -> " where status <> 'deleted'";
                            case "support_contact" -> " where contact is not null";
                            case "delegated_admin" -> " where role <> 'nobody'";
                            default -> " where customer_id is not null";
                        });
            case HIDING ->
                view(
                        table,
                        columns,
                        TABLES.indexOf(table) > 1
                                ? " where customer_id in (select customer_id from crm.customer where relationship = 'reseller')"
                                : " where true");
            case TRIGGERED -> {
                view(table, "distinct " + columns, "");
                boolean deletes = TABLES.indexOf(table) > 1;
                scene.sql("create trigger write instead of %s on ledger.%s for each row execute function crm.%s_%s()"
                        .formatted(deletes ? "delete" : "update", table, deletes ? "delete" : "write", table));
            }
        }
    }

    private void view(String table, String columns, String where) {
        scene.sql("create view ledger.%s as select %s from crm.%s%s".formatted(table, columns, table, where));
    }

    private void people() {
        for (int n = 1; n <= 5; n++) {
            scene.sql(
                    "insert into crm.customer values (?, ?, ?, 'reseller', null)",
                    Scene.id(n),
                    "Customer " + n,
                    "customer-%d.example".formatted(n));
            scene.sql("insert into crm.support_contact values (?, 'support@reseller.example')", Scene.id(n));
            scene.sql(
                    "insert into crm.delegated_admin values (?, 'helpdesk'), (?, 'service')", Scene.id(n), Scene.id(n));
            scene.sql("insert into crm.purchase_authority values (?)", Scene.id(n));
        }
        holds(1, "license", "active", null);
        holds(2, "usage", "active", null);
        holds(2, "license", "suspended", null);
        holds(3, "new_commerce", "active", "2026-12-31");
        holds(5, "usage", "pending", null);
    }

    private void holds(int customer, String kind, String status, @org.jspecify.annotations.Nullable String termEnd) {
        scene.sql(
                "insert into crm.subscription (subscription_id, customer_id, name, kind, status, term_end) values (?, ?, ?, ?, ?, ?::date)",
                UUID.randomUUID(),
                Scene.id(customer),
                kind + " of " + customer,
                kind,
                status,
                termEnd);
    }

    private List<String> texts(String query, String table) {
        return scene.jdbc()
                .sql(query.formatted("crm." + table))
                .query(String.class)
                .list();
    }
}
