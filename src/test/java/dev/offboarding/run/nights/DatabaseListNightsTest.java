package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Nights with a list that is the result of a query, in whole runs. */
@Execution(ExecutionMode.CONCURRENT)
class DatabaseListNightsTest {

    private static final String QUERY = "select customer_id, domain, ticket from crm.to_offboard order by customer_id";

    private final Scene scene = Scene.set();

    @BeforeEach
    void aListInTheDatabase() {
        scene.sql(
                "create table crm.to_offboard (customer_id text, domain text, ticket text, done_at timestamptz, times int not null default 0)");
        scene.listedBy(QUERY);
        scene.with(
                "list.database.done",
                "update crm.to_offboard set done_at = :offboarded_at, times = times + 1 where customer_id = cast(:customer_id as text)");
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private void insert(int... customers) {
        for (int n : customers) {
            scene.sql(
                    "insert into crm.to_offboard (customer_id, domain, ticket) values (?, ?, 'T')",
                    Scene.id(n).toString(),
                    "customer-" + n + ".example");
        }
    }

    private void delete(int n) {
        scene.sql(
                "delete from crm.to_offboard where customer_id = ?", Scene.id(n).toString());
    }

    /** There is no file that somebody could correct and put into an inbox. */
    @Test
    void aQueryThatIsRefusedIsNotSpokenOfAsAFile() {
        scene.listedBy("select 1 as id, 'a' as domain");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.text("report.html"))
                .contains("The result of the query was refused", "Correct the query or the rows that it reads")
                .doesNotContain("The file ", "into the inbox");
    }

    /** How often the done statement ran for each customer that it ran for. */
    private Map<String, Integer> told() {
        Map<String, Integer> told = new java.util.TreeMap<>();
        scene.jdbc()
                .sql("select customer_id, times from crm.to_offboard where times > 0")
                .query(row -> {
                    told.put(row.getString(1), row.getInt(2));
                });
        return told;
    }

    @Test
    void aCaseWhoseRowIsGoneWaitsAndContinuesWhenItIsBack() {
        scene.customers(1, 3).with("grace-period", "1d");
        UUID licence = scene.subscription(1, "license", "active");
        insert(1, 2);
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("SUSPENDED");

        delete(1);
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report gone = scene.runs(ExitCode.OK);
        assertThat(gone.hold(1)).isEqualTo("NOT_LISTED");
        assertThat(gone.customer(1).get("state").asString()).isEqualTo("SUSPENDED");
        assertThat(gone.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_LISTED");

        insert(1);
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void anUnchangedRowIsNotListedAgainAndAChangedOneIs() {
        scene.customers(1, 3);
        insert(1);
        scene.sql("update crm.to_offboard set domain = 'mistyped.example'");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(1)).isEqualTo("IDENTITY_MISMATCH");

        Scene.Report unchanged = scene.runs(ExitCode.OK);
        assertThat(unchanged.hold(1)).isEqualTo("IDENTITY_MISMATCH");
        assertThat(unchanged.customer(1).get("listed_anew").asBoolean()).isFalse();
        // what somebody has to look at does not even go on when the live record comes to match
        scene.sql("update ledger.customer set domain = 'mistyped.example' where customer_id = ?", Scene.id(1));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("IDENTITY_MISMATCH");

        scene.sql("update crm.to_offboard set ticket = 'looked at'");
        Scene.Report changed = scene.runs(ExitCode.OK);
        assertThat(changed.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(changed.customer(1).get("ticket").asString()).isEqualTo("looked at");
    }

    @Test
    void theListIsNotifiedOnceOfEachCustomerThatIsThrough() {
        scene.customers(1, 4).customer(5, "none");
        scene.subscription(4, "marketplace", "active");
        insert(1, 2, 4, 5);

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.outcome(5)).isEqualTo("ALREADY_OFFBOARDED");
        assertThat(told())
                .containsExactly(
                        Map.entry(Scene.id(1).toString(), 1),
                        Map.entry(Scene.id(2).toString(), 1),
                        Map.entry(Scene.id(5).toString(), 1));
        assertThat(scene.jdbc()
                        .sql("select distinct done_at from crm.to_offboard where done_at is not null")
                        .query(java.time.OffsetDateTime.class)
                        .list())
                .extracting(java.time.OffsetDateTime::toInstant)
                .containsExactly(Scene.TONIGHT);

        // its rows stay in the list, and are neither worked on nor reported again
        Scene.Report second = scene.runs(ExitCode.OK);
        assertThat(second.table("customers.csv"))
                .extracting(row -> row.get("customer_id"))
                .containsExactly(Scene.id(4).toString());
        assertThat(told().values()).containsOnly(1);
    }

    @Test
    void aDoneStatementThatFailsFailsNoCustomerAndIsTriedAgain() {
        scene.customers(1, 3);
        insert(1, 2);
        scene.sql("alter table crm.to_offboard add constraint closed check (times = 0)");

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(result.failures()).anySatisfy(failure -> assertThat(failure).contains("done statement"));
        assertThat(Scene.report(result).outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(Scene.report(result).outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(told()).isEmpty();

        // of those of earlier nights, and of tonight's as they end: it said so each time
        insert(3);
        scene.clock.pass(Duration.ofHours(1));
        result = scene.run();
        assertThat(Scene.report(result).outcome(3)).isEqualTo("OFFBOARDED");
        assertThat(result.failures())
                .filteredOn(failure -> failure.contains("done statement"))
                .hasSize(1);

        scene.sql("alter table crm.to_offboard drop constraint closed");
        scene.clock.pass(Duration.ofHours(1));
        assertThat(scene.runs(ExitCode.OK).actions()).isEmpty();
        assertThat(told()).hasSize(3);
        assertThat(told().values()).containsOnly(1);
    }

    @Test
    void aPlanTellsTheListNothing() {
        scene.customers(1, 2);
        insert(1);

        assertThat(scene.plans(ExitCode.OK).outcome(1)).isEqualTo("PLANNED");

        assertThat(told()).isEmpty();
    }

    @Test
    void wrongRowsAreSetAsideAndTheOthersGoOn() {
        scene.customers(1, 4);
        insert(1, 2);
        scene.sql(
                "insert into crm.to_offboard (customer_id, domain) values (null, 'customer-3.example'), (?, null)",
                Scene.id(4).toString());

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.total("rows", "rejected")).isEqualTo(2);
        assertThat(report.table("rejects.csv")).hasSize(2);
        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(2);
        assertThat(scene.relationshipOf(3)).isEqualTo("reseller");
        assertThat(scene.relationshipOf(4)).isEqualTo("reseller");
    }

    @Test
    void aRejectedRowDoesNotTakeItsOpenCaseOffTheList() {
        scene.customers(1, 3).with("grace-period", "1d");
        scene.subscription(1, "license", "active");
        insert(1, 2);
        scene.runs(ExitCode.OK);
        scene.sql(
                "update crm.to_offboard set domain = ' ' where customer_id = ?",
                Scene.id(1).toString());
        scene.clock.pass(Duration.ofDays(1));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.total("rows", "rejected")).isEqualTo(1);
        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
    }

    @Test
    void anEmptyListIsNoErrorAndTakesNoOpenCaseOff() {
        scene.customers(1, 2).with("grace-period", "1d");
        scene.subscription(1, "license", "active");
        insert(1);
        scene.runs(ExitCode.OK);
        delete(1);

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.holds(1)).containsExactly("GRACE_PERIOD");
        assertThat(report.json().get("notes").toString())
                .contains("the list has no row tonight, and an empty list makes no customer gone: 1 open cases");
    }

