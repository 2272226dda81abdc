package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits, and what is reported once, in whole runs. */
@Execution(ExecutionMode.CONCURRENT)
class LimitNightsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Scene.Report stops(String limit, String... said) {
        Map<String, List<String>> ledger = scene.ledger();
        RunResult result = scene.run();
        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(result.stopped()).startsWith(limit + ": ").contains(said);
        assertThat(scene.ledger()).isEqualTo(ledger);
        Scene.Report report = Scene.report(result);
        assertThat(report.actions()).isEmpty();
        assertThat(report.table("actions.csv")).isEmpty();
        assertThat(report.json().get("exit_code").asInt()).isEqualTo(3);
        assertThat(report.text("events.jsonl")).doesNotContain("INTENT");
        return report;
    }

    @ParameterizedTest
    @CsvSource({
        // customers, listed, max-customers, max-share, floor, stopped by
        "20, 4, 4, 100%, 0,",
        "20, 5, 4, 100%, 0, max-customers",
        "20, 5, 25, 25%, 3,",
        "20, 6, 25, 25%, 3, max-share",
        "19, 5, 25, 25%, 3, max-share",
        "10, 3, 25, 5%, 3,",
        "10, 4, 25, 5%, 3, max-share",
        "10, 2, 1, 5%, 3, max-customers",
        "10, 1, 25, 0%, 0, max-share",
        "10, 1, 0, 100%, 3, max-customers"
    })
    void exactlyAtTheLimitPassesAndOneOverWritesNothing(
            int customers, int listed, int maxCustomers, String maxShare, int floor, @Nullable String stoppedBy) {
        scene.customers(1, customers)
                .with("limits.max-customers", "" + maxCustomers)
                .with("limits.max-share", maxShare)
                .with("limits.floor", "" + floor);
        scene.subscription(1, "license", "active");
        int[] list = new int[listed];
        java.util.Arrays.setAll(list, i -> i + 1);
        scene.listed(list);

        if (stoppedBy == null) {
            assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(listed);
        } else {
            Scene.Report report = stops(
                    stoppedBy,
                    listed == 1 ? "1 customer is to be begun" : listed + " customers are to be begun",
                    stoppedBy.equals("max-share")
                            ? "max-share " + maxShare + " of " + customers
                            : "max-customers " + maxCustomers,
                    "0 come from open cases and " + listed + " from tonight's list");
            assertThat(report.json().get("totals").get("customers").toString())
                    .isEqualTo("{\"total\":%d,\"PLANNED\":%d}".formatted(listed, listed));
        }
    }

    @Test
    void theNextRunContinuesOnceTheLimitIsRaisedWithoutAnybodyBeingListedAgain() {
        scene.customers(1, 10).with("limits.max-customers", "2");
        scene.listed(1, 2, 3);
        Scene.Report stopped =
                stops("max-customers", "3 customers are to be begun", "2 allowed", "offboarding.limits.max-customers");
        assertThat(scene.inboxFiles()).containsExactly("list-1.csv");
        assertThat(stopped.outcome(3)).isEqualTo("PLANNED");
        assertThat(stopped.json().get("limits").toString())
                .contains("\"figure\":3")
                .contains("\"allowed\":2");

        scene.with("limits.max-customers", "3");
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
    }

    @Test
    void whoIsHeldDoesNotCount() {
        scene.customers(1, 10).with("limits.max-customers", "1");
        scene.subscription(2, "marketplace", "active");
        scene.subscription(3, "azure_plan", "active");

        assertThat(scene.listed(1, 2, 3).runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aPlanEndsAsTheRunWould() {
        scene.customers(1, 10).with("limits.max-customers", "2");
        scene.listed(1, 2, 3);

        assertThat(scene.plans(ExitCode.STOPPED_BY_LIMIT).outcome(1)).isEqualTo("PLANNED");
        assertThat(scene.inboxFiles()).containsExactly("list-1.csv");
    }

    @ParameterizedTest
    @CsvSource({"8, true", "7, false"})
    void aPopulationThatFellByMoreThanAFifthStopsTheRun(int left, boolean passes) {
        scene.customers(1, 11);
        // the measure is a night that was allowed to write
        scene.listed(11).runs(ExitCode.OK);
        scene.sql("delete from ledger.customer where customer_id > ?", Scene.id(left));
        scene.listed(1);

        if (passes) {
            assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
        } else {
            stops("population", "7 reseller customers", "11 when a run was last allowed to write, 1 of them removed");
            // a night that was stopped is nobody's measure
            stops("population", "7 reseller customers");
        }
    }

    @Test
    void ourOwnRemovalsAreNoFall() {
        scene.customers(1, 10);
        scene.listed(1, 2, 3, 4, 5).runs(ExitCode.OK);

        assertThat(scene.listed(6).runs(ExitCode.OK).outcome(6)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aFallWithNothingPlannedStopsNothing() {
        scene.customers(1, 10);
        scene.runs(ExitCode.OK);
        scene.sql("delete from ledger.customer where customer_id > ?", Scene.id(3));

        assertThat(scene.runs(ExitCode.OK).total("customers", "total")).isZero();
    }

    @Test
    void thirtyDaysCountWhatAllJobsOnAPlatformAttempted() {
        scene.customers(1, 30).with("limits.per-30-days", "20%");
        scene.listed(1, 2, 3, 4, 5, 6, 7).runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));

        scene.with("job", "weekly");
        scene.listed(8, 9, 10).runs(ExitCode.OK);
        scene.listed(11);
        stops("per-30-days", "11 customers attempted in 30 days", "10 are allowed", "offboarding.limits.per-30-days");

        // the first job's customers are no longer within 30 days
        scene.clock.pass(Duration.ofDays(30).minusHours(1));
        assertThat(scene.runs(ExitCode.OK).outcome(11)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aCustomerThatIsAttemptedEveryNightCountsOnce() {
        scene.customers(1, 20).with("limits.per-30-days", "0%");
        // all six are to be attempted, however many fail
        scene.with("failure-brake.in-a-row", "0").with("failure-brake.share", "100%");
        scene.sql(
                "create function public.refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'");
        scene.sql(
                "create trigger refuse before update on ledger.customer for each row execute function public.refuse()");
        scene.listed(1, 2, 3, 4, 5, 6);
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.sql("drop function public.refuse cascade");

        assertThat(scene.listed(7, 8, 9, 10).runs(ExitCode.OK).total("customers", "OFFBOARDED"))
                .isEqualTo(10);
        scene.listed(11);
        stops("per-30-days", "11 customers attempted");
    }

    @Test
    void aHoldThatSomebodyHasToLookAtIsReportedOnceAndAnotherOneAgain() {
        scene.customers(1, 4);
        scene.subscription(1, "license", "zzz");
        scene.listed(1).runs(ExitCode.NEEDS_ATTENTION);
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("UNKNOWN_STATUS");
        assertThat(scene.plans(ExitCode.OK).hold(1)).isEqualTo("UNKNOWN_STATUS");

        // listed again, and nothing is better: reported again, once
        scene.listed(1).runs(ExitCode.NEEDS_ATTENTION);
        scene.runs(ExitCode.OK);
    }

    @Test
    void aPlanThatShowsAHoldHasNotReportedIt() {
        scene.customers(1, 2);
        scene.subscription(1, "license", "zzz");
        scene.listed(1);

        scene.plans(ExitCode.NEEDS_ATTENTION);
        scene.plans(ExitCode.NEEDS_ATTENTION);
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.plans(ExitCode.OK);
    }
}
