package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.Scene;
import dev.offboarding.run.ToldLines;
import dev.offboarding.runs.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A listed customer that is not one of the reseller's, and to whom nothing was ever done, is reported once and closed. */
@Execution(ExecutionMode.CONCURRENT)
class NeverACustomerTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Scene standingFile(int... customers) {
        StringBuilder text = new StringBuilder("customer_id,domain\n");
        for (int n : customers) {
            text.append(Scene.id(n)).append(",customer-").append(n).append(".example\n");
        }
        Path file = scene.folder().resolve("offboard.csv");
        return scene.write(file, text.toString().getBytes(StandardCharsets.UTF_8))
                .without("list.csv.inbox")
                .with("list.csv.file", file.toString());
    }

    private void aNightPasses() {
        scene.clock.pass(Duration.ofDays(1));
    }

    private static String message(Scene.Report report, int n) {
        return report.customer(n).get("message").asString();
    }

    private long open() {
        return scene.count("offboarding.offboarding_case where closed_at is null");
    }

    /** The first plan of somebody whose ledger is another one, or has nobody in it yet. */
    @Test
    void whereThePlatformShowsNobodyAtAllThatIsSaid() {
        ToldLines said = new ToldLines();

        scene.listed(1).followed(said).start();

        assertThat(said.lines).anyMatch(line -> line.startsWith("the platform shows no reseller customer at all"));
    }

    @Test
    void isReportedOnceAndClosedAndTheSameRowOpensACaseOnceThePlatformShowsIt() {
        scene.customers(1, 4);
        standingFile(1, 7);

        Scene.Report first = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(first.outcome(7)).isEqualTo("HELD");
        assertThat(first.hold(7)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        assertThat(first.customer(7).get("state").asString()).isEqualTo("WITHDRAWN");
        assertThat(message(first, 7))
                .isEqualTo(
                        "the platform does not know this customer, and this program never offboarded it: check the id;"
                                + " its case is closed, and the same row opens another once the platform shows it as the reseller's");
        assertThat(first.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(new ReportVerifier(null).verify(first.folder()).findings()).isEmpty();
        assertThat(open()).isZero();
        assertThat(scene.count("offboarding.offboarding_case where closed_as = 'WITHDRAWN'"))
                .isEqualTo(1);

        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).total("customers", "total")).isZero();

        scene.customer(7);
        aNightPasses();
        assertThat(scene.plans(ExitCode.OK).outcome(7)).isEqualTo("PLANNED");
        Scene.Report shown = scene.runs(ExitCode.OK);
        assertThat(shown.outcome(7)).isEqualTo("OFFBOARDED");
        assertThat(shown.total("customers", "total")).isEqualTo(1);
    }

    @Test
    void withAnotherRelationshipIsReportedAgainOnlyWhenListedAgain() {
        scene.customers(2, 4).customer(1, "advisor");
        scene.inboxFile("monday.csv", "customer_id,domain\n" + Scene.id(1) + ",customer-1.example\n")
                .runs(ExitCode.NEEDS_ATTENTION);
        assertThat(open()).isZero();
        aNightPasses();
        scene.inboxFile("tuesday.csv", "domain,customer_id\ncustomer-1.example," + Scene.id(1) + "\n")
                .runs(ExitCode.OK);

        Scene.Report again = scene.inboxFile(
                        "wednesday.csv",
                        "customer_id,domain,again\n" + Scene.id(1) + ",customer-1.example,2026-03-12\n")
                .runs(ExitCode.NEEDS_ATTENTION);
        assertThat(again.hold(1)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        assertThat(open()).isZero();
    }

    @Test
    void aPlanAndARunThatWasStoppedUseUpNothing() {
        scene.customers(1, 8).with("limits.max-customers", "1");
        standingFile(1, 2, 9);
        scene.plans(ExitCode.STOPPED_BY_LIMIT);
        scene.runs(ExitCode.STOPPED_BY_LIMIT);

        scene.with("limits.max-customers", "5");
        Scene.Report plan = scene.plans(ExitCode.NEEDS_ATTENTION);
        assertThat(plan.hold(9)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        // what becomes of the case is said by the run that decides it
        assertThat(message(plan, 9)).endsWith(": check the id");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(9)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).total("customers", "total")).isZero();
    }

    @Test
    void staysHeldWhereTheCustomerListHasFallenOrIsEmpty() {
        scene.customers(1, 12);
        standingFile(1).runs(ExitCode.OK);
        scene.sql("delete from ledger.customer where customer_id in (?, ?, ?)", Scene.id(2), Scene.id(3), Scene.id(4));
        aNightPasses();
        Scene.Report fallen = standingFile(1, 2).runs(ExitCode.NEEDS_ATTENTION);
        assertThat(open()).isEqualTo(1);
        assertThat(message(fallen, 2))
                .endsWith(": check the id; its case stays held until the customer is listed again");
        assertThat(new ReportVerifier(null).verify(fallen.folder()).findings()).isEmpty();

        scene.sql("delete from ledger.customer");
        aNightPasses();
        standingFile(1, 2, 3).runs(ExitCode.NEEDS_ATTENTION);
        assertThat(open()).isEqualTo(2);

        aNightPasses();
        Scene.Report later = scene.runs(ExitCode.OK);
        assertThat(later.outcome(2)).isEqualTo("HELD");
        assertThat(message(later, 2)).isEqualTo(message(fallen, 2));
        assertThat(new ReportVerifier(null).verify(later.folder()).findings()).isEmpty();
    }

    @Test
    void whoWasSuspendedByThisProgramStaysHeld() {
        scene.customers(1, 4).with("grace-period", "2d");
        scene.subscription(1, "license", "active");
        standingFile(1).runs(ExitCode.OK);
        scene.sql("update ledger.customer set relationship = 'advisor' where customer_id = ?", Scene.id(1));
        scene.clock.pass(Duration.ofDays(2));

        Scene.Report held = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(held.hold(1)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        assertThat(message(held, 1)).endsWith("to remove; its case stays held until the customer is listed again");
        assertThat(open()).isEqualTo(1);
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
    }

    /** What the ledger refused was undone: that the customer is gone since is somebody else's doing. */
    @Test
    void aRemovalThatWasOnlyEverRefusedDoesNotExplainThatTheRowIsGone() {
        scene.customers(1, 3);
        scene.listed(1);
        scene.sql(
                "create function public.no() returns trigger language plpgsql as 'begin raise exception ''no''; end'");
        scene.sql("create trigger no before update on ledger.customer for each row execute function public.no()");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("drop trigger no on ledger.customer");
        for (String table : List.of("customer", "support_contact", "delegated_admin", "purchase_authority")) {
            scene.sql("delete from ledger." + table + " where customer_id = ?", Scene.id(1));
        }
        scene.clock.pass(Duration.ofDays(1));

        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
    }
}
