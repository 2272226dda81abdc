package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.ToldLines;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits that several jobs of one tenant share. Named after what happened. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterLimitsTest {

    private final PartnerCenterScene night =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());
    private final PartnerCenterStandIn standIn = night.standIn;
    private final List<CustomerBuilder> customers = new ArrayList<>();

    @BeforeEach
    void aResellerWithForty() {
        for (int n = 1; n <= 40; n++) {
            customers.add(standIn.customer("Customer " + n));
        }
        night.with("limits.max-share", "100%");
    }

    @AfterEach
    void noBreachOfProtocol() {
        try (night) {
            assertThat(standIn.violations()).isEmpty();
        }
    }

    private void job(String name, List<CustomerBuilder> listed) {
        Path file = night.scene.folder().resolve(name + ".csv");
        StringBuilder csv = new StringBuilder("customer_id,domain\n");
        listed.forEach(it -> csv.append("%s,%s\n".formatted(it.id(), it.domain())));
        night.scene
                .write(file, csv.toString().getBytes(StandardCharsets.UTF_8))
                .without("list.csv.inbox")
                .with("list.csv.file", file.toString())
                .with("job", name);
    }

    private long offboarded() {
        return customers.stream()
                .filter(it -> standIn.relationship(it.id()).equals("none"))
                .count();
    }

    @Test
    void aPlanTellsWhatWillNeedSomebodyAndARunOnlyWhatDoesSoon() {
        job("nightly", customers.subList(0, 3));
        ToldLines told = new ToldLines();

        night.loaded(Mode.PLAN, told).start();
        assertThat(told.lines)
                .filteredOn(line -> line.startsWith("Outlook: "))
                .satisfiesExactly(
                        token -> assertThat(token).contains("the refresh token is of", "days from now"),
                        clock -> assertThat(clock).contains("this machine's clock is"),
                        quota -> assertThat(quota).contains("some 15 requests of one resource"));
        told.lines.clear();
        night.loaded(Mode.RUN, told).start();
        assertThat(told.lines).noneMatch(line -> line.startsWith("Outlook: "));
    }

    // 22: two jobs under one schedule at one minute removed nine customers each where ten are allowed in 30 days
    @ParameterizedTest
    @CsvSource({"25, per-30-days", "12, max-customers"})
    void twoJobsAtOneMinuteWentOverALimitTogether(String maxCustomers, String limit) {
        night.with("limits.max-customers", maxCustomers)
                .with("limits.per-30-days", maxCustomers.equals("12") ? "100%" : "10%");
        job("first", customers.subList(0, 9));
        List<RunResult> beside = new ArrayList<>();
        RunResult first = night.loaded(Mode.RUN, new WhenStepBegins("suspend", () -> {
                    job("second", customers.subList(9, 18));
                    beside.add(night.run());
                }))
                .start();

        assertThat(first.exitCode())
                .as("%s %s", first.stopped(), first.failures())
                .isEqualTo(ExitCode.OK);
        RunResult second = beside.get(0);
        assertThat(second.exitCode())
                .as("%s %s", second.stopped(), second.failures())
                .isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(second.stopped()).contains(limit);
        assertThat(offboarded()).isEqualTo(9);
    }

    // 28: a population that fell became the new baseline by a run of another job that had nothing to do
    @Test
    void aPopulationThatFellBecameTheNewMeasureByARunThatHadNothingToDo() {
        job("first", customers.subList(0, 1));
        assertThat(night.run().exitCode()).isEqualTo(ExitCode.OK);
        customers.subList(20, 40).forEach(it -> standIn.vanish(it.id()));
        night.scene
                .without("list.csv.file")
                .with("list.csv.inbox", night.scene.folder().resolve("inbox").toString())
                .with("job", "idle");
        assertThat(night.run().exitCode()).isEqualTo(ExitCode.OK);
        job("first", customers.subList(0, 3));
        RunResult planned = night.loaded(Mode.PLAN, Progress.NONE).start();
        assertThat(planned.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);

        RunResult stopped = night.run();
        RunResult again = night.run();

        for (RunResult it : List.of(stopped, again)) {
            assertThat(it.exitCode()).as("%s", it).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
            assertThat(it.stopped()).contains("population");
        }
        assertThat(standIn.relationship(customers.get(1).id())).isEqualTo("reseller");
    }
}
