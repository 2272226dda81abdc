package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.ReportDatabase.Run;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    private final Evidence evidence = new Evidence(ReportDatabase.DATA_SOURCE);
    private final UUID a = UUID.fromString("00000000-0000-0000-0000-00000000000a");
    private final UUID b = UUID.fromString("00000000-0000-0000-0000-00000000000b");

    @Test
    void aRunThatBalancesHasNoProblems() {
        Run run = new Run()
                .file("november.csv", "TAKEN", 14, 1, 1)
                .file("late.csv", "LEFT", 0, 0, 0)
                .reject(1, 7, "customer_id", "no GUID", "{}")
                .entries(12, "ACCEPTED")
                .entries(1, "DUPLICATE")
                .customer(a, "OFFBOARDED")
                .with("listed_anew = true")
                .subscriptions(2, 1, 1, 0)
                .suspended(a, "s1")
                .customer(b, "FAILED")
                .subscriptions(3, 1, 0, 1)
                .suspended(b, "s2");
        run.outcome(a, "CANCEL", run.intent(a, "CANCEL", "s3"), "s3", "DONE", "deleted");

        ControlTotals totals = evidence.of(run.id).totals();

        assertThat(totals.problems()).isEmpty();
        assertThat(totals.balance()).isTrue();
        assertThat(totals.rows()).isEqualTo(new ControlTotals.Rows(14, 1, 1));
        assertThat(totals.rows().accepted()).isEqualTo(12);
        assertThat(totals.outcomes())
                .containsExactly(java.util.Map.entry("OFFBOARDED", 1L), java.util.Map.entry("FAILED", 1L));
        assertThat(totals.customers()).isEqualTo(2);
        assertThat(totals.subscriptions()).isEqualTo(new ControlTotals.Subscriptions(5, 2, 1, 1));
        assertThat(totals.subscriptions().left()).isEqualTo(1);
    }

    @Test
    void aNightWithNothingToDoBalances() {
        ControlTotals totals = evidence.of(new Run().id).totals();

        assertThat(totals.problems()).isEmpty();
        assertThat(totals.customers()).isZero();
    }

    @Test
    void aRefusedFileCountsAsRejectedWithAllItsRows() {
        Run run = new Run().file("bad.csv", "REFUSED", 20, 4, 2).reject(1, 3, "customer_id", "no GUID", "{}");

        ControlTotals totals = evidence.of(run.id).totals();

        assertThat(totals.rows()).isEqualTo(new ControlTotals.Rows(20, 0, 20));
        assertThat(totals.problems()).isEmpty();
    }

    @Test
    void rowsThatWereNeitherAcceptedNorSetAsideAreMissed() {
        Run run = new Run().file("november.csv", "TAKEN", 10, 0, 0).entries(9, "ACCEPTED");

        assertThat(evidence.of(run.id).totals().problems())
                .containsExactly(
                        "Rows of the list: 10 read less 0 duplicates less 0 rejected are 10 accepted, but 9 accepted"
                                + " entries are stored.");
    }

    @Test
    void moreRowsRejectedThanReadAreNoticed() {
        Run run = new Run().file("november.csv", "TAKEN", 1, 1, 1).reject(1, 2, "domain", "none", "{}");

        assertThat(evidence.of(run.id).totals().problems())
                .containsExactly(
                        "Rows of the list: 1 read, but 1 duplicates and 1 rejected, which leaves -1 accepted.");
    }

    @Test
    void aRejectedRowThatWasNotSetAsideIsNoticed() {
        Run run = new Run().file("november.csv", "TAKEN", 10, 2, 0).reject(1, 2, "domain", "none", "{}");

        assertThat(evidence.of(run.id).totals().problems())
                .containsExactly("Rejected rows: the files that were taken count 2, but 1 rows were set aside.");
    }

    @Test
    void moreCasesThanAcceptedRowsAreNoticed() {
        Run run = new Run().customer(a, "HELD").with("listed_anew = true");

        assertThat(evidence.of(run.id).totals().problems())
                .containsExactly(
                        "Rows of the list: 0 were accepted, but 1 cases say that they were accepted from a list in"
                                + " this run.");
    }

    @Test
    void anOutcomeThatNobodyKnowsIsNoticed() {
        Run run = new Run().customer(a, "GONE");

        assertThat(evidence.of(run.id).totals().problems())
                .singleElement()
                .asString()
                .startsWith("1 customers have the outcome \"GONE\"");
    }

    @Test
    void moreSuspendedThanWasActiveIsNoticedEvenWhereAnotherCustomerMakesUpForIt() {
        Run run = new Run().customer(a, "OFFBOARDED").subscriptions(0, 1, 0, 0).suspended(a, "s1");
        run.customer(b, "HELD").subscriptions(4, 0, 0, 0);

        assertThat(evidence.of(run.id).totals().problems())
                .containsExactly(
                        "Subscriptions: of 1 customers more were suspended, cancelled or failed than were active"
                                + " before: " + a + ".");
    }

    @Test
    void successReportedAndNothingDoneIsNoticed() {
        Run run = new Run().customer(a, "OFFBOARDED").subscriptions(2, 2, 0, 0).suspended(a, "s1");

        assertThat(evidence.of(run.id).totals().problems())
                .containsExactly(
                        "Subscriptions suspended: the cases say 2, the audit trail shows 1.",
                        "The audit trail shows other writes than the cases of 1 customers say: " + a
                                + " (the case says 2 suspended and 0 cancelled, the trail 1 and 0).");
    }

    @Test
    void twoCustomersWhoseErrorsCancelOutAreNoticed() {
        Run run = new Run().customer(a, "OFFBOARDED").subscriptions(2, 2, 0, 0).suspended(a, "s1");
        run.customer(b, "OFFBOARDED").subscriptions(2, 0, 0, 0).suspended(b, "s2");

        assertThat(evidence.of(run.id).totals().problems())
                .singleElement()
                .asString()
                .contains("2 customers");
    }

    @Test
    void aLostWriteCountsWhereTheWantedStateWasFoundAndATwiceAttemptedOneCountsOnce() {
        Run run = new Run().customer(a, "OFFBOARDED").subscriptions(3, 1, 1, 1);
        run.outcome(a, "SUSPEND", run.intent(a, "SUSPEND", "s1"), "s1", "LOST", "suspended");
        run.outcome(a, "SUSPEND", run.intent(a, "SUSPEND", "s1"), "s1", "DONE", "suspended");
        run.outcome(a, "SUSPEND", run.intent(a, "SUSPEND", "s2"), "s2", "LOST", "active");
        run.outcome(a, "CANCEL", run.intent(a, "CANCEL", "s3"), "s3", "LOST", "deleted");

        assertThat(evidence.of(run.id).totals().problems()).isEmpty();
    }

    @Test
    void whatIsNotPlannedIsFoundAndWhatIsPlannedIsNot() {
        Run run = new Run()
                .customer(a, "OFFBOARDED")
                .with(
                        "planned = ?::json",
                        "[{\"action\":\"SUSPEND\",\"target\":\"s1\"},{\"action\":\"REMOVE\",\"target\":\"a\"}]");
        run.intent(a, "SUSPEND", "s1");
        run.intent(a, "REMOVE", "a");

        assertThat(evidence.of(run.id).trail().unplanned()).isEmpty();
    }

    @Test
    void thePlanSaidNoDeletesAndADeleteHappened() {
        Run run = new Run()
                .customer(a, "OFFBOARDED")
                .with("planned = ?::json", "[{\"action\":\"SUSPEND\",\"target\":\"s1\"}]")
                .customer(b, "HELD");
        long removal = run.intent(a, "REMOVE", "a");
        long twoTargets = run.intent(a, "SUSPEND", "s1", "s2");
        long another = run.intent(b, "SUSPEND", "s1");
        long nobody = run.intent(null, "SUSPEND", "s1");

        assertThat(evidence.of(run.id).trail().unplanned())
                .containsExactlyInAnyOrder(
                        new UnplannedWrite(removal, a, "REMOVE", "a"),
                        new UnplannedWrite(twoTargets, a, "SUSPEND", "s2"),
                        new UnplannedWrite(another, b, "SUSPEND", "s1"),
                        new UnplannedWrite(nobody, null, "SUSPEND", "s1"));
    }
}
