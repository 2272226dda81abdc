package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.Approving;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A plan over a limit that somebody else has looked at: carried out once nevertheless, or over several nights. */
@Execution(ExecutionMode.CONCURRENT)
class LiftAndSpreadTest {

    private final Scene scene = Scene.set().with("limits.max-customers", "2");

    @AfterEach
    void close() {
        scene.close();
    }

    private String stops(String limit) {
        RunResult result = scene.run();
        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        String plan = Scene.report(result).json().get("plan_id").asString();
        assertThat(result.stopped()).startsWith(limit + ": ").contains("plan " + plan, "\"withdraw\"", "\"approve\"");
        return plan;
    }

    private void lifts(String plan, String limit) {
        Approving.Result result = scene.approve(plan, "Ada", false, limit);
        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.OK);
    }

    private String refusesToLift(String plan, String limit) {
        return refuses(plan, "Ada", limit);
    }

    private String refuses(String plan, @Nullable String by, @Nullable String limit) {
        Approving.Result result = scene.approve(plan, by, false, limit);
        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.WRONG_USAGE);
        return result.lines().get(0);
    }

    private void spreads(String plan) {
        Approving.Result result = scene.approve(plan, "Ada", true, null);
        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.OK);
    }

    private void inOrder(Scene.Report report) {
        assertThat(new ReportVerifier(null).verify(report.folder()).findings()).isEmpty();
    }

    private Scene.Report nextNight(ExitCode expected) {
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report report = scene.runs(expected);
        inOrder(report);
        return report;
    }

    private static int[] numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).toArray();
    }

    // ---- lift

    @Test
    void aLimitIsLiftedOnceForOnePlan() {
        scene.customers(1, 12).listed(1, 2, 3);
        String plan = stops("max-customers");
        assertThat(scene.inboxFiles()).containsExactly("list-1.csv");
        lifts(plan, "max-customers");

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(3);
        assertThat(report.json().get("limits").toString())
                .contains(
                        "\"passed\":false",
                        "\"lifted\":{\"by\":\"Ada\",\"claimed\":true",
                        "\"reason\":\"looked at it\"");
        inOrder(report);
        assertThat(scene.listed(4, 5, 6).run().exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
    }

    /** Equal plans are one, and it said for good what the first night's list had brought. */
    @Test
    void whoeverApprovesIsToldHowManyTonightsListBringsAndNotTheFirstNights() {
        scene.customers(1, 12).listed(1, 2, 3);
        String plan = stops("max-customers");
        scene.asks(InterventionKind.PAUSE, new InterventionOrder.Target.All(), "an audit");
        nextNight(ExitCode.OK);
        scene.asks(InterventionKind.RESUME, new InterventionOrder.Target.All(), "it is over");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(stops("max-customers")).isEqualTo(plan);

        Approving.Result result = scene.approve(plan, "Ada", false, "max-customers");

        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.OK);
        assertThat(result.lines().toString()).contains("3 customers, 0 from the list, 3 from open cases");
    }

    @Test
    void aLimitThatIsLiftedForOnePlanStopsAnother() {
        scene.customers(1, 12).listed(1, 2, 3);
        lifts(stops("max-customers"), "max-customers");
        scene.listed(4);

        stops("max-customers");

        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void oneLimitThatIsLiftedLeavesTheOthers() {
        scene.customers(1, 12)
                .with("limits.max-share", "10%")
                .with("limits.floor", "1")
                .listed(1, 2, 3);
        String plan = stops("max-customers");
        lifts(plan, "max-customers");

        assertThat(stops("max-share")).isEqualTo(plan);

        lifts(plan, "max-share");
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
    }

    @Test
    void whoPlannedDoesNotLift() {
        scene.customers(1, 12).listed(1, 2, 3);

        assertThat(refuses(stops("max-customers"), null, "max-customers")).contains("somebody else has to approve it");
    }

    @Test
    void noLimitIsLiftedThatIsNoneOrDidNotStopThePlan() {
        scene.customers(1, 12).listed(1, 2, 3);
        String plan = stops("max-customers");

        assertThat(refusesToLift(plan, "protected-customers")).contains("there is no such limit that can be lifted");
        assertThat(refusesToLift(plan, "all")).contains("there is no such limit that can be lifted");
        assertThat(refusesToLift(plan, "max-share")).contains("was not over max-share");
    }

    @Test
    void aMaxCustomersOfNoneIsNotLifted() {
        scene.customers(1, 12).with("limits.max-customers", "0").listed(1);

        assertThat(refusesToLift(stops("max-customers"), "max-customers")).contains("means none");
    }

    /** Whoever has lifted it before it became none. */
    @Test
    void aMaxCustomersThatBecameNoneStaysNone() {
        scene.customers(1, 12).listed(1, 2, 3);
        lifts(stops("max-customers"), "max-customers");
        scene.with("limits.max-customers", "0");

        stops("max-customers");
    }

    @Test
    void aFallOfThePopulationIsLiftedOnce() {
        scene.customers(1, 12).listed(1).runs(ExitCode.OK);
        scene.sql("update ledger.customer set relationship = 'none' where customer_id = any(?)", (Object)
                IntStream.rangeClosed(5, 12).mapToObj(Scene::id).toArray(UUID[]::new));
        scene.listed(2);
        String plan = stops("population");
        lifts(plan, "population");

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
        inOrder(report);
    }

    @Test
    void aPopulationOfNobodyIsNotLifted() {
        scene.customers(1, 12).listed(1, 2, 3);
        String plan = stops("max-customers");
        scene.sql("update offboarding.saved_plan set limits = ?::json", """
                [{"limit":"population","figure":0,"allowed":1,"passed":false,"message":"the platform shows no reseller customer at all"}]""");

        assertThat(refusesToLift(plan, "population")).contains("cannot be lifted", "Only a fall can be");
    }

    @Test
    void underApprovalRequiredALiftApprovesThePlanAsWell() {
        scene.customers(1, 12).with("approval", "required").listed(1, 2, 3);
        lifts(stops("max-customers"), "max-customers");

        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
    }

    @Test
    void anApprovalAloneLiftsNothing() {
        scene.customers(1, 12).with("approval", "required").listed(1, 2, 3);
        String plan = stops("max-customers");
        scene.adaApproves(plan);

        assertThat(stops("max-customers")).isEqualTo(plan);
        assertThat(scene.count("offboarding.offboarding_case")).isZero();
    }

    @Test
    void anApprovalAloneApprovesNothingWhereNoneIsAskedFor() {
        scene.customers(1, 12).listed(1, 2, 3);
        String plan = stops("max-customers");

        assertThat(refuses(plan, "Ada", null))
                .contains("the job file asks for no approval", "--lift max-customers", "--spread");

        assertThat(scene.count("offboarding.approval")).isZero();
        RunResult again = scene.run();
        assertThat(again.stopped()).contains("plan " + plan, "\"approve\" it with --spread or --lift max-customers");
    }

    @Test
    void whatWouldHelpIsSaidOfEachLimitThatStoppedThePlan() {
        scene.customers(1, 12)
                .with("limits.max-share", "10%")
                .with("limits.floor", "1")
                .listed(1, 2, 3);

        assertThat(refuses(stops("max-customers"), "Ada", null))
                .contains("--lift max-customers and --lift max-share", "--spread");
        assertThat(scene.run().stopped())
                .contains("--spread or, one by one, --lift max-customers and --lift max-share");
    }

    @Test
    void aFallOfThePopulationIsNotSpread() {
        scene.customers(1, 12).listed(1).runs(ExitCode.OK);
        scene.sql("update ledger.customer set relationship = 'none' where customer_id = any(?)", (Object)
                IntStream.rangeClosed(5, 12).mapToObj(Scene::id).toArray(UUID[]::new));
        scene.listed(2);
        String plan = stops("population");

        assertThat(refuses(plan, "Ada", null)).contains("--lift population").doesNotContain("--spread");
        Approving.Result spread = scene.approve(plan, "Ada", true, null);
        assertThat(spread.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(spread.lines().get(0)).contains("--lift population");
    }

    @Test
    void whereTheCustomerListIsEmptyNoApprovalIsAdvised() {
        scene.customers(1, 12).listed(1, 2, 3);
        String plan = stops("max-customers");
        scene.sql("update offboarding.saved_plan set limits = ?::json", """
                [{"limit":"population","figure":0,"allowed":1,"passed":false,"message":"the platform shows no reseller customer at all"},
                 {"limit":"max-customers","figure":3,"allowed":2,"passed":false,"message":"3 customers are to be begun"}]""");

        assertThat(refuses(plan, "Ada", null))
                .contains("as long as the customer list is empty or incomplete")
                .doesNotContain("--lift", "--spread");
        assertThat(scene.approve(plan, "Ada", true, null).lines().get(0))
                .contains("cannot be spread as long as the customer list is empty or incomplete");
    }

    @Test
    void aPlanOverALimitThatIsOnlyApprovedSaysThatItStillNeedsALiftOrASpread() {
        scene.customers(1, 12).with("approval", "required").listed(1, 2, 3);
        String plan = stops("max-customers");

        Approving.Result approved = scene.approve(plan, "Ada", false, null);

        assertThat(approved.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(approved.lines())
                .anySatisfy(line -> assertThat(line)
                        .contains("still over max-customers", "a run stops", "--spread or --lift max-customers"));
        assertThat(scene.run().stopped())
                .contains("Ada", "has approved plan " + plan, "which lifts no limit")
                .contains("\"approve\" it with --spread or --lift max-customers");
    }

    @Test
    void oneLiftOfTwoThatAreNeededSaysSo() {
        scene.customers(1, 12)
                .with("limits.max-share", "10%")
                .with("limits.floor", "1")
                .listed(1, 2, 3);

        Approving.Result lifted = scene.approve(stops("max-customers"), "Ada", false, "max-customers");

        assertThat(lifted.lines()).anySatisfy(line -> assertThat(line).contains("over max-share", "--lift max-share"));
    }

    @Test
    void aLiftThatNoRunHasUsedExpiresAndTheNextStopSaysSo() {
        scene.customers(1, 12).listed(1, 2, 3);
        String plan = stops("max-customers");
        lifts(plan, "max-customers");
        scene.clock.pass(Duration.ofHours(25));

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(result.stopped())
                .startsWith("max-customers: ")
                .contains("that by Ada", "to lift max-customers", "has expired at 2026-03-11T02:30:00Z");
        lifts(plan, "max-customers");
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(3);
    }

    @Test
    void aSpreadThatNoRunHasUsedExpiresAndTheNextStopSaysSo() {
        scene.customers(1, 12).listed(1, 2, 3);
        spreads(stops("max-customers"));
        scene.clock.pass(Duration.ofHours(25));

        assertThat(scene.run().stopped()).contains("that by Ada", "to spread it", "has expired at");
    }

    /** Over a limit without a single one of those that may wait, who are held back first: the plan that is left is the one that is named. */
    @Test
    void aLimitIsLiftedForWhatComesInBesideASpreadPlan() {
        scene.customers(1, 30).listed(1, 2, 3);
        spreads(stops("max-customers"));
        scene.runs(ExitCode.OK);
        scene.listed(10, 11, 12);
        scene.clock.pass(Duration.ofDays(1));
        lifts(stops("max-customers"), "max-customers");

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(3);
        assertThat(report.outcome(12)).isEqualTo("OFFBOARDED");
        assertThat(report.hold(3)).isEqualTo("LATER_NIGHT");
        inOrder(report);
    }

    // ---- spread

    private String refusesToSpread(String plan) {
        Approving.Result result = scene.approve(plan, "Ada", true, null);
        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(scene.count("offboarding.approval")).isZero();
        return result.lines().get(0);
    }

    @Test
    void aMaxCustomersOfNoneIsNotSpread() {
        scene.customers(1, 12).with("limits.max-customers", "0").listed(1);
        String plan = stops("max-customers");

        assertThat(refusesToSpread(plan)).contains("max-customers is 0, which means none", "cannot be spread");
        assertThat(refuses(plan, "Ada", null)).contains("means none").doesNotContain("--spread", "--lift");
        assertThat(scene.run().stopped())
                .contains("which helps nothing as long as max-customers is 0, which means none")
                .doesNotContain("--spread", "--lift");
    }

    @Test
    void aShareOfNobodyIsNotSpread() {
        scene.customers(1, 12)
                .with("limits.max-share", "5%")
                .with("limits.floor", "0")
                .listed(1);
        String plan = stops("max-share");

        assertThat(refusesToSpread(plan)).contains("max-share 5% of 12 is 0, and floor is 0", "--lift max-share");
        assertThat(refuses(plan, "Ada", null)).contains("--lift max-share").doesNotContain("--spread");
    }

    @Test
    void aSpreadPlanWhoseMaxCustomersBecameNoneStops() {
        scene.customers(1, 12).listed(1, 2, 3);
        spreads(stops("max-customers"));
        scene.with("limits.max-customers", "0");

        stops("max-customers");

        assertThat(scene.inboxFiles()).as("its list is not accepted").containsExactly("list-1.csv");
        assertThat(scene.count("offboarding.offboarding_case")).isZero();
        scene.with("limits.max-customers", "2");
        assertThat(scene.runs(ExitCode.OK).hold(3)).isEqualTo("LATER_NIGHT");
    }

    @Test
    void aSpreadPlanThatIsUnderWayStopsOnceMaxCustomersIsNone() {
        scene.customers(1, 12).listed(1, 2, 3);
        spreads(stops("max-customers"));
        scene.runs(ExitCode.OK);
        scene.with("limits.max-customers", "0");
        scene.clock.pass(Duration.ofDays(1));

        stops("max-customers");

        assertThat(scene.relationshipOf(3)).isEqualTo("reseller");
        scene.with("limits.max-customers", "2");
        assertThat(nextNight(ExitCode.OK).outcome(3)).isEqualTo("OFFBOARDED");
    }

    /** Nobody could be begun tonight, so that nothing would be left that a fall could stop. */
    @Test
    void aSpreadPlanDoesNotPassAFallOfThePopulation() {
        scene.customers(1, 40)
                .with("limits.max-customers", "100")
                .with("limits.per-30-days", "1%")
                .listed(numbers(1, 10))
                .runs(ExitCode.OK);
        scene.listed(11, 12);
        spreads(stops("per-30-days"));
        scene.sql("update ledger.customer set relationship = 'none' where customer_id = any(?)", (Object)
                IntStream.rangeClosed(20, 40).mapToObj(Scene::id).toArray(UUID[]::new));

        String plan = stops("population");

        assertThat(scene.inboxFiles()).as("its list is not accepted").contains("list-2.csv");
        lifts(plan, "population");
        assertThat(scene.runs(ExitCode.OK).hold(12)).isEqualTo("LATER_NIGHT");
    }

    @Test
    void whoeverChangedAfterANightThatWasRefusedEverythingIsHeld() {
        scene.customers(1, 30).listed(1, 2, 3);
        UUID license = scene.subscription(1, "license", "active");
        UUID suspendedBySomebody = scene.subscription(1, "license", "suspended");
        spreads(stops("max-customers"));
        scene.sql(
                "create function public.no() returns trigger language plpgsql as 'begin raise exception ''no''; end'");
        scene.sql("create trigger no before update on ledger.subscription for each row execute function public.no()");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("drop trigger no on ledger.subscription");
        scene.sql("update ledger.subscription set status = 'expired' where subscription_id = ?", suspendedBySomebody);

        Scene.Report report = nextNight(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("CHANGED_SINCE_APPROVAL");
        assertThat(scene.statusOf(license)).isEqualTo("active");
        assertThat(report.outcome(3)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aPlanIsSpreadOverThreeNightsWithNewRowsComingInBetween() {
        scene.customers(1, 30).listed(3, 1, 2, 5, 4);
        spreads(stops("max-customers"));

        Scene.Report first = scene.runs(ExitCode.OK);
        inOrder(first);
        assertThat(first.outcome(3)).as("in the order of the list").isEqualTo("OFFBOARDED");
        assertThat(first.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(first.hold(2)).isEqualTo("LATER_NIGHT");
        assertThat(first.hold(5)).isEqualTo("LATER_NIGHT");
        assertThat(first.hold(4)).isEqualTo("LATER_NIGHT");
        assertThat(first.customer(4).get("message").asString()).contains("is spread over several nights", "Ada");
        assertThat(scene.inboxFiles()).as("the list is taken").doesNotContain("list-1.csv");

        scene.listed(10);
        Scene.Report second = nextNight(ExitCode.OK);
        assertThat(second.outcome(10)).as("first what is not part of it").isEqualTo("OFFBOARDED");
        assertThat(second.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(second.hold(5)).isEqualTo("LATER_NIGHT");
        assertThat(second.hold(4)).isEqualTo("LATER_NIGHT");

        Scene.Report third = nextNight(ExitCode.OK);
        assertThat(third.outcome(5)).isEqualTo("OFFBOARDED");
        assertThat(third.outcome(4)).isEqualTo("OFFBOARDED");
    }

    @Test
    void newRowsThatAreOverALimitAloneStopTheNight() {
        scene.customers(1, 30).listed(1, 2, 3);
        spreads(stops("max-customers"));
        scene.runs(ExitCode.OK);
        scene.listed(10, 11, 12);
        scene.clock.pass(Duration.ofDays(1));

        stops("max-customers");

        assertThat(scene.relationshipOf(3)).isEqualTo("reseller");
        assertThat(scene.relationshipOf(10)).isEqualTo("reseller");
    }

    @Test
    void whatIsSpreadKeepsToTheLimitOfThirtyDaysToo() {
        scene.customers(1, 30)
                .with("limits.max-customers", "100")
                .with("limits.per-30-days", "1%")
                .listed(numbers(1, 12));
        spreads(stops("per-30-days"));

        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(10);
        assertThat(nextNight(ExitCode.OK).hold(12)).isEqualTo("LATER_NIGHT");
        scene.clock.pass(Duration.ofDays(30));
        assertThat(nextNight(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(2);
    }

    @Test
    void afterNinetyDaysNothingIsSpreadAnyMore() {
        scene.customers(1, 30).listed(numbers(1, 6));
        spreads(stops("max-customers"));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(90));

        stops("max-customers");
    }

    @Test
    void whoeverChangedBeforeTheTurnCameIsHeld() {
        scene.customers(1, 30).listed(1, 2, 3);
        spreads(stops("max-customers"));
        scene.runs(ExitCode.OK);
        scene.subscription(3, "license", "active");

        Scene.Report report = nextNight(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(3)).isEqualTo("CHANGED_SINCE_APPROVAL");
        assertThat(scene.relationshipOf(3)).isEqualTo("reseller");
    }

    @Test
    void underApprovalRequiredASpreadPlanIsApprovedToItsEnd() {
        scene.customers(1, 30).with("approval", "required").listed(1, 2, 3);
        spreads(stops("max-customers"));

        assertThat(scene.runs(ExitCode.OK).hold(3)).isEqualTo("LATER_NIGHT");
        assertThat(nextNight(ExitCode.OK).outcome(3)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aPlanOfASpreadNightSaysWhatItsRunWouldDoAndUsesUpNothing() {
        scene.customers(1, 30).listed(1, 2, 3);
        spreads(stops("max-customers"));

        assertThat(scene.plans(ExitCode.OK).hold(3)).isEqualTo("LATER_NIGHT");
        assertThat(scene.count("offboarding.offboarding_case")).isZero();
        assertThat(scene.runs(ExitCode.OK).hold(3)).isEqualTo("LATER_NIGHT");
    }

    @Test
    void aSpreadPlanWithAGracePeriodRemovesOnTheLastDayOfEach() {
        scene.customers(1, 30).with("grace-period", "1d");
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3);
        spreads(stops("max-customers"));

        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        Scene.Report second = nextNight(ExitCode.OK);
        assertThat(second.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(second.hold(3)).isEqualTo("GRACE_PERIOD");
        assertThat(nextNight(ExitCode.OK).outcome(3)).isEqualTo("OFFBOARDED");
    }

    /** An open case of an earlier night is no part of the plan, and begins first. */
    @Test
    void twoSpreadPlansTakeTurnsInTheOrderOfTheirApprovals() {
        scene.customers(1, 30).listed(1, 2, 3);
        spreads(stops("max-customers"));
        scene.runs(ExitCode.OK);
        scene.listed(11, 12, 13);
        scene.clock.pass(Duration.ofDays(1));
        spreads(stops("max-customers"));

        Scene.Report second = scene.runs(ExitCode.OK);
        assertThat(second.outcome(3)).isEqualTo("OFFBOARDED");
        assertThat(second.outcome(11)).isEqualTo("OFFBOARDED");
        assertThat(second.hold(12)).isEqualTo("LATER_NIGHT");
    }

    @Test
    void whoIsWithdrawnIsNoPartOfASpreadPlanAnyMoreNotEvenListedAgain() {
        scene.customers(1, 30).listed(1, 2, 3, 4);
        spreads(stops("max-customers"));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(8));
        assertThat(scene.asks(InterventionKind.WITHDRAW, 3, "they stay").exitCode())
                .isEqualTo(ExitCode.OK);

        Scene.Report second = nextNight(ExitCode.OK);
        assertThat(second.outcome(4)).isEqualTo("OFFBOARDED");
        assertThat(scene.relationshipOf(3)).isEqualTo("reseller");

        scene.with("approval", "required").listed(3);
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.run().stopped()).contains("asks for an approval");
        assertThat(scene.relationshipOf(3)).isEqualTo("reseller");
    }

    // ---- beside each other

    private Scene job(String name) {
        return scene.with("job", name)
                .with("list.csv.inbox", scene.folder().resolve(name).toString());
    }

    private void listedIn(String job, int... customers) {
        StringBuilder csv = new StringBuilder("customer_id,domain\n");
        for (int n : customers) {
            csv.append("%s,customer-%d.example\n".formatted(Scene.id(n), n));
        }
        job(job).write(
                        scene.folder().resolve(job).resolve("list.csv"),
                        csv.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** While the first job is about to write, the second one runs. */
    private RunResult besideOneOf(String first, String second) {
        AtomicReference<RunResult> beside = new AtomicReference<>();
        RunResult result = TestRuns.of(
                        job(first).read(),
                        Mode.RUN,
                        scene.folder().resolve(".offboarding"),
                        scene.clock,
                        new WhenStepBegins("suspend", () -> {
                            scene.clock.pass(Duration.ofMillis(5));
                            beside.set(job(second).run());
                        }),
                        Duration.ZERO)
                .start();
        assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.OK);
        return beside.get();
    }

    @Test
    void aSpreadPlanLeavesRoomForWhatAJobBesideItHasReserved() {
        scene.customers(1, 30);
        listedIn("second", 11, 12, 13);
        spreads(stops("max-customers"));
        listedIn("first", 1);

        RunResult second = besideOneOf("first", "second");

        assertThat(second.exitCode()).as("%s", second).isEqualTo(ExitCode.OK);
        Scene.Report report = Scene.report(second);
        inOrder(report);
        assertThat(report.outcome(11)).isEqualTo("OFFBOARDED");
        assertThat(report.hold(12)).isEqualTo("LATER_NIGHT");
        assertThat(report.hold(13)).isEqualTo("LATER_NIGHT");
    }

    @Test
    void anApprovalDoesNotMakeRoomBesideAJobThatHasReservedIt() {
        scene.customers(1, 30).with("approval", "required");
        listedIn("second", 11, 12);
        RunResult asked = scene.run();
        assertThat(asked.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        scene.adaApproves(Scene.report(asked).json().get("plan_id").asString());
        scene.without("approval");
        listedIn("first", 1);
        AtomicReference<RunResult> beside = new AtomicReference<>();
        TestRuns.of(
                        scene.read(),
                        Mode.RUN,
                        scene.folder().resolve(".offboarding"),
                        scene.clock,
                        new WhenStepBegins("suspend", () -> {
                            scene.clock.pass(Duration.ofMillis(5));
                            scene.with("approval", "required");
                            beside.set(job("second").run());
                        }),
                        Duration.ZERO)
                .start();

        assertThat(beside.get().exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(beside.get().stopped()).startsWith("max-customers: ");
        // and it is not used up by that
        assertThat(job("second").runs(ExitCode.OK).total("customers", "OFFBOARDED"))
                .isEqualTo(2);
    }
}
