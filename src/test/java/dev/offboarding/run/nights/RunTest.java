package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A run of the whole job on the ledger, seen from outside: list in, ledger and report out. */
@Execution(ExecutionMode.CONCURRENT)
class RunTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aListedCustomerIsSuspendedRemovedAndSeenToBeGone() {
        scene.customers(1, 3);
        UUID licence = scene.subscription(1, "license", "active");
        UUID usage = scene.subscription(1, "usage", "active");
        UUID other = scene.subscription(2, "license", "active");

        Scene.Report report = scene.listed(1).runs(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.customer(1).get("state").asString()).isEqualTo("OFFBOARDED");
        assertThat(report.customer(1).get("removed_at").asString()).startsWith("2026-03-10T");
        for (String effect : List.of("customer_list", "support_contact", "delegated_admin", "purchasing")) {
            assertThat(report.customer(1).get(effect).asString()).isEqualTo("CONFIRMED");
        }
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        assertThat(scene.statusOf(usage)).isEqualTo("suspended");
        assertThat(scene.relationshipOf(1)).isEqualTo("none");
        assertThat(scene.ledger().get("support_contact"))
                .noneMatch(row -> row.startsWith(Scene.id(1).toString()));
        assertThat(scene.statusOf(other)).isEqualTo("active");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }

    @Test
    void aPlanOpensNoCaseAndTheReportNamesNone() {
        scene.customers(1, 2).listed(1);

        assertThat(scene.plans(ExitCode.OK).customer(1).get("case_id").isNull()).isTrue();

        assertThat(scene.runs(ExitCode.OK).customer(1).get("case_id").asLong()).isPositive();
    }

    @Test
    void theReportsTotalsBalanceAndItsActionsAreTheWritesThatWereMade() {
        scene.customers(1, 2);
        UUID first = scene.subscription(1, "license", "active");
        scene.subscription(1, "license", "suspended");
        scene.subscription(2, "marketplace", "active");

        Scene.Report report = scene.listed(1, 2).runs(ExitCode.OK);

        assertThat(report.json().get("totals").toString())
                .isEqualTo(
                        "{\"rows\":{\"read\":2,\"accepted\":2,\"duplicates\":0,\"rejected\":0},"
                                + "\"customers\":{\"total\":2,\"OFFBOARDED\":1,\"HELD\":1},"
                                + "\"subscriptions\":{\"active_before\":2,\"suspended\":1,\"cancelled\":0,\"failed\":0,\"left\":1}}");
        assertThat(report.actions()).containsExactly("SUSPEND " + first, "REMOVE " + Scene.id(1));
        assertThat(report.text("actions.csv").lines().skip(1)).allMatch(line -> line.contains(",DONE,1,"));
        assertThat(Files.exists(report.folder().resolve("rejects.csv"))).isFalse();
    }

    @Test
    void anIntentIsInTheTrailBeforeItsOutcomeAndEveryIntentHasOne() {
        scene.customers(1, 2);
        scene.subscription(1, "license", "active");
        scene.listed(1, 2).runs(ExitCode.OK);

        List<Map<String, Object>> intents = scene.jdbc().sql("""
                        select i.action, o.sequence > i.sequence as later from offboarding.event i
                          left join offboarding.event o on o.answers = i.sequence and o.kind = 'OUTCOME'
                         where i.kind = 'INTENT' order by i.sequence, o.sequence
                        """).query().listOfRows();

        assertThat(intents)
                .extracting(row -> row.get("action"))
                .as("the intent to remove is of both")
                .containsExactly("SUSPEND", "REMOVE", "REMOVE");
        assertThat(intents).allSatisfy(row -> assertThat(row).containsEntry("later", true));
        assertThat(scene.count("offboarding.event where kind = 'INTENT'")).isEqualTo(2);
        assertThat(scene.count("offboarding.open_intent")).isZero();
    }

    @Test
    void noEventsAreOfAnOffboardedCustomerButThese() {
        scene.customers(1, 2);
        scene.subscription(1, "license", "active");
        scene.listed(1, 2).runs(ExitCode.OK);

        assertThat(scene.jdbc()
                        .sql(
                                "select kind || coalesce(' ' || action, '') from offboarding.event where customer_id = ? order by sequence")
                        .param(Scene.id(1))
                        .query(String.class)
                        .list())
                .containsExactly("DECIDED", "OUTCOME SUSPEND", "OUTCOME REMOVE", "VERIFIED");
    }

    @Test
    void aSecondRunWritesNothing() {
        scene.customers(1, 3);
        scene.subscription(1, "license", "active");
        scene.subscription(2, "marketplace", "active");
        scene.listed(1, 2).runs(ExitCode.OK);
        Map<String, List<String>> ledger = scene.ledger();

        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.actions()).isEmpty();
        assertThat(second.hold(2)).isEqualTo("MARKETPLACE");
        assertThat(scene.ledger()).isEqualTo(ledger);
    }

    @Test
    void aNightWithNothingToDoEndsWell() {
        scene.customer(1);

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.json().get("totals").get("customers").get("total").asInt())
                .isZero();
        assertThat(report.text("customers.csv"))
                .contains("customer_id,company_name")
                .hasLineCount(1);
    }

    @Test
    void customersHaveTheColumnsThatTheListHasAlsoWhereNoneIsFilled() {
        scene.customers(1, 3)
                .inboxFile(
                        "list.csv",
                        "customer_id,domain,note,ticket,message\n%s,customer-1.example,x,,y\n".formatted(Scene.id(1)));

        assertThat(scene.runs(ExitCode.OK)
                        .text("customers.csv")
                        .lines()
                        .findFirst()
                        .orElseThrow())
                .endsWith(",purchasing,message,ticket,note,list_message");
    }

    @Test
    void aHoldThatIsOverContinuesOnItsOwnWithoutBeingListedAgain() {
        scene.customer(1).customer(2);
        UUID committed = scene.subscription(1, "new_commerce", "active", LocalDate.of(2026, 3, 11));
        Scene.Report first = scene.listed(1).runs(ExitCode.OK);
        assertThat(first.hold(1)).isEqualTo("TERM_COMMITMENT");
        assertThat(first.customer(1).get("hold_until").asString()).isEqualTo("2026-03-12");

        scene.sql("update ledger.subscription set status = 'expired' where subscription_id = ?", committed);
        scene.clock.pass(Duration.ofDays(2));
        Scene.Report third = scene.runs(ExitCode.OK);

        assertThat(third.outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aCustomerThatCannotBeRemovedKeepsEverySubscription() {
        scene.customers(1, 2);
        UUID licence = scene.subscription(1, "license", "active");
        scene.subscription(1, "reserved_instance", "active", LocalDate.of(2027, 1, 31));
        scene.subscription(1, "azure_plan", "active");

        Scene.Report report = scene.listed(1).runs(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("HELD");
        assertThat(report.hold(1)).isEqualTo("RESERVED_INSTANCE");
        assertThat(report.holds(1)).containsExactly("RESERVED_INSTANCE", "AZURE_PLAN");
        assertThat(scene.statusOf(licence)).isEqualTo("active");
    }

    @Test
    void whatSomebodyHasToLookAtIsReportedOnceAndContinuesOnlyWhenListedAgain() {
        scene.customer(1).customer(2);
        scene.inboxFile("a.csv", "customer_id,domain\n" + Scene.id(1) + ",somebody-else.example\n");

        Scene.Report first = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(first.hold(1)).isEqualTo("IDENTITY_MISMATCH");
        Scene.Report second = scene.runs(ExitCode.OK);
        assertThat(second.hold(1)).isEqualTo("IDENTITY_MISMATCH");
        // unread: nobody looks at it before somebody has looked
        assertThat(second.text("events.jsonl")).doesNotContain("DECIDED");
        scene.sql("update ledger.customer set domain = 'somebody-else.example' where customer_id = ?", Scene.id(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("HELD");

        scene.inboxFile("b.csv", "customer_id,domain,again\n" + Scene.id(1) + ",somebody-else.example,2026-03-10\n");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aSubscriptionThatIsActiveAgainNeedsSomebodyToLook() {
        scene.customer(1).customer(2).with("grace-period", "5d");
        UUID licence = scene.subscription(1, "license", "active");
        Scene.Report first = scene.listed(1).runs(ExitCode.OK);
        assertThat(first.outcome(1)).isEqualTo("SUSPENDED");
        assertThat(first.hold(1)).isEqualTo("GRACE_PERIOD");
        assertThat(first.customer(1).get("hold_until").asString()).isEqualTo("2026-03-15");

        scene.sql("update ledger.subscription set status = 'active' where subscription_id = ?", licence);
        Scene.Report second = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(second.hold(1)).isEqualTo("REACTIVATED");
        assertThat(scene.statusOf(licence)).isEqualTo("active");

        Scene.Report third = scene.listed(1).runs(ExitCode.OK);
        assertThat(third.outcome(1)).isEqualTo("SUSPENDED");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
    }

    @Test
    void theRelationshipIsRemovedWhenTheGracePeriodIsOver() {
        scene.customer(1).customer(2).with("grace-period", "5d");
        scene.subscription(1, "license", "active");
        scene.listed(1).runs(ExitCode.OK);

        scene.clock.pass(Duration.ofDays(4));
        Scene.Report lastNight = scene.runs(ExitCode.OK);
        assertThat(lastNight.outcome(1)).isEqualTo("SUSPENDED");
        assertThat(lastNight.hold(1)).isEqualTo("GRACE_PERIOD");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aCustomerWhoseRelationshipIsGoneAlreadyIsClosedWithoutAWrite() {
        scene.customer(1, "none").customer(2);
        UUID active = scene.subscription(1, "license", "active");

        Scene.Report report = scene.listed(1).runs(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("ALREADY_OFFBOARDED");
        assertThat(report.actions()).isEmpty();
        assertThat(scene.statusOf(active)).isEqualTo("active");
    }

    @Test
    void aRelationshipThatIsGoneButStillShowsSomewhereIsNotOffboarded() {
        scene.customer(1, "none").customer(2);
        scene.sql("insert into ledger.support_contact values (?, 'x')", Scene.id(1));

        Scene.Report report = scene.listed(1).runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("FAILED");
        assertThat(report.customer(1).get("support_contact").asString()).isEqualTo("FAILED");
        scene.sql("delete from ledger.support_contact where customer_id = ?", Scene.id(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("ALREADY_OFFBOARDED");
    }

    @Test
    void onlyCustomersOfTheResellerAreTouched() {
        scene.customer(1, "advisor").customer(2);
        UUID active = scene.subscription(1, "license", "active");

        Scene.Report report = scene.listed(1).runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("NOT_A_RESELLER_CUSTOMER");
        assertThat(scene.statusOf(active)).isEqualTo("active");
    }

    @Test
    void aCustomerThatThisProgramOffboardedAndThatIsListedAgainIsAlreadyOffboarded() {
        scene.customer(1).customer(2);
        scene.listed(1).runs(ExitCode.OK);
        scene.sql("delete from ledger.customer where customer_id = ?", Scene.id(1));

        Scene.Report report = scene.listed(1).runs(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("ALREADY_OFFBOARDED");
    }

    @Test
    void aRelationshipThatCameBackAfterItWasSeenToBeGoneIsReportedAsSuch() {
        scene.customer(1, "none").customer(2);
        scene.sql("insert into ledger.support_contact values (?, 'x')", Scene.id(1));
        assertThat(scene.listed(1).runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(report.hold(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("HELD");
        assertThat(scene.listed(1).runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void planLeavesListCasesAndPlatformAsTheyWere() {
        scene.customers(1, 2);
        scene.subscription(1, "license", "active");
        scene.listed(1);
        Map<String, List<String>> ledger = scene.ledger();

        Scene.Report plan = scene.plans(ExitCode.OK);

        assertThat(plan.outcome(1)).isEqualTo("PLANNED");
        assertThat(plan.json().get("mode").asString()).isEqualTo("plan");
        assertThat(plan.customer(1).get("planned")).hasSize(2);
        assertThat(scene.ledger()).isEqualTo(ledger);
        assertThat(scene.inbox().resolve("list-1.csv")).exists();
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.offboarding_case")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aRunThatDiedRightAfterItsReportWasThereDoesNotStopTheNext() {
        scene.customers(1, 2).listed(1);
        String dead = scene.runs(ExitCode.OK).folder().getFileName().toString();
        scene.unwrite("update offboarding.run set reported_at = null, manifest_sha256 = null where run_id = ?", dead);

        Scene.Report next = scene.runs(ExitCode.OK);

        assertThat(next.folder().getFileName().toString()).isNotEqualTo(dead);
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.run where reported_at is null")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aPlanIsKeptUntilTheNextOne() {
        scene.customers(1, 2).listed(1);
        scene.plans(ExitCode.OK);
        Scene.Report last = scene.plans(ExitCode.OK);

        assertThat(scene.jdbc()
                        .sql("select distinct run_id from offboarding.run_case")
                        .query(String.class)
                        .list())
                .containsExactly(last.folder().getFileName().toString());
    }

    @Test
    void aRunDoesExactlyThePlan() {
        scene.customers(1, 3);
        scene.subscription(1, "license", "active");
        scene.subscription(2, "usage", "active");
        scene.listed(1, 2);

        Scene.Report plan = scene.plans(ExitCode.OK);
        Scene.Report run = scene.runs(ExitCode.OK);

        assertThat(run.json().get("plan_id")).isEqualTo(plan.json().get("plan_id"));
        List<String> planned = plan.json()
                .get("customers")
                .valueStream()
                .flatMap(row -> row.get("planned").valueStream())
                .map(write -> write.get("action").asString() + " "
                        + write.get("target").asString())
                .toList();
        assertThat(run.actions()).containsExactlyInAnyOrderElementsOf(planned);
    }

    @Test
    void twoRunsLinkTheirReports() {
        scene.customer(1);
        Scene.Report first = scene.runs(ExitCode.OK);
        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.text("manifest.json"))
                .contains(first.folder().getFileName().toString());
    }

    @Test
    void aLedgerThatShowsASubscriptionInSeveralRowsHasAReportThatIsInOrder() {
        scene.customers(1, 2).listed(1, 2);
        UUID same = scene.subscription(1, "license", "suspended");
        UUID different = scene.subscription(2, "license", "suspended");
        scene.sql("alter table ledger.subscription drop constraint subscription_pkey");
        scene.sql("insert into ledger.subscription select * from ledger.subscription where subscription_id = ?", same);
        scene.sql(
                "insert into ledger.subscription (subscription_id, customer_id, name, kind, status)"
                        + " values (?, ?, 'x', 'usage', 'suspended')",
                different,
                Scene.id(2));

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(report.json().get("plan_id").asString()).hasSize(64);
    }
}
