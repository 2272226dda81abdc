package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.run.Scene;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What somebody at a terminal asks for beside the list. */
@Execution(ExecutionMode.CONCURRENT)
class WithdrawCommandTest {

    private final Scene scene = Scene.set();
    private final StringWriter said = new StringWriter();

    @AfterEach
    void close() {
        scene.close();
    }

    private int type(String... args) {
        said.getBuffer().setLength(0);
        return type(said, args);
    }

    private static int type(StringWriter said, String... args) {
        return CommandLineProgram.execute(new PrintWriter(said, true), new PrintWriter(said, true), args);
    }

    private int ask(String verb, String... options) {
        List<String> args = new ArrayList<>(List.of(verb, scene.jobFile().toString()));
        args.addAll(List.of(options));
        return type(args.toArray(String[]::new));
    }

    private void allReportsAreInOrder() {
        List<String> folders = new ArrayList<>(List.of("verify-report"));
        scene.reports().forEach(folder -> folders.add(folder.toString()));
        assertThat(type(folders.toArray(String[]::new))).as(said.toString()).isZero();
    }

    private UUID inItsGracePeriod() {
        scene.customers(1, 3).with("grace-period", "3d").listed(1);
        UUID license = scene.subscription(1, "license", "active");
        assertThat(ask("run")).as(said.toString()).isZero();
        return license;
    }

    @Test
    void aCustomerIsWithdrawnByItsNameAndTheReportsStayInOrder() {
        UUID license = inItsGracePeriod();

        assertThat(ask("withdraw", "customer-1.example", "--reason", "they stay", "--by", "Ada"))
                .as(said.toString())
                .isZero();

        assertThat(said.toString())
                .contains(
                        "Recorded:",
                        "nothing of it is suspended, cancelled or removed",
                        "1 withdrawn",
                        "      1 subscription was put back as it was",
                        "Exit code 0: what was asked for is carried out");
        assertThat(scene.statusOf(license)).isEqualTo("active");
        assertThat(scene.jdbc()
                        .sql("select data from offboarding.event where kind = 'INTERVENTION'")
                        .query(String.class)
                        .single())
                .contains("\"kind\":\"WITHDRAW\"", "\"by\":\"Ada\"", "\"by_is_a_claim\":true", "they stay");
        assertThat(ask("run")).as(said.toString()).isZero();
        allReportsAreInOrder();
    }

    /** A pause stops all writes: also those that put something back. */
    @Test
    void whatIsPausedIsSaidToWaitAndNotToBeCarriedOut() {
        UUID license = inItsGracePeriod();
        ask("pause", "customer-1.example", "--reason", "an audit");

        assertThat(ask("withdraw", "customer-1.example", "--reason", "they stay", "--by", "Ada"))
                .as(said.toString())
                .isZero();

        assertThat(scene.statusOf(license)).isEqualTo("suspended");
        assertThat(said.toString())
                .contains(
                        "Recorded: customer-1.example (%s) is to be withdrawn.".formatted(Scene.id(1)),
                        "paused: nothing is put back until that is over. Resume it, or wait until the pause ends",
                        "1 PAUSED: carried out once it is resumed, or the pause has ended",
                        "Exit code 0: what was asked for is recorded, and waits")
                .doesNotContain("is carried out" + System.lineSeparator());
        Scene.Report report = lastReport();
        assertThat(report.hold(1)).isEqualTo("PAUSED");
        assertThat(report.customer(1).get("message").asString())
                .contains("until it is resumed. Then it is withdrawn, as asked for by Ada", ": they stay");
        assertThat(report.text("report.html"))
                .contains("What was asked for is recorded and could not be carried out yet: the customer waits.");
        ask("cases");
        assertThat(said.toString()).contains("PAUSED", "Then it is withdrawn, as asked for by Ada", ": they stay");
        ask("explain", "customer-1.example");
        assertThat(said.toString())
                .contains(
                        "Then it is withdrawn, as asked for by Ada",
                        "What to do: Resume it, or wait until the pause ends. Then what this program suspended is made active again, and its case is closed.");

        assertThat(ask("resume", "customer-1.example", "--reason", "it is over"))
                .isZero();
        assertThat(ask("run")).as(said.toString()).isZero();
        assertThat(scene.statusOf(license)).isEqualTo("active");
        allReportsAreInOrder();
    }

