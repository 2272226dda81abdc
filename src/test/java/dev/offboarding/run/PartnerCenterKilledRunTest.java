package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.partnercenter.standin.CustomerBuilder;
import dev.offboarding.platform.partnercenter.standin.Endpoint;
import dev.offboarding.platform.partnercenter.standin.Fault;
import dev.offboarding.platform.partnercenter.standin.RecordedRequest;
import dev.offboarding.platform.partnercenter.standin.StandInSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Incident 16: a run that is killed between a write that it has sent and that write's outcome, and the one after it. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterKilledRunTest {

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

    /** The write that a run is killed in. */
    private enum Sent {
        SUSPENSION(
                Action.SUSPEND,
                Endpoint.SUBSCRIPTION_WRITE,
                EnumSet.of(Endpoint.SUBSCRIPTION_LIST, Endpoint.SUBSCRIPTION_READ),
                "active",
                "suspended"),
        REMOVAL(Action.REMOVE, Endpoint.CUSTOMER_WRITE, EnumSet.of(Endpoint.CUSTOMER_READ), "reseller", "none"),
        END_OF_DELEGATED_ADMINISTRATION(
                Action.TERMINATE_GDAP, Endpoint.GDAP_WRITE, EnumSet.of(Endpoint.GDAP_READ), "active", "terminated"),
        DELETION_OF_A_DRAFT(
                Action.DELETE_GDAP, Endpoint.GDAP_WRITE, EnumSet.of(Endpoint.GDAP_READ), "created", "deleted");

        private final Action action;
        private final Endpoint write;
        /** What shows whether it took effect. */
        private final Set<Endpoint> reads;

        private final String before;
        private final String after;

        Sent(Action action, Endpoint write, Set<Endpoint> reads, String before, String after) {
            this.action = action;
            this.write = write;
            this.reads = reads;
            this.before = before;
            this.after = after;
        }

        boolean isWrittenOrReadBy(RecordedRequest request, CustomerBuilder customer) {
            // Graph is asked for all customers' at once
            boolean about = reads.contains(Endpoint.GDAP_READ) || request.path().contains(customer.id());
            return about && (request.endpoint() == write || reads.contains(request.endpoint()));
        }

        static String correlationId(RecordedRequest write) {
            String header = write.endpoint() == Endpoint.GDAP_WRITE ? "client-request-id" : "MS-CorrelationId";
            return String.valueOf(write.header(header));
        }
    }

    private final PartnerCenterScene night =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());

    /** With all that the write needs to be planned. */
    private CustomerBuilder listedFor(Sent sent) {
        night.standIn.customer("Bystander").licence("E1", "active");
        CustomerBuilder customer = night.standIn
                .customer("Adatum")
                .licence("E3", "active")
                .gdap("Support", sent == Sent.DELETION_OF_A_DRAFT ? "created" : "active");
        night.listed(List.of(customer));
        return customer;
    }

    @AfterEach
    void noBreachOfProtocol() {
        try (night) {
            assertThat(night.standIn.violations()).isEmpty();
        }
    }

    static Stream<Arguments> writesThatWereOrWereNotApplied() {
        return Stream.of(Sent.values())
                .flatMap(sent -> Stream.of(Fault.HANG_BEFORE, Fault.HANG_AFTER)
                        .map(fault -> Arguments.of(sent, fault == Fault.HANG_AFTER, fault)));
    }

    @ParameterizedTest(name = "{0}, applied: {1}")
    @MethodSource("writesThatWereOrWereNotApplied")
    void theNextRunReadsFirstAndSendsAgainOnlyWhatWasNotApplied(Sent sent, boolean applied, Fault fault)
            throws Exception {
        CustomerBuilder customer = listedFor(sent);
        isKilledIn(sent, fault);
        int before = night.standIn.requests().size();

        Scene.Report second = nextRunIsThrough();

        assertThat(PartnerCenterScene.row(second, customer).get("outcome").asString())
                .isEqualTo("OFFBOARDED");
        everythingHasEnded(customer);
        List<RecordedRequest> later = night.standIn.requests().stream()
                .skip(before)
                .filter(it -> sent.isWrittenOrReadBy(it, customer))
                .toList();
        assertThat(sent.reads).contains(later.get(0).endpoint());
        assertThat(later.get(0).received())
                .as("not before the lost call can no longer take effect")
                .isAfter(startOf(second).plus(READ_TIMEOUT));
        assertThat(later).filteredOn(it -> it.endpoint() == sent.write).hasSize(applied ? 0 : 1);

        List<Map<String, String>> attempts = attempts();
        List<Map<String, String>> ofThisWrite = attempts.stream()
                .filter(it -> sent.action.name().equals(it.get("action")))
                .toList();
        assertThat(ofThisWrite)
                .extracting(it -> it.get("result"))
                .isEqualTo(applied ? List.of("LOST") : List.of("LOST", "DONE"));
        assertThat(ofThisWrite.get(0).get("after")).isEqualTo(applied ? sent.after : sent.before);
        assertThat(attempts)
                .as("all that was ever sent, in its order")
                .extracting(it -> it.get("correlation_id"))
                .containsExactlyElementsOf(
                        night.standIn.writes().stream().map(Sent::correlationId).toList());
    }

    private void isKilledIn(Sent sent, Fault fault) throws Exception {
        night.standIn
                .faults()
                .inject(fault)
                .on(sent.write)
                .taking(Duration.ofMinutes(5))
                .once();
        // killed before it would give up by itself
        night.with("partner-center.read-timeout", "60s");
        Process run = night.begun();
        try {
            assertThat(night.standIn.awaitHeld(1, Duration.ofSeconds(120))).isTrue();
        } finally {
            run.destroyForcibly();
        }
        assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
        night.standIn.letGo();
    }

    private Scene.Report nextRunIsThrough() {
        night.with("partner-center.read-timeout", READ_TIMEOUT.toSeconds() + "s");
        RunResult run = night.run();
        assertThat(run.exitCode())
                .describedAs("%s %s", run.stopped(), run.failures())
                .isEqualTo(ExitCode.OK);
        return Scene.report(run);
    }

    private void everythingHasEnded(CustomerBuilder customer) {
        assertThat(night.standIn.status(customer.idOf("E3"))).isEqualTo("suspended");
        assertThat(night.standIn.relationship(customer.id())).isEqualTo("none");
        assertThat(night.standIn.gdapStatus(customer.idOf("Support"))).isIn("terminated", "gone");
    }

    private static Instant startOf(Scene.Report report) {
        return Instant.parse(report.json().get("started_at").asString());
    }

    /** The rows of every {@code actions.csv}, the dead run's first. */
    private List<Map<String, String>> attempts() {
        List<Map<String, String>> attempts = new ArrayList<>();
        night.scene.reports().forEach(report -> attempts.addAll(Scene.csv(report.resolve("actions.csv"))));
        return attempts;
    }
}
