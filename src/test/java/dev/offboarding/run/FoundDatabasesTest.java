package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs on databases that are not as a run would like them. */
class FoundDatabasesTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private String failures(RunResult result, ExitCode exitCode) {
        assertThat(result.exitCode()).as("%s", result.failures()).isEqualTo(exitCode);
        return String.join("\n", result.failures());
    }

    /** An empty table in place of a view that has gone would confirm that nobody has a support contact any more. */
    @Test
    void aViewOfACompleteLedgerThatHasGoneIsNotReplacedByAnEmptyTable() { // incident 51
        scene.sql("drop table ledger.offboarding_schema_history");
        scene.sql("create schema crm");
        scene.sql("alter table ledger.support_contact set schema crm");
        scene.sql("create view ledger.support_contact as select * from crm.support_contact");
        scene.customers(1, 3).listed(1);
        scene.runs(ExitCode.OK);

        scene.sql("drop view ledger.support_contact");
        scene.listed(2);

        assertThat(failures(scene.run(), ExitCode.UNAVAILABLE)).contains("support_contact", "Put it back");
        assertThat(scene.count("pg_class where relname = 'support_contact' and relnamespace = 'ledger'::regnamespace"))
                .isZero();
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }
}
