package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A relationship that was seen to end is never ended again unasked: on the ledger. */
@Execution(ExecutionMode.CONCURRENT)
class CameBackTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    /** Asked to stop once the removals are made, and before anything of them is read back. */
    private Scene.Report stoppedBeforeTheFirstLook() {
        List<OffboardingRun> runs = new ArrayList<>();
        Progress stopping = new WhenStepBegins("verify", () -> runs.get(0).stop());
        OffboardingRun run = TestRuns.of(
                scene.read(), Mode.RUN, scene.folder().resolve(".offboarding"), scene.clock, stopping, Duration.ZERO);
        runs.add(run);
        RunResult result = run.start();
        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
        return Scene.report(result);
    }

    /** As whoever keeps the ledger does it. */
    private void comesBack(int customer) {
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(customer));
        scene.sql("insert into ledger.support_contact values (?, 'support@reseller.example')", Scene.id(customer));
        scene.sql("insert into ledger.delegated_admin values (?, 'helpdesk')", Scene.id(customer));
        scene.sql("insert into ledger.purchase_authority values (?)", Scene.id(customer));
    }

    private void leaves(int customer) {
        scene.sql("update ledger.customer set relationship = 'none' where customer_id = ?", Scene.id(customer));
        for (String table : List.of("support_contact", "delegated_admin", "purchase_authority")) {
            scene.sql("delete from ledger.%s where customer_id = ?".formatted(table), Scene.id(customer));
        }
    }

    private void nothingIsWritten(Map<String, List<String>> ledger, Scene.Report report) {
        assertThat(report.actions()).isEmpty();
        assertThat(scene.ledger()).isEqualTo(ledger);
    }

    /** Incident 21: thirteen hours later, and in the nights after, suspended and removed again, unasked. */
    @Test
    void aCustomerThatCameBackBeforeTheFirstLookIsNotRemovedAgainUnasked() {
        scene.customers(1, 4);
        UUID licence = scene.subscription(1, "license", "active");
        scene.listed(1);
        assertThat(stoppedBeforeTheFirstLook().outcome(1)).isEqualTo("REMOVED");
        assertThat(scene.relationshipOf(1)).isEqualTo("none");
        comesBack(1);
        UUID bought = scene.subscription(1, "license", "active");
        Map<String, List<String>> ledger = scene.ledger();

        scene.clock.pass(Duration.ofHours(13));
        assertThat(scene.plans(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("RE_ESTABLISHED");
        Scene.Report first = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(first.outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(first.hold(1)).isEqualTo("RE_ESTABLISHED");
        nothingIsWritten(ledger, first);
        for (int night = 1; night <= 3; night++) {
            scene.clock.pass(Duration.ofDays(1));
            Scene.Report report = scene.runs(ExitCode.OK);
            assertThat(report.outcome(1)).isEqualTo("HELD");
            assertThat(report.customer(1).get("customer_list").asString())
                    .as("read every night all the same")
                    .isEqualTo("FAILED");
            nothingIsWritten(ledger, report);
        }

        // someone has found out that it is to go nevertheless
        Scene.Report again = scene.listed(1).runs(ExitCode.OK);
        assertThat(again.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(again.actions()).containsExactlyInAnyOrder("SUSPEND " + bought, "REMOVE " + Scene.id(1));
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
    }

    @Test
    void aCustomerThatCameBackAndTurnsOutToBeGoneIsOffboardedOnItsOwn() {
        scene.customers(1, 4).listed(1);
        stoppedBeforeTheFirstLook();
        comesBack(1);
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("RE_ESTABLISHED");
        leaves(1);

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.actions()).isEmpty();
    }

    /** It was seen once: a night on which the ledger could not be read takes nothing back. */
    @Test
    void aCustomerThatCameBackAfterThreeEffectsWereConfirmedIsNotRemovedAgain() {
        scene.customers(1, 4).listed(1);
        stoppedBeforeTheFirstLook();
        scene.sql("insert into ledger.delegated_admin values (?, 'helpdesk')", Scene.id(1));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("delete from ledger.delegated_admin where customer_id = ?", Scene.id(1));
        comesBack(1);
        Map<String, List<String>> ledger = scene.ledger();
        scene.clock.pass(Duration.ofHours(13));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("RE_ESTABLISHED");
        nothingIsWritten(ledger, report);
        scene.clock.pass(Duration.ofDays(1));
        nothingIsWritten(ledger, scene.runs(ExitCode.OK));
    }

    /** A run that was stopped has notified no one. */
    @Test
    void aHoldIsNewUntilARunThatWasNotStoppedHasReportedIt() {
        scene.customers(1, 4).listed(1);
        stoppedBeforeTheFirstLook();
        comesBack(1);
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("HELD");
    }

    /** Not stuck for ever: what was found gone and has been re-established continues once it is listed again. */
    @Test
    void aCustomerThatWasFoundGoneAndIsThereLaterContinuesOnceItIsListedAgain() {
        scene.customer(1, "none").customers(2, 4);
        scene.sql("insert into ledger.support_contact values (?, 'x')", Scene.id(1));
        scene.sql("insert into ledger.purchase_authority values (?)", Scene.id(1));
        assertThat(scene.listed(1).runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
        UUID licence = scene.subscription(1, "license", "active");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("HELD");

        Scene.Report report = scene.listed(1).runs(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.actions()).containsExactly("SUSPEND " + licence, "REMOVE " + Scene.id(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPlanEndsAsTheRunWouldWhereTheRelationshipIsGoneAlready(boolean rowsAreLeft) {
        scene.customer(1, "none").customers(2, 4);
        if (rowsAreLeft) {
            scene.sql("insert into ledger.support_contact values (?, 'x')", Scene.id(1));
        }
        scene.listed(1);
        ExitCode expected = rowsAreLeft ? ExitCode.NEEDS_ATTENTION : ExitCode.OK;
        String outcome = rowsAreLeft ? "FAILED" : "ALREADY_OFFBOARDED";

        assertThat(scene.plans(expected).outcome(1)).isEqualTo(outcome);
        assertThat(scene.runs(expected).outcome(1)).isEqualTo(outcome);
        if (rowsAreLeft) {
            assertThat(scene.plans(expected).outcome(1)).isEqualTo(outcome);
            assertThat(scene.runs(expected).outcome(1)).isEqualTo(outcome);
        }
    }

    /** The ledger hides it, and counts nothing: it may be this program's suspension, and is not made a second time unasked. */
    @Test
    void aSubscriptionThatWasNotShownAnyMoreAndIsActiveAgainNeedsSomebodyToLook() {
        scene.plans(ExitCode.OK);
        scene.hidesWhatIsSuspended();
        scene.customers(1, 4).with("grace-period", "5d");
        UUID licence = scene.subscription(1, "license", "active");
        Scene.Report first = scene.listed(1).runs(ExitCode.OK);
        assertThat(first.outcome(1)).isEqualTo("SUSPENDED");
        assertThat(first.table("actions.csv"))
                .singleElement()
                .satisfies(row -> assertThat(row.get("result")).isEqualTo("LOST"));
        scene.sql("update ledger.kept set status = 'active' where subscription_id = ?", licence);
        scene.clock.pass(Duration.ofDays(1));

        Scene.Report second = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(second.hold(1)).isEqualTo("REACTIVATED");
        assertThat(scene.jdbc()
                        .sql("select status from ledger.kept")
                        .query(String.class)
                        .single())
                .isEqualTo("active");
    }

    /** It was not there when the offboarding began: somebody wants it. */
    @Test
    void aLicenceThatIsBoughtDuringTheGracePeriodHoldsTheCustomer() {
        scene.customers(1, 4).with("grace-period", "5d");
        UUID licence = scene.subscription(1, "license", "active");
        assertThat(scene.listed(1).runs(ExitCode.OK).outcome(1)).isEqualTo("SUSPENDED");
        UUID bought = scene.subscription(1, "license", "active");
        scene.clock.pass(Duration.ofDays(1));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("REACTIVATED");
        assertThat(report.customer(1).get("message").asString()).contains(bought.toString());
        assertThat(report.actions()).isEmpty();
        scene.clock.pass(Duration.ofDays(6));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("HELD");
        Scene.Report again = scene.listed(1).runs(ExitCode.OK);
        assertThat(again.outcome(1)).isEqualTo("SUSPENDED");
        assertThat(again.actions()).containsExactly("SUSPEND " + bought);
        assertThat(again.customer(1).get("hold_until").asString())
                .as("the grace period begins again")
                .isEqualTo("2026-03-22");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
    }

    /** Nothing was written to it yet, so nothing has begun for it. */
    @Test
    void aLicenceThatIsBoughtBeforeAnythingWasWrittenIsSuspendedWithTheOthers() {
        scene.customers(1, 4).with("limits.max-customers", "0");
        scene.subscription(1, "license", "active");
        scene.listed(1).runs(ExitCode.STOPPED_BY_LIMIT);
        scene.subscription(1, "license", "active");
        // the list that was stopped lies where it lay
        scene.with("limits.max-customers", "10");

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** Closed cases are watched, too, and the customer is nobody's business until it is listed again. */
    @Test
    void anOffboardedCustomerThatIsBackInTheCustomerListIsReportedOnce() {
        scene.customers(1, 4).listed(1, 2).runs(ExitCode.OK);
        comesBack(1);
        scene.subscription(1, "license", "active");

        assertThat(scene.plans(ExitCode.NEEDS_ATTENTION).outcome(1))
                .as("a plan uses up nothing")
                .isEqualTo("RE_ESTABLISHED");
        scene.with("limits.max-customers", "0").listed(3);
        Scene.Report stopped = scene.runs(ExitCode.STOPPED_BY_LIMIT);
        assertThat(stopped.outcome(1)).as("nor does a run that was stopped").isEqualTo("RE_ESTABLISHED");
        scene.with("limits.max-customers", "1000");
        Scene.Report first = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(first.outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(first.customer(1).get("message").asString()).contains("in the customer list again");
        assertThat(first.actions()).containsExactly("REMOVE " + Scene.id(3));
        assertThat(first.text("customers.csv")).doesNotContain(Scene.id(2).toString());
        Map<String, List<String>> ledger = scene.ledger();

        Scene.Report second = scene.runs(ExitCode.OK);
        assertThat(second.text("customers.csv")).hasLineCount(1);
        nothingIsWritten(ledger, second);

        assertThat(scene.listed(1).runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
        comesBack(1);
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1))
                .as("it came back once more")
                .isEqualTo("RE_ESTABLISHED");
    }

    /** Listed by mistake, for a day that is far away, and withdrawn: nothing was done, and nobody watched it any more. */
    @Test
    void anOffboardedCustomerThatWasListedAgainAndWithdrawnUntouchedIsWatchedOn() {
        scene.customers(1, 4).listed(1, 2).runs(ExitCode.OK);
        comesBack(1);
        scene.inboxFile(
                "mistake.csv",
                "customer_id,domain,effective_date,again\n%s,customer-1.example,2030-01-01,2026-03-10\n"
                        .formatted(Scene.id(1)));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_DUE");
        assertThat(scene.asks(InterventionKind.WITHDRAW, 1, "a mistake").exitCode())
                .isEqualTo(ExitCode.OK);
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        comesBack(2);

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(report.outcome(2)).isEqualTo("RE_ESTABLISHED");
        assertThat(scene.runs(ExitCode.OK).text("customers.csv")).hasLineCount(1);
    }

    /** The same customer with an open case, or offboarded once more: its last case speaks for it. */
    @Test
    void ofACustomerThatIsListedAgainTheFirstCaseIsNotReportedBesideTheOpenOne() {
        scene.customers(1, 4).listed(1).runs(ExitCode.OK);
        comesBack(1);
        scene.inboxFile(
                "again.csv",
                "customer_id,domain,effective_date,again\n%s,customer-1.example,2026-03-20,2026-03-10\n"
                        .formatted(Scene.id(1)));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_DUE");
        assertThat(scene.runs(ExitCode.OK).text("customers.csv")).hasLineCount(2);
        scene.clock.pass(Duration.ofDays(10));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
        comesBack(1);

        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).text("customers.csv")).hasLineCount(2);
        assertThat(scene.runs(ExitCode.OK).text("customers.csv")).hasLineCount(1);
    }
}
