package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The job file names another tenant: that knows nothing of this one's customers, and says nothing of them. */
@Execution(ExecutionMode.CONCURRENT)
class OtherTenantTest {

    private final PartnerCenterScene night =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());
    private final PartnerCenterStandIn own = night.standIn;
    private final PartnerCenterStandIn other =
            PartnerCenterStandIn.start(StandInSettings.standard().seed(77).noQuotas());
    private final String secret = PartnerCenterScene.secretOfItsOwn();

    @AfterEach
    void noBreachOfProtocol() {
        System.clearProperty(secret);
        other.close();
        try (night) {
            assertThat(own.violations()).isEmpty();
            assertThat(other.violations()).isEmpty();
        }
    }

    private Scene.Report runs(Mode mode, ExitCode expected) {
        return runs(mode, expected, Progress.NONE);
    }

    private Scene.Report runs(Mode mode, ExitCode expected, Progress progress) {
        RunResult result = night.loaded(mode, progress).start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return Scene.report(result);
    }

    private static String standing(Scene.Report report, CustomerBuilder customer) {
        var row = PartnerCenterScene.row(report, customer);
        return "%s %s %s"
                .formatted(
                        row.get("outcome").asString(),
                        row.get("state").asString(),
                        row.get("hold_reason").asString(""))
                .strip();
    }

    private Progress unreadableOnceRemoved(CustomerBuilder customer) {
        return new WhenStepBegins(
                "verify",
                () -> own.faults()
                        .inject(InjectedFault.FORBIDDEN)
                        .on(Endpoint.CUSTOMER_READ)
                        .about(customer.id())
                        .always());
    }

    // 24: the other tenant knows nobody, so OFFBOARDED
    @Test
    void theTenantInTheJobFileWasChangedWhileACaseWasRemoved() {
        own.customer("Bystander").licence("E1", "active");
        other.customer("Somebody else's bystander").licence("E1", "active");
        CustomerBuilder customer =
                own.customer("Adatum").licence("E1", "active").gdap("Support", "active");
        night.with("verification.give-up-after", "1s");
        night.listed(List.of(customer));
        assertThat(standing(runs(Mode.RUN, ExitCode.TO_BE_CONFIRMED, unreadableOnceRemoved(customer)), customer))
                .isEqualTo("REMOVED REMOVED");
        own.faults().clear();
        own.clearRecords();

        PartnerCenterScene.connect(night.scene, other, secret);
        for (Mode mode : List.of(Mode.PLAN, Mode.RUN, Mode.RUN)) {
            Scene.Report elsewhere = runs(mode, ExitCode.OK);
            assertThat(standing(elsewhere, customer)).as("%s", mode).isEqualTo("HELD REMOVED OTHER_PLATFORM");
            assertThat(elsewhere.text("customers.csv")).contains(own.signIn().tenantId());
        }

        assertThat(other.requests()).noneMatch(it -> it.path().contains(customer.id()));
        assertThat(other.writes()).isEmpty();
        assertThat(own.requests()).isEmpty();
        PartnerCenterScene.connect(night.scene, own, secret);
        assertThat(standing(runs(Mode.RUN, ExitCode.OK), customer)).isEqualTo("OFFBOARDED OFFBOARDED");
        assertThat(night.scene.count("offboarding.offboarding_case")).isOne();
    }

    // 25: "LOST, found none", OFFBOARDED, the customer still there
    @Test
    void aRunWasKilledInMidRemovalAndTheNextOneWorksOnAnotherTenant() {
        own.customer("Bystander").licence("E1", "active");
        other.customer("Somebody else's bystander").licence("E1", "active");
        CustomerBuilder customer = own.customer("Adatum").licence("E1", "active");
        night.with("verification.first-after", "200ms").with("verification.give-up-after", "500ms");
        night.listed(List.of(customer));
        night.scene.plans(ExitCode.OK);
        night.scene.sql(
                "create function public.die() returns trigger language plpgsql as 'begin raise exception ''dead''; end'");
        night.scene.sql("create trigger die before insert on offboarding.event for each row "
                + "when (new.kind = 'OUTCOME' and new.action = 'REMOVE') execute function public.die()");
        own.faults()
                .inject(InjectedFault.CONNECTION_LOST)
                .on(Endpoint.CUSTOMER_WRITE)
                .always();
        assertThat(night.run().exitCode()).isNotEqualTo(ExitCode.OK);
        night.scene.sql("drop trigger die on offboarding.event");
        own.faults().clear();
        own.clearRecords();

        PartnerCenterScene.connect(night.scene, other, secret);
        Scene.Report elsewhere =
                Scene.report(night.loaded(Mode.RUN, Progress.NONE).start());

        assertThat(standing(elsewhere, customer)).startsWith("HELD").endsWith("OTHER_PLATFORM");
        assertThat(elsewhere.text("actions.csv")).doesNotContain("none");
        assertThat(other.requests()).noneMatch(it -> it.path().contains(customer.id()));
        assertThat(own.requests()).isEmpty();
        PartnerCenterScene.connect(night.scene, own, secret);
        assertThat(standing(runs(Mode.RUN, ExitCode.OK), customer)).isEqualTo("OFFBOARDED OFFBOARDED");
        assertThat(own.writes()).as("the removal alone").hasSize(1);
    }
}
