package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Partner Center says what time it is, with the clocks that there are. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterClockTest {

    private final PartnerCenterScene night =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());
    private final PartnerCenterStandIn standIn = night.standIn;
    private final CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "active");

    @AfterEach
    void noBreachOfProtocol() {
        try (night) {
            assertThat(standIn.violations()).isEmpty();
        }
    }

    private RunResult run(Mode mode) {
        return new OffboardingRun(
                        night.scene.read(),
                        mode,
                        night.scene.folder().resolve(".offboarding"),
                        new RunTimes(
                                Clock.systemUTC(),
                                ReferenceClocks.REAL,
                                Duration.ZERO,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(10)),
                        Progress.NONE,
                        List.of(),
                        ObservationRegistry.NOOP)
                .start();
    }

    private DateRelay saying(UnaryOperator<@Nullable String> date) throws IOException {
        DateRelay relay = new DateRelay(URI.create(standIn.apiUrl()).getPort(), date);
        night.with("partner-center.api-url", relay.url());
        return relay;
    }

    private static UnaryOperator<@Nullable String> off(Duration by) {
        return date -> DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plus(by).atOffset(ZoneOffset.UTC));
    }

    @ParameterizedTest
    @CsvSource({"6, later", "-6, earlier", "1000000, later"})
    void aClockThatIsMinutesFromPartnerCentersStopsTheRunBeforeAnythingIsWritten(int minutes, String how)
            throws IOException {
        standIn.customer("Bystander").licence("E1", "active");
        night.listed(List.of(customer));
        try (DateRelay relay = saying(off(Duration.ofMinutes(minutes)))) {
            for (Mode mode : List.of(Mode.PLAN, Mode.RUN)) {
                RunResult result = run(mode);

                assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
                assertThat(result.stopped()).contains("this machine's clock says", "that of the platform", how);
                assertThat(Scene.report(result).json().get("stop_reason").asString())
                        .isEqualTo("CLOCK");
            }
        }
        assertThat(standIn.writes()).isEmpty();
        assertThat(night.scene.inboxFiles()).hasSize(1);
        assertThat(night.scene.count("offboarding.offboarding_case")).isZero();
    }

    /** Of Graph and the sign-in nobody has said that they agree with Partner Center. */
    @Test
    void graphIsRightAndWasAskedLast() throws IOException {
        standIn.customer("Bystander").licence("E1", "active");
        // then each customer is asked about separately, after it was read
        standIn.faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.GDAP_READ)
                .times(4);
        night.listed(List.of(customer));
        try (DateRelay relay = saying(off(Duration.ofMinutes(6)))) {
            assertThat(run(Mode.RUN).exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        }
        assertThat(standIn.writes()).isEmpty();
    }

    @Test
    void fourMinutesAreNobodysFault() throws IOException {
        standIn.customer("Bystander").licence("E1", "active");
        night.listed(List.of(customer));
        try (DateRelay relay = saying(off(Duration.ofMinutes(4)))) {
            assertThat(run(Mode.RUN).exitCode()).isEqualTo(ExitCode.OK);
        }
        assertThat(standIn.relationship(customer.id())).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday"})
    void aPlatformThatDoesNotSayWhatTimeItIsStopsNobody(String said) throws IOException {
        stopsNobody(said);
    }

    @ParameterizedTest
    @Tag("large")
    @ValueSource(strings = {"Sat, 31 Feb 2026 25:61:00 GMT", "1764315811", "Thu, 01 Jan 99999 00:00:00 GMT"})
    void norDoesOneThatSaysSomethingLikeATime(String said) throws IOException {
        stopsNobody(said);
    }

    private void stopsNobody(String said) throws IOException {
        standIn.customer("Bystander").licence("E1", "active");
        night.listed(List.of(customer));
        try (DateRelay relay = saying(date -> said.isEmpty() ? null : said)) {
            RunResult result = run(Mode.RUN);
            assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.OK);
        }
        assertThat(standIn.relationship(customer.id())).isEqualTo("none");
    }
}
