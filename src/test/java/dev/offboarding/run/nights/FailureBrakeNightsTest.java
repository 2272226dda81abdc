package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nights on which too many customers fail, on a ledger: it writes a chunk as a whole, so the brake acts between steps. */
class FailureBrakeNightsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private void eightCustomersWithALicenceEach() {
        scene.customers(1, 9);
        for (int n = 1; n <= 8; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3, 4, 5, 6, 7, 8);
    }

    private void refuses(String table, int... customers) {
        StringBuilder ids = new StringBuilder("'none'");
        for (int n : customers) {
            ids.append(", '").append(Scene.id(n)).append("'");
        }
        scene.sql(
                "create function public.refuse() returns trigger language plpgsql as 'begin raise exception ''the books are closed''; end'");
        scene.sql(
                "create trigger refuse before update on ledger.%s for each row when (old.customer_id::text in (%s)) execute function public.refuse()"
                        .formatted(table, ids));
    }

    private void mended() {
        scene.sql("drop function public.refuse cascade");
    }

    private static List<String> outcomes(Scene.Report report) {
        return report.table("customers.csv").stream()
                .map(row -> row.get("outcome") + " " + row.get("state"))
                .toList();
    }

    @Test
    void fiveInARowThatCannotBeSuspendedEndTheRunBeforeItsFirstRemoval() {
        eightCustomersWithALicenceEach();
        refuses("subscription", 2, 3, 4, 5, 6);

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(result.stopped())
                .contains("in suspend 5 customers failed in a row (offboarding.failure-brake.in-a-row: 5)")
                .contains(Scene.id(6).toString());
        assertThat(outcomes(Scene.report(result)))
                .containsExactly(
                        "SUSPENDED SUSPENDED",
                        "FAILED MARKED",
                        "FAILED MARKED",
                        "FAILED MARKED",
                        "FAILED MARKED",
                        "FAILED MARKED",
                        "SUSPENDED SUSPENDED",
                        "SUSPENDED SUSPENDED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        mended();
        assertThat(scene.runs(ExitCode.OK).total("customers", "OFFBOARDED")).isEqualTo(8);
    }

    @Test
    void fiveInARowThatCannotBeReadEndTheRunBeforeItsFirstWrite() {
        eightCustomersWithALicenceEach();
        scene.sql("alter table ledger.customer drop constraint customer_pkey");
        scene.sql("insert into ledger.customer select * from ledger.customer where customer_id <= ?", Scene.id(5));
        Map<String, List<String>> ledger = scene.ledger();

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(result.stopped()).contains("in observe 5 customers failed in a row");
        assertThat(Scene.report(result).total("customers", "FAILED")).isEqualTo(5);
        assertThat(Scene.report(result).total("customers", "PLANNED")).isEqualTo(3);
        assertThat(scene.ledger()).isEqualTo(ledger);
    }

    @Test
    void whatIsRemovedWhenTheBrakeActsIsVerifiedNevertheless() {
        eightCustomersWithALicenceEach();
        refuses("customer", 1, 2, 3, 4, 5);

        Scene.Report report = scene.runs(ExitCode.STOPPED_EARLY);

        assertThat(report.total("customers", "FAILED")).isEqualTo(5);
        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(3);
    }

    @Test
    void moreThanAFifthIsTooManyAlsoWhereTheyDoNotFailInARow() {
        eightCustomersWithALicenceEach();
        scene.with("failure-brake.of-at-least", "8");
        refuses("subscription", 2, 5);

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(result.stopped())
                .contains("in suspend 2 of 8 customers failed (offboarding.failure-brake.share: 20%, of-at-least: 8)");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    /** Nothing is wrong with a ledger whose customers somebody else keeps changing: they are not written to, and the others are. */
    @ParameterizedTest
    @ValueSource(strings = {"SUSPEND", "REMOVE"})
    void customersThatKeepChangingEndNoRun(String action) {
        eightCustomersWithALicenceEach();
        for (int n = 1; n <= 6; n++) {
            scene.subscription(n, "license", "expired");
        }
        scene.sql("""
                create function public.change() returns trigger language plpgsql as $$
                begin
                  update ledger.subscription set term_end = coalesce(term_end, current_date) + 1
                   where new.data like '%' || customer_id || '%' and status = 'expired';
                  return null;
                end $$""");
        scene.sql(
                "create trigger change after insert on offboarding.event for each row when (new.kind = 'INTENT' and new.action = '%s') execute function public.change()"
                        .formatted(action));

        RunResult result = scene.run();

        assertThat(result.exitCode()).as(String.valueOf(result.stopped())).isEqualTo(ExitCode.NEEDS_ATTENTION);
        Scene.Report report = Scene.report(result);
        String left = action.equals("SUSPEND") ? "FAILED MARKED" : "FAILED SUSPENDED";
        assertThat(outcomes(report))
                .containsExactly(left, left, left, left, left, left, "OFFBOARDED OFFBOARDED", "OFFBOARDED OFFBOARDED");
        assertThat(report.table("customers.csv").get(0).get("message")).contains("has another kind, term or parent");
        assertThat(report.table("actions.csv").stream()
                        .filter(row -> action.equals(row.get("action")))
                        .filter(row -> Scene.id(1).toString().equals(row.get("customer_id")))
                        .map(row -> row.get("result") + " " + row.get("before"))
                        .distinct())
                .containsExactly(action.equals("SUSPEND") ? "NOT_SENT active" : "NOT_SENT reseller");
    }

    @Test
    void withoutABrakeOnPurposeTheOthersAreDone() {
        eightCustomersWithALicenceEach();
        scene.with("failure-brake.in-a-row", "0").with("failure-brake.share", "100%");
        refuses("subscription", 2, 3, 4, 5, 6);

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(3);
        assertThat(report.total("customers", "FAILED")).isEqualTo(5);
    }
}
