package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The report of a withdrawal, as it is and as somebody would like it to be. */
class ForgedWithdrawalTest {

    @TempDir
    Path folder;

    private void assertFound(Forgery forgery, String what) {
        assertThat(new ReportVerifier(null)
                        .verify(forgery.sealed().in(folder.resolve("report")))
                        .findings())
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.what()).as("%s", finding).contains(what));
    }

    @Test
    void onlyWhatWasReactivatedIsSaidAndNothingElseWasAsked() {
        try (Scene scene = Scene.set()) {
            scene.customers(1, 3).with("grace-period", "3d").listed(1);
            scene.subscription(1, "license", "active");
            scene.runs(ExitCode.OK);
            scene.clock.pass(Duration.ofHours(1));
            scene.asks(InterventionKind.WITHDRAW, 1, "they stay");
            Forgery withdrawal = Forgery.of(Scene.report(scene.carriesOut()).folder());
            assertThat(new ReportVerifier(null)
                            .verify(withdrawal.copy().in(folder.resolve("report")))
                            .findings())
                    .isEmpty();

            assertFound(withdrawal.copy().record(record -> record.put("reactivated", 2)), "reactivated");
            assertFound(withdrawal.copy().record(record -> record.put("mode", "run")), "mode");
            assertFound(
                    withdrawal.copy().trail(events -> {
                        events.forEach(event -> suspends(event));
                        return events;
                    }),
                    "a withdrawal");
        }
    }

    private static void suspends(ObjectNode event) {
        if (event.get("kind").asString().equals("INTENT")) {
            event.put("action", "SUSPEND");
        }
    }
}
