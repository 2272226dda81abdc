package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What lists led to in trials, in whole runs; named after what happened. */
class ListIncidentsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Scene crm(String... rows) {
        scene.sql(
                "create table crm.to_offboard (customer_id text, domain text, due_at timestamptz, done_at timestamptz)");
        for (String row : rows) {
            scene.sql("insert into crm.to_offboard values (%s)".formatted(row));
        }
        return scene;
    }

    private static String row(int n) {
        return "'%s', 'customer-%d.example'".formatted(Scene.id(n), n);
    }

    @Test
    void strasseMatchedTheSharpS() { // 31
        scene.customers(1, 4);
        scene.sql("update ledger.customer set domain = 'strasse.example' where customer_id = ?", Scene.id(1));
        scene.sql("update ledger.customer set domain = 'microsoft.example' where customer_id = ?", Scene.id(2));
        scene.sql("update ledger.customer set domain = 'xn--mller-kva.example' where customer_id = ?", Scene.id(3));
        scene.inboxFile(
                "list.csv",
                "customer_id,domain\n%s,straße.example\n%s,mıcrosoft.example\n%s,https://www.Müller.example/\n"
                        .formatted(Scene.id(1), Scene.id(2), Scene.id(3)));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("IDENTITY_MISMATCH");
        assertThat(report.hold(2)).isEqualTo("IDENTITY_MISMATCH");
        assertThat(report.outcome(3)).isEqualTo("OFFBOARDED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }

    @Test
    void aDateUnderEndDateWasCarriedThroughAsANote() { // 32
        scene.customers(1, 4);
        for (String heading : List.of("End date", "Kündigung zum", "efective_date")) {
            scene.inboxFile(
                    heading.replace(' ', '-') + ".csv",
                    "customer_id,domain,%s\n%s,customer-1.example,31.12.2031\n".formatted(heading, Scene.id(1)));
        }

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.json().get("files").valueStream()).hasSize(3).allSatisfy(file -> {
            assertThat(file.get("status").asString()).isEqualTo("REFUSED");
            assertThat(file.get("reason").asString()).contains("effective_date", "note_");
        });
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.count("offboarding.offboarding_case")).isZero();
    }

    @Test
    void anUploadThatBrokeOffLostTheEffectiveDate() { // 41
        scene.customers(1, 4);
        scene.inboxFile(
                "list.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,2031-01-31\n%s,customer-2.example"
                        .formatted(Scene.id(1), Scene.id(2)));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.hold(1)).isEqualTo("NOT_DUE");
        assertThat(report.table("rejects.csv"))
                .singleElement()
                .satisfies(reject -> assertThat(reject.get("problem")).contains("may have been cut off"));
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }

    @Test
    void theReportsOwnCustomersAreAList() { // 52
        scene.customers(1, 4);
        scene.sql("update ledger.customer set company_name = '-Minus GmbH' where customer_id = ?", Scene.id(1));
        scene.sql("update ledger.customer set company_name = '''+49' where customer_id = ?", Scene.id(2));
        scene.inboxFile(
                "list.csv",
                "customer_id,company_name,effective_date,note_x\n%s,-Minus GmbH,2026-03-11,=1+1\n%s,'+49,2026-03-11,@x\n"
                        .formatted(Scene.id(1), Scene.id(2)));
        Scene.Report first = scene.runs(ExitCode.OK);
        assertThat(first.hold(1)).isEqualTo("NOT_DUE");
        assertThat(first.text("customers.csv")).contains("'-Minus GmbH", "''+49", "'=1+1");

        scene.inboxFile("again.csv", first.text("customers.csv"));
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(second.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(second.customer(1).get("company_name").asString()).isEqualTo("-Minus GmbH");
        assertThat(second.customer(1).get("others").get("note_x").asString()).isEqualTo("=1+1");
    }

    /** It has days as we write them, whatever the job's lists do. */
    @ParameterizedTest
    @ValueSource(strings = {"dd/MM/yyyy", "yyyy-dd-MM"})
    void theReportsOwnCustomersAreAListWhereDatesAreWrittenOtherwise(String format) { // 52
        scene.customers(1, 4).with("list.date-format", format);
        String day = LocalDate.of(2031, 2, 1).format(DateTimeFormatter.ofPattern(format, Locale.ROOT));
        scene.inboxFile(
                "list.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,%s\n".formatted(Scene.id(1), day));
        String customers = scene.runs(ExitCode.OK).text("customers.csv");
        assertThat(customers).contains("2031-02-01");

        scene.inboxFile("again.csv", customers);
        Scene.Report ours = scene.runs(ExitCode.OK);
        assertThat(ours.outcome(1)).isEqualTo("HELD");
        assertThat(ours.customer(1).get("hold_until").asString()).isEqualTo("2031-02-01");
        assertThat(ours.text("report.json")).contains("1 row is nothing new");

        scene.inboxFile("later.csv", customers.replace("2031-02-01", "2031-03-04"));
        assertThat(scene.runs(ExitCode.OK).customer(1).get("hold_until").asString())
                .isEqualTo("2031-03-04");

        String typed = LocalDate.of(2031, 12, 31).format(DateTimeFormatter.ofPattern(format, Locale.ROOT));
        scene.inboxFile("typed.csv", customers.replace("2031-02-01", typed));
        assertThat(scene.runs(ExitCode.OK).customer(1).get("hold_until").asString())
                .as("typed into it as the lists have it")
                .isEqualTo("2031-12-31");
    }

    /** The share with the lists was not there that night: "nothing was touched", and not a word about those who were on their way. */
    @ParameterizedTest
    @ValueSource(strings = {"list.csv.inbox", "list.csv.file"})
    void aListThatWasGoneForANightLookedLikeANightWithoutARun(String key) throws IOException { // 38, 48
        scene.customers(1, 4);
        Path list = scene.inbox().resolveSibling("lists").resolve("list.csv");
        Files.createDirectories(list.getParent());
        String row = "customer_id,domain,effective_date\n%s,customer-1.example,2031-01-31\n".formatted(Scene.id(1));
        Files.writeString(list, row);
        scene.without("list.csv.inbox")
                .with(
                        key,
                        key.endsWith("file")
                                ? list.toString()
                                : list.getParent().toString());
        scene.runs(ExitCode.OK);

        Path away = scene.inbox().resolveSibling("away");
        Files.move(list.getParent(), away);
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report report = scene.runs(ExitCode.UNAVAILABLE);

        assertThat(report.hold(1)).isEqualTo("NOT_DUE");
        assertThat(report.text("report.html")).contains(key);
        Files.move(away, list.getParent());
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_DUE");
    }

    /** The customers were gone, and then each night ended before it had read the list. */
    @Test
    void aDoneStatementOfTwoStatementsBlockedAllLaterNights() { // 46, 50
        crm(row(1) + ", null, null").customers(1, 4);
        String two = "update crm.to_offboard set done_at = now() where customer_id = :customer_id; select 1";
        scene.listedBy("select customer_id, domain from crm.to_offboard where done_at is null");

        RunResult result = scene.with("list.database.done", two).run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.failures().toString()).contains("list.database.done", "it is 2 statements");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        scene.sql("insert into crm.to_offboard select '%s', 'customer-2.example'".formatted(Scene.id(2)));
        scene.subscription(2, "marketplace", "active");
        scene.without("list.database.done").runs(ExitCode.OK);
        scene.sql("update ledger.subscription set status = 'deleted' where customer_id = ?", Scene.id(2));
        scene.clock.pass(Duration.ofDays(1));

        Scene.Report later = scene.with("list.database.done", two).runs(ExitCode.UNAVAILABLE);

        assertThat(later.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(later.text("report.html")).contains("list.database.done cannot be run");
    }

    @Test
    void aListThatWasNeverThereIsAMistakeInTheJobFile() {
        scene.customers(1, 4);
        scene.without("list.csv.inbox").with("list.csv.file", "nowhere.csv");

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.failures().toString()).contains("list.csv.file");
        assertThat(result.summary()).isNull();
    }

    /** The list was taken, its customer removed, and every night said that the file could not be moved. */
    @ParameterizedTest
    @ValueSource(strings = {"archive", "refused"})
    void aFileIsWhereTakenListsAreMovedTo(String name) throws IOException { // 44
        scene.customers(1, 4);
        scene.inboxFile("list.csv", "customer_id,domain\n%s,customer-1.example\n".formatted(Scene.id(1)));
        Files.writeString(scene.inbox().resolve(name), "notes");

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.failures().toString()).contains("list.csv.inbox", name, "is not a folder");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.inbox().resolve("list.csv")).exists();
    }

    @Test
    void understoodAndCarriedColumnsAreReported() {
        scene.customers(1, 3);
        scene.inboxFile(
                "list.csv", "Microsoft ID,Primary domain name,Tags\n%s,customer-1.example,x\n".formatted(Scene.id(1)));

        for (Scene.Report report : List.of(scene.plans(ExitCode.OK), scene.runs(ExitCode.OK))) {
            var file = report.json().get("files").get(0);
            assertThat(file.get("columns_understood").toString())
                    .isEqualTo(
                            "[{\"heading\":\"Microsoft ID\",\"as\":\"customer_id\"},{\"heading\":\"Primary domain name\",\"as\":\"domain\"}]");
            assertThat(file.get("columns_carried").toString()).isEqualTo("[\"Tags\"]");
            assertThat(report.text("report.html")).contains("Microsoft ID, Primary domain name");
        }
    }

    @Test
    @ResourceLock(Resources.TIME_ZONE)
    void theDriverMadeTheMachinesZoneTheSessions() { // 40
        scene.customers(1, 4);
        // midnight where the job is: the day before in UTC and west of it
        crm(row(1) + ", '2026-03-11 00:00 Europe/Berlin'", row(2) + ", '2026-03-10 00:00 Europe/Berlin'")
                .listedBy(
                        "select customer_id, domain, due_at::date as effective_date from crm.to_offboard where done_at is null")
                .with(
                        "list.database.done",
                        "update crm.to_offboard set done_at = now(), domain = current_setting('TimeZone') where customer_id = :customer_id");
        TimeZone machines = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/Los_Angeles"));

            Scene.Report report = scene.runs(ExitCode.OK);

            assertThat(report.hold(1)).isEqualTo("NOT_DUE");
            assertThat(report.customer(1).get("hold_until").asString()).isEqualTo("2026-03-11");
            assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
            assertThat(scene.jdbc()
                            .sql("select domain from crm.to_offboard where done_at is not null")
                            .query(String.class)
                            .list())
                    .containsExactly("Europe/Berlin");
        } finally {
            TimeZone.setDefault(machines);
        }
    }

    /** Job, ledger and list each in a database of its own; of those that are not the job's another zone is the default. */
    @ParameterizedTest
    @ValueSource(strings = {"Pacific/Kiritimati", "America/Los_Angeles"})
    @ResourceLock(Resources.TIME_ZONE)
    void sessionsOfOursAreInUtcAndTheListsInTheJobsZoneWhereverTheMachineStands(String zone) { // 40
        try (TestDatabase ledger = TestDatabase.create();
                TestDatabase list = TestDatabase.createEmpty()) {
            list.jdbc()
                    .sql("create table to_offboard (customer_id uuid, domain text, due_at timestamptz, zone text)")
                    .update();
            for (int n = 1; n <= 3; n++) {
                ledger.jdbc()
                        .sql("insert into ledger.customer values (?, 'Customer', ?, 'reseller', null)")
                        .params(Scene.id(n), "customer-" + n + ".example")
                        .update();
            }
            list.jdbc()
                    .sql("insert into to_offboard values (?, 'customer-1.example', '2026-03-11 00:00 Europe/Berlin'),"
                            + " (?, 'customer-2.example', '2026-03-10 00:00 Europe/Berlin')")
                    .params(Scene.id(1), Scene.id(2))
                    .update();
            recordZones(scene.jdbc(), "offboarding.event", "offboarding.run", "offboarding.offboarding_case");
            recordZones(ledger.jdbc(), "ledger.customer");
            scene.listedBy("select customer_id, domain, due_at::date as effective_date from to_offboard")
                    .with("list.database.url", list.url())
                    .with(
                            "list.database.done",
                            "update to_offboard set zone = current_setting('TimeZone') where customer_id = :customer_id")
                    .with("ledger.url", ledger.url());
            for (TestDatabase database : List.of(ledger, list)) {
                database.jdbc()
                        .sql(
                                "do $$ begin execute format('alter database %I set timezone to %L', current_database(), 'Asia/Tokyo'); end $$")
                        .update();
            }
            TimeZone machines = TimeZone.getDefault();
            try {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));

                Scene.Report report = scene.runs(ExitCode.OK);

                assertThat(report.hold(1)).isEqualTo("NOT_DUE");
                assertThat(report.customer(1).get("hold_until").asString()).isEqualTo("2026-03-11");
                assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
                assertThat(zones(scene.jdbc())).containsExactly("UTC");
                assertThat(zones(ledger.jdbc())).containsExactly("UTC");
                assertThat(list.jdbc()
                                .sql("select zone from to_offboard where zone is not null")
                                .query(String.class)
                                .list())
                        .containsExactly("Europe/Berlin");
            } finally {
                TimeZone.setDefault(machines);
            }
        }
    }

    /** In which zone whoever writes to these tables is. */
    private static void recordZones(JdbcClient jdbc, String... tables) {
        jdbc.sql("create table public.zones (zone text)").update();
        jdbc.sql("""
                        create function public.record_zone() returns trigger language plpgsql as $$
                        begin
                          insert into public.zones values (current_setting('TimeZone'));
                          return null;
                        end $$
                        """).update();
        for (String table : tables) {
            jdbc.sql(
                            "create trigger zone after insert or update on %s for each row execute function public.record_zone()"
                                    .formatted(table))
                    .update();
        }
    }

    private static List<String> zones(JdbcClient jdbc) {
        return jdbc.sql("select distinct zone from public.zones")
                .query(String.class)
                .list();
    }

    @Test
    void aDoneThatChangedNoRowWasBelieved() { // 46
        scene.customers(1, 4);
        crm("upper('" + Scene.id(1) + "'), 'customer-1.example'", row(2))
                .listedBy("select customer_id, domain from crm.to_offboard where done_at is null")
                .with(
                        "list.database.done",
                        "update crm.to_offboard set done_at = :offboarded_at where customer_id = :customer_id");

        RunResult first = scene.run();
        assertThat(first.exitCode()).isEqualTo(ExitCode.NEEDS_ATTENTION);
        assertThat(first.failures())
                .singleElement()
                .asString()
                .contains("changed no row for 1 customer (" + Scene.id(1) + ")", "list.database.done");
        assertThat(Scene.report(first).outcome(1)).isEqualTo("OFFBOARDED");

        scene.clock.pass(Duration.ofDays(1));
        Scene.Report second = scene.runs(ExitCode.OK);
        assertThat(second.json().get("notes").toString()).contains("still changes no row for 1 customer");

        scene.sql("update crm.to_offboard set customer_id = lower(customer_id)");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).json().get("notes").toString()).doesNotContain("changes no row");
        assertThat(scene.jdbc()
                        .sql("select count(*) from crm.to_offboard where done_at is null")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aDoneWithoutEffectIsTriedForThirtyNights() { // 46
        scene.customers(1, 3);
        crm(row(1))
                .listedBy("select customer_id, domain from crm.to_offboard where done_at is null")
                .with(
                        "list.database.done",
                        "update crm.to_offboard set done_at = :offboarded_at where customer_id = upper(:customer_id)");
        scene.run();

        scene.clock.pass(Duration.ofDays(29));
        assertThat(scene.runs(ExitCode.OK).json().get("notes").toString()).contains("still changes no row");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).json().get("notes").toString()).doesNotContain("changes no row");
    }

    @Test
    void aQueryThatFailedLookedLikeANightWithoutWork() { // 48
        scene.customers(1, 3);
        crm(row(1), "'no-guid', 'x.example'")
                .listedBy("select customer_id::uuid as customer_id, domain from crm.to_offboard");

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(result.failures())
                .singleElement()
                .asString()
                .contains("list.database.query failed", "no-guid", "Nothing of the list was read");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void aQueryThatCannotBeRunIsFoundBeforeDoneHasRun() { // issue 10, point 11
        scene.customers(1, 3).with("grace-period", "0d");
        crm(row(1))
                .listedBy("select customer_id, domain from crm.to_offboard")
                .with(
                        "list.database.done",
                        "update crm.to_offboard set done_at = :offboarded_at where customer_id = :customer_id");
        scene.sql("alter table crm.to_offboard add constraint closed check (done_at is null)");
        scene.run();
        scene.sql("alter table crm.to_offboard drop constraint closed");

        scene.listedBy("select customer_id, domain from crm.nowhere");

        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(scene.jdbc()
                        .sql("select count(*) from crm.to_offboard where done_at is not null")
                        .query(Long.class)
                        .single())
                .isZero();
    }
}
