package dev.offboarding.run.nights;

import static dev.offboarding.run.PartnerCenterScene.outcome;
import static dev.offboarding.run.PartnerCenterScene.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.Approving;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A second person approves what is done at Partner Center; a limit is lifted, a plan is spread. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterApprovalTest {

    private final PartnerCenterScene night =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());
    private final PartnerCenterStandIn standIn = night.standIn;
    private Clock clock = Clock.systemUTC();
    private CustomerBuilder adatum =
            standIn.customer("Adatum").licence("E3", "active").gdap("Support", "active");
    private CustomerBuilder contoso = standIn.customer("Contoso").licence("E5", "active");

    @BeforeEach
    void aReseller() {
        for (int n = 1; n <= 12; n++) {
            standIn.customer("Customer " + n);
        }
        night.with("limits.max-share", "100%").with("limits.per-30-days", "100%");
    }

    @AfterEach
    void noBreachOfProtocol() {
        try (night) {
            assertThat(standIn.violations()).isEmpty();
        }
    }

    private void aDayLater() {
        clock = Clock.offset(clock, Duration.ofDays(1));
        standIn.settings().clock(clock);
    }

    private RunResult run(Mode mode) {
        return night.loaded(mode, Progress.NONE, clock).start();
    }

    private Scene.Report runs(ExitCode expected) {
        RunResult result = run(Mode.RUN);
        assertThat(result.exitCode()).as("%s %s", result, Scene.told(result)).isEqualTo(expected);
        Scene.Report report = Scene.report(result);
        assertThat(new ReportVerifier(null).verify(report.folder()).findings()).isEmpty();
        return report;
    }

    private String stops() {
        standIn.clearRecords();
        Scene.Report report = runs(ExitCode.STOPPED_BY_LIMIT);
        assertThat(standIn.writes()).isEmpty();
        return report.json().get("plan_id").asString();
    }

    private void approved(String plan, boolean spread, @Nullable String lift) {
        Approving.Result result = night.scene.approve(plan, "Ada", spread, lift, clock);
        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.OK);
    }

    @Test
    void whatIsAsApprovedGoesAheadAndWhoeverBoughtSomethingSinceIsHeld() {
        night.with("approval", "required").listed(List.of(adatum, contoso));
        String plan = stops();
        assertThat(Scene.report(run(Mode.PLAN)).json().get("plan_id").asString())
                .isEqualTo(plan);
        approved(plan, false, null);
        contoso.licence("Visio", "active");

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, adatum)).isEqualTo("OFFBOARDED");
        assertThat(outcome(report, contoso)).isEqualTo("HELD CHANGED_SINCE_APPROVAL");
        assertThat(row(report, contoso).get("message").asString()).contains("Visio", "was not there");
        assertThat(standIn.relationship(contoso.id())).isEqualTo("reseller");
        assertThat(standIn.status(contoso.idOf("E5"))).isEqualTo("active");
    }

    /** Incident 18, on Partner Center. */
    @Test
    void anApprovalForASetOfTheSameSizeWithOneIdSwappedIsRefused() {
        night.with("approval", "required").listed(List.of(adatum));
        approved(stops(), false, null);
        night.scene.inbox().resolve("list-1.csv").toFile().delete();
        night.listed(List.of(contoso));

        stops();

        assertThat(standIn.relationship(contoso.id())).isEqualTo("reseller");
    }

    @Test
    void theRemovalAfterTheGracePeriodWithWhatItEndsIsCovered() {
        night.with("approval", "required").with("grace-period", "1d").listed(List.of(adatum));
        approved(stops(), false, null);
        assertThat(outcome(runs(ExitCode.OK), adatum)).isEqualTo("SUSPENDED GRACE_PERIOD");
        aDayLater();

        assertThat(outcome(runs(ExitCode.OK), adatum)).isEqualTo("OFFBOARDED");
        assertThat(standIn.gdapStatus(adatum.idOf("Support"))).startsWith("terminat");
    }

    @Test
    void aLimitIsLiftedOnceForOnePlan() {
        night.with("limits.max-customers", "1").listed(List.of(adatum, contoso));
        approved(stops(), false, "max-customers");

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, adatum)).isEqualTo("OFFBOARDED");
        assertThat(outcome(report, contoso)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aPlanIsSpreadOverTwoNights() {
        night.with("limits.max-customers", "1").listed(List.of(contoso, adatum));
        approved(stops(), true, null);

        Scene.Report first = runs(ExitCode.OK);
        assertThat(outcome(first, contoso)).isEqualTo("OFFBOARDED");
        assertThat(outcome(first, adatum)).isEqualTo("HELD LATER_NIGHT");
        aDayLater();
        assertThat(outcome(runs(ExitCode.OK), adatum)).isEqualTo("OFFBOARDED");
    }
}
