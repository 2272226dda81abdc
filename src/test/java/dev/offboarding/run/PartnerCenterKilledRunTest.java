package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.partnercenter.standin.CustomerBuilder;
import dev.offboarding.platform.partnercenter.standin.Endpoint;
import dev.offboarding.platform.partnercenter.standin.Fault;
import dev.offboarding.platform.partnercenter.standin.RecordedRequest;
import dev.offboarding.platform.partnercenter.standin.StandInSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A run that is killed while Graph is being asked to end delegated administration, and the one after it. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterKilledRunTest {

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = Mode.INCLUDE,
            names = {"HANG_BEFORE", "HANG_AFTER"})
    void theNextRunReadsFirstAndEndsWhatStillHasToEnd(Fault fault) throws Exception {
        boolean applied = fault == Fault.HANG_AFTER;
        try (PartnerCenterScene scene =
                new PartnerCenterScene(StandInSettings.standard().noQuotas())) {
            scene.standIn.customer("Bystander").licence("E1", "active");
            CustomerBuilder customer =
                    scene.standIn.customer("Adatum").licence("E3", "active").gdap("Support", "active");
            scene.listed(List.of(customer));
            scene.standIn
                    .faults()
                    .inject(fault)
                    .on(Endpoint.GDAP_WRITE)
                    .taking(Duration.ofMinutes(5))
                    .once();
            // its sender is killed before it would give up by itself
            scene.with("partner-center.read-timeout", "60s");
            Process run = scene.begun();
            try {
                assertThat(scene.standIn.awaitHeld(1, Duration.ofSeconds(120))).isTrue();
            } finally {
                run.destroyForcibly();
            }
            assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
            scene.standIn.letGo();
            int before = scene.standIn.requests().size();
            scene.with("partner-center.read-timeout", "2s");

            RunResult second = scene.run();

            assertThat(second.exitCode())
                    .describedAs("%s %s", second.stopped(), second.failures())
                    .isEqualTo(ExitCode.OK);
            assertThat(scene.standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("terminated");
            List<RecordedRequest> later = scene.standIn.requests().stream()
                    .skip(before)
                    .filter(it -> it.endpoint() == Endpoint.GDAP_READ || it.endpoint() == Endpoint.GDAP_WRITE)
                    .toList();
            assertThat(later.get(0).endpoint()).isEqualTo(Endpoint.GDAP_READ);
            assertThat(later)
                    .filteredOn(it -> it.endpoint() == Endpoint.GDAP_WRITE)
                    .hasSize(applied ? 0 : 1);

            List<Map<String, String>> attempts = new ArrayList<>();
            scene.scene
                    .reports()
                    .forEach(report -> attempts.addAll(Scene.csv(report.resolve("actions.csv")).stream()
                            .filter(it -> "TERMINATE_GDAP".equals(it.get("action")))
                            .toList()));
            assertThat(attempts)
                    .extracting(it -> it.get("result"))
                    .isEqualTo(applied ? List.of("LOST") : List.of("LOST", "DONE"));
            assertThat(attempts)
                    .extracting(it -> it.get("correlation_id"))
                    .containsExactlyElementsOf(scene.standIn.writes().stream()
                            .filter(it -> it.endpoint() == Endpoint.GDAP_WRITE)
                            .map(it -> it.header("client-request-id"))
                            .toList());
            assertThat(PartnerCenterScene.row(Scene.report(second), customer)
                            .get("outcome")
                            .asString())
                    .isEqualTo("OFFBOARDED");
            assertThat(scene.standIn.violations()).isEmpty();
        }
    }
}