    @Test
    void aQueryThatCannotBeRunTouchesNothing() {
        scene.customers(1, 2);
        insert(1);
        scene.listedBy("select customer_id, domain from crm.to_ofboard");

        assertThat(scene.refusesToBegin(ExitCode.WRONG_USAGE))
                .singleElement()
                .asString()
                .contains("list.database.query")
                .contains("to_ofboard");
        assertThat(told()).isEmpty();
    }

    @Test
    void aListThatCannotBeReadTonightHoldsNobodyForNotBeingListed() {
        scene.customers(1, 2).with("grace-period", "1d");
        scene.subscription(1, "license", "active");
        insert(1);
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.with("list.database.url", "jdbc:postgresql://127.0.0.1:1/crm");

        RunResult result = scene.run();
        assertThat(result.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        scene.without("list.database.url");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void theListMayBeInAnotherDatabaseThanTheJobs() {
        scene.customers(1, 3);
        try (TestDatabase crm = TestDatabase.createEmpty()) {
            crm.jdbc().sql("create schema crm").update();
            crm.jdbc()
                    .sql("create table crm.to_offboard (customer_id uuid, domain text, done_at timestamptz)")
                    .update();
            crm.jdbc()
                    .sql("insert into crm.to_offboard values (?, 'customer-1.example'), (?, 'customer-2.example')")
                    .params(Scene.id(1), Scene.id(2))
                    .update();
            scene.listedBy("select customer_id, domain from crm.to_offboard where done_at is null")
                    .with("list.database.url", crm.url())
                    .with(
                            "list.database.done",
                            "update crm.to_offboard set done_at = :offboarded_at where customer_id = :customer_id");

            Scene.Report report = scene.runs(ExitCode.OK);

            assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(2);
            List<Instant> done = crm.jdbc()
                    .sql("select done_at from crm.to_offboard")
                    .query((row, i) ->
                            row.getObject(1, java.time.OffsetDateTime.class).toInstant())
                    .list();
            assertThat(done).containsExactly(Scene.TONIGHT, Scene.TONIGHT);
            assertThat(scene.runs(ExitCode.OK).total("rows", "read")).isZero();
        }
    }

    /** An earlier version hashed the columns that are only carried through, too: by that each row would be listed again. */
    @Test
    void theFirstNightOfANewVersionListsNobodyAgain() {
        scene.customers(1, 3);
        scene.without("list.database.done");
        scene.listedBy("select '%s' as customer_id, 'customer-1.example' as domain, now() as exported_at"
                .formatted(Scene.id(1)));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
        scene.sql(
                "update ledger.customer set relationship = 'reseller', relationship_ended_at = null where customer_id = ?",
                Scene.id(1));
        scene.sql("update offboarding.offboarding_case set contents = 'of an earlier version'");
        scene.clock.pass(Duration.ofDays(1));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(report.actions()).isEmpty();
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }
}