    /** The ledger was moved by a logical copy: its cases are another ledger's until they are adopted. */
    @Test
    void whatWaitsOnAnotherLedgerHasItsRowAndIsCarriedOutOnceItIsAdopted() {
        UUID license = inItsGracePeriod();
        try (TestDatabase other = TestDatabase.create()) {
            for (int n = 1; n <= 3; n++) {
                other.jdbc()
                        .sql("insert into ledger.customer values (?, ?, ?, 'reseller', null)")
                        .params(Scene.id(n), "Customer " + n, "customer-" + n + ".example")
                        .update();
            }
            other.jdbc()
                    .sql("insert into ledger.subscription values (?, ?, 'x', 'license', 'suspended')")
                    .params(license, Scene.id(1))
                    .update();
            scene.with("ledger.url", other.url());
            assertThat(ask("run")).as(said.toString()).isZero();

            assertThat(ask("withdraw", "customer-1.example", "--reason", "they stay", "--by", "Ada"))
                    .as(said.toString())
                    .isZero();

            assertThat(said.toString())
                    .contains(
                            "Recorded: customer-1.example (%s) on another platform is to be withdrawn."
                                    .formatted(Scene.id(1)),
                            "was opened on another platform than the one on which this job worked last: nothing is put back there until the job works on it again, or the case was adopted",
                            "1 held",
                            "1 OTHER_PLATFORM: carried out once the job works there again, or the case was adopted",
                            "Exit code 0: what was asked for is recorded, and waits")
                    .doesNotContain("Nothing was left");
            Scene.Report report = lastReport();
            assertThat(report.total("customers", "HELD")).isOne();
            assertThat(report.hold(1)).isEqualTo("OTHER_PLATFORM");
            assertThat(report.customer(1).get("message").asString())
                    .contains("adopted. Then it is withdrawn, as somebody has asked");
            ask("history");
            assertThat(said.toString()).doesNotContain("no open case").contains("is recorded, and waits");
            ask("cases");
            assertThat(said.toString()).contains("OTHER_PLATFORM", "Then it is withdrawn, as asked for by Ada");
            ask("explain", "customer-1.example");
            assertThat(said.toString())
                    .contains(
                            "Then it is withdrawn, as asked for by Ada",
                            "or adopt its cases here. Then what this program suspended is made active again, and its case is closed.");

            String old = scene.jdbc()
                    .sql("select platform_identity from offboarding.offboarding_case")
                    .query(String.class)
                    .single();
            assertThat(ask("adopt", "--platform", old, "--reason", "moved"))
                    .as(said.toString())
                    .isZero();
            assertThat(ask("run")).as(said.toString()).isZero();
            assertThat(said.toString()).contains("1 withdrawn");
            assertThat(other.jdbc()
                            .sql("select status from ledger.subscription")
                            .query(String.class)
                            .single())
                    .isEqualTo("active");
            allReportsAreInOrder();
        }
    }

