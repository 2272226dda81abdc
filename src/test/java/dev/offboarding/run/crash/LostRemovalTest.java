package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.QuickClock;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.StandInSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Incident 21: a removal whose answer was lost, whole nights of it. It may have taken effect or not; and whoever is there still, or again, is
 * removed only while it holds what it held when the removal was sent.
 */
class LostRemovalTest {

    /** What comes between the night on which the answer was lost and the next one. */
    private enum Meanwhile {
        BOUGHT,
        REACTIVATED,
        GOT_SOMETHING_THAT_IS_NOT_ACTIVE
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_METHOD)
    class OnTheLedger {

        private final Scene scene = Scene.set();

        @AfterEach
        void close() {
            scene.close();
        }

        private UUID licence = Scene.id(0);

        private void oneListed() {
            scene.customers(1, 5);
            licence = scene.subscription(1, "license", "active");
            scene.listed(1);
        }

        /** Its process is gone between the removal, or right before it, and what it would have written down. */
        private void killedAtTheRemoval(boolean tookEffect) {
            scene.plans(ExitCode.OK);
            scene.sql(
                    "create function public.die() returns trigger language plpgsql as 'begin raise exception ''dead''; end'");
            scene.sql("create trigger die before insert on offboarding.event for each row "
                    + "when (new.kind = 'OUTCOME' and new.action = 'REMOVE') execute function public.die()");
            if (!tookEffect) {
                scene.sql(
                        "create trigger die before update on ledger.customer for each row execute function public.die()");
            }
            assertThat(scene.run().exitCode()).isNotEqualTo(ExitCode.OK);
            scene.sql("drop trigger die on offboarding.event");
            if (!tookEffect) {
                scene.sql("drop trigger die on ledger.customer");
            }
            assertThat(scene.relationshipOf(1)).isEqualTo(tookEffect ? "none" : "reseller");
            assertThat(scene.statusOf(licence)).isEqualTo("suspended");
            aDayPasses();
        }

        /** On a clock that runs: until what was asked for can no longer take effect. */
        private void aDayPasses() {
            scene.clock.pass(Duration.ofDays(1));
        }

        private Scene.Report runs(ExitCode expected) {
            RunResult result = TestRuns.of(
                            scene.read(),
                            Mode.RUN,
                            scene.folder().resolve(".offboarding"),
                            new QuickClock(scene.clock),
                            Progress.NONE,
                            Duration.ZERO)
                    .start();
            assertThat(result.exitCode())
                    .describedAs("%s %s", result, Scene.told(result))
                    .isEqualTo(expected);
            return Scene.report(result);
        }

        private void comesBack() {
            scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
            scene.sql("insert into ledger.support_contact values (?, 'support@reseller.example')", Scene.id(1));
        }

        private void leaves() {
            scene.sql("update ledger.customer set relationship = 'none' where customer_id = ?", Scene.id(1));
            for (String table : List.of("support_contact", "delegated_admin", "purchase_authority")) {
                scene.sql("delete from ledger.%s where customer_id = ?".formatted(table), Scene.id(1));
            }
        }

        private void meanwhile(Meanwhile what) {
            switch (what) {
                case BOUGHT -> scene.subscription(1, "license", "active");
                case REACTIVATED ->
                    scene.sql("update ledger.subscription set status = 'active' where subscription_id = ?", licence);
                case GOT_SOMETHING_THAT_IS_NOT_ACTIVE -> scene.subscription(1, "license", "suspended");
            }
        }

        @Test
        void itTookEffectAndItsCustomerIsOffboarded() {
            oneListed();
            killedAtTheRemoval(true);

            Scene.Report report = runs(ExitCode.OK);

            assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
            assertThat(report.actions()).isEmpty();
        }

