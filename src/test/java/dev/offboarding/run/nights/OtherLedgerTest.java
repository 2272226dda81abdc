package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** The ledger is empty for a night, or the job file names another one: what is not shown there says nothing of the customers. */
class OtherLedgerTest {

    private final Scene scene = Scene.set();
    private final TestDatabase other = TestDatabase.create();

    @AfterEach
    void close() {
        scene.close();
        other.close();
    }

    private void theJobWorksOnTheOtherLedger() {
        scene.with("ledger.url", other.url());
    }

    private void theJobIsBack() {
        scene.without("ledger.url");
    }

    private void customerOfTheOtherLedger(int n, String relationship) {
        other.jdbc()
                .sql("insert into ledger.customer values (?, ?, ?, ?, null)")
                .params(Scene.id(n), "Customer " + n, "customer-" + n + ".example", relationship)
                .update();
    }

    /** Its relationship ended long ago, and something of it is still there. */
    private void aCaseThatWaitsForItsLastEffect() {
        scene.customers(1, 5).customer(6, "none").listed(6);
        scene.sql("insert into ledger.support_contact values (?, 'support@reseller.example')", Scene.id(6));
        scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(stateOf(6)).isEqualTo("REMOVED");
        scene.clock.pass(Duration.ofDays(1));
    }

    private String stateOf(int customer) {
        return scene.jdbc()
                .sql("select state from offboarding.offboarding_case where customer_id = ? order by case_id limit 1")
                .param(Scene.id(customer))
                .query(String.class)
                .single();
    }

    private static List<String> rows(Scene.Report report) {
        return report.table("customers.csv").stream()
                .map(row -> row.get("company_name") + row.get("domain") + " " + row.get("outcome") + " "
                        + row.get("state") + " " + row.get("hold_reason"))
                .sorted()
                .toList();
    }

    /** Incident 23. */
    @Test
    void theLedgersViewsWereEmptyForANightAndNobodyIsOffboardedByThat() {
        aCaseThatWaitsForItsLastEffect();
        scene.sql("alter table ledger.customer rename to customer_of_old")
                .sql("create view ledger.customer as select * from ledger.customer_of_old where false")
                .sql("alter table ledger.support_contact rename to support_contact_of_old")
                .sql("create view ledger.support_contact as select * from ledger.support_contact_of_old where false");

        Scene.Report report = scene.runs(ExitCode.TO_BE_CONFIRMED);

        assertThat(report.table("customers.csv").get(0))
                .containsEntry("outcome", "REMOVED")
                .containsEntry("customer_list", "INCONCLUSIVE")
                .containsEntry("support_contact", "INCONCLUSIVE")
                .containsEntry("delegated_admin", "INCONCLUSIVE")
                .containsEntry("purchasing", "INCONCLUSIVE");
        assertThat(stateOf(6)).isEqualTo("REMOVED");
    }

