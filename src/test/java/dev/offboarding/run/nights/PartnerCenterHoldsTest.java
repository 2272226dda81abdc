package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Since when a case waits, and when somebody is reminded of it, where it waits for something that only Partner Center knows. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterHoldsTest {

    private final PartnerCenterScene night =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());
    private final PartnerCenterStandIn standIn = night.standIn;
    private Clock clock = Clock.systemUTC();

    @BeforeEach
    void somebodyWhoStays() {
        standIn.customer("Bystander").licence("E1", "active");
    }

    @AfterEach
    void noBreachOfProtocol() {
        try (night) {
            assertThat(standIn.violations()).isEmpty();
        }
    }

    private Scene.Report runs(ExitCode expected) {
        RunResult result = night.loaded(Mode.RUN, Progress.NONE, clock).start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        Scene.Report report = Scene.report(result);
        assertThat(new ReportVerifier(null).verify(report.folder()).findings()).isEmpty();
        return report;
    }

    private void later(int days) {
        clock = Clock.offset(clock, Duration.ofDays(days));
    }

    private void refused(CustomerBuilder customer, Endpoint write, int status, int code) {
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(write)
                .about(customer.id())
                .answering(status, code)
                .always();
    }

    private static String held(Scene.Report report, CustomerBuilder customer) {
        JsonNode row = PartnerCenterScene.row(report, customer);
        return row.get("outcome").asString() + " " + row.get("hold_reason").asString("");
    }

    private static String since(Scene.Report report, CustomerBuilder customer) {
        return PartnerCenterScene.row(report, customer).get("hold_since").asString();
    }

    /** A term that renews itself needs attention on the first night; of what else holds its customer nobody has waited for long. */
    @Test
    void onTheFirstNightNothingHasWaitedForLong() {
        CustomerBuilder customer =
                standIn.customer("Contoso").reservation("Compute", true).newCommerce("E5", "active");
        night.listed(List.of(customer));

        Scene.Report first = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(held(first, customer)).isEqualTo("HELD RESERVED_INSTANCE");
        assertThat(first.text("report.html")).doesNotContain("still waits");
        later(14);
        Scene.Report reminded = runs(ExitCode.NEEDS_ATTENTION);
        assertThat(reminded.text("report.html")).contains("1 customer still waits");
    }

    @Test
    void aReservationThatNobodyCancelledIsRememberedAfterEachRemindAfter() {
        night.with("remind-after", "5d");
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E1", "active").reservation("VM", true);
        night.listed(List.of(customer));
        Scene.Report first = runs(ExitCode.OK);
        assertThat(held(first, customer)).isEqualTo("HELD RESERVED_INSTANCE");
        later(4);
        runs(ExitCode.OK);
        later(1);
        Scene.Report reminded = runs(ExitCode.NEEDS_ATTENTION);
        assertThat(since(reminded, customer)).isEqualTo(since(first, customer));
        later(4);
        runs(ExitCode.OK);
        later(1);
        runs(ExitCode.NEEDS_ATTENTION);
        assertThat(standIn.writes()).isEmpty();
    }

    /** Planned each night, and met each night at the write: of a subscription, or of the customer. */
    @ParameterizedTest
    @CsvSource({"403, 900115, AZURE_PLAN, NEEDS_ATTENTION", "409, 900278, PENDING_OPERATION, OK"})
    void whatIsMetOnlyAtTheWriteWaitsSinceTheFirstNight(int status, int code, String hold, ExitCode afterFiveDays) {
        night.with("remind-after", "5d");
        List<CustomerBuilder> customers = new ArrayList<>();
        for (Endpoint write : List.of(Endpoint.SUBSCRIPTION_WRITE, Endpoint.CUSTOMER_WRITE)) {
            CustomerBuilder customer = standIn.customer("Met at " + write).azurePlan("Plan", "active", "deleted");
            refused(customer, write, status, code);
            customers.add(customer);
        }
        night.listed(customers);
        Scene.Report first = runs(ExitCode.OK);
        later(4);
        Scene.Report later = runs(ExitCode.OK);
        later(1);
        Scene.Report last = runs(afterFiveDays);
        if (afterFiveDays == ExitCode.NEEDS_ATTENTION) {
            assertThat(last.text("report.html")).contains("2 customers still wait");
        }

        for (CustomerBuilder it : customers) {
            String name = it.companyName();
            assertThat(held(first, it)).as(name).isEqualTo("HELD " + hold);
            assertThat(since(later, it)).as(name).isEqualTo(since(first, it));
            assertThat(held(last, it)).as(name).isEqualTo("HELD " + hold);
            assertThat(since(last, it)).as(name).isEqualTo(since(first, it));
        }
    }

    @Test
    void aNightThatFailedIsNoChange() {
        night.with("remind-after", "5d");
        CustomerBuilder customer = standIn.customer("Adatum").azurePlan("Plan", "active", "deleted");
        refused(customer, Endpoint.SUBSCRIPTION_WRITE, 403, 900115);
        night.listed(List.of(customer));
        Scene.Report first = runs(ExitCode.OK);
        standIn.faults()
                .inject(InjectedFault.FORBIDDEN)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .about(customer.id())
                .once();
        later(1);
        Scene.Report failed = runs(ExitCode.NEEDS_ATTENTION);
        assertThat(held(failed, customer))
                .as("what held it last night need not hold it still")
                .isEqualTo("FAILED ");
        assertThat(PartnerCenterScene.row(failed, customer).get("hold_since").isNull())
                .isTrue();
        later(1);
        assertThat(since(runs(ExitCode.OK), customer)).isEqualTo(since(first, customer));
    }

    @Test
    void whatWasMetAtTheWriteAndIsOverBeginsAgainWhenItIsMetAgain() {
        night.with("grace-period", "10d");
        CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "active");
        refused(customer, Endpoint.SUBSCRIPTION_WRITE, 409, 900278);
        night.listed(List.of(customer));
        Scene.Report first = runs(ExitCode.OK);
        assertThat(held(first, customer)).isEqualTo("HELD PENDING_OPERATION");
        standIn.faults().clear();
        later(1);
        assertThat(held(runs(ExitCode.OK), customer)).isEqualTo("SUSPENDED GRACE_PERIOD");
        refused(customer, Endpoint.CUSTOMER_WRITE, 409, 900278);
        later(10);
        Scene.Report again = runs(ExitCode.OK);
        assertThat(held(again, customer)).isEqualTo("HELD PENDING_OPERATION");
        assertThat(since(again, customer)).isGreaterThan(since(first, customer));
    }

    /** Nothing of it was active when its grace period began, so that nothing was written. */
    @Test
    void whatIsBoughtInAGracePeriodThatBeganWithoutAWriteHoldsItsCustomer() {
        night.with("grace-period", "3d");
        CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "suspended");
        night.listed(List.of(customer));
        assertThat(held(runs(ExitCode.OK), customer)).isEqualTo("HELD GRACE_PERIOD");
        customer.licence("E3", "active");
        later(3);

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(held(report, customer)).isEqualTo("HELD REACTIVATED");
        assertThat(PartnerCenterScene.actions(report)).isEmpty();
    }

    /** It is read weekly, as long as it waits for a day, and was not read on the night after it had been paused. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWaitsForADaySaysThatItIsPausedFromTheNextNightOn(boolean withItsJob) {
        night.with("grace-period", "60d");
        CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "active");
        CustomerBuilder other = standIn.customer("Bellows").licence("E1", "active");
        night.listed(List.of(customer, other));
        runs(ExitCode.OK);
        later(1);
        runs(ExitCode.OK);
        InterventionOrder.Target whom = withItsJob
                ? new InterventionOrder.Target.All()
                : new InterventionOrder.Target.Customer(UUID.fromString(customer.id()));
        asks(InterventionKind.PAUSE, whom);
        later(1);
        Scene.Report report = runs(ExitCode.OK);

        assertThat(holds(report, customer)).contains("PAUSED", "GRACE_PERIOD");
        assertThat(holds(report, other).contains("PAUSED")).isEqualTo(withItsJob);
        asks(InterventionKind.RESUME, whom);
        later(1);
        report = runs(ExitCode.OK);
        assertThat(holds(report, customer)).containsExactly("GRACE_PERIOD");
        assertThat(holds(report, other)).containsExactly("GRACE_PERIOD");
    }

    /** Thousands may wait for a day, and the whole job be paused: every request counts. */
    @ParameterizedTest
    @CsvSource({"true, ", "true, 90", "false, ", "false, 90"})
    void whatIsPausedIsReadOnceForThatAndThenWeekly(boolean withItsJob, @Nullable Integer days) {
        night.with("grace-period", "60d");
        CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "active");
        night.listed(List.of(customer));
        runs(ExitCode.OK);
        later(1);
        InterventionOrder.Target whom = withItsJob
                ? new InterventionOrder.Target.All()
                : new InterventionOrder.Target.Customer(UUID.fromString(customer.id()));
        asks(InterventionKind.PAUSE, whom, in(days));
        assertThat(isRead(customer)).isTrue();

        for (int n = 1; n <= 7; n++) {
            later(1);
            assertThat(isRead(customer)).as("%d nights later", n).isEqualTo(n == 7);
        }
        later(1);
        asks(InterventionKind.PAUSE, whom, in(20));
        assertThat(isRead(customer)).as("paused until another day").isTrue();
        later(1);
        asks(InterventionKind.RESUME, whom, null);
        assertThat(isRead(customer)).as("resumed").isTrue();
        later(1);
        asks(InterventionKind.PAUSE, whom, in(2));
        assertThat(isRead(customer)).isTrue();
        later(1);
        assertThat(isRead(customer)).isFalse();
        later(1);
        assertThat(holds(runs(ExitCode.OK), customer))
                .as("its last day is over")
                .containsExactly("GRACE_PERIOD");
    }

    private @Nullable LocalDate in(@Nullable Integer days) {
        return days == null
                ? null
                : LocalDate.ofInstant(clock.instant(), ZoneId.of("Europe/Berlin"))
                        .plusDays(days);
    }

    private boolean isRead(CustomerBuilder customer) {
        standIn.clearRecords();
        runs(ExitCode.OK);
        return standIn.requests().stream().anyMatch(request -> request.path().contains(customer.id()));
    }

    private void asks(InterventionKind kind, InterventionOrder.Target whom) {
        asks(kind, whom, null);
    }

    private void asks(InterventionKind kind, InterventionOrder.Target whom, @Nullable LocalDate until) {
        assertThat(new InterventionOrder(
                                night.scene.read(), night.scene.folder().resolve(".offboarding"), clock)
                        .record(new InterventionOrder.Request(kind, whom, "an audit", "Ada", until))
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    private static List<String> holds(Scene.Report report, CustomerBuilder customer) {
        return PartnerCenterScene.row(report, customer)
                .get("holds")
                .valueStream()
                .map(hold -> hold.get("reason").asString())
                .toList();
    }
}