        /** Whether it never took effect, or did and someone has taken it back, cannot be determined: the customer is as it was. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void whoeverIsThereAsItWasIsRemovedAgain(boolean tookEffect) {
            oneListed();
            killedAtTheRemoval(tookEffect);
            if (tookEffect) {
                comesBack();
            }

            Scene.Report report = runs(ExitCode.OK);

            assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
            assertThat(report.actions()).containsExactly("REMOVE " + Scene.id(1));
        }

        @ParameterizedTest
        @EnumSource
        void whoeverHasSomethingNewOrActiveAgainIsHeldAlsoWhereTheRemovalNeverTookEffect(Meanwhile what) {
            oneListed();
            killedAtTheRemoval(false);
            meanwhile(what);
            isHeldUntilItIsListedAgain();
        }

        @ParameterizedTest
        @EnumSource
        void whoeverCameBackWithSomethingNewOrActiveIsHeld(Meanwhile what) {
            oneListed();
            killedAtTheRemoval(true);
            comesBack();
            meanwhile(what);
            isHeldUntilItIsListedAgain();
        }

        private void isHeldUntilItIsListedAgain() {
            Map<String, List<String>> ledger = scene.ledger();
            for (int night = 1; night <= 2; night++) {
                Scene.Report report = runs(night == 1 ? ExitCode.NEEDS_ATTENTION : ExitCode.OK);
                assertThat(report.outcome(1)).isEqualTo(night == 1 ? "RE_ESTABLISHED" : "HELD");
                assertThat(report.holds(1)).contains("RE_ESTABLISHED");
                assertThat(report.actions()).isEmpty();
                assertThat(scene.ledger()).isEqualTo(ledger);
                aDayPasses();
            }
            scene.listed(1);
            Scene.Report again = runs(ExitCode.OK);
            assertThat(again.outcome(1)).isEqualTo("OFFBOARDED");
            assertThat(again.actions()).contains("REMOVE " + Scene.id(1));
        }

        @Test
        void whoeverIsHeldAndTurnsOutToBeGoneIsOffboardedOnItsOwn() {
            oneListed();
            killedAtTheRemoval(false);
            meanwhile(Meanwhile.BOUGHT);
            assertThat(runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("RE_ESTABLISHED");
            leaves();
            aDayPasses();

            Scene.Report report = runs(ExitCode.OK);

            assertThat(report.outcome(1)).endsWith("OFFBOARDED");
            assertThat(report.actions()).isEmpty();
        }

        /** The connection is gone while the ledger commits; the run lives, and looks. */
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aRunThatLivesLooksBeforeItSendsItAgain(boolean tookEffect) throws Exception {
            oneListed();
            scene.plans(ExitCode.OK);
            try (Wire wire = new Wire(URI.create(scene.database().url().substring("jdbc:".length()))
                    .getPort())) {
                scene.with("ledger.url", scene.database().url().replaceFirst(":\\d+/", ":" + wire.port() + "/"));
                scene.gateBefore("update on ledger.customer", "false");
                scene.sql(
                        "create constraint trigger commits after update on ledger.customer deferrable initially deferred for each row execute function public.wait_at_gate()");
                CompletableFuture<Scene.Report> run =
                        CompletableFuture.supplyAsync(() -> runs(ExitCode.OK), new SimpleAsyncTaskExecutor("a run"));
                scene.awaitSomebodyAtTheGate();
                wire.cut();
                wire.restore();
                if (!tookEffect) {
                    scene.endSessionsAtTheGate();
                }
                scene.openTheGate();

                Scene.Report report = run.get(60, TimeUnit.SECONDS);

                assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
                assertThat(report.table("actions.csv").stream()
                                .filter(row -> "REMOVE".equals(row.get("action")))
                                .map(row -> row.get("result") + " " + row.get("after")))
                        .containsExactlyElementsOf(
                                tookEffect ? List.of("LOST none") : List.of("LOST reseller", "DONE none"));
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class OnPartnerCenter {

        private final PartnerCenterScene night =
                new PartnerCenterScene(StandInSettings.standard().noQuotas());

        private final CustomerBuilder customer =
                night.standIn.customer("Adatum").licence("E3", "active");

        @AfterEach
        void close() {
            night.standIn.close();
            assertThat(night.standIn.violations()).isEmpty();
            night.close();
        }

        private void aRemovalThatNeverArrives() {
            night.standIn.customer("Bystander").licence("E1", "active");
            night.listed(List.of(customer));
            night.with("verification.first-after", "200ms").with("verification.give-up-after", "500ms");
            night.standIn
                    .faults()
                    .inject(InjectedFault.CONNECTION_LOST)
                    .on(Endpoint.CUSTOMER_WRITE)
                    .always();
            Scene.Report first = runs(ExitCode.NEEDS_ATTENTION);
            assertThat(PartnerCenterScene.row(first, customer).get("outcome").asString())
                    .isEqualTo("FAILED");
            assertThat(first.table("actions.csv"))
                    .filteredOn(row -> "REMOVE".equals(row.get("action")))
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row.get("result") + " " + row.get("after"))
                            .isEqualTo("LOST reseller"));
            night.standIn.faults().clear();
            night.standIn.clearRecords();
        }

        private Scene.Report runs(ExitCode expected) {
            RunResult result = night.run();
            assertThat(result.exitCode())
                    .describedAs("%s %s", result, Scene.told(result))
                    .isEqualTo(expected);
            return Scene.report(result);
        }

        private String outcome(Scene.Report report) {
            return PartnerCenterScene.row(report, customer).get("outcome").asString();
        }

        private void meanwhile(Meanwhile what) {
            switch (what) {
                case BOUGHT -> customer.licence("E5", "active");
                case REACTIVATED -> night.standIn.changeStatus(customer.idOf("E3"), "active");
                case GOT_SOMETHING_THAT_IS_NOT_ACTIVE -> customer.licence("E5", "suspended");
            }
        }

        @Test
        void whoeverIsThereAsItWasIsRemovedAgain() {
            aRemovalThatNeverArrives();

            Scene.Report report = runs(ExitCode.OK);

            assertThat(outcome(report)).isEqualTo("OFFBOARDED");
            assertThat(report.actions()).containsExactly("REMOVE " + customer.id());
        }

        @ParameterizedTest
        @EnumSource(names = {"BOUGHT", "REACTIVATED"})
        void whoeverHasSomethingNewOrActiveAgainIsHeldUntilItIsListedAgain(Meanwhile what) {
            aRemovalThatNeverArrives();
            meanwhile(what);
            for (int next = 1; next <= 2; next++) {
                Scene.Report report = runs(next == 1 ? ExitCode.NEEDS_ATTENTION : ExitCode.OK);
                assertThat(outcome(report)).isEqualTo(next == 1 ? "RE_ESTABLISHED" : "HELD");
            }
            assertThat(night.standIn.writes()).isEmpty();
            assertThat(night.standIn.relationship(customer.id())).isEqualTo("reseller");

            night.listed(List.of(customer));
            assertThat(outcome(runs(ExitCode.OK))).isEqualTo("OFFBOARDED");
        }

        @Test
        void whoeverIsHeldAndTurnsOutToBeGoneIsOffboardedOnItsOwn() {
            aRemovalThatNeverArrives();
            meanwhile(Meanwhile.BOUGHT);
            assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION))).isEqualTo("RE_ESTABLISHED");
            night.standIn.vanish(customer.id());

            Scene.Report report = runs(ExitCode.OK);

            assertThat(outcome(report)).endsWith("OFFBOARDED");
            assertThat(night.standIn.writes()).isEmpty();
        }
    }
}
