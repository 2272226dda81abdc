package dev.offboarding.run.nights;

import static dev.offboarding.run.PartnerCenterScene.actions;
import static dev.offboarding.run.PartnerCenterScene.outcome;
import static dev.offboarding.run.PartnerCenterScene.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Lag;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Customers of Partner Center, withdrawn before their removal, over real HTTP. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterWithdrawTest {

    private final Scene scene = Scene.set();
    private final String secret = PartnerCenterScene.secretOfItsOwn();
    private final StandInSettings settings = StandInSettings.standard();
    private final PartnerCenterStandIn standIn = PartnerCenterStandIn.start(settings);

    @BeforeEach
    void aJobForPartnerCenter() {
        PartnerCenterScene.connect(scene, standIn, secret);
        scene.with("grace-period", "3d");
        standIn.customer("Bystander").licence("E1", "active");
    }

    @AfterEach
    void noBreachOfProtocol() {
        System.clearProperty(secret);
        standIn.close();
        assertThat(standIn.violations()).isEmpty();
        scene.close();
    }

    private Scene.Report runs(Mode mode) {
        return reported(mode, ExitCode.OK);
    }

    private Scene.Report reported(Mode mode, ExitCode exitCode) {
        RunResult result = PartnerCenterScene.loaded(scene, mode).start();
        assertThat(result.exitCode())
                .as("%s %s", result.failures(), Scene.told(result))
                .isEqualTo(exitCode);
        return Scene.report(result);
    }

    @Test
    void exactlyWhatThisProgramSuspendedIsMadeActiveAgain() {
        CustomerBuilder customer = standIn.customer("Contoso")
                .licence("E3", "active")
                .licence("E5", "active")
                .licence("Visio", "suspended");
        scene.inboxFile(
                "list.csv", "Microsoft ID,Primary domain name\n%s,%s\n".formatted(customer.id(), customer.domain()));
        assertThat(outcome(runs(Mode.RUN), customer)).isEqualTo("SUSPENDED GRACE_PERIOD");
        assertThat(standIn.status(customer.idOf("E3"))).isEqualTo("suspended");
        assertThat(scene.asks(
                                InterventionKind.WITHDRAW,
                                new Target.Customer(UUID.fromString(customer.id())),
                                "they stay")
                        .exitCode())
                .isEqualTo(ExitCode.OK);

        Scene.Report withdrawal = runs(Mode.WITHDRAW);

        assertThat(outcome(withdrawal, customer)).isEqualTo("WITHDRAWN");
        assertThat(actions(withdrawal)).containsExactly("REACTIVATE DONE", "REACTIVATE DONE");
        assertThat(withdrawal.json().get("reactivated").asInt()).isEqualTo(2);
        assertThat(List.of(standIn.status(customer.idOf("E3")), standIn.status(customer.idOf("E5"))))
                .containsOnly("active");
        assertThat(standIn.status(customer.idOf("Visio"))).isEqualTo("suspended");
        assertThat(runs(Mode.RUN).json().get("customers")).isEmpty();
    }

    /** Accepted, and shown minutes later: by then the withdrawn case has to be still there to put it back. */
    @Test
    void aSuspensionThatDoesNotShowYetIsPutBackOnceItDoes() {
        settings.lag(Lag.SUBSCRIPTION_READ, Duration.ofMinutes(3));
        CustomerBuilder customer = standIn.customer("Contoso").licence("E3", "active");
        scene.inboxFile(
                "list.csv", "Microsoft ID,Primary domain name\n%s,%s\n".formatted(customer.id(), customer.domain()));
        assertThat(actions(reported(Mode.RUN, ExitCode.NEEDS_ATTENTION))).containsExactly("SUSPEND DONE");
        scene.asks(InterventionKind.WITHDRAW, new Target.Customer(UUID.fromString(customer.id())), "they stay");

        assertThat(outcome(runs(Mode.WITHDRAW), customer)).isEqualTo("HELD PENDING_OPERATION");

        settings.lag(Lag.SUBSCRIPTION_READ, Duration.ZERO)
                .clock(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(190)));
        Scene.Report later = runs(Mode.RUN);
        assertThat(outcome(later, customer)).isEqualTo("WITHDRAWN");
        assertThat(actions(later)).containsExactly("REACTIVATE DONE");
        assertThat(standIn.status(customer.idOf("E3"))).isEqualTo("active");
    }

    /** It was read, and says nothing else: whoever looks at the report is not to look for a fault of the reading. */
    @Test
    void whatCannotBePutBackIsSaidAndNotThatItCouldNotBeRead() {
        CustomerBuilder gone = standIn.customer("Contoso").licence("E3", "active");
        CustomerBuilder partly =
                standIn.customer("Fabrikam").licence("E3", "active").licence("E5", "active");
        scene.inboxFile(
                "list.csv",
                "Microsoft ID,Primary domain name\n%s,%s\n%s,%s\n"
                        .formatted(gone.id(), gone.domain(), partly.id(), partly.domain()));
        runs(Mode.RUN);
        standIn.vanish(gone.id());
        standIn.changeStatus(partly.idOf("E5"), "disabled");
        scene.asks(InterventionKind.WITHDRAW, new Target.All(), "they stay");

        Scene.Report withdrawal = reported(Mode.WITHDRAW, ExitCode.NEEDS_ATTENTION);

        assertThat(row(withdrawal, gone).get("message").asString())
                .startsWith("it is withdrawn, and the platform does not know the customer any more");
        assertThat(row(withdrawal, partly).get("message").asString())
                .startsWith("it is withdrawn, and this cannot be made active again");
        assertThat(actions(withdrawal)).containsExactly("REACTIVATE DONE");
        assertThat(row(reported(Mode.RUN, ExitCode.NEEDS_ATTENTION), partly)
                        .get("message")
                        .asString())
                .startsWith("it is withdrawn, and this cannot be made active again");
    }

    @Test
    void aPausedCustomerIsNotWrittenTo() {
        CustomerBuilder customer = standIn.customer("Contoso").licence("E3", "active");
        scene.without("grace-period")
                .inboxFile(
                        "list.csv",
                        "Microsoft ID,Primary domain name\n%s,%s\n".formatted(customer.id(), customer.domain()));
        scene.asks(InterventionKind.PAUSE, new Target.All(), "an audit");

        assertThat(outcome(runs(Mode.RUN), customer)).isEqualTo("HELD PAUSED");

        assertThat(standIn.writes()).isEmpty();
        scene.asks(InterventionKind.RESUME, new Target.All(), "it is over");
        assertThat(outcome(runs(Mode.RUN), customer)).isEqualTo("OFFBOARDED");
    }
}