    /** Incident 23: that it was offboarded once, and is not shown, is not proof that it is gone now. */
    @Test
    void aCustomerThatWasListedAgainIsNotOffboardedBecauseTheViewsAreEmpty() {
        scene.customers(1, 5).listed(1);
        scene.runs(ExitCode.OK);
        scene.sql("update ledger.customer set relationship = 'reseller', relationship_ended_at = null");
        scene.sql("alter table ledger.customer rename to customer_of_old")
                .sql("create view ledger.customer as select * from ledger.customer_of_old where false");
        scene.clock.pass(Duration.ofDays(1));
        scene.listed(1);

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.total("customers", "FAILED")).isEqualTo(1);
        assertThat(report.text("customers.csv")).contains("where no one is shown");
        scene.sql("drop view ledger.customer").sql("alter table ledger.customer_of_old rename to customer");
        assertThat(scene.count("offboarding.offboarding_case where closed_at is null and state = 'MARKED'"))
                .isOne();
    }

    /** Incidents 23 and 24. */
    @Test
    void theJobFileNamesAnotherLedgerAndTheCaseWaitsForItsOwn() {
        aCaseThatWaitsForItsLastEffect();
        theJobWorksOnTheOtherLedger();
        customerOfTheOtherLedger(9, "reseller");

        Scene.Report elsewhere = scene.runs(ExitCode.OK);

        assertThat(rows(elsewhere)).containsExactly("customer-6.example HELD REMOVED OTHER_PLATFORM");
        assertThat(elsewhere.text("customers.csv")).contains("opened on ledger", "/");
        assertThat(stateOf(6)).isEqualTo("REMOVED");
        assertThat(scene.jdbc()
                        .sql("select hold_reason from offboarding.offboarding_case")
                        .query((row, n) -> String.valueOf(row.getString(1)))
                        .single())
                .isNotEqualTo("OTHER_PLATFORM");
        theJobIsBack();
        scene.sql("delete from ledger.support_contact where customer_id = ?", Scene.id(6));
        scene.clock.pass(Duration.ofDays(1));
        assertThat(rows(scene.runs(ExitCode.OK))).singleElement().asString().contains("OFFBOARDED");
    }

    @Test
    void aCustomerThatIsListedOnAnotherLedgerGetsACaseOfItsOwnThere() {
        aCaseThatWaitsForItsLastEffect();
        theJobWorksOnTheOtherLedger();
        for (int n = 1; n <= 6; n++) {
            customerOfTheOtherLedger(n, "reseller");
        }
        scene.listed(6);

        Scene.Report elsewhere = scene.runs(ExitCode.OK);

        assertThat(rows(elsewhere))
                .containsExactly(
                        "customer-6.example HELD REMOVED OTHER_PLATFORM", "customer-6.example OFFBOARDED OFFBOARDED ");
        assertThat(elsewhere.total("customers", "total")).isEqualTo(2);
        assertThat(stateOf(6)).isEqualTo("REMOVED");
    }

    /** The plan says the same, and does as little. */
    @Test
    void aPlanOnAnotherLedgerShowsWhatWaitsForItsOwn() {
        aCaseThatWaitsForItsLastEffect();
        theJobWorksOnTheOtherLedger();
        customerOfTheOtherLedger(9, "reseller");

        assertThat(rows(scene.plans(ExitCode.OK))).containsExactly("customer-6.example HELD REMOVED OTHER_PLATFORM");
    }

    /** Incident 25. */
    @Test
    void aRunWasKilledInMidRemovalAndTheNextOneWorksOnAnotherLedger() {
        scene.customers(1, 5).listed(1).with("limits.max-customers", "0");
        Scene.Report first = scene.runs(ExitCode.STOPPED_BY_LIMIT);
        FileSystemUtils.deleteRecursively(first.folder().toFile());
        String dead = first.folder().getFileName().toString();
        scene.unwrite(
                "update offboarding.run set ended_at = null, exit_code = null, reported_at = null, manifest_sha256 = null, settled = false, stop_reason = null");
        scene.asksForARemoval(dead);
        theJobWorksOnTheOtherLedger();
        customerOfTheOtherLedger(9, "reseller");
        scene.clock.pass(Duration.ofDays(1));

        RunResult elsewhere = scene.run();

        assertThat(elsewhere.exitCode()).as("%s", elsewhere).isNotEqualTo(ExitCode.WRONG_USAGE);
        assertThat(Scene.report(elsewhere).text("report.json"))
                .contains("1 of its writes were sent to ledger", "looked up once this job works there again");
        assertThat(scene.count("offboarding.event where kind = 'OUTCOME'")).isZero();
        assertThat(first.folder()).exists();
        theJobIsBack();
        scene.clock.pass(Duration.ofDays(1));
        // until the lost removal can no longer take effect
        scene.clock.run();
        RunResult back = scene.run();
        assertThat(Scene.report(back).text("report.json")).contains("looked up now, it was found reseller");
        assertThat(scene.count("offboarding.event where kind = 'OUTCOME'")).isOne();
        assertThat(scene.count("offboarding.run where not settled")).isZero();
        assertThat(scene.count("offboarding.offboarding_case where state = 'OFFBOARDED'"))
                .isZero();
    }

    @Test
    void whatAnEarlierVersionLeftBelongsToTheLedgerOnWhichItsJobWorksNext() {
        aCaseThatWaitsForItsLastEffect();
        scene.sql("update offboarding.run set platform_identity = null")
                .sql("update offboarding.offboarding_case set platform_identity = null");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(
                        scene.count(
                                "offboarding.offboarding_case where platform_identity = (select system_identifier || '/' || (select oid from pg_database where datname = current_database()) from pg_control_system())"))
                .isOne();
        assertThat(scene.count("offboarding.run where platform_identity is null"))
                .isZero();
        assertThat(report.text("report.json")).contains("1 cases of this job, made by an earlier version");
        assertThat(report.text("events.jsonl")).contains("\"claimed_cases\":1");
        assertThat(report.json().get("facts").get("platform_identity").asString())
                .matches("\\d+/\\d+");
    }
}
