package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.Approving;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A second person approves what is carried out, and nothing else is. */
@Execution(ExecutionMode.CONCURRENT)
class ApprovalNightsTest {

    private final Scene scene = Scene.set().with("approval", "required");

    @AfterEach
    void close() {
        scene.close();
    }

    private static String plan(Scene.Report report) {
        return report.json().get("plan_id").asString();
    }

    /** Stops for want of an approval, and gives the plan's id. */
    private String stops() {
        Map<String, List<String>> ledger = scene.ledger();
        List<String> inbox = scene.inboxFiles();
        RunResult result = scene.run();
        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        Scene.Report report = Scene.report(result);
        assertThat(result.stopped())
                .contains(
                        "the job file asks for an approval of plan " + plan(report),
                        "take the file away",
                        "\"withdraw\"",
                        "\"approve\"");
        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(scene.inboxFiles()).isEqualTo(inbox);
        assertThat(report.actions()).isEmpty();
        return plan(report);
    }

    private String refused(String plan, @Nullable String by) {
        Approving.Result result = scene.approve(plan, by, false, null);
        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.lines()).last().isEqualTo("Nothing was approved.");
        return result.lines().get(0);
    }

    @Test
    void nothingIsAcceptedUntilSomebodyElseHasApprovedThePlan() {
        scene.customers(1, 4).listed(1, 2);
        UUID license = scene.subscription(1, "license", "active");

        String plan = stops();
        assertThat(scene.count("offboarding.offboarding_case")).isZero();
        assertThat(stops()).as("equal plans on equal states have equal ids").isEqualTo(plan);

        scene.adaApproves(plan.substring(0, 8));
        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(2);
        assertThat(plan(report)).isEqualTo(plan);
        assertThat(scene.statusOf(license)).isEqualTo("suspended");
        assertThat(report.json().get("approval").toString())
                .contains("\"name\":\"Ada\",\"claimed\":true", "\"reason\":\"looked at it\"", "\"plan_id\":\"" + plan);
        assertThat(report.json().get("notes").toString())
                .contains("was approved by Ada (a claim of the user", "planner and approver worked as one user");
        assertThat(new ReportVerifier(null).verify(report.folder()).findings()).isEmpty();
    }

    @Test
    void aPlanUsesUpNothingAndEndsAsTheRunWould() {
        scene.customers(1, 4).listed(1);
        String plan = plan(scene.plans(ExitCode.STOPPED_BY_LIMIT));
        scene.adaApproves(plan);

        assertThat(plan(scene.plans(ExitCode.OK))).isEqualTo(plan);
        assertThat(plan(scene.plans(ExitCode.OK))).isEqualTo(plan);

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** Incident 18: an approval covered a count, not a set. */
    @Test
    void anApprovalForASetOfTheSameSizeWithOneIdSwappedIsRefused() {
        scene.customers(1, 4).listed(1, 2);
        scene.adaApproves(stops());
        deleteInbox();
        scene.listed(1, 3);

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).as("as approved").isEqualTo("OFFBOARDED");
        assertThat(report.outcome(3)).isEqualTo("PLANNED");
        assertThat(scene.relationshipOf(3)).as("not approved").isEqualTo("reseller");
        assertThat(report.actions())
                .noneMatch(action -> action.endsWith(Scene.id(3).toString()));
    }

    @Test
    void anApprovalForAnotherCustomerCarriesOutNothing() {
        scene.customers(1, 4).listed(1);
        String plan = stops();
        scene.adaApproves(plan);
        deleteInbox();
        scene.listed(3);

        assertThat(stops()).isNotEqualTo(plan);
    }

    private void deleteInbox() {
        for (String file : scene.inboxFiles()) {
            scene.inbox().resolve(file).toFile().delete();
        }
    }

    @Test
    void aRunWithMoreCustomersCarriesOutWhatWasApprovedAndNamesTheRest() {
        scene.customers(1, 5).listed(1, 2);
        scene.adaApproves(stops());
        scene.listed(3);

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(3)).isEqualTo("PLANNED");
        assertThat(scene.relationshipOf(3)).isEqualTo("reseller");
        assertThat(scene.count("offboarding.offboarding_case")).isEqualTo(2);
        assertThat(scene.inboxFiles()).contains("list-2.csv").doesNotContain("list-1.csv");
        String rest = report.json().at("/approval/waiting/plan_id").asString();
        assertThat(report.customer(3).get("message").asString()).contains(rest);
        assertThat(report.text("report.json"))
                .contains("for an approval of plan " + rest + ": those from tonight's list are not accepted");
        assertThat(new ReportVerifier(null).verify(report.folder()).findings()).isEmpty();

        assertThat(stops()).isEqualTo(rest);
        scene.adaApproves(rest);
        assertThat(scene.runs(ExitCode.OK).outcome(3)).isEqualTo("OFFBOARDED");
        assertThat(scene.inboxFiles()).doesNotContain("list-2.csv");
    }

    /** Its list was accepted on a night on which nothing of it was planned, and is in the archive. */
    @Test
    void ofAnOpenCaseThatWaitsForAnApprovalNoListIsSaidToStayWhereItIs() {
        scene.customers(1, 5);
        scene.inboxFile(
                "later.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,2026-03-11\n".formatted(Scene.id(1)));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_DUE");
        scene.listed(2).adaApproves(stops());
        scene.clock.pass(Duration.ofDays(1));

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.NEEDS_ATTENTION);
        Scene.Report report = Scene.report(result);
        assertThat(report.outcome(1)).isEqualTo("PLANNED");
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(report.text("report.json"))
                .contains("1 planned customer waits for an approval of plan")
                .doesNotContain("stays where it is");
        assertThat(report.text("report.html")).doesNotContain("They are not accepted");
    }

    /** A file of which only some rows are approved stays; its accepted rows are nothing new on the next night. */
    @Test
    void aFileOfWhichOnlySomeRowsAreApprovedStaysWhereItIs() {
        scene.customers(1, 5);
        String row = ",customer-%d.example\n";
        scene.inboxFile("all.csv", "customer_id,domain\n" + Scene.id(1) + row.formatted(1));
        scene.adaApproves(stops());
        scene.inboxFile(
                "all.csv", "customer_id,domain\n" + Scene.id(1) + row.formatted(1) + Scene.id(2) + row.formatted(2));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(2)).isEqualTo("PLANNED");
        assertThat(scene.inboxFiles()).containsExactly("all.csv");

        scene.sql(
                "update ledger.customer set relationship = 'reseller', relationship_ended_at = null where customer_id = ?",
                Scene.id(1));
        scene.adaApproves(stops());
        Scene.Report next = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(next.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(next.outcome(1)).as("nothing new").isEqualTo("RE_ESTABLISHED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.inboxFiles()).doesNotContain("all.csv");
    }

    @Test
    void anApprovalIsUsedOnce() {
        scene.customers(1, 4).listed(1);
        scene.subscription(1, "license", "active");
        String plan = stops();
        scene.adaApproves(plan);
        scene.runs(ExitCode.OK);
        assertThat(refused(plan, "Ada")).contains("was approved and carried out at", "an approval is used once");

        scene.sql("update ledger.customer set relationship = 'reseller', relationship_ended_at = null");
        scene.sql("update ledger.subscription set status = 'active'");
        scene.clock.pass(Duration.ofHours(2));
        scene.listed(1);

        assertThat(stops()).as("the same customer in the same state").isEqualTo(plan);
        scene.adaApproves(plan);
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void anApprovalThatNoRunHasUsedExpiresAfterADay() {
        scene.customers(1, 4).listed(1);
        String plan = stops();
        scene.adaApproves(plan);
        scene.clock.pass(Duration.ofHours(24).plusSeconds(1));

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(result.stopped())
                .contains("there is none any more: that by Ada", "has expired at 2026-03-11T02:30:00Z");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        scene.adaApproves(plan);
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void anApprovalIsGoodForTheNextScheduledRunHoweverFarOffThatIs() {
        // every Sunday; this is a Tuesday
        scene.customers(1, 4).with("schedule.cron", "0 30 3 * * SUN").listed(1);
        String plan = stops();
        scene.adaApproves(plan);
        scene.clock.pass(Duration.ofDays(5));

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void whoPlannedDoesNotApprove() {
        scene.customers(1, 4).listed(1);
        assertThat(scene.planned().plannedBy("Grace  Hopper").start().exitCode())
                .isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        String plan = stops();

        assertThat(refused(plan, "grace hopper"))
                .contains("Grace  Hopper", "made this plan", "somebody else has to approve it");
        assertThat(stops()).isEqualTo(plan);
        scene.adaApproves(plan);
    }

    @Test
    void theUserWhoPlannedDoesNotApproveWithoutAName() {
        scene.customers(1, 4).listed(1);
        String plan = stops();

        assertThat(refused(plan, null)).contains(System.getProperty("user.name") + " made this plan");
    }

    @Test
    void aPlanThatIsNotKnownOrOfAnotherJobOrOnAnotherPlatformIsRefused() {
        scene.customers(1, 4).listed(1);
        String plan = stops();

        assertThat(refused("0123456789", "Ada")).contains("there is no plan 0123456789");
        assertThat(refused("0123", "Ada")).contains("0123 is not the id of a plan");
        scene.with("job", "other");
        assertThat(refused(plan, "Ada")).contains("is of job nightly");
        scene.with("job", "nightly").sql("update offboarding.saved_plan set platform_identity = 'elsewhere/1'");
        assertThat(refused(plan, "Ada")).contains("on elsewhere/1");
    }

    @Test
    void aPlanThatWasLastMadeTooLongAgoIsRefused() {
        scene.customers(1, 4).listed(1);
        String plan = stops();
        scene.clock.pass(Duration.ofDays(7));

        assertThat(refused(plan, "Ada")).contains("has expired", "let the job plan again");
    }

    @Test
    void aCustomerWhoseSubscriptionChangedSinceTheApprovalIsHeldWithTheDifference() {
        scene.customers(1, 4).listed(1, 2);
        scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        scene.adaApproves(stops());
        UUID bought = scene.subscription(2, "usage", "active");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(2)).isEqualTo("HELD");
        assertThat(report.hold(2)).isEqualTo("CHANGED_SINCE_APPROVAL");
        assertThat(report.customer(2).get("message").asString())
                .contains(
                        "usage of 2 (" + bought + ") is active usage, and was not there",
                        "approved was SUSPEND",
                        "Ada");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
        assertThat(scene.statusOf(bought)).isEqualTo("active");
        assertThat(new ReportVerifier(null).verify(report.folder()).findings()).isEmpty();

        assertThat(scene.runs(ExitCode.OK).hold(2)).isEqualTo("CHANGED_SINCE_APPROVAL");
        scene.listed(2);
        scene.adaApproves(stops());
        assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("OFFBOARDED");
    }

    @Test
    void settingsThatChangedSinceTheApprovalHoldEverybody() {
        scene.customers(1, 4).with("grace-period", "3d").listed(1);
        scene.subscription(1, "license", "active");
        scene.adaApproves(stops());
        scene.with("grace-period", "0d");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("CHANGED_SINCE_APPROVAL");
        assertThat(report.customer(1).get("message").asString()).contains("grace-period was 3d, and is 0d");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void theRemovalAtTheEndOfTheGracePeriodIsCoveredByTheApprovalOfTheBeginning() {
        scene.customers(1, 4).with("grace-period", "3d").listed(1);
        scene.subscription(1, "license", "active");
        scene.adaApproves(stops());
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        scene.clock.pass(Duration.ofDays(1));
        scene.subscription(2, "license", "active");
        scene.listed(2);
        stops();
        scene.clock.pass(Duration.ofDays(2));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(2)).isEqualTo("PLANNED");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }

    @Test
    void whatWasBegunBeforeApprovalsWereRequiredNeedsOne() {
        scene.customers(1, 4).without("approval").with("grace-period", "3d").listed(1);
        scene.subscription(1, "license", "active");
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        scene.clock.pass(Duration.ofDays(3));
        scene.with("approval", "required");

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(result.stopped())
                .contains("1 come from open cases and 0 from tonight's list")
                .doesNotContain("take the file away");
        scene.adaApproves(plan(Scene.report(result)));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aRequesterWhoApprovesIsNamed() {
        scene.customers(1, 4)
                .inboxFile("list.csv", "customer_id,domain,requested_by\n" + Scene.id(1) + ",customer-1.example,ADA\n");
        scene.adaApproves(stops());

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.json().at("/approval/requesters").toString()).isEqualTo("[\"ADA\"]");
        assertThat(report.json().at("/approval/same_person").toString())
                .contains("requester and approver are one: ADA");
    }

    @Test
    void aDatabaseListOfWhichOnlySomeRowsAreApprovedIsReadAgain() {
        scene.customers(1, 4)
                .sql("create table public.wanted (customer_id uuid, domain text)")
                .sql("insert into public.wanted values (?, 'customer-1.example')", Scene.id(1))
                .listedBy("select customer_id, domain from public.wanted order by 1");
        RunResult first = scene.run();
        scene.adaApproves(plan(Scene.report(first)));
        scene.sql("insert into public.wanted values (?, 'customer-2.example')", Scene.id(2));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(2)).isEqualTo("PLANNED");

        RunResult next = scene.run();
        assertThat(next.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        scene.adaApproves(plan(Scene.report(next)));
        assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("OFFBOARDED");
    }

    /** It was accepted under its approval, and the night after is a part of that. */
    @Test
    void whatFailedInTheNightOfItsApprovalIsTriedAgainUnderIt() {
        scene.customers(1, 4).listed(1);
        scene.subscription(1, "license", "active");
        scene.adaApproves(stops());
        scene.sql(
                "create function public.no() returns trigger language plpgsql as 'begin raise exception ''no''; end'");
        scene.sql("create trigger no before update on ledger.customer for each row execute function public.no()");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("drop trigger no on ledger.customer");

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aRunThatWasStoppedRightAfterItHadAcceptedIsContinuedUnderItsApproval() {
        scene.customers(1, 4).listed(1, 2);
        scene.subscription(1, "license", "active");
        scene.adaApproves(stops());
        AtomicReference<OffboardingRun> run = new AtomicReference<>();
        run.set(TestRuns.of(
                scene.read(),
                Mode.RUN,
                scene.folder().resolve(".offboarding"),
                scene.clock,
                new WhenStepBegins("suspend", () -> run.get().stop()),
                Duration.ZERO));
        assertThat(run.get().start().exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(2);
    }

    /** Nothing was written yet, so that everything still has to be as it was approved. */
    @Test
    void whoChangedAfterAnApprovedNightThatWroteNothingIsHeld() {
        scene.customers(1, 4).listed(1);
        scene.adaApproves(stops());
        scene.sql(
                "create function public.no() returns trigger language plpgsql as 'begin raise exception ''no''; end'");
        scene.sql("create trigger no before update on ledger.customer for each row execute function public.no()");
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.sql("drop trigger no on ledger.customer");
        UUID bought = scene.subscription(1, "license", "active");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("HELD");
        assertThat(scene.statusOf(bought)).isEqualTo("active");
    }

    /** The platform refuses whatever would be changed of these. */
    private void refuses(UUID subscription) {
        scene.sql(
                "create function public.no() returns trigger language plpgsql as 'begin raise exception ''no''; end'");
        scene.jdbc()
                .sql("create trigger no before update on ledger.subscription for each row when (old.subscription_id = '"
                        + subscription + "') execute function public.no()")
                .update();
    }

    private void becomes(UUID subscription, String status) {
        scene.sql("update ledger.subscription set status = ? where subscription_id = ?", status, subscription);
    }

    @Test
    void whoChangedAfterAnApprovedNightThatWasRefusedEverythingIsHeld() {
        scene.customers(1, 4).listed(1);
        UUID license = scene.subscription(1, "license", "active");
        UUID suspendedBySomebody = scene.subscription(1, "license", "suspended");
        scene.adaApproves(stops());
        refuses(license);
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("drop trigger no on ledger.subscription");
        // activated, it would be held whatever was approved
        becomes(suspendedBySomebody, "expired");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("CHANGED_SINCE_APPROVAL");
        assertThat(report.customer(1).get("message").asString()).contains("was suspended license, and is expired");
        assertThat(scene.statusOf(license)).isEqualTo("active");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void whatWasRefusedInTheNightOfItsApprovalAndIsAsItWasThenIsTriedAgainUnderIt() {
        scene.customers(1, 4).listed(1);
        UUID license = scene.subscription(1, "license", "active");
        scene.adaApproves(stops());
        refuses(license);
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("drop trigger no on ledger.subscription");

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** It was there, but not to be suspended: nobody has approved that. */
    @Test
    void whatWasSuspendedWhenItWasApprovedIsNotSuspendedOnceSomebodyHasActivatedIt() {
        scene.customers(1, 4).listed(1);
        UUID first = scene.subscription(1, "license", "active");
        UUID second = scene.subscription(1, "license", "active");
        UUID suspendedBySomebody = scene.subscription(1, "license", "suspended");
        scene.adaApproves(stops());
        refuses(second);
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        assertThat(scene.statusOf(first)).isEqualTo("suspended");
        scene.sql("drop trigger no on ledger.subscription");
        becomes(suspendedBySomebody, "active");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("REACTIVATED");
        assertThat(scene.statusOf(suspendedBySomebody)).isEqualTo("active");
        assertThat(scene.statusOf(second)).isEqualTo("active");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void aRenamedJobGoesOnWithWhatWasApproved() {
        scene.customers(1, 4).with("grace-period", "2d").listed(1);
        scene.subscription(1, "license", "active");
        scene.adaApproves(stops());
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(2));
        scene.sql("update offboarding.offboarding_case set job = 'renamed'");
        scene.renamed("renamed");

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aCustomerListedAgainAfterItCameBackNeedsAnotherApproval() {
        scene.customers(1, 4).with("grace-period", "2d").listed(1);
        UUID license = scene.subscription(1, "license", "active");
        scene.adaApproves(stops());
        scene.runs(ExitCode.OK);
        scene.sql("update ledger.subscription set status = 'active' where subscription_id = ?", license);
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("REACTIVATED");
        scene.listed(1);

        String plan = stops();

        assertThat(scene.statusOf(license)).isEqualTo("active");
        scene.clock.pass(Duration.ofHours(1));
        scene.adaApproves(plan);
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
    }

    /** What is put back was approved by nobody, and needs no approval. */
    @Test
    void aWithdrawalNeedsNoApproval() {
        scene.customers(1, 4).with("grace-period", "3d").listed(1);
        UUID license = scene.subscription(1, "license", "active");
        scene.adaApproves(stops());
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(8));
        assertThat(scene.asks(InterventionKind.WITHDRAW, 1, "they stay").exitCode())
                .isEqualTo(ExitCode.OK);

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(scene.statusOf(license)).isEqualTo("active");
        assertThat(report.outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(new ReportVerifier(null).verify(report.folder()).findings()).isEmpty();
    }

    @Test
    void aPlanIsTheSameWhateverIsPutBackBesideIt() {
        scene.customers(1, 6).with("grace-period", "3d").listed(1);
        scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        scene.adaApproves(stops());
        scene.runs(ExitCode.OK);
        scene.listed(2);
        String plan = stops();
        scene.asks(InterventionKind.WITHDRAW, 1, "they stay");

        RunResult beside = scene.run();

        assertThat(beside.exitCode()).as("%s", beside).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(plan(Scene.report(beside))).isEqualTo(plan);
        assertThat(new ReportVerifier(null)
                        .verify(Scene.report(beside).folder())
                        .findings())
                .isEmpty();
    }
}
