package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody makes active again holds its customer, whoever had suspended it, and in whichever round; what the list wants is suspended. */
@Execution(ExecutionMode.CONCURRENT)
class ReactivatedTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private void now(UUID subscription, String status) {
        scene.sql("update ledger.subscription set status = ? where subscription_id = ?", status, subscription);
    }

    private Scene.Report aDayLater(ExitCode expected) {
        scene.clock.pass(Duration.ofDays(1));
        return scene.runs(expected);
    }

    private void isHeldAndNotWrittenTo(Scene.Report report, UUID reactivated) {
        assertThat(report.hold(1)).isEqualTo("REACTIVATED");
        assertThat(report.actions()).isEmpty();
        assertThat(report.customer(1).get("message").asString()).contains(reactivated.toString());
        assertThat(scene.statusOf(reactivated)).isEqualTo("active");
    }

    /** In its grace period, with two subscriptions that this program has suspended. */
    private List<UUID> twoAreSuspended() {
        scene.customers(1, 4).with("grace-period", "10d");
        List<UUID> both =
                List.of(scene.subscription(1, "license", "active"), scene.subscription(1, "license", "active"));
        assertThat(scene.listed(1).runs(ExitCode.OK).actions()).hasSize(2);
        return both;
    }

    @Test
    void whatWasStillSuspendedWhenTheCustomerWasListedAgainAndIsReactivatedLaterWasSuspendedAgain() {
        List<UUID> both = twoAreSuspended();
        now(both.get(0), "active");
        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), both.get(0));
        scene.listed(1);
        assertThat(aDayLater(ExitCode.OK).actions()).containsExactly("SUSPEND " + both.get(0));
        now(both.get(1), "active");

        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), both.get(1));
        assertThat(aDayLater(ExitCode.OK).hold(1)).isEqualTo("REACTIVATED");

        scene.listed(1);
        assertThat(aDayLater(ExitCode.OK).actions()).containsExactly("SUSPEND " + both.get(1));
        now(both.get(0), "active");
        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), both.get(0));
    }

    /** Something else held it on the night on which it was listed again, so nothing was written to it since. */
    @Test
    void whatThisProgramSuspendedIsHeldForAlsoWhereNothingWasWrittenSinceTheCustomerWasListedAgain() {
        List<UUID> both = twoAreSuspended();
        now(both.get(0), "active");
        aDayLater(ExitCode.NEEDS_ATTENTION);
        UUID purchase = scene.subscription(1, "marketplace", "active");
        scene.listed(1);
        assertThat(aDayLater(ExitCode.OK).hold(1)).isEqualTo("MARKETPLACE");
        now(purchase, "deleted");
        now(both.get(1), "active");

        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), both.get(1));
    }

    /** Both were made active before somebody listed the customer again: then both are to go. */
    @Test
    void everythingThatIsActiveOnTheNightOnWhichTheCustomerIsListedAgainIsSuspended() {
        List<UUID> both = twoAreSuspended();
        now(both.get(0), "active");
        aDayLater(ExitCode.NEEDS_ATTENTION);
        now(both.get(1), "active");
        scene.listed(1);

        assertThat(aDayLater(ExitCode.OK).actions())
                .containsExactlyInAnyOrder("SUSPEND " + both.get(0), "SUSPEND " + both.get(1));
    }

    /** It is active because its suspension failed, and not because somebody wants it. */
    @Test
    void whatCouldNotBeSuspendedOnTheNightOnWhichTheCustomerWasListedAgainIsTriedAgain() {
        List<UUID> both = twoAreSuspended();
        now(both.get(0), "active");
        aDayLater(ExitCode.NEEDS_ATTENTION);
        now(both.get(1), "active");
        scene.sql(
                "create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$");
        scene.sql(
                "create trigger refuse before update on ledger.subscription for each row when (old.subscription_id = '%s') execute function public.refuse()"
                        .formatted(both.get(1)));
        scene.listed(1);
        assertThat(aDayLater(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("drop trigger refuse on ledger.subscription");

        Scene.Report night = aDayLater(ExitCode.OK);

        assertThat(night.actions()).containsExactly("SUSPEND " + both.get(1));
        assertThat(night.hold(1)).isEqualTo("GRACE_PERIOD");
    }

    /** With the run stopped before its first write to it. */
    @Test
    void whatWasActiveWhenTheCustomerWasListedAgainAndWasNotSentIsSuspendedByTheNextRun() {
        List<UUID> both = twoAreSuspended();
        now(both.get(0), "active");
        aDayLater(ExitCode.NEEDS_ATTENTION);
        now(both.get(1), "active");
        scene.listed(1).clock.pass(Duration.ofDays(1));
        List<OffboardingRun> self = new ArrayList<>();
        self.add(TestRuns.of(
                scene.read(),
                Mode.RUN,
                scene.folder().resolve(".offboarding"),
                scene.clock,
                new WhenStepBegins("suspend", () -> self.get(0).stop()),
                Duration.ZERO));
        assertThat(self.get(0).start().exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);

        assertThat(aDayLater(ExitCode.OK).actions())
                .containsExactlyInAnyOrder("SUSPEND " + both.get(0), "SUSPEND " + both.get(1));
    }

    /** With something of this program's beside it, and with nothing: then nothing at all was written when the grace period began. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatSomebodyElseHadSuspendedAndIsReactivatedDuringTheGracePeriodWasSuspendedAgain(boolean beside) {
        scene.customers(1, 4).with("grace-period", "10d");
        UUID others = scene.subscription(1, "license", "suspended");
        if (beside) {
            scene.subscription(1, "license", "active");
        }
        assertThat(scene.listed(1).runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        assertThat(aDayLater(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        now(others, "active");

        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), others);

        scene.listed(1);
        assertThat(aDayLater(ExitCode.OK).actions()).containsExactly("SUSPEND " + others);
    }

    @Test
    void whatSomebodyElseHadSuspendedAndIsReactivatedBeforeAnythingWasWrittenIsSuspendedWithTheOthers() {
        scene.customers(1, 4);
        UUID purchase = scene.subscription(1, "marketplace", "active");
        UUID others = scene.subscription(1, "license", "suspended");
        assertThat(scene.listed(1).runs(ExitCode.OK).hold(1)).isEqualTo("MARKETPLACE");
        now(purchase, "deleted");
        now(others, "active");

        assertThat(aDayLater(ExitCode.OK).actions()).containsExactly("SUSPEND " + others, "REMOVE " + Scene.id(1));
    }

    /** The grace period of the one beside it had begun. */
    @Test
    void whatHadExpiredAndIsRenewedHoldsItsCustomer() {
        scene.customers(1, 4).with("grace-period", "10d");
        UUID expired = scene.subscription(1, "license", "expired");
        scene.subscription(1, "license", "active");
        scene.listed(1).runs(ExitCode.OK);
        now(expired, "active");

        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), expired);
    }

    /** Withdrawn, put back by this program and listed again it is a new case: nothing of it was somebody else's. */
    @Test
    void whatThisProgramHasPutBackItselfIsSuspendedInTheNextCase() {
        List<UUID> both = twoAreSuspended();
        assertThat(scene.asks(InterventionKind.WITHDRAW, 1, "they stay").exitCode())
                .isEqualTo(ExitCode.OK);
        assertThat(aDayLater(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(scene.statusOf(both.get(0))).isEqualTo("active");
        scene.listed(1);

        assertThat(aDayLater(ExitCode.OK).actions()).hasSize(2).allMatch(action -> action.startsWith("SUSPEND"));
    }

    /** Without a grace period, its removal failing. */
    @Test
    void whatIsReactivatedWhileTheRemovalFailsHoldsItsCustomer() {
        scene.customers(1, 4);
        UUID others = scene.subscription(1, "license", "suspended");
        scene.subscription(1, "license", "active");
        scene.sql(
                "create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$");
        scene.sql(
                "create trigger refuse before update on ledger.customer for each row execute function public.refuse()");
        assertThat(scene.listed(1).runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("drop trigger refuse on ledger.customer");
        now(others, "active");

        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), others);
    }

    /** Of a customer whose grace period began without a write of this program, what was bought in it was suspended, and the period began anew. */
    @Test
    void whatIsBoughtInAGracePeriodThatBeganWithoutAWriteHoldsItsCustomer() {
        scene.customers(1, 4).with("grace-period", "3d");
        assertThat(scene.listed(1).runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        UUID bought = scene.subscription(1, "license", "active");

        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), bought);
        isHeldAndNotWrittenTo(aDayLater(ExitCode.OK), bought);
        // its last day has come, and gone
        isHeldAndNotWrittenTo(aDayLater(ExitCode.OK), bought);
        isHeldAndNotWrittenTo(aDayLater(ExitCode.OK), bought);

        scene.listed(1);
        assertThat(aDayLater(ExitCode.OK).actions()).containsExactly("SUSPEND " + bought);
        aDayLater(ExitCode.OK);
        assertThat(aDayLater(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        assertThat(aDayLater(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** It was seen on one night, not active yet, and is active on the next. */
    @Test
    void whatIsBoughtInAGracePeriodAndActiveOnlyLaterHoldsItsCustomer() {
        scene.customers(1, 4).with("grace-period", "10d");
        scene.listed(1).runs(ExitCode.OK);
        UUID bought = scene.subscription(1, "license", "pending");
        assertThat(aDayLater(ExitCode.OK).hold(1)).isEqualTo("PENDING_OPERATION");
        now(bought, "active");

        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), bought);
    }

    /** Of whom nothing was active, stopped before the removal was sent; or its grace period was taken out of the job file. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatBecomesActiveBeforeARemovalThatWasNotSentHoldsItsCustomerWithoutAGracePeriod(boolean isNew) {
        scene.customers(1, 4);
        UUID others = scene.subscription(1, "license", "suspended");
        scene.with("grace-period", "10d").listed(1).runs(ExitCode.OK);
        scene.with("grace-period", "0d");
        if (!isNew) {
            now(others, "active");
        }

        UUID active = isNew ? scene.subscription(1, "license", "active") : others;
        isHeldAndNotWrittenTo(aDayLater(ExitCode.NEEDS_ATTENTION), active);
    }

    /** Nothing was written to it, and nothing said that all of it was suspended. */
    @Test
    void whatIsBoughtWhileACaseWaitsThatWasNeverWithoutAnActiveSubscriptionGoesWithTheOthers() {
        scene.customers(1, 4).with("grace-period", "10d");
        UUID purchase = scene.subscription(1, "marketplace", "active");
        assertThat(scene.listed(1).runs(ExitCode.OK).hold(1)).isEqualTo("MARKETPLACE");
        now(purchase, "deleted");
        UUID bought = scene.subscription(1, "license", "active");

        assertThat(aDayLater(ExitCode.OK).actions()).containsExactly("SUSPEND " + bought);
    }
}
