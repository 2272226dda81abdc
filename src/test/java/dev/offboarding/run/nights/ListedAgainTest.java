package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a row lists its customer again, in whole runs over lists of all kinds. */
@Execution(ExecutionMode.CONCURRENT)
class ListedAgainTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private static String row(int n) {
        return Scene.id(n) + ",customer-" + n + ".example\n";
    }

    private static String rows(int... customers) {
        StringBuilder rows = new StringBuilder("customer_id,domain\n");
        for (int n : customers) {
            rows.append(row(n));
        }
        return rows.toString();
    }

    private Scene standingFile(String text) {
        Path file = scene.folder().resolve("offboard.csv");
        return scene.write(file, text.getBytes(StandardCharsets.UTF_8))
                .without("list.csv.inbox")
                .with("list.csv.file", file.toString());
    }

    /** As in a reseller's CRM: three customers, and columns that the database fills. */
    private void crm(String query) {
        scene.sql(
                "create table crm.to_offboard (customer_id text, company_name text, domain text, reason text, done_at timestamptz, updated_at timestamptz default now())");
        insert(1, 2, 3);
        scene.listedBy(query);
    }

    private void insert(int... customers) {
        for (int n : customers) {
            scene.sql(
                    "insert into crm.to_offboard (customer_id, company_name, domain, reason) values (?, ?, ?, 'x')",
                    Scene.id(n).toString(),
                    "Customer " + n,
                    "customer-" + n + ".example");
        }
    }

    private void delete(int n) {
        scene.sql(
                "delete from crm.to_offboard where customer_id = ?", Scene.id(n).toString());
    }

    private void aNightPasses() {
        scene.clock.pass(Duration.ofDays(1));
    }

    private void theFirstOfACrmsListCameBack() {
        scene.customers(1, 5);
        crm("select customer_id, domain, reason from crm.to_offboard");
        scene.runs(ExitCode.OK);
        comesBack(1);
    }

    /** What another system does when a customer signs up again. */
    private void comesBack(int n) {
        scene.sql(
                "update ledger.customer set relationship = 'reseller', relationship_ended_at = null where customer_id = ?",
                Scene.id(n));
        scene.sql("update ledger.subscription set status = 'active' where customer_id = ?", Scene.id(n));
    }

    private long removals() {
        return scene.jdbc()
                .sql("select count(*) from offboarding.intent where action = 'REMOVE'")
                .query(Long.class)
                .single();
    }

    private void nobodyIsWrittenTo() {
        long before = scene.count("offboarding.intent");
        aNightPasses();
        scene.run();
        assertThat(scene.count("offboarding.intent")).isEqualTo(before);
    }

    // 29
    @Test
    void aRowForSomebodyElseWasAppendedAndEverybodyInTheFileCountedAsListedAgain() {
        scene.customers(1, 4);
        scene.subscription(1, "license", "active");
        standingFile(rows(1, 2)).runs(ExitCode.OK);
        comesBack(1);
        aNightPasses();

        Scene.Report report = standingFile(rows(1, 2, 3)).runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(3)).isEqualTo("OFFBOARDED");
        // reported once, and nothing is done to it
        assertThat(report.outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(report.total("rows", "accepted")).isEqualTo(3);
        assertThat(report.text("report.json")).contains("2 rows are nothing new");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void theSameRowInAnInboxUnderAnotherNameInALongerFileOrAnotherOrderIsNothingNew() {
        scene.customers(1, 4);
        scene.inboxFile("monday.csv", rows(1, 2)).runs(ExitCode.OK);
        comesBack(1);
        aNightPasses();
        scene.inboxFile("tuesday.csv", rows(3, 2, 1)).runs(ExitCode.NEEDS_ATTENTION);
        aNightPasses();
        // the same said in other words
        scene.inboxFile(
                "wednesday.csv",
                "Primary domain name;Microsoft ID;note\nHTTPS://WWW.Customer-1.example/;{%s};new\n"
                        .formatted(Scene.id(1).toString().toUpperCase(java.util.Locale.ROOT)));
        scene.run();

        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(removals()).isEqualTo(3);
    }

    @Test
    void anotherTicketOrAFilledCellUnderAgainListsACustomerAgain() {
        scene.customers(1, 2);
        scene.inboxFile("monday.csv", "customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T-1\n")
                .runs(ExitCode.OK);
        comesBack(1);
        aNightPasses();
        // no ticket in one of the two lists
        scene.inboxFile("tuesday.csv", rows(1)).runs(ExitCode.NEEDS_ATTENTION);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        aNightPasses();
        Scene.Report again = scene.inboxFile(
                        "wednesday.csv",
                        "customer_id,domain,Again\n" + Scene.id(1) + ",customer-1.example,2026-03-12\n")
                .runs(ExitCode.OK);
        assertThat(again.outcome(1)).isEqualTo("OFFBOARDED");
        comesBack(1);
        aNightPasses();
        scene.inboxFile(
                        "thursday.csv",
                        "customer_id,domain,again,note\n" + Scene.id(1) + ",customer-1.example,2026-03-12,x\n")
                .runs(ExitCode.NEEDS_ATTENTION);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        scene.inboxFile("a.csv", "customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T-1\n")
                .runs(ExitCode.NEEDS_ATTENTION);
        scene.inboxFile("b.csv", "customer_id,domain,ticket,x\n" + Scene.id(1) + ",customer-1.example,,\n")
                .runs(ExitCode.OK);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.inboxFile("c.csv", "customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T-2\n")
                        .runs(ExitCode.OK)
                        .outcome(1))
                .isEqualTo("OFFBOARDED");
    }

    @Test
    void anotherNameAloneListsNobodyAgainWhoWasOffboarded() {
        scene.customers(1, 2);
        scene.inboxFile("monday.csv", rows(1)).runs(ExitCode.OK);
        comesBack(1);
        scene.sql("update ledger.customer set domain = 'renamed.example' where customer_id = ?", Scene.id(1));
        aNightPasses();

        scene.inboxFile("tuesday.csv", "customer_id,domain\n" + Scene.id(1) + ",renamed.example\n")
                .runs(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void anotherDomainContinuesWhereTheOldOneDidNotMatch() {
        scene.customers(1, 2);
        scene.inboxFile("monday.csv", "customer_id,domain\n" + Scene.id(1) + ",mistyped.example\n")
                .runs(ExitCode.NEEDS_ATTENTION);
        aNightPasses();
        scene.inboxFile("tuesday.csv", "customer_id,domain,n\n" + Scene.id(1) + ",MISTYPED.example,1\n")
                .runs(ExitCode.OK);

        assertThat(scene.inboxFile("wednesday.csv", rows(1)).runs(ExitCode.OK).outcome(1))
                .isEqualTo("OFFBOARDED");
    }

    @Test
    void theSameRowUnderARenamedJobIsNothingNew() {
        scene.customers(1, 3);
        standingFile(rows(1, 2)).runs(ExitCode.OK);
        comesBack(1);
        aNightPasses();

        scene.with("job", "renamed").runs(ExitCode.OK);

        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(removals()).isEqualTo(2);
    }

    // 39
    @Test
    void aColumnThatTheDatabaseFillsWithTheTimeMadeEveryRowNewEachNight() {
        scene.customers(1, 4);
        crm("select customer_id, domain, now() as exported_at from crm.to_offboard");
        scene.runs(ExitCode.OK);
        comesBack(1);

        nobodyIsWrittenTo();
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    // 39
    @Test
    void theProgramsOwnDoneAtUnderSelectEverythingMadeEveryRowNew() {
        scene.customers(1, 4);
        crm("select * from crm.to_offboard");
        scene.with(
                "list.database.done",
                "update crm.to_offboard set done_at = :offboarded_at, updated_at = :offboarded_at where customer_id = :customer_id");
        scene.runs(ExitCode.OK);
        comesBack(1);

        nobodyIsWrittenTo();
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    // 39
    @Test
    void whatSomebodyHadReactivatedWasHeldForOneNight() {
        scene.customers(1, 4).with("grace-period", "5d");
        UUID licence = scene.subscription(1, "license", "active");
        crm("select customer_id, domain, clock_timestamp() as exported_at from crm.to_offboard");
        scene.runs(ExitCode.OK);
        aNightPasses();
        scene.sql("update ledger.subscription set status = 'active' where subscription_id = ?", licence);
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("REACTIVATED");

        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("REACTIVATED");
        assertThat(scene.statusOf(licence)).isEqualTo("active");

        scene.sql("update crm.to_offboard set domain = upper(domain)");
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("REACTIVATED");
    }

    // 45
    @Test
    void aRowThatWasGoneAndIsBackWasNeverHeardAgain() {
        theFirstOfACrmsListCameBack();
        delete(1);
        nobodyIsWrittenTo();

        insert(1);
        aNightPasses();
        Scene.Report back = scene.runs(ExitCode.OK);

        assertThat(back.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(back.total("customers", "total")).isEqualTo(1);
    }

    // 45
    @Test
    void aRowThatWasGoneFromAStandingFileAndIsBackIsListedAgain() {
        scene.customers(1, 5);
        standingFile(rows(1, 2, 3)).runs(ExitCode.OK);
        comesBack(1);
        aNightPasses();
        standingFile(rows(2, 3)).runs(ExitCode.NEEDS_ATTENTION);
        aNightPasses();

        assertThat(standingFile(rows(1, 2, 3)).runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aListThatIsEmptyRefusedOrHasLostTooMuchMakesNothingGone() {
        scene.customers(1, 12);
        standingFile(rows(1, 2, 3, 4, 5, 6, 7, 8)).runs(ExitCode.OK);
        for (int n = 1; n <= 8; n++) {
            comesBack(n);
        }
        for (String broken : new String[] {
            rows(), rows(8, 7, 6, 5), rows(1, 2, 3, 4, 5, 6, 7) + "nobody,x.example\n" + "nobody,y.example\n"
        }) {
            aNightPasses();
            standingFile(broken).run();
            aNightPasses();
            standingFile(rows(1, 2, 3, 4, 5, 6, 7, 8)).runs(ExitCode.OK);
        }
        assertThat(removals()).isEqualTo(8);
    }

    @Test
    void aRowThatWasSetAsideIsNotGone() {
        theFirstOfACrmsListCameBack();
        scene.sql(
                "update crm.to_offboard set domain = null where customer_id = ?",
                Scene.id(1).toString());
        nobodyIsWrittenTo();
        scene.sql(
                "update crm.to_offboard set domain = 'customer-1.example' where customer_id = ?",
                Scene.id(1).toString());
        nobodyIsWrittenTo();
    }

    @Test
    void aPlanMakesNothingGone() {
        theFirstOfACrmsListCameBack();
        delete(1);
        scene.plans(ExitCode.NEEDS_ATTENTION);
        insert(1);
        nobodyIsWrittenTo();
    }

    @Test
    void whoeverWasTakenOffAStandingFileWaits() {
        scene.customers(1, 4).with("grace-period", "1d");
        UUID licence = scene.subscription(1, "license", "active");
        standingFile(rows(1, 2)).runs(ExitCode.OK);
        aNightPasses();

        Scene.Report gone = standingFile(rows(2)).runs(ExitCode.OK);
        assertThat(gone.hold(1)).isEqualTo("NOT_LISTED");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        assertThat(standingFile(rows(1, 2)).runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void anEmptyCellLeavesTheDateThatWasAcceptedAndALaterOneHoldsTheRemovalToo() {
        scene.customers(1, 4).with("grace-period", "1d");
        UUID licence = scene.subscription(1, "license", "active");
        String header = "customer_id,domain,effective_date,ticket\n";
        String row = Scene.id(1) + ",customer-1.example,";
        assertThat(standingFile(header + row + "2026-03-20,\n")
                        .runs(ExitCode.OK)
                        .hold(1))
                .isEqualTo("NOT_DUE");
        aNightPasses();
        Scene.Report emptied = standingFile(header + row + ",T-2\n").runs(ExitCode.OK);
        assertThat(emptied.hold(1)).isEqualTo("NOT_DUE");
        assertThat(emptied.customer(1).get("effective_date").asString()).isEqualTo("2026-03-20");

        assertThat(standingFile(header + row + "2026-03-11,\n")
                        .runs(ExitCode.OK)
                        .outcome(1))
                .isEqualTo("SUSPENDED");
        aNightPasses();
        Scene.Report later = standingFile(header + row + "2026-04-01,\n").runs(ExitCode.OK);
        assertThat(later.hold(1)).isEqualTo("NOT_DUE");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
    }

    @Test
    void aDateInAColumnThatTheListDidNotHaveBeforeWasPassedOver() {
        scene.customers(1, 4).with("grace-period", "1d");
        scene.subscription(1, "license", "active");
        standingFile("customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T\n")
                .runs(ExitCode.OK);
        aNightPasses();

        Scene.Report dated = standingFile("customer_id,domain,ticket,effective_date\n" + Scene.id(1)
                        + ",customer-1.example,T,2026-04-01\n")
                .runs(ExitCode.OK);

        assertThat(dated.hold(1)).isEqualTo("NOT_DUE");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    /** The list had a date once, then no column for it for one night, and now an earlier date. */
    @Test
    void aDateInAColumnThatTheListDidNotHaveBeforeBringsNothingForward() {
        scene.customers(1, 4);
        String dated = "customer_id,domain,ticket,effective_date\n" + Scene.id(1) + ",customer-1.example,T,";
        standingFile(dated + "2026-06-01\n").runs(ExitCode.OK);
        aNightPasses();
        standingFile("customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T\n")
                .runs(ExitCode.OK);
        aNightPasses();

        Scene.Report earlier = standingFile(dated + "2026-03-11\n").runs(ExitCode.OK);

        assertThat(earlier.hold(1)).isEqualTo("NOT_DUE");
        assertThat(earlier.customer(1).get("hold_until").asString()).isEqualTo("2026-06-01");
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_DUE");
    }

    /** What is left of it would be ended by then only. */
    @Test
    void aDateInANewColumnHoldsNobodyWhoWasRemovedBefore() {
        scene.customers(1, 3).customer(4, "none");
        scene.sql("insert into ledger.support_contact values (?, 'support@reseller.example')", Scene.id(4));
        standingFile("customer_id,domain,ticket\n" + Scene.id(4) + ",customer-4.example,T\n")
                .runs(ExitCode.NEEDS_ATTENTION);
        aNightPasses();

        standingFile("customer_id,domain,ticket,effective_date\n" + Scene.id(4) + ",customer-4.example,T,2026-04-01\n")
                .runs(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.count("offboarding.offboarding_case where state = 'REMOVED' and effective_date is null"))
                .isOne();
    }

    @Test
    void aDateInANewColumnOfAListThatWasNotAcceptedHoldsNobody() {
        scene.customers(1, 4).with("grace-period", "9d");
        scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        String first = "customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T\n";
        standingFile(first).runs(ExitCode.OK);
        aNightPasses();
        scene.with("limits.max-customers", "0");

        Scene.Report stopped = standingFile("customer_id,domain,ticket,effective_date\n" + Scene.id(1)
                        + ",customer-1.example,T,2026-04-01\n" + Scene.id(2) + ",customer-2.example,T,\n")
                .runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(stopped.hold(1)).isEqualTo("NOT_DUE");
        assertThat(scene.count(
                        "offboarding.offboarding_case where hold_reason = 'GRACE_PERIOD' and effective_date is null"))
                .isOne();
    }

    /** Each identifier that an entry carries has to match, whenever it came to carry it. */
    @ParameterizedTest
    @CsvSource({"company_name, Somebody Else, 'Customer 1'", "domain, somebody-else.example, customer-1.example"})
    void anotherNameInAColumnThatTheListDidNotHaveBeforeHolds(String column, String another, String ours) {
        scene.customers(1, 4).with("grace-period", "1d");
        String other = column.equals("domain") ? "company_name" : "domain";
        String known = column.equals("domain") ? "Customer 1" : "customer-1.example";
        standingFile("customer_id,%s,ticket\n%s,%s,T\n".formatted(other, Scene.id(1), known))
                .runs(ExitCode.OK);
        aNightPasses();
        String both = "customer_id,%s,ticket,%s\n%s,%s,T,".formatted(other, column, Scene.id(1), known);

        Scene.Report named = standingFile(both + another + "\n").runs(ExitCode.NEEDS_ATTENTION);

        assertThat(named.hold(1)).isEqualTo("IDENTITY_MISMATCH");
        assertThat(named.customer(1).get("message").asString()).contains(another);
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("IDENTITY_MISMATCH");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        aNightPasses();
        assertThat(standingFile(both + ours + "\n").runs(ExitCode.OK).outcome(1))
                .isEqualTo("OFFBOARDED");
    }

    @Test
    void theRightNameInAColumnThatTheListDidNotHaveBeforeIsNothingNew() {
        scene.customers(1, 4).with("grace-period", "1d");
        standingFile("customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T\n")
                .runs(ExitCode.OK);
        aNightPasses();

        Scene.Report named = standingFile(
                        "customer_id,domain,ticket,company_name\n" + Scene.id(1) + ",customer-1.example,T,CUSTOMER 1\n")
                .runs(ExitCode.OK);

        assertThat(named.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(scene.count("offboarding.offboarding_case")).isOne();
    }

    /** What is in a column that both lists have is compared as ever, whatever else is new. */
    @Test
    void aNameInANewColumnMakesNothingNewOfTheOthers() {
        scene.customers(1, 4).with("grace-period", "9d");
        scene.subscription(1, "license", "active");
        standingFile("customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T\n")
                .runs(ExitCode.OK);
        scene.sql("update ledger.subscription set status = 'active'");
        aNightPasses();
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("REACTIVATED");
        aNightPasses();

        Scene.Report named = standingFile("customer_id,domain,ticket,company_name\n" + Scene.id(1)
                        + ",somebody-else.example,T,Customer 1\n")
                .runs(ExitCode.OK);

        assertThat(named.hold(1)).isEqualTo("REACTIVATED");
        assertThat(named.customer(1).get("domain").asString()).isEqualTo("customer-1.example");
        assertThat(scene.count("offboarding.offboarding_case where domain = 'customer-1.example'"))
                .isOne();
    }

    @Test
    void aNameInANewColumnOfAListThatWasNotAcceptedHoldsNobody() {
        scene.customers(1, 4).with("grace-period", "9d");
        scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        standingFile("customer_id,domain,ticket\n" + Scene.id(1) + ",customer-1.example,T\n")
                .runs(ExitCode.OK);
        aNightPasses();
        scene.with("limits.max-customers", "0");

        Scene.Report stopped = standingFile("customer_id,domain,ticket,company_name\n" + Scene.id(1)
                        + ",customer-1.example,T,Somebody Else\n" + Scene.id(2) + ",customer-2.example,T,\n")
                .runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(stopped.hold(1)).isEqualTo("IDENTITY_MISMATCH");
        assertThat(scene.count(
                        "offboarding.offboarding_case where hold_reason = 'GRACE_PERIOD' and company_name is null"))
                .isOne();
    }

    @Test
    void aDateInAColumnThatAnotherJobsListDidNotHaveBeforeHoldsTheCaseToo() {
        scene.customers(1, 4).with("grace-period", "2d");
        scene.with("job", "first").inboxFile("a.csv", rows(1)).runs(ExitCode.OK);
        asSecond("customer_id,domain\n" + row(1));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("OTHER_JOB");
        aNightPasses();
        asSecond("customer_id,domain,due date\n" + Scene.id(1) + ",customer-1.example,2026-04-01\n");
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("OTHER_JOB");
        aNightPasses();
        aNightPasses();

        asFirst();
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_DUE");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    private void asSecond(String list) {
        standingFile(list).with("job", "second");
    }

    @Test
    void aRowOfAnotherJobsCustomerIsReportedAndListsItAgainForThatJob() {
        scene.customers(1, 4);
        scene.with("job", "first")
                .inboxFile("a.csv", "customer_id,domain,ticket\n" + Scene.id(1) + ",mistyped.example,T\n")
                .runs(ExitCode.NEEDS_ATTENTION);
        Path second = scene.folder().resolve("second.csv");
        scene.write(
                second,
                ("customer_id,domain\n" + Scene.id(1) + ",mistyped.example\n" + row(2))
                        .getBytes(StandardCharsets.UTF_8));
        scene.with("job", "second").without("list.csv.inbox").with("list.csv.file", second.toString());

        Scene.Report told = scene.runs(ExitCode.OK);
        assertThat(told.outcome(1)).isEqualTo("HELD");
        assertThat(told.hold(1)).isEqualTo("OTHER_JOB");
        assertThat(told.customer(1).get("message").asString()).contains("job first");
        assertThat(told.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(scene.plans(ExitCode.OK).hold(1)).isEqualTo("OTHER_JOB");

        // the same as the other job had accepted, and therefore nothing new
        aNightPasses();
        asFirst();
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("IDENTITY_MISMATCH");

        scene.write(second, rows(1, 2).getBytes(StandardCharsets.UTF_8));
        scene.with("job", "second").without("list.csv.inbox").with("list.csv.file", second.toString());
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("OTHER_JOB");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        asFirst();
        Scene.Report on = scene.runs(ExitCode.OK);
        assertThat(on.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(on.customer(1).get("domain").asString()).isEqualTo("customer-1.example");
    }

    private void asFirst() {
        scene.with("job", "first")
                .without("list.csv.file")
                .with("list.csv.inbox", scene.inbox().toString());
    }
}
