package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Incident 26: the ledger's view shows reseller customers only. */
class ViewOfResellerCustomersTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aRowThatVanishesByTheRemovalIsTheRemovalsSuccessAndTheOtherTablesAreCleaned() {
        scene.customers(1, 5);
        scene.subscription(1, "license", "active");
        scene.sql("alter table ledger.customer rename to all_customers")
                .sql(
                        "create view ledger.customer as select * from ledger.all_customers where relationship = 'reseller'")
                .listed(1);

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(1);
        assertThat(report.table("actions.csv").stream()
                        .map(row -> row.get("action") + " " + row.get("result") + " " + row.get("after"))
                        .toList())
                .containsExactly("SUSPEND DONE suspended", "REMOVE DONE none");
        assertThat(scene.count("ledger.all_customers where relationship = 'none'"))
                .isOne();
        for (String table : new String[] {"support_contact", "delegated_admin", "purchase_authority"}) {
            assertThat(scene.jdbc()
                            .sql("select count(*) from ledger." + table + " where customer_id = ?")
                            .param(Scene.id(1))
                            .query(Long.class)
                            .single())
                    .as(table)
                    .isZero();
        }
    }
}
