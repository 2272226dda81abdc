package dev.offboarding.run.nights;

import static dev.offboarding.run.PartnerCenterScene.actions;
import static dev.offboarding.run.PartnerCenterScene.outcome;
import static dev.offboarding.run.PartnerCenterScene.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list of subscriptions that is cut short, says nothing of it, and hides what an earlier night has seen. */
@Execution(ExecutionMode.CONCURRENT)
class CutListTest {

    private static final Instant FIRST_NIGHT = Instant.parse("2026-08-10T02:30:00Z");

    private final Scene scene = Scene.set();
    private final String secret = PartnerCenterScene.secretOfItsOwn();
    private PartnerCenterStandIn standIn;
    private Clock clock = night(0);

    @BeforeEach
    void aJobForPartnerCenter() {
        standIn = PartnerCenterStandIn.start(StandInSettings.standard().pages(500, 1, 500, 100));
        later(0);
        PartnerCenterScene.connect(scene, standIn, secret);
        standIn.customer("Bystander").licence("E1", "active");
    }

    @AfterEach
    void noBreachOfProtocol() {
        System.clearProperty(secret);
        standIn.close();
        assertThat(standIn.violations()).isEmpty();
        scene.close();
    }

    private static Clock night(int days) {
        Instant night = FIRST_NIGHT.plus(Duration.ofDays(days));
        return Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), night));
    }

    private void later(int days) {
        clock = night(days);
        standIn.settings().clock(clock);
        standIn.clearRecords();
    }

    private void listed(CustomerBuilder customer) {
        scene.inboxFile(
                "list.csv",
                "Microsoft ID,Company name,Primary domain name\n%s,%s,%s\n"
                        .formatted(customer.id(), customer.companyName(), customer.domain()));
    }

    private Scene.Report runs(ExitCode expected) {
        RunResult result = TestRuns.of(
                        scene.read(),
                        Mode.RUN,
                        scene.folder().resolve(".offboarding"),
                        clock,
                        Progress.NONE,
                        Duration.ZERO)
                .start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return Scene.report(result);
    }

    /** Only the first one is shown from now on. */
    private void cutShort() {
        standIn.faults()
                .inject(InjectedFault.LIST_ENDS_EARLY)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .always();
    }

    private long readOnTheirOwn() {
        return standIn.requests().stream()
                .filter(it -> it.endpoint() == Endpoint.SUBSCRIPTION_READ)
                .count();
    }

    private CustomerBuilder withALicenceAnd(String hidden) {
        CustomerBuilder customer = standIn.customer("Contoso").licence("E1", "active");
        return switch (hidden) {
            case "a savings plan" -> customer.savingsPlan("Hidden", "active");
            case "a term" -> customer.newCommerce("Hidden", "active");
            default -> customer.newCommerce("Hidden", "suspended");
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"a savings plan", "a term", "a suspended term"})
    void whatAnEarlierNightHasSeenIsReadOnItsOwn(String hidden) {
        scene.with("remind-after", "60d");
        CustomerBuilder customer = withALicenceAnd(hidden);
        listed(customer);
        String held = outcome(runs(hidden.equals("a term") ? ExitCode.NEEDS_ATTENTION : ExitCode.OK), customer);
        assertThat(held).startsWith("HELD");
        later(8);
        runs(ExitCode.OK);
        assertThat(readOnTheirOwn()).isZero();
        later(16);
        cutShort();

        Scene.Report report = runs(ExitCode.OK);

        assertThat(readOnTheirOwn()).isOne();
        assertThat(outcome(report, customer)).isEqualTo(held);
        assertThat(standIn.status(customer.idOf("E1"))).isEqualTo("active");
        assertThat(standIn.writes()).isEmpty();
    }

    @Test
    void whatCannotBeReadOnItsOwnEitherIsNotTakenForGone() {
        CustomerBuilder customer = withALicenceAnd("a savings plan");
        listed(customer);
        runs(ExitCode.OK);
        later(8);
        cutShort();
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_READ)
                .answering(403, 2032)
                .always();

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, customer)).isEqualTo("FAILED");
        assertThat(row(report, customer).get("message").asString())
                .contains("they do not show " + customer.idOf("Hidden"), "2032");
        assertThat(standIn.writes()).isEmpty();
    }

    @Test
    void whatThePlatformItselfDoesNotKnowAnyMoreHoldsNobody() {
        CustomerBuilder customer = withALicenceAnd("a savings plan");
        listed(customer);
        runs(ExitCode.OK);
        later(8);
        cutShort();
        standIn.changeStatus(customer.idOf("Hidden"), "deleted");
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_READ)
                .about(customer.idOf("Hidden"))
                .answering(404, 20003)
                .always();

        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aWithdrawalPutsBackWhatIsHidden() {
        scene.with("grace-period", "7d");
        CustomerBuilder customer =
                standIn.customer("Contoso").licence("E1", "active").licence("E3", "active");
        listed(customer);
        runs(ExitCode.OK);
        scene.asks(
                InterventionKind.WITHDRAW,
                new InterventionOrder.Target.Customer(UUID.fromString(customer.id())),
                "they stay");
        later(1);
        cutShort();

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("WITHDRAWN");
        assertThat(actions(report)).containsExactlyInAnyOrder("REACTIVATE DONE", "REACTIVATE DONE");
        assertThat(standIn.status(customer.idOf("E1"))).isEqualTo("active");
        assertThat(standIn.status(customer.idOf("E3"))).isEqualTo("active");
    }
}
