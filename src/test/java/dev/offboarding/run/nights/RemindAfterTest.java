package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A hold that waits for a person is silent on the first night, and after each further {@code remind-after} somebody is reminded. */
@Execution(ExecutionMode.CONCURRENT)
class RemindAfterTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private void daysPass(int days) {
        scene.clock.pass(Duration.ofDays(days));
    }

    @Test
    void aMarketplacePurchaseThatNobodyCancelledWaitedForEverWithoutAWord() {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        Scene.Report first = scene.listed(1).runs(ExitCode.OK);
        String since = first.customer(1).get("hold_since").asString();
        daysPass(13);
        assertThat(scene.runs(ExitCode.OK).customer(1).get("hold_since").asString())
                .isEqualTo(since);

        daysPass(1);
        assertThat(scene.plans(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("MARKETPLACE");
        Scene.Report reminded = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(reminded.customer(1).get("hold_since").asString()).isEqualTo(since);
        assertThat(reminded.text("report.html"))
                .contains("Waiting since 2026-03-10", "A reminder of 1 of them is due tonight")
                .contains("Marketplace: 1 customer still waits")
                .doesNotContain("Nothing does.");
        assertThat(new ReportVerifier(null).verify(reminded.folder()).findings())
                .isEmpty();
        daysPass(1);
        scene.runs(ExitCode.OK);

        daysPass(13);
        scene.runs(ExitCode.NEEDS_ATTENTION);
    }

    @Test
    void theJobFileSaysAfterHowManyDaysAndWhatOnlyWaitsForADateRemindsNobody() {
        scene.customers(1, 5).with("remind-after", "3d");
        scene.subscription(1, "azure_plan", "active");
        scene.subscription(2, "new_commerce", "active", java.time.LocalDate.parse("2026-12-31"));
        scene.listed(1, 2).runs(ExitCode.OK);
        daysPass(3);
        Scene.Report reminded = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(reminded.customer(1).get("hold_new").asBoolean()).isTrue();
        assertThat(reminded.customer(2).get("hold_new").asBoolean()).isFalse();
    }

    @Test
    void aChangeBeginsTheWaitingAgain() {
        scene.customers(1, 3).with("remind-after", "5d");
        UUID plan = scene.subscription(1, "azure_plan", "active");
        scene.subscription(1, "marketplace", "active");
        scene.listed(1).runs(ExitCode.OK);
        daysPass(4);
        scene.sql("update ledger.subscription set status = 'suspended' where subscription_id = ?", plan);
        scene.runs(ExitCode.OK);
        daysPass(4);
        scene.runs(ExitCode.OK);
        daysPass(1);
        scene.runs(ExitCode.NEEDS_ATTENTION);
    }

    /** It is read no more before the customer is listed again: what it waited for beside that may be over. */
    @Test
    void whatSomebodyHasToLookAtFirstRemindsNobodyOfWhatElseItWaitsFor() {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        scene.inboxFile("list.csv", "customer_id,domain\n%s,others.example\n".formatted(Scene.id(1)));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).holds(1)).containsExactly("IDENTITY_MISMATCH", "MARKETPLACE");
        daysPass(14);

        scene.runs(ExitCode.OK);
    }

    @Test
    void aReminderIsNotUsedUpByARunThatWasStopped() {
        scene.customers(1, 8).with("remind-after", "5d");
        scene.subscription(1, "marketplace", "active");
        scene.listed(1).runs(ExitCode.OK);
        daysPass(5);
        scene.with("limits.max-customers", "1").listed(2, 3).runs(ExitCode.STOPPED_BY_LIMIT);
        daysPass(1);

        Scene.Report after = scene.with("limits.max-customers", "25").runs(ExitCode.NEEDS_ATTENTION);

        assertThat(after.customer(1).get("hold_new").asBoolean()).isTrue();
        assertThat(after.outcome(2)).isEqualTo("OFFBOARDED");
        daysPass(1);
        scene.runs(ExitCode.OK);
    }
}
