package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A listed customer that is not one of the tenant's is reported once and closed, as on the ledger. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterNeverACustomerTest {

    private static final String ID = "0b1c2d3e-1111-4222-8333-444455556666";

    private final PartnerCenterScene night =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());
    private final PartnerCenterStandIn standIn = night.standIn;

    @BeforeEach
    void aStandingFileThatNamesSomebodyWhoIsNobody() {
        standIn.customer("Bystander").licence("E1", "active");
        Path file = night.scene.folder().resolve("standing.csv");
        night.scene
                .write(file, ("customer_id,company_name\n" + ID + ",Adatum\n").getBytes(StandardCharsets.UTF_8))
                .without("list.csv.inbox")
                .with("list.csv.file", file.toString());
    }

    @AfterEach
    void noBreachOfProtocol() {
        try (night) {
            assertThat(standIn.violations()).isEmpty();
        }
    }

    private Scene.Report runs(ExitCode expected) {
        RunResult result = night.run();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return Scene.report(result);
    }

    private static JsonNode row(Scene.Report report) {
        return report.json()
                .get("customers")
                .valueStream()
                .filter(it -> it.get("customer_id").asString().equals(ID))
                .findFirst()
                .orElseThrow();
    }

    private long open() {
        return night.scene.count("offboarding.offboarding_case where closed_at is null");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isReportedOnceAndClosedAndTheSameRowOpensACaseOnceThePlatformShowsIt(boolean asAdvisor) {
        CustomerBuilder advised =
                asAdvisor ? standIn.customer("Adatum").withId(ID).relationship("advisor") : null;
        Scene.Report first = runs(ExitCode.NEEDS_ATTENTION);
        assertThat(row(first).get("outcome").asString()).isEqualTo("HELD");
        assertThat(row(first).get("hold_reason").asString()).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        assertThat(row(first).get("state").asString()).isEqualTo("WITHDRAWN");
        assertThat(open()).isZero();
        assertThat(runs(ExitCode.OK).total("customers", "total")).isZero();

        if (advised == null) {
            standIn.customer("Adatum").withId(ID).licence("E1", "active");
        } else {
            advised.relationship("reseller");
        }

        assertThat(row(runs(ExitCode.OK)).get("outcome").asString()).isEqualTo("OFFBOARDED");
        assertThat(standIn.relationship(ID)).isEqualTo("none");
    }

    /** The two reads contradict each other: that says nothing on whether it ever was a customer. */
    @Test
    void staysHeldWhileTheCustomerListShowsItThoughItsOwnReadDoesNot() {
        standIn.customer("Adatum").withId(ID).licence("E1", "active");
        standIn.faults()
                .inject(InjectedFault.BOX_BEFORE)
                .on(Endpoint.CUSTOMER_READ)
                .about(ID)
                .answering(404, 0)
                .page("")
                .always();

        Scene.Report held = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(row(held).get("hold_reason").asString()).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        assertThat(open()).isOne();
        standIn.faults().clear();
        assertThat(standIn.relationship(ID)).isEqualTo("reseller");
    }

    @Test
    void staysHeldWhereTheCustomerListIsNotComplete() {
        for (int n = 1; n <= 3; n++) {
            standIn.customer("Customer " + n);
        }
        standIn.faults()
                .inject(InjectedFault.LIST_LOOP)
                .on(Endpoint.CUSTOMER_LIST)
                .always();
        standIn.settings().pages(2, 100, 100, 100);

        runs(ExitCode.NEEDS_ATTENTION);

        assertThat(open()).isOne();
        standIn.faults().clear();
        assertThat(row(runs(ExitCode.OK)).get("outcome").asString()).isEqualTo("HELD");
    }
}
