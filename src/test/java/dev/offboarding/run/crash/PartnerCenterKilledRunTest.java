package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Action;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.StandInSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

        /** What the path of the write contains. */
        private String about(CustomerBuilder customer) {
            return write == Endpoint.GDAP_WRITE ? customer.idOf("Support") : customer.id();
        }

        boolean isWrittenBy(RecordedRequest request, CustomerBuilder customer) {
            return request.endpoint() == write && request.path().contains(about(customer));
        }

        boolean isReadBy(RecordedRequest request, CustomerBuilder customer) {
            // Graph is asked for all customers' at once
            boolean about = write == Endpoint.GDAP_WRITE || request.path().contains(customer.id());
            return about && reads.contains(request.endpoint());
        }

        static String correlationId(RecordedRequest write) {
            String header = write.endpoint() == Endpoint.GDAP_WRITE ? "client-request-id" : "MS-CorrelationId";
            return String.valueOf(write.header(header));
        }
    }

    /** A night of two customers, both of whose writes hang: of one it was applied, of the other it was not. */
    private record BothUnderWay(PartnerCenterScene night, CustomerBuilder applied, CustomerBuilder notApplied)
            implements KilledTogether.Held {

        static BothUnderWay of(Sent sent) {
            PartnerCenterScene night =
                    new PartnerCenterScene(StandInSettings.standard().noQuotas());
            night.standIn.customer("Bystander").licence("E1", "active");
            BothUnderWay both =
                    new BothUnderWay(night, customer(night, "Adatum", sent), customer(night, "Bellows", sent));
            night.listed(List.of(both.applied, both.notApplied));
            both.hangs(InjectedFault.HANG_AFTER, sent, both.applied);
            both.hangs(InjectedFault.HANG_BEFORE, sent, both.notApplied);
            // killed before it would give up on its own
            night.with("partner-center.read-timeout", "5m");
            return both;
        }

        /** With all that the write needs to be planned. */
        private static CustomerBuilder customer(PartnerCenterScene night, String name, Sent sent) {
            return night.standIn
                    .customer(name)
                    .licence("E3", "active")
                    .gdap("Support", sent == Sent.DELETION_OF_A_DRAFT ? "created" : "active");
        }

        private void hangs(InjectedFault fault, Sent sent, CustomerBuilder customer) {
            night.standIn
                    .faults()
                    .inject(fault)
                    .on(sent.write)
                    .about(sent.about(customer))
                    .taking(Duration.ofMinutes(5))
                    .once();
        }

        @Override
        public List<String> command() {
            return List.of("run", night.scene.jobFile().toString());
        }

        @Override
        public Map<String, String> variables() {
            return night.variables();
        }

        @Override
        public void awaitItsPoint() throws InterruptedException {
            assertThat(night.standIn.awaitHeld(2, Duration.ofSeconds(120))).isTrue();
        }

        @Override
        public void assertItIsStillThere() throws InterruptedException {
            assertThat(night.standIn.awaitHeld(2, Duration.ZERO)).isTrue();
        }

        @Override
        public void onceKilled() {
            night.standIn.letGo();
        }

        @Override
        public void close() {
            night.close();
        }
    }

    private static @Nullable KilledTogether<Sent, BothUnderWay> killed;

    @BeforeAll
    static void aRunIsKilledInEach() throws Exception {
        killed = KilledTogether.at(Sent.class, BothUnderWay::of);
    }

    @AfterAll
    static void close() {
        if (killed != null) {
            killed.close();
        }
    }

    /** The dead run has learned neither what was applied nor what was not. */
    @ParameterizedTest
    @EnumSource
    void theNextRunReadsFirstAndSendsAgainOnlyWhatWasNotApplied(Sent sent) throws Exception {
        try (BothUnderWay dead = Objects.requireNonNull(killed).take(sent)) {
            theNextRunReadsFirst(sent, dead.night, dead.applied, dead.notApplied);
            assertThat(dead.night.standIn.violations()).isEmpty();
        }
    }

    private static void theNextRunReadsFirst(
            Sent sent, PartnerCenterScene night, CustomerBuilder applied, CustomerBuilder notApplied) {
        int before = night.standIn.requests().size();

        Scene.Report second = nextRunIsThrough(night);

        List<RecordedRequest> later =
                night.standIn.requests().stream().skip(before).toList();
        for (CustomerBuilder customer : List.of(applied, notApplied)) {
            assertThat(PartnerCenterScene.row(second, customer).get("outcome").asString())
                    .isEqualTo("OFFBOARDED");
            everythingHasEnded(night, customer);
            List<RecordedRequest> about = later.stream()
                    .filter(it -> sent.isWrittenBy(it, customer) || sent.isReadBy(it, customer))
                    .toList();
            assertThat(sent.reads).contains(about.get(0).endpoint());
            assertThat(about.get(0).received())
                    .as("not before the lost call can no longer take effect")
                    .isAfter(startOf(second).plus(READ_TIMEOUT));
            assertThat(about).filteredOn(it -> sent.isWrittenBy(it, customer)).hasSize(customer == applied ? 0 : 1);
            List<Map<String, String>> attempts = attempts(night).stream()
                    .filter(it -> sent.action.name().equals(it.get("action"))
                            && customer.id().equalsIgnoreCase(it.get("customer_id")))
                    .toList();
            assertThat(attempts)
                    .extracting(it -> it.get("result"))
                    .isEqualTo(customer == applied ? List.of("LOST") : List.of("LOST", "DONE"));
            assertThat(attempts.get(0).get("after")).isEqualTo(customer == applied ? sent.after : sent.before);
            if (sent.write != Endpoint.GDAP_WRITE) {
                assertThat(attempts.get(0).get("before")).isEqualTo(sent.before);
            }
        }
        assertThat(attempts(night))
                .as("all that was ever sent")
                .extracting(it -> it.get("correlation_id"))
                .containsExactlyInAnyOrderElementsOf(
                        night.standIn.writes().stream().map(Sent::correlationId).toList());
    }

    private static Scene.Report nextRunIsThrough(PartnerCenterScene night) {
        night.with("partner-center.read-timeout", READ_TIMEOUT.toSeconds() + "s");
        RunResult run = night.run();
        assertThat(run.exitCode())
                .describedAs("%s %s", run.stopped(), run.failures())
                .isEqualTo(ExitCode.OK);
        return Scene.report(run);
    }

    private static void everythingHasEnded(PartnerCenterScene night, CustomerBuilder customer) {
        assertThat(night.standIn.status(customer.idOf("E3"))).isEqualTo("suspended");
        assertThat(night.standIn.relationship(customer.id())).isEqualTo("none");
        assertThat(night.standIn.gdapStatus(customer.idOf("Support"))).isIn("terminated", "gone");
    }

    private static Instant startOf(Scene.Report report) {
        return Instant.parse(report.json().get("started_at").asString());
    }

    /** The rows of every {@code actions.csv}, the dead run's first. */
    private static List<Map<String, String>> attempts(PartnerCenterScene night) {
        List<Map<String, String>> attempts = new ArrayList<>();
        night.scene.reports().forEach(report -> attempts.addAll(Scene.csv(report.resolve("actions.csv"))));
        return attempts;
    }
}
