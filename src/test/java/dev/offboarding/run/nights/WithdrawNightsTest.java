package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.jdbc.core.JdbcTemplate;

/** A second thought before the removal: what this program suspended is made active again, and nothing else is. */
@Execution(ExecutionMode.CONCURRENT)
class WithdrawNightsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Scene.Report carriesOut(ExitCode expected) {
        RunResult result = scene.carriesOut();
        assertThat(result.exitCode()).as("%s %s", result, result.failures()).isEqualTo(expected);
        Scene.Report report = Scene.report(result);
        assertThat(report.json().get("mode").asString()).isEqualTo("withdraw");
        return report;
    }

    private void withdrawn(int customer) {
        InterventionOrder.Result asked = scene.asks(InterventionKind.WITHDRAW, customer, "they stay");
        assertThat(asked.exitCode()).as("%s", asked.lines()).isEqualTo(ExitCode.OK);
    }

    /** Customers in the grace period of three days: everything that can be suspended is. */
    private void inTheirGracePeriod(int... customers) {
        scene.with("grace-period", "3d").listed(customers);
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(8));
    }

    @Test
    void whatThisProgramSuspendedIsActiveAgainAndNothingElseIs() {
        scene.customers(1, 4);
        UUID license = scene.subscription(1, "license", "active");
        UUID usage = scene.subscription(1, "usage", "active");
        UUID others = scene.subscription(1, "license", "suspended");
        UUID second = scene.subscription(2, "license", "active");
        inTheirGracePeriod(1, 2);
        assertThat(scene.statusOf(license)).isEqualTo("suspended");

        withdrawn(1);
        Scene.Report report = carriesOut(ExitCode.OK);

        assertThat(scene.statusOf(license)).isEqualTo("active");
        assertThat(scene.statusOf(usage)).isEqualTo("active");
        assertThat(scene.statusOf(others)).isEqualTo("suspended");
        assertThat(scene.statusOf(second)).isEqualTo("suspended");
        assertThat(report.json().get("customers")).hasSize(1);
        assertThat(report.outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(report.customer(1).get("state").asString()).isEqualTo("WITHDRAWN");
        assertThat(report.customer(1).get("message").asString()).contains("withdrawn by Ada", "they stay");
        assertThat(report.actions()).containsExactlyInAnyOrder("REACTIVATE " + license, "REACTIVATE " + usage);
        assertThat(report.json().get("reactivated").asInt()).isEqualTo(2);
        assertThat(report.total("subscriptions", "active_before")).isZero();

        scene.clock.pass(Duration.ofDays(5));
        Scene.Report night = scene.runs(ExitCode.OK);
        assertThat(night.json().get("customers")).hasSize(1);
        assertThat(night.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.statusOf(license)).isEqualTo("active");
    }

    @Test
    void anAddOnFollowsWhatItBelongsTo() {
        scene.customers(1, 3);
        UUID parent = scene.subscription(1, "license", "active");
        UUID addOn = scene.subscription(1, "license", "active");
        scene.sql("update ledger.subscription set parent_subscription_id = ? where subscription_id = ?", parent, addOn);
        inTheirGracePeriod(1);

        withdrawn(1);

        assertThat(carriesOut(ExitCode.OK).actions()).containsExactly("REACTIVATE " + parent, "REACTIVATE " + addOn);
    }

    @Test
    void aCaseOfWhichNothingWasWrittenIsClosedAtOnce() {
        scene.customers(1, 3);
        UUID marketplace = scene.subscription(1, "marketplace", "active");
        scene.listed(1);
        scene.runs(ExitCode.OK);

        withdrawn(1);
        Scene.Report report = carriesOut(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(report.actions()).isEmpty();
        scene.sql("update ledger.subscription set status = 'deleted' where subscription_id = ?", marketplace);
        scene.runs(ExitCode.OK);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    /** What is put back goes by the next run as well, whatever became of the one that should have done it. */
    @Test
    void theNextRunCarriesOutWhatWasAskedAndSoDoesEveryOneUntilItSucceeds() {
        scene.customers(1, 3);
        UUID license = scene.subscription(1, "license", "active");
        inTheirGracePeriod(1);
        withdrawn(1);
        scene.sql(
                "create function public.no() returns trigger language plpgsql as 'begin if new.status = ''active'' then raise exception ''not tonight''; end if; return new; end'");
        scene.sql("create trigger no before update on ledger.subscription for each row execute function public.no()");

        Scene.Report failed = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(failed.outcome(1)).isEqualTo("FAILED");
        assertThat(failed.customer(1).get("message").asString()).contains("withdrawn", "not tonight");
        assertThat(failed.actions()).containsOnly("REACTIVATE " + license);

        scene.clock.pass(Duration.ofDays(10));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        scene.sql("drop trigger no on ledger.subscription");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(scene.statusOf(license)).isEqualTo("active");
    }

    /** It goes on once the gate is open. */
    private CompletableFuture<RunResult> runUpToASuspension() {
        scene.gateBefore("update on ledger.subscription", "new.status = 'suspended'");
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(scene::run);
        scene.awaitSomebodyAtTheGate();
        return run;
    }

    /** The run asks before each write: from the moment on which it is asked for nothing more is suspended, cancelled or removed. */
    @Test
    void whileARunIsUnderWayNothingMoreIsWritten() throws Exception {
        scene.customers(1, 4).listed(1, 2);
        UUID first = scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        CompletableFuture<RunResult> run = runUpToASuspension();

        withdrawn(1);
        scene.openTheGate();
        Scene.Report night = Scene.report(run.get(60, TimeUnit.SECONDS));

        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(night.outcome(1)).isEqualTo("SUSPENDED");
        assertThat(night.customer(1).get("message").asString()).contains("withdrawn while this run was under way");
        assertThat(night.outcome(2)).isEqualTo("OFFBOARDED");

        scene.clock.pass(Duration.ofMinutes(1));
        assertThat(carriesOut(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(scene.statusOf(first)).isEqualTo("active");
    }

    /** It could be closed while nothing of it was suspended yet, and nobody said that its suspension had come first. */
    @Test
    void aCaseThatIsClosedWhileItsSuspensionIsUnderWaySaysWhatStaysSuspended() throws Exception {
        scene.customers(1, 4).listed(1, 2);
        UUID license = scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        CompletableFuture<RunResult> run = runUpToASuspension();

        assertThat(scene.asks(InterventionKind.CLOSE, 1, "a mistake").exitCode())
                .isEqualTo(ExitCode.OK);
        scene.openTheGate();
        Scene.Report night = Scene.report(run.get(60, TimeUnit.SECONDS));

        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.statusOf(license)).isEqualTo("suspended");
        assertThat(night.outcome(1)).isEqualTo("CLOSED");
        assertThat(night.customer(1).get("message").asString())
                .contains("closed by", "what this program has suspended stays suspended: " + license);
    }

    /** "No open cases", and "nobody left to be withdrawn", was said of one that was recorded and could not be put back yet. */
    @Test
    void whoIsToBeWithdrawnHasARowWhateverStoppedTheRunThatWasToDoIt() {
        scene.customers(1, 4);
        UUID license = scene.subscription(1, "license", "active");
        inTheirGracePeriod(1, 2);
        withdrawn(1);

        scene.sql("alter table ledger.delegated_admin rename to elsewhere");
        assertRecordedOnly(carriesOut(ExitCode.UNAVAILABLE));
        scene.sql("alter table ledger.elsewhere rename to delegated_admin");
        scene.clock.pass(Duration.ofDays(-1));
        assertRecordedOnly(carriesOut(ExitCode.STOPPED_BY_LIMIT));
        assertThat(scene.statusOf(license)).isEqualTo("suspended");

        scene.clock.pass(Duration.ofDays(1));
        assertThat(carriesOut(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(scene.statusOf(license)).isEqualTo("active");
    }

    private static void assertRecordedOnly(Scene.Report report) {
        assertThat(report.json().get("customers")).hasSize(1);
        assertThat(report.outcome(1)).isEqualTo("SUSPENDED");
        assertThat(report.customer(1).get("message").asString())
                .contains("it is to be withdrawn, as somebody has asked");
        assertThat(report.actions()).isEmpty();
    }

    /** The command said that what was asked for was carried out, and the customer was gone. */
    @Test
    void aRemovalThatWasUnderWayIsKnownToHaveComeFirst() throws Exception {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "license", "active");
        scene.gateBefore("update on ledger.customer", "new.relationship = 'none'");
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(scene::run);
        scene.awaitSomebodyAtTheGate();
        Instant asked = scene.clock.instant();

        withdrawn(1);
        scene.openTheGate();
        assertThat(run.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);

        assertThat(scene.relationshipOf(1)).isEqualTo("none");
        assertThat(new Interventions(new JdbcTemplate(scene.database().dataSource()))
                        .withdrawnTooLate(new Interventions.Job("nightly", "ledger"), asked))
                .containsExactly(Scene.id(1));
    }

    /** What had come too late for one removal undid the next offboarding, which somebody had asked for since. */
    @Test
    void aWithdrawalThatCameTooLateIsNotOneOfALaterOffboarding() throws Exception {
        scene.customers(1, 3).listed(1);
        UUID subscription = scene.subscription(1, "license", "active");
        scene.sql("insert into ledger.delegated_admin values (?, 'Helpdesk')", Scene.id(1));
        scene.gateBefore("update on ledger.customer", "new.relationship = 'none'");
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(scene::run);
        scene.awaitSomebodyAtTheGate();
        withdrawn(1);
        // so that its effects are not all confirmed
        scene.sql(
                "create function public.put_back() returns trigger language plpgsql as 'begin insert into ledger.delegated_admin values (old.customer_id, old.role); return null; end'");
        scene.sql(
                "create constraint trigger put_back after delete on ledger.delegated_admin deferrable initially deferred for each row execute function public.put_back()");
        scene.openTheGate();
        assertThat(Scene.report(run.get(60, TimeUnit.SECONDS)).state(1)).isEqualTo("REMOVED");
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
        now(subscription, "active");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("RE_ESTABLISHED");

        scene.clock.pass(Duration.ofDays(1));
        scene.with("grace-period", "3d").inboxFile("again.csv", rows(1).replace("T-1", "T-9"));
        Scene.Report again = scene.runs(ExitCode.OK);

        assertThat(again.hold(1)).isEqualTo("GRACE_PERIOD");
        scene.clock.pass(Duration.ofHours(8));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        assertThat(scene.statusOf(subscription)).isEqualTo("suspended");
        // and one that is asked for now is one of this offboarding
        withdrawn(1);
        assertThat(carriesOut(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(scene.statusOf(subscription)).isEqualTo("active");
    }

    private void now(UUID subscription, String status) {
        scene.sql("update ledger.subscription set status = ? where subscription_id = ?", status, subscription);
    }

    /** It was this program's suspension once, and is somebody else's by now. */
    @Test
    void whatSomebodyMadeActiveAndSomebodySuspendedSinceStaysSuspended() {
        scene.customers(1, 3);
        UUID ours = scene.subscription(1, "license", "active");
        UUID others = scene.subscription(1, "license", "active");
        inTheirGracePeriod(1);
        now(others, "active");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("REACTIVATED");
        now(others, "suspended");

        withdrawn(1);
        Scene.Report report = carriesOut(ExitCode.OK);

        assertThat(report.actions()).containsExactly("REACTIVATE " + ours);
        assertThat(scene.statusOf(others)).isEqualTo("suspended");
    }

    /** The offboarding that began again knew nothing of what the first one had suspended. */
    @Test
    void whatWasSuspendedBeforeTheCustomerWasListedAgainIsPutBackToo() {
        scene.customers(1, 3);
        UUID first = scene.subscription(1, "license", "active");
        UUID second = scene.subscription(1, "license", "active");
        inTheirGracePeriod(1);
        now(first, "active");
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.clock.pass(Duration.ofHours(12));
        scene.listed(1).runs(ExitCode.OK);
        assertThat(scene.statusOf(first)).isEqualTo("suspended");

        withdrawn(1);
        Scene.Report report = carriesOut(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(List.of(scene.statusOf(first), scene.statusOf(second))).containsOnly("active");
    }

    @Test
    void whatWasSuspendedBeforeTheCustomerWasListedAgainIsInTheWayOfClosingItsCase() {
        scene.customers(1, 3);
        UUID first = scene.subscription(1, "license", "active");
        scene.subscription(1, "license", "active");
        inTheirGracePeriod(1);
        now(first, "active");
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.clock.pass(Duration.ofHours(12));
        scene.listed(1).runs(ExitCode.OK);

        InterventionOrder.Result closing = scene.asks(InterventionKind.CLOSE, 1, "settled by phone");

        assertThat(closing.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(closing.lines().toString()).contains("has suspended 2 of its subscriptions");
    }

    /** Its file was archived, and its row was never heard again. */
    @Test
    void aRowThatComesWhileItsCaseIsBeingWithdrawnStaysInTheInboxUntilThatIsDone() {
        scene.customers(1, 3);
        scene.subscription(1, "license", "active");
        inTheirGracePeriod(1);
        withdrawn(1);
        assertThat(scene.asks(InterventionKind.PAUSE, new Target.All(), "a dispute")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        scene.inboxFile("again.csv", rows(1).replace("T-1", "T-9"));

        scene.run();

        assertThat(scene.inboxFiles()).contains("again.csv");
        scene.asks(InterventionKind.RESUME, new Target.All(), "settled");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        assertThat(scene.inboxFiles()).doesNotContain("again.csv");
    }

    @Test
    void afterTheRemovalNothingIsDoneAndItIsSaidWhatIsStillPossible() {
        scene.customers(1, 3);
        scene.subscription(1, "license", "active");
        scene.listed(1);
        scene.runs(ExitCode.OK);

        InterventionOrder.Result late = scene.asks(InterventionKind.WITHDRAW, 1, "they stay");

        assertThat(late.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(late.lines().toString())
                .contains("no open case", "OFFBOARDED", "What is still possible: request the relationship again");
        assertThat(scene.count("offboarding.intervention")).isZero();
    }

    @Test
    void aFileIsWithdrawnAndNeverActsAgain() {
        scene.customers(1, 6);
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.with("grace-period", "3d");
        scene.inboxFile("monday.csv", rows(1, 2));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.inboxFile("tuesday.csv", rows(2, 3).replace("T-1", "T-2"));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(1));

        InterventionOrder.Result unknown =
                scene.asks(InterventionKind.WITHDRAW, new Target.File("friday.csv", null), "the wrong file");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        InterventionOrder.Result asked =
                scene.asks(InterventionKind.WITHDRAW, new Target.File("monday.csv", null), "the wrong file");
        assertThat(asked.exitCode()).as("%s", asked.lines()).isEqualTo(ExitCode.OK);
        Scene.Report report = carriesOut(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(report.outcome(2)).isEqualTo("WITHDRAWN");
        scene.clock.pass(Duration.ofDays(5));
        // a nightly full export brings the same rows under other names
        scene.inboxFile("wednesday.csv", rows(1, 2) + "\n");
        Scene.Report night = scene.runs(ExitCode.OK);
        assertThat(night.outcome(3)).isEqualTo("OFFBOARDED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        scene.clock.pass(Duration.ofDays(1));
        scene.with("grace-period", "0d").inboxFile("thursday.csv", rows(1).replace("T-1", "T-9"));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void ofSeveralNightsThatTookAFileOfThatNameOneIsPicked() {
        scene.customers(1, 6).with("grace-period", "3d");
        scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        scene.inboxFile("export.csv", rows(1));
        String monday = runId(scene.runs(ExitCode.OK));
        scene.clock.pass(Duration.ofDays(1));
        scene.inboxFile("export.csv", rows(2));
        String tuesday = runId(scene.runs(ExitCode.OK));

        InterventionOrder.Result which =
                scene.asks(InterventionKind.WITHDRAW, new Target.File("export.csv", null), "the wrong file");
        assertThat(which.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(which.lines().toString()).contains("2 nights", monday, tuesday);
        assertThat(scene.count("offboarding.intervention")).isZero();

        assertThat(scene.asks(InterventionKind.WITHDRAW, new Target.File("export.csv", monday), "the wrong file")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        Scene.Report report = carriesOut(ExitCode.OK);
        assertThat(report.json().get("customers")).hasSize(1);
        assertThat(report.outcome(1)).isEqualTo("WITHDRAWN");
    }

    private void standing(String csv) {
        Path file = scene.folder().resolve("standing.csv");
        scene.without("list.csv.inbox")
                .with("list.csv.file", file.toString())
                .write(file, csv.getBytes(StandardCharsets.UTF_8));
    }

    /** Each night reads it; a list that has not changed is still the one that was taken first. */
    @Test
    void aStandingFileThatHasNotChangedIsOneList() {
        scene.customers(1, 6).with("grace-period", "9d");
        scene.subscription(1, "license", "active");
        standing(rows(1));
        String first = runId(scene.runs(ExitCode.OK));
        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);
        Target.File meant = new Target.File("standing.csv", null);
        scene.clock.pass(Duration.ofDays(1));
        standing(rows(1, 2));
        String third = runId(scene.runs(ExitCode.OK));
        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);

        assertThat(scene.asks(InterventionKind.WITHDRAW, meant, "the wrong file")
                        .lines())
                .as("two lists")
                .contains("  --run %s: 1 open case".formatted(first), "  --run %s: 1 open case".formatted(third))
                .hasSize(4);

        scene.asks(InterventionKind.WITHDRAW, new Target.File("standing.csv", third), "the wrong file");
        assertThat(carriesOut(ExitCode.OK).outcome(2)).isEqualTo("WITHDRAWN");
    }

    @Test
    void aStandingFileOfWhichOneListWasTakenNeedsNoRun() {
        scene.customers(1, 6).with("grace-period", "9d");
        scene.subscription(1, "license", "active");
        standing(rows(1));
        for (int night = 1; night <= 3; night++) {
            scene.runs(ExitCode.OK);
            scene.clock.pass(Duration.ofDays(1));
        }

        InterventionOrder.Result asked =
                scene.asks(InterventionKind.WITHDRAW, new Target.File("standing.csv", null), "the wrong file");

        assertThat(asked.exitCode()).as("%s", asked.lines()).isEqualTo(ExitCode.OK);
        assertThat(carriesOut(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
    }

    /** It is not decided on the list's behalf: whoever lists the customer again while it is being withdrawn gets a case of its own afterwards. */
    @Test
    void allOfAJobIsWithdrawn() {
        scene.customers(1, 4);
        UUID one = scene.subscription(1, "license", "active");
        UUID two = scene.subscription(2, "license", "active");
        inTheirGracePeriod(1, 2);

        assertThat(scene.asks(InterventionKind.WITHDRAW, new Target.All(), "stop")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        Scene.Report report = carriesOut(ExitCode.OK);

        assertThat(report.total("customers", "WITHDRAWN")).isEqualTo(2);
        assertThat(List.of(scene.statusOf(one), scene.statusOf(two))).containsOnly("active");
        assertThat(scene.plans(ExitCode.OK).json().get("customers")).isEmpty();
    }

    /** {@code withdraw-when-unlisted}: whose row is gone from a standing file, or from a query, is withdrawn the same night. */
    @Test
    void aRowThatIsGoneWithdrawsItsCaseWhereTheJobFileSaysSo() {
        scene.customers(1, 8).with("grace-period", "3d").with("withdraw-when-unlisted", "true");
        UUID first = scene.subscription(1, "license", "active");
        UUID second = scene.subscription(2, "license", "active");
        standing(1, 2, 3, 4, 5);
        scene.runs(ExitCode.OK);
        assertThat(scene.statusOf(first)).isEqualTo("suspended");
        scene.clock.pass(Duration.ofDays(1));
        standing(2, 3, 4, 5);

        Scene.Report plan = scene.plans(ExitCode.OK);
        assertThat(scene.statusOf(first)).isEqualTo("suspended");
        assertThat(scene.count("offboarding.intervention")).isZero();
        Scene.Report night = scene.runs(ExitCode.OK);

        assertThat(plan.customer(1).get("planned").toString()).contains("REACTIVATE");
        assertThat(night.outcome(1)).isEqualTo("WITHDRAWN");
        assertThat(night.customer(1).get("message").asString()).contains("withdraw-when-unlisted");
        assertThat(scene.statusOf(first)).isEqualTo("active");
        assertThat(scene.statusOf(second)).isEqualTo("suspended");
        assertThat(scene.count("offboarding.intervention")).isEqualTo(1);

        scene.clock.pass(Duration.ofDays(5));
        assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        // back in the list, it is listed again: a new case
        scene.clock.pass(Duration.ofDays(1));
        standing(1, 3, 4, 5);
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
    }

    /** A list that has lost rows may be a broken one. */
    @Test
    void whatOneUnlistingWithdrawsCountsAgainstTheLimit() {
        scene.customers(1, 30).with("grace-period", "3d").with("withdraw-when-unlisted", "true");
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        standing(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.with("limits.max-customers", "2");
        standing(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        var ledger = scene.ledger();

        Scene.Report stopped = scene.runs(ExitCode.STOPPED_BY_LIMIT);

        String why = scene.jdbc()
                .sql("select stop_message from offboarding.run order by run_id desc limit 1")
                .query(String.class)
                .single();
        assertThat(why)
                .startsWith(
                        "max-customers: 3 customers are to be put back, because their rows are gone from the list, 2 allowed (max-customers 2)")
                .contains(
                        "put the rows back into the list, or, if they are meant to be gone, withdraw the customers with \"withdraw\" or raise offboarding.limits.max-customers",
                        "3 come from open cases, 3 of them because their rows are gone, and 0 from tonight's list",
                        "The ways on: put the rows back, stop single cases for good with \"withdraw\"")
                .doesNotContain("begun", "fall due");
        assertThat(stopped.text("report.html"))
                .contains(
                        "the plan is over a limit: 13 customers are held and 3 were to be put back and were not.",
                        "Put the rows back into the list; or, if they are meant to be gone, withdraw the customers, or have somebody else lift the limit")
                .doesNotContain("planned and not begun", "take the list away");
        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(stopped.actions()).isEmpty();
        assertThat(scene.count("offboarding.intervention")).isZero();
        // what it says can be done: somebody else lifts the limit
        assertThat(scene.approve(stopped.json().get("plan_id").asString(), "Ada", false, "max-customers")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(1));
        assertThat(Scene.report(scene.run()).total("customers", "WITHDRAWN")).isEqualTo(3);
    }

    /** Each was to be put back, for a case that had been closed, and more of them than a night may begin stopped the run. */
    @Test
    void whoWasOffboardedAndIsBackIsNotWithdrawnByTheList() {
        scene.customers(1, 30).with("withdraw-when-unlisted", "true");
        standing(1, 2, 3);
        scene.runs(ExitCode.OK);
        scene.sql(
                "update ledger.customer set relationship = 'reseller' where customer_id in (?, ?)",
                Scene.id(1),
                Scene.id(2));
        scene.clock.pass(Duration.ofDays(1));
        scene.with("limits.max-customers", "1");

        assertThat(scene.plans(ExitCode.NEEDS_ATTENTION).text("report.json")).doesNotContain("withdrawn-when-unlisted");
        Scene.Report night = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(night.outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(night.outcome(2)).isEqualTo("RE_ESTABLISHED");
        assertThat(night.text("events.jsonl")).doesNotContain("INTERVENTION", "withdrawn-when-unlisted");
        assertThat(scene.count("offboarding.intervention")).isZero();
    }

    /** Once they were recorded nothing counted them any more, and the night that followed the pause put all of them back. */
    @Test
    void whatOneUnlistingWithdrawsCountsWhileItsJobIsPausedToo() {
        scene.customers(1, 30).with("grace-period", "9d").with("withdraw-when-unlisted", "true");
        UUID licence = scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        scene.subscription(3, "license", "active");
        standing(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.asks(InterventionKind.PAUSE, new Target.All(), "a dispute");
        scene.with("limits.max-customers", "1");
        standing(4, 5, 6, 7, 8, 9, 10, 11, 12);

        assertThat(scene.plans(ExitCode.STOPPED_BY_LIMIT).text("report.json"))
                .contains("3 customers are to be put back");
        assertThat(scene.runs(ExitCode.STOPPED_BY_LIMIT).text("report.html"))
                .contains("Put the rows back into the list")
                .doesNotContain("take the list away");

        assertThat(scene.count("offboarding.intervention where kind = 'WITHDRAW'"))
                .isZero();
        standing(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        scene.asks(InterventionKind.RESUME, new Target.All(), "settled");
        scene.clock.pass(Duration.ofDays(1));
        scene.with("limits.max-customers", "1000");
        assertThat(scene.runs(ExitCode.OK).actions()).isEmpty();
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
    }

    /** Of one something is pending, one cannot be read, of one there is nothing to be put back. */
    @Test
    void whatOneUnlistingWithdrawsCountsWhetherOrNotItIsPutBackTonight() {
        scene.customers(1, 30).with("grace-period", "9d").with("withdraw-when-unlisted", "true");
        UUID pending = scene.subscription(1, "license", "active");
        UUID nothing = scene.subscription(2, "marketplace", "active");
        scene.subscription(3, "license", "active");
        standing(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        now(pending, "pending");
        scene.sql("update ledger.customer set relationship = 'advisor' where customer_id = ?", Scene.id(3));
        scene.with("limits.max-customers", "2");
        standing(4, 5, 6, 7, 8, 9, 10, 11, 12);

        scene.runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(scene.count("offboarding.intervention")).isZero();
        assertThat(scene.statusOf(nothing)).isEqualTo("active");
        scene.with("limits.max-customers", "3");
        scene.clock.pass(Duration.ofHours(1));
        scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(scene.count("offboarding.intervention")).isEqualTo(3);
    }

    /** The plan had the same name whoever was withdrawn: what was lifted for two was lifted for any others, and for as many as there were. */
    @Test
    void aLiftForTwoRowsThatAreGoneIsNoneForOthersOrForMore() {
        scene.customers(1, 30).with("grace-period", "9d").with("withdraw-when-unlisted", "true");
        for (int n = 1; n <= 12; n++) {
            scene.subscription(n, "license", "active");
        }
        standing(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.with("limits.max-customers", "1");
        standing(3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        String two = planned();
        assertThat(scene.approve(two, "Ada", false, "max-customers").exitCode()).isEqualTo(ExitCode.OK);

        standing(4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(planned()).isNotEqualTo(two);
        scene.runs(ExitCode.STOPPED_BY_LIMIT);
        scene.clock.pass(Duration.ofMinutes(1));
        standing(1, 2, 5, 6, 7, 8, 9, 10, 11, 12);
        scene.runs(ExitCode.STOPPED_BY_LIMIT);
        assertThat(scene.count("offboarding.intervention")).isZero();

        scene.clock.pass(Duration.ofMinutes(1));
        standing(3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(scene.runs(ExitCode.OK).total("customers", "WITHDRAWN")).isEqualTo(2);
    }

    /** Somebody has withdrawn one, whose subscriptions are put back: that is nothing that a limit counts. */
    @Test
    void aPageThatSaysWhatHelpsAgainstALimitDoesNotSpeakOfRowsThatAreNotGone() {
        scene.customers(1, 30).with("grace-period", "9d");
        IntStream.rangeClosed(1, 3).forEach(n -> scene.subscription(n, "license", "active"));
        scene.listed(1).runs(ExitCode.OK);
        scene.asks(InterventionKind.WITHDRAW, 1, "they stay");
        scene.with("limits.max-customers", "1").listed(2, 3).clock.pass(Duration.ofDays(1));

        assertThat(scene.runs(ExitCode.STOPPED_BY_LIMIT).text("report.html"))
                .contains("take the list away")
                .doesNotContain("Put the rows back");
    }

    private String planned() {
        scene.clock.pass(Duration.ofMinutes(1));
        return scene.plans(ExitCode.STOPPED_BY_LIMIT).json().get("plan_id").asString();
    }

    private void standing(int... customers) {
        java.nio.file.Path file = scene.folder().resolve("standing.csv");
        scene.write(file, rows(customers).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .without("list.csv.inbox")
                .with("list.csv.file", file.toString());
    }

    private static String runId(Scene.Report report) {
        return report.json().get("run_id").asString();
    }

    private static String rows(int... customers) {
        StringBuilder csv = new StringBuilder("customer_id,domain,ticket\n");
        for (int n : customers) {
            csv.append("%s,customer-%d.example,T-1\n".formatted(Scene.id(n), n));
        }
        return csv.toString();
    }
}