    @Test
    void oneOfTwoCasesThatAreToBeClosedWaitsOnAnotherLedger() {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "marketplace", "active");
        assertThat(ask("run")).as(said.toString()).isZero();
        try (TestDatabase other = TestDatabase.create()) {
            for (int n = 1; n <= 3; n++) {
                other.jdbc()
                        .sql("insert into ledger.customer values (?, ?, ?, 'reseller', null)")
                        .params(Scene.id(n), "Customer " + n, "customer-" + n + ".example")
                        .update();
            }
            other.jdbc()
                    .sql("insert into ledger.subscription values (?, ?, 'x', 'marketplace', 'active')")
                    .params(UUID.randomUUID(), Scene.id(1))
                    .update();
            scene.with("ledger.url", other.url()).inboxFile("again.csv", """
                    customer_id,domain,again
                    %s,customer-1.example,today
                    """.formatted(Scene.id(1)));
            assertThat(ask("run")).as(said.toString()).isZero();
            assertThat(scene.count("offboarding.offboarding_case where closed_at is null"))
                    .isEqualTo(2);

            assertThat(ask("close", "customer-1.example", "--reason", "enough", "--by", "Ada"))
                    .as(said.toString())
                    .isZero();

            assertThat(said.toString())
                    .contains(
                            "are to be closed, on Ada's word",
                            "was opened on another platform",
                            "1 held",
                            "1 OTHER_PLATFORM",
                            "1 closed on somebody's word",
                            "Exit code 0: what was asked for is carried out, but for 1 customer, of whom it is recorded and waits");
            assertThat(lastReport().json().get("customers").toString())
                    .contains("Then it is closed, on somebody's word");
        }
    }

    /** The report with the latest name. */
    private Scene.Report lastReport() {
        List<Path> reports = scene.reports();
        return new Scene.Report(reports.get(reports.size() - 1));
    }

    @Test
    void whoAsksWhileARunIsUnderWayWaitsForItsEnd() throws Exception {
        scene.customers(1, 3).listed(1);
        UUID license = scene.subscription(1, "license", "active");
        scene.gateBefore("update on ledger.subscription", "new.status = 'suspended'");
        String job = scene.jobFile().toString();
        StringWriter ofTheRun = new StringWriter();
        CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> type(ofTheRun, "run", job));
        scene.awaitSomebodyAtTheGate();
        StringWriter ofTheWithdrawal = new StringWriter();
        CompletableFuture<Integer> withdrawal = CompletableFuture.supplyAsync(
                () -> type(ofTheWithdrawal, "withdraw", job, Scene.id(1).toString(), "--reason", "they stay"));
        org.awaitility.Awaitility.await().until(() -> ofTheWithdrawal.toString().contains("Waiting until the run"));

        scene.openTheGate();

        assertThat(run.get(60, TimeUnit.SECONDS)).as(ofTheRun.toString()).isZero();
        assertThat(withdrawal.get(60, TimeUnit.SECONDS))
                .as(ofTheWithdrawal.toString())
                .isZero();
        assertThat(scene.statusOf(license)).isEqualTo("active");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        allReportsAreInOrder();
    }

    @Test
    void aPauseAndItsEndAreSaid() {
        inItsGracePeriod();

        assertThat(ask("pause", Scene.id(1).toString(), "--reason", "they may stay", "--until", "2099-01-15"))
                .as(said.toString())
                .isZero();
        assertThat(said.toString()).contains("until 2099-01-15", "not by a run that is under way either");
        assertThat(ask("plan")).isZero();
        assertThat(said.toString()).contains("1 PAUSED");
        assertThat(ask("resume", Scene.id(1).toString(), "--reason", "they go after all"))
                .isZero();
        assertThat(said.toString()).contains("Resumed");
        assertThat(ask("pause", "--all", "--reason", "an audit")).isZero();
        assertThat(ask("resume", "--all", "--reason", "it is over")).isZero();
    }

    /** The effects of a removal that stay inconclusive never end by themselves. */
    @Test
    void aCaseThatCannotEndByItselfIsClosedOnSomebodysWordAndIsNotOffboarded() {
        scene.customers(1, 3).listed(1);
        scene.sql("create or replace rule keep as on delete to ledger.support_contact do instead nothing");
        int first = ask("run");
        assertThat(first).as(said.toString()).isEqualTo(4);
        scene.sql("drop rule keep on ledger.support_contact");
        scene.sql("update ledger.customer set relationship = 'reseller'");
        scene.sql(
                "update offboarding.offboarding_case set state = 'REMOVED', removed_at = now(), hold_reason = null, holds = '[]' where closed_at is null");

        assertThat(ask("close", Scene.id(1).toString(), "--reason", "support says it is gone", "--by", "Ada"))
                .as(said.toString())
                .isZero();

        assertThat(said.toString())
                .contains("is to be closed, on Ada's word", "1 closed on somebody's word, not offboarded");
        assertThat(scene.jdbc()
                        .sql("select state || ' ' || closed_as from offboarding.offboarding_case")
                        .query(String.class)
                        .single())
                .isEqualTo("CLOSED CLOSED");
        assertThat(ask("certificate", Scene.id(1).toString())).isEqualTo(2);
        assertThat(ask("run")).as(said.toString()).isZero();
        allReportsAreInOrder();
    }

    @Test
    void whatWasClosedIsMarkedAsSomebodysWordWhereverItIsShown() {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "marketplace", "active");
        assertThat(ask("run")).as(said.toString()).isZero();
        assertThat(ask("close", "customer-1.example", "--reason", "support says so", "--by", "Ada"))
                .isZero();

        ask("cases", "--all");
        assertThat(said.toString())
                .containsSubsequence("CLOSED", "(on somebody's word: closed by Ada (as --by says", "support says so)");
        ask("cases", "--all", "--csv");
        assertThat(said.toString()).contains("on somebody's word: closed by Ada");
        ask("explain", "customer-1.example");
        assertThat(said.toString())
                .containsSubsequence("Why: on somebody's word: closed by Ada (as --by says", "support says so")
                .doesNotContain("Why: its case is closed");
        ask("explain", "customer-1.example", "--json");
        assertThat(said.toString()).contains("\"why\" : \"on somebody's word: closed by Ada");
    }

    @Test
    void whatWasWithdrawnSaysByWhomAndWhy() {
        inItsGracePeriod();
        assertThat(ask("withdraw", "customer-1.example", "--reason", "they stay", "--by", "Ada"))
                .isZero();

        ask("cases", "--all");
        assertThat(said.toString()).containsSubsequence("WITHDRAWN", "(withdrawn by Ada (as --by says", "they stay)");
        ask("explain", "customer-1.example");
        assertThat(said.toString()).containsSubsequence("Why: withdrawn by Ada (as --by says", "they stay");
    }

    /** What the last run found is one thing, and what was asked for since another. */
    @Test
    void whatWasResumedIsNotPausedAnyMoreBeforeTheNextRun() {
        inItsGracePeriod();
        ask("pause", "--all", "--reason", "an audit");
        ask("run");
        ask("cases");
        assertThat(said.toString()).contains("PAUSED", "an audit");

        assertThat(ask("resume", "--all", "--reason", "it is over")).isZero();

        ask("cases");
        assertThat(said.toString()).contains("GRACE_PERIOD").doesNotContain("PAUSED", "an audit");
        ask("cases", "--hold", "PAUSED");
        assertThat(said.toString()).contains("No open cases.");
        ask("explain", "customer-1.example");
        assertThat(said.toString().lines().filter(line -> line.startsWith("Why: ")))
                .singleElement()
                .asString()
                .contains("everything is suspended");
        assertThat(said.toString()).contains("SUSPENDED, held: GRACE_PERIOD").doesNotContain("What to do: Resume it");
        ask("explain", "customer-1.example", "--json");
        assertThat(said.toString()).contains("\"hold_reason\" : \"GRACE_PERIOD\"");
    }

    @Test
    void whatWasPausedIsShownAsPausedBeforeTheNextRun() {
        inItsGracePeriod();

        assertThat(ask("pause", "customer-1.example", "--reason", "they may stay"))
                .isZero();

        ask("cases");
        assertThat(said.toString()).contains("PAUSED", "they may stay");
        assertThat(ask("cases", "--hold", "PAUSED", "--csv")).isZero();
        assertThat(said.toString().lines()).hasSize(2);
        ask("explain", "customer-1.example");
        assertThat(said.toString())
                .contains("SUSPENDED, held: PAUSED", "What to do: Resume it", "held: GRACE_PERIOD")
                .containsPattern("Why: paused by .*: they may stay; nothing is written until it is resumed");
    }

    @Test
    void whatWasSuspendedIsToBeWithdrawnAndNotClosed() {
        UUID license = inItsGracePeriod();

        assertThat(ask("close", Scene.id(1).toString(), "--reason", "enough of it"))
                .isEqualTo(2);

        assertThat(said.toString()).contains("withdraw", "Nothing was recorded");
        assertThat(scene.count("offboarding.intervention")).isZero();
        assertThat(scene.statusOf(license)).isEqualTo("suspended");
    }

    @Test
    void wrongUsageIsSaid() {
        inItsGracePeriod();

        assertThat(ask("withdraw", "--reason", "nobody is named")).isEqualTo(2);
        assertThat(ask("withdraw", "--all", "--run", "20260101T000000000Z", "--reason", "x"))
                .isEqualTo(2);
        assertThat(ask("withdraw", "nobody.example", "--reason", "x")).isEqualTo(2);
        assertThat(said.toString()).contains("Nobody on ledger is known as");
        assertThat(ask("pause", "--all", "--reason", "x", "--until", "2020-01-01"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("2020-01-01", "Nothing was recorded");
        assertThat(scene.count("offboarding.intervention")).isZero();
    }
}
