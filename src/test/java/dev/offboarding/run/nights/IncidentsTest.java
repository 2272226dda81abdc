package dev.offboarding.run.nights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What went wrong elsewhere, each in a whole run on a ledger. Named after what happened there. */
@Execution(ExecutionMode.CONCURRENT)
class IncidentsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private static String row(int n) {
        return Scene.id(n) + ",customer-" + n + ".example\n";
    }

    // 1: Atlassian 2022
    @Test
    void theWrongKindOfIdPassedReviewAndHundredsOfCustomersWereDeleted() {
        scene.customers(1, 4);
        UUID subscription = scene.subscription(3, "license", "active");
        Map<String, List<String>> ledger = scene.ledger();
        // a subscription's id where a customer's belongs, and an id of another customer than the one that is named
        scene.inboxFile(
                "list.csv",
                "customer_id,domain\n" + subscription + ",customer-3.example\n" + Scene.id(2)
                        + ",customer-1.example\n");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(report.hold(2)).isEqualTo("IDENTITY_MISMATCH");
        assertThat(report.table("customers.csv"))
                .extracting(row -> row.get("customer_id") + " " + row.get("hold_reason"))
                .containsExactly(subscription + " NOT_A_RESELLER_CUSTOMER", Scene.id(2) + " IDENTITY_MISMATCH");
        assertThat(report.table("customers.csv").get(1).get("message"))
                .contains("customer-1.example")
                .contains("customer-2.example");
        assertThat(report.actions()).isEmpty();
    }

    // 2: GAM#1692
    @Test
    void aBlankCellMatchedEveryDevice() {
        scene.customers(1, 9);
        List<String> blanks = List.of("", "   ", "\u00A0", "\u200B\uFEFF");
        for (int n = 1; n <= blanks.size(); n++) {
            String blank = blanks.get(n - 1);
            scene.inboxFile(
                    "list-" + n + ".csv",
                    "customer_id,domain\n" + row(n) + blank + ",customer-9.example\n" + Scene.id(n + 4) + "," + blank
                            + "\n");
        }

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.json().get("totals").get("rows").toString())
                .isEqualTo("{\"read\":12,\"accepted\":4,\"duplicates\":0,\"rejected\":8}");
        assertThat(report.table("rejects.csv")).hasSize(8);
        for (int n = 1; n <= 9; n++) {
            assertThat(scene.relationshipOf(n)).isEqualTo(n <= 4 ? "none" : "reseller");
        }
        assertThat(scene.inboxFiles())
                .containsExactly(
                        "archive/list-1.csv",
                        "archive/list-1.csv.rejects.csv",
                        "archive/list-2.csv",
                        "archive/list-2.csv.rejects.csv",
                        "archive/list-3.csv",
                        "archive/list-3.csv.rejects.csv",
                        "archive/list-4.csv",
                        "archive/list-4.csv.rejects.csv");
    }

    // 3: GAM 7.43.06
    @Test
    void aMisEncodedCharacterBecameAWildcard() {
        scene.customers(1, 4);
        Map<String, List<String>> ledger = scene.ledger();
        String id = Scene.id(1).toString();
        scene.inboxFile(
                "wild.csv",
                "customer_id,domain\n*,customer-1.example\n%,customer-2.example\n" + id.replace('a', '?')
                        + ",customer-3.example\n");
        scene.inboxFile("replaced.csv", "customer_id,domain\n" + id.replace('a', '\uFFFD') + ",customer-1.example\n");
        scene.inboxFile(
                "latin.csv",
                ("customer_id,domain,company_name\n" + Scene.id(1) + ",customer-1.example,Müller\n")
                        .getBytes(ISO_8859_1));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(report.total("customers", "total")).isZero();
        assertThat(report.total("rows", "accepted")).isZero();
        assertThat(report.total("rows", "rejected")).isEqualTo(report.total("rows", "read"));
        assertThat(scene.inboxFiles())
                .contains("refused/latin.csv", "archive/wild.csv", "archive/replaced.csv")
                .doesNotContain("archive/latin.csv");
        assertThat(scene.inboxText("refused/latin.csv.reason.txt")).contains("UTF-8");
    }

    // 4: GAM#710, dataloader#182
    @Test
    void aByteOrderMarkHidTheFirstColumn() {
        scene.customers(1, 4);
        String header = "\"customer_id\",\"domain\"\n";
        scene.inboxFile("a.csv", "\uFEFF" + header + row(1));
        scene.inboxFile("b.csv", ("\uFEFF" + header + row(2)).getBytes(UTF_16LE));
        scene.inboxFile("c.csv", ("\uFEFF" + header + row(3)).getBytes(UTF_16BE));

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(3);
        assertThat(scene.relationshipOf(4)).isEqualTo("reseller");
    }

    // 5: GDAPTransition#29
    @Test
    void aSemicolonLocaleGaveZeroRowsAndNoError() {
        scene.customers(1, 5);
        scene.inboxFile("a.csv", "customer_id;domain\n" + row(1).replace(',', ';'));
        scene.inboxFile("b.csv", "customer_id\tdomain\n" + row(2).replace(',', '\t'));
        scene.inboxFile("c.csv", "sep=;\ncustomer_id;domain\n" + row(3).replace(',', ';'));
        scene.inboxFile("d.csv", "customer_id|domain\n" + row(4).replace(',', '|'));
        scene.inboxFile("e.csv", "customer_id;domain\n");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(4);
        assertThat(scene.inboxFiles()).contains("refused/e.csv").doesNotContain("archive/e.csv");
        assertThat(scene.inboxText("refused/e.csv.reason.txt")).contains("no row under the headings");
    }

    private void swallows(String event, String when) {
        scene.sql("create function public.swallow() returns trigger language plpgsql as 'begin return null; end'");
        scene.sql("create trigger swallow before %s for each row when (%s) execute function public.swallow()"
                .formatted(event, when));
    }

    // 6: CIPP#6076, PartnerCenter-PowerShell#115
    @ParameterizedTest
    @ValueSource(
            strings = {"update on ledger.subscription", "update on ledger.customer", "delete on ledger.support_contact"
            })
    void successWasReportedAndNothingWasDone(String swallowed) {
        scene.customers(1, 3);
        UUID licence = scene.subscription(1, "license", "active");
        swallows(swallowed, "old.customer_id = '%s'".formatted(Scene.id(1)));

        Scene.Report report = scene.listed(1, 2).runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("FAILED");
        assertThat(report.customer(1).get("message").asString()).contains("does not pass it on");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        boolean suspended = !swallowed.contains("subscription");
        assertThat(scene.statusOf(licence)).isEqualTo(suspended ? "suspended" : "active");
        assertThat(report.total("subscriptions", "failed")).isEqualTo(suspended ? 0 : 1);
        assertThat(scene.ledger().get("support_contact"))
                .anyMatch(row -> row.startsWith(Scene.id(1).toString()));
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");

        scene.sql("drop function public.swallow cascade");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    // 6, with views in place of tables
    @Test
    void successWasReportedAndNothingWasDoneBecauseAViewSwallowedIt() {
        scene.customers(1, 2);
        scene.subscription(1, "license", "active");
        scene.sql("alter table ledger.subscription set schema public");
        scene.sql("create view ledger.subscription as select * from public.subscription");
        scene.sql("create rule swallow as on update to ledger.subscription do instead nothing");
        Map<String, List<String>> ledger = scene.ledger();

        Scene.Report report = scene.listed(1).runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("FAILED");
        assertThat(report.table("actions.csv"))
                .isNotEmpty()
                .extracting(row -> row.get("action") + " " + row.get("result"))
                .containsOnly("SUSPEND REFUSED");
        assertThat(scene.ledger()).isEqualTo(ledger);
    }

    // 7: Partner-Center-Java#148
    @Test
    void anUnknownStatusBrokeTheWholeListing() {
        scene.customers(1, 8);
        scene.subscription(1, "license", "expired");
        scene.subscription(2, "usage", "disabled");
        scene.subscription(3, "license", "deleted");
        UUID unknownStatus = scene.subscription(4, "license", "zzz");
        UUID beside = scene.subscription(4, "license", "active");
        UUID unknownKind = scene.subscription(5, "hovercraft", "active");
        UUID nearly = scene.subscription(6, "license", "Active");

        Scene.Report report = scene.listed(1, 2, 3, 4, 5, 6).runs(ExitCode.NEEDS_ATTENTION);

        for (int n = 1; n <= 3; n++) {
            assertThat(report.outcome(n)).isEqualTo("OFFBOARDED");
        }
        for (int n = 4; n <= 6; n++) {
            assertThat(report.outcome(n)).isEqualTo("HELD");
            assertThat(report.hold(n)).isEqualTo("UNKNOWN_STATUS");
            assertThat(scene.relationshipOf(n)).isEqualTo("reseller");
        }
        assertThat(scene.statusOf(unknownStatus)).isEqualTo("zzz");
        assertThat(scene.statusOf(beside)).isEqualTo("active");
        assertThat(scene.statusOf(unknownKind)).isEqualTo("active");
        assertThat(scene.statusOf(nearly)).isEqualTo("Active");
    }

    // 8: cloud-custodian, #3477, #4347
    @Test
    void theCapWasSkippedBecauseItWasZero() {
        scene.customers(1, 4).with("limits.max-customers", "0");
        scene.subscription(1, "license", "active");
        Map<String, List<String>> ledger = scene.ledger();

        Scene.Report report = scene.listed(1).runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(report.outcome(1)).isEqualTo("PLANNED");
        assertThat(report.actions()).isEmpty();
    }

    // 8
    @Test
    void theCapWasSkippedBecauseMostOfThePopulationWasMissing() {
        scene.customers(1, 11);
        scene.listed(11).runs(ExitCode.OK);
        scene.sql(
                "update ledger.customer set relationship = 'advisor' where customer_id between ? and ?",
                Scene.id(8),
                Scene.id(10));
        Map<String, List<String>> ledger = scene.ledger();

        Scene.Report report = scene.listed(1).runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(report.outcome(1)).isEqualTo("PLANNED");
    }

    // 8
    @Test
    void theCapWasSkippedBecauseThePopulationWasEmpty() {
        scene.customers(1, 4);
        // the list is read customer by customer, and the whole shows none
        scene.sql("alter table ledger.customer rename to all_customers");
        scene.sql("""
                create view ledger.customer as select * from ledger.all_customers
                 where strpos(current_query(), 'count(distinct customer_id)') = 0
                """);
        scene.listed(1);

        Scene.Report report = scene.runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(report.outcome(1)).isEqualTo("PLANNED");
    }

    // 10: cloud-custodian#4097, #5728; the clock changes in the night before the second date or in that before the
    // third
    @ParameterizedTest
    @CsvSource({"America/Los_Angeles, 2026-11-01", "Pacific/Auckland, 2026-09-27"})
    void aDateAndATimeZoneDeletedADayEarly(String zoneName, LocalDate day) {
        isDoneOnTheDayAndNotAMomentEarlier(zoneName, day);
    }

    // 10: the same where the clock is put the other way, and between these zones
    @ParameterizedTest
    @Tag("large")
    @CsvSource({
        "Europe/Berlin, 2026-03-29",
        "Europe/Berlin, 2026-10-25",
        "America/Los_Angeles, 2026-03-08",
        "Pacific/Auckland, 2026-04-05"
    })
    void norDidItInOtherZonesOrSeasons(String zoneName, LocalDate day) {
        isDoneOnTheDayAndNotAMomentEarlier(zoneName, day);
    }

    private void isDoneOnTheDayAndNotAMomentEarlier(String zoneName, LocalDate day) {
        ZoneId zone = ZoneId.of(zoneName);
        scene.customers(1, 4).with("zone", zoneName);
        scene.inboxFile(
                "list.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,%s\n%s,customer-2.example,%s\n"
                        .formatted(Scene.id(1), day, Scene.id(2), day.plusDays(1)));

        scene.clock.set(day.atStartOfDay(zone).toInstant().minusMillis(1));
        Scene.Report before = scene.runs(ExitCode.OK);
        assertThat(before.hold(1)).isEqualTo("NOT_DUE");
        assertThat(before.customer(1).get("hold_until").asString()).isEqualTo(day.toString());
        assertThat(before.hold(2)).isEqualTo("NOT_DUE");

        scene.clock.set(day.atStartOfDay(zone).toInstant());
        Scene.Report onTheDay = scene.runs(ExitCode.OK);
        assertThat(onTheDay.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(onTheDay.hold(2)).isEqualTo("NOT_DUE");

        scene.clock.set(day.plusDays(1).atStartOfDay(zone).toInstant().minusMillis(1));
        assertThat(scene.runs(ExitCode.OK).hold(2)).isEqualTo("NOT_DUE");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");

        scene.clock.set(day.plusDays(1).atStartOfDay(zone).toInstant());
        assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("OFFBOARDED");
    }

    // 11: cloud-custodian#2892, #3531
    @Test
    void oneFailureDroppedTheRestAndTheNotice() {
        scene.customers(1, 6);
        for (int n = 1; n <= 5; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.sql(
                "create function public.refuse() returns trigger language plpgsql as 'begin raise exception ''the books are closed''; end'");
        scene.sql(
                "create trigger refuse before update on ledger.customer for each row when (old.customer_id = '%s') execute function public.refuse()"
                        .formatted(Scene.id(1)));

        Scene.Report report = scene.listed(1, 2, 3, 4, 5).runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("FAILED");
        assertThat(report.customer(1).get("message").asString()).contains("the books are closed");
        assertThat(report.customer(1).get("state").asString()).isEqualTo("SUSPENDED");
        for (int n = 2; n <= 5; n++) {
            assertThat(report.outcome(n)).isEqualTo("OFFBOARDED");
            assertThat(scene.relationshipOf(n)).isEqualTo("none");
        }
        assertThat(report.json().get("totals").get("customers").toString())
                .isEqualTo("{\"total\":5,\"OFFBOARDED\":4,\"FAILED\":1}");
        assertThat(report.json().get("exit_code").asInt()).isEqualTo(4);

        scene.sql("drop function public.refuse cascade");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    // 12: cloud-custodian#7515
    @Test
    void anEmptyRunOverwroteTheReport() throws IOException {
        scene.customers(1, 2);
        Scene.Report first = scene.listed(1).runs(ExitCode.OK);
        Map<String, String> files = files(first.folder());

        // not even the clock has moved
        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.folder()).isNotEqualTo(first.folder());
        assertThat(files(first.folder())).isEqualTo(files).containsKeys("report.json", "customers.csv");
        assertThat(scene.reports()).containsExactly(first.folder(), second.folder());
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.toList()) {
                files.put(path.getFileName().toString(), Files.readString(path));
            }
        }
        return files;
    }

    // 14: aws-nuke
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "customer_id\n",
                "customer\na0000000-0000-4000-8000-000000000001\n",
                "customer_id\na0000000-0000-4000-8000-000000000001\na0000000-0000-4000-8000-00000000000\n",
                "customer_id\n\"a0000000-0000-4000-8000-000000000001\n"
            })
    void aMistypedProtectionDidNotProtect(String csv) {
        scene.customers(1, 2);
        scene.listed(1).protectedBy(csv);

        assertThat(scene.refusesToBegin(ExitCode.WRONG_USAGE))
                .singleElement()
                .asString()
                .contains("protected.csv");
    }

    // 14
    @Test
    void aProtectionInAFileThatIsNotThereDidNotProtect() {
        scene.customers(1, 2);
        scene.listed(1)
                .with(
                        "protected-customers",
                        scene.folder().resolve("protcted.csv").toString());

        assertThat(scene.refusesToBegin(ExitCode.WRONG_USAGE))
                .singleElement()
                .asString()
                .contains("protcted.csv");
    }

    // 14, the other way round
    @Test
    void aProtectionProtects() {
        scene.customers(1, 3);
        UUID licence = scene.subscription(1, "license", "active");
        scene.listed(1, 2)
                .protectedBy("Microsoft ID\n" + Scene.id(1).toString().toUpperCase(java.util.Locale.ROOT) + "\n");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("PROTECTED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.statusOf(licence)).isEqualTo("active");
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
    }

    // 15 and 16 are in KilledRunTest

    // 17: DeviceOffboardingManager#56
    @Test
    void aHumanKeyFoundAnotherTenantsObject() {
        scene.customers(1, 4);
        scene.sql(
                "update ledger.customer set company_name = 'Contoso', domain = 'contoso.example' where customer_id <= ?",
                Scene.id(3));
        UUID others = scene.subscription(2, "license", "active");
        // of three of one name the id decides; and the right name at the wrong id is nobody
        scene.inboxFile(
                "list.csv",
                "company_name,customer_id,domain\nContoso,%s,contoso.example\nContoso,%s,contoso.example\n"
                        .formatted(Scene.id(1), Scene.id(4)));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.hold(4)).isEqualTo("IDENTITY_MISMATCH");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
        assertThat(scene.relationshipOf(3)).isEqualTo("reseller");
        assertThat(scene.relationshipOf(4)).isEqualTo("reseller");
        assertThat(scene.statusOf(others)).isEqualTo("active");
    }

    // 20: octodns#1222
    @Test
    void thePlanSaidNoDeletesAndADeleteHappened() {
        scene.customers(1, 3).with("grace-period", "3d");
        UUID licence = scene.subscription(1, "license", "active");
        scene.listed(1, 2);
        Scene.Report plan = scene.plans(ExitCode.OK);
        assertThat(planned(plan)).containsExactly("SUSPEND " + licence);

        Scene.Report run = scene.runs(ExitCode.OK);

        assertThat(run.actions()).containsExactly("SUSPEND " + licence);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }

    // 20: however a write came about that the plan does not have, the end of the run finds it
    @Test
    void aWriteThatNoPlanHasIsFoundAtTheEndOfTheRun() {
        scene.customers(1, 2);
        scene.sql("""
                create function public.forget_the_plan() returns trigger language plpgsql as $$
                begin
                  update offboarding.run_plan p set planned = '[]' from offboarding.run_case r
                   where r.customer_id = new.customer_id and p.run_id = r.run_id and p.position = r.position;
                  return new;
                end $$
                """);
        scene.sql("""
                create trigger forget before insert on offboarding.event for each row
                  when (new.kind = 'OUTCOME' and new.action = 'REMOVE') execute function public.forget_the_plan()
                """);

        RunResult result = scene.listed(1).run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(result.failures())
                .anySatisfy(failure -> assertThat(failure)
                        .contains("REMOVE")
                        .contains(Scene.id(1).toString()));
        assertThat(Scene.report(result).json().get("exit_code").asInt()).isEqualTo(8);
    }

    // 20: what the plan has, and what has become untrue since, is not done
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // while the other subscription is suspended; after it has been read back and before the removal
                "ledger.subscription; update; new.status = 'suspended'; FAILED",
                "offboarding.event; insert; new.kind = 'OUTCOME' and new.data like '%SUSPENDED%'; HELD"
            })
    void whatBecomesActiveAfterThePlanKeepsTheRelationship(String table, String event, String when, String outcome) {
        scene.customers(1, 3);
        scene.subscription(1, "license", "active");
        UUID late = scene.subscription(1, "usage", "suspended");
        scene.sql("""
                create function public.reactivate() returns trigger language plpgsql as $$
                begin
                  update ledger.subscription set status = 'active' where subscription_id = '%s';
                  return null;
                end $$
                """.formatted(late));
        scene.sql("create trigger reactivate after %s on %s for each row when (%s) execute function public.reactivate()"
                .formatted(event, table, when + " and new.customer_id = '" + Scene.id(1) + "'"));

        Scene.Report report = scene.listed(1, 2).runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo(outcome);
        assertThat(report.actions()).doesNotContain("REMOVE " + Scene.id(1), "SUSPEND " + late);
        assertThat(scene.statusOf(late)).isEqualTo("active");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
        // somebody has made it active, and it was not when this program first wrote to the customer
        boolean isNew = outcome.equals("FAILED");
        Scene.Report next = scene.runs(isNew ? ExitCode.NEEDS_ATTENTION : ExitCode.OK);
        assertThat(next.hold(1)).isEqualTo("REACTIVATED");
        assertThat(next.actions()).isEmpty();
    }

    // 27: the world goes on between the steps
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "update ledger.customer set relationship = 'advisor' where; NOT_A_RESELLER_CUSTOMER; NOT_A_RESELLER_CUSTOMER",
                "update ledger.customer set company_name = 'Another', domain = 'another.example' where; IDENTITY_MISMATCH; IDENTITY_MISMATCH",
                // it waits for somebody to end it elsewhere; once this program has written to the customer it is
                // somebody's decision
                "update ledger.subscription set status = 'active' where kind = 'reserved_instance' and; RESERVED_INSTANCE; REACTIVATED"
            })
    void theCustomerBecameAnotherBetweenTheSteps(String change, String before, String after) {
        // a customer for each moment, and one that stays as it is
        List<String> moments = List.of(
                "new.kind = 'DECIDED'",
                // after the last read: the intent is written already
                "new.kind = 'INTENT' and new.action = 'SUSPEND'",
                "new.kind = 'OUTCOME' and new.data like '%SUSPENDED%'",
                "new.kind = 'INTENT' and new.action = 'REMOVE'");
        scene.customers(1, 20);
        List<UUID> active = new ArrayList<>();
        for (int n = 1; n <= moments.size(); n++) {
            active.add(scene.subscription(n, "license", "active"));
            scene.subscription(n, "reserved_instance", "expired");
            changes(n, moments.get(n - 1), change);
        }

        Scene.Report report = scene.listed(1, 2, 3, 4, 5).runs(ExitCode.NEEDS_ATTENTION);

        for (int n = 1; n <= moments.size(); n++) {
            String moment = moments.get(n - 1);
            UUID licence = active.get(n - 1);
            assertThat(report.outcome(n)).as(moment).isEqualTo("HELD");
            boolean suspended = moment.contains("SUSPENDED") || moment.contains("REMOVE");
            assertThat(report.hold(n)).as(moment).isEqualTo(suspended ? after : before);
            assertThat(scene.statusOf(licence)).as(moment).isEqualTo(suspended ? "suspended" : "active");
            assertThat(sent(report, "REMOVE", Scene.id(n))).as(moment).isFalse();
            assertThat(sent(report, "SUSPEND", licence)).as(moment).isEqualTo(suspended);
        }
        assertThat(report.outcome(5)).isEqualTo("OFFBOARDED");
    }

    /** @param moment at an event of this customer, or at an intent that names it among others */
    private void changes(int n, String moment, String change) {
        scene.sql("""
                create function public.change_%d() returns trigger language plpgsql as $$
                begin
                  %s customer_id = '%s';
                  return null;
                end $$
                """.formatted(n, change, Scene.id(n)));
        scene.sql("""
                create trigger change_%1$d after insert on offboarding.event for each row
                  when (%2$s and (new.customer_id = '%3$s' or new.kind = 'INTENT' and new.data like '%%%3$s%%'))
                  execute function public.change_%1$d()
                """.formatted(n, moment, Scene.id(n)));
    }

    private static boolean sent(Scene.Report report, String action, UUID target) {
        return report.table("actions.csv").stream()
                .filter(row ->
                        action.equals(row.get("action")) && target.toString().equals(row.get("target")))
                .anyMatch(row -> !"NOT_SENT".equals(row.get("result")));
    }

    private static List<String> planned(Scene.Report report) {
        return report.json()
                .get("customers")
                .valueStream()
                .flatMap(row -> row.get("planned").valueStream())
                .map(write -> write.get("action").asString() + " "
                        + write.get("target").asString())
                .toList();
    }
}
