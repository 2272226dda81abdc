package dev.offboarding.run.nights;

import static dev.offboarding.run.Scene.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.Adoption;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.FileSystemUtils;

/** Beside a list that was taken stands what became of each of its rows, also in later nights. */
@Execution(ExecutionMode.CONCURRENT)
class ResultFilesTest {

    private static final String ARCHIVED = "archive/list.csv";
    private static final LocalDate LATER = LocalDate.parse("2026-03-12");

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Path result(String archived) {
        return scene.inbox().resolve(archived + ".result.csv");
    }

    private List<Map<String, String>> rows(String archived) {
        return Scene.csv(result(archived));
    }

    private void listedWithOneForLater() {
        scene.customers(1, 4);
        scene.inboxFile(
                "list.csv",
                "customer_id,domain,effective_date,cost centre\n%s,customer-1.example,,=1+1\n%s,customer-2.example,%s,b\n%s,customer-1.example,,=1+1\nx,y,,c\n"
                        .formatted(id(1), id(2), LATER, id(1)));
    }

    @Test
    void eachRowSaysWhatBecameOfItTonightAndInLaterNights() throws IOException {
        listedWithOneForLater();

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        String run = report.folder().getFileName().toString();
        List<Map<String, String>> rows = rows(ARCHIVED);
        assertThat(Files.readString(result(ARCHIVED)).lines().findFirst().orElseThrow())
                .endsWith(
                        "customer_id,domain,effective_date,cost centre,result_outcome,result_state,result_hold_reason,result_hold_until,result_message,result_run,result_apostrophes");
        assertThat(rows)
                .extracting(row -> row.get("result_outcome"))
                .containsExactly("OFFBOARDED", "HELD", "DUPLICATE", "REJECTED");
        assertThat(rows.get(0))
                .containsEntry("customer_id", id(1).toString())
                .containsEntry("result_state", "OFFBOARDED")
                .containsEntry("result_run", run)
                .containsEntry("cost centre", "'=1+1");
        assertThat(rows.get(1))
                .containsEntry("result_state", "MARKED")
                .containsEntry("result_hold_reason", "NOT_DUE")
                .containsEntry("result_hold_until", LATER.toString());
        assertThat(rows.get(2).get("result_message")).contains("line 2");
        assertThat(rows.get(3).get("result_message")).contains("is not a GUID");

        scene.clock.pass(Duration.ofDays(3));
        String next = scene.runs(ExitCode.OK).folder().getFileName().toString();

        assertThat(rows(ARCHIVED))
                .extracting(row -> row.get("result_outcome"))
                .containsExactly("OFFBOARDED", "OFFBOARDED", "DUPLICATE", "REJECTED");
        assertThat(rows(ARCHIVED)).extracting(row -> row.get("result_run")).startsWith(run, next);
        assertThat(scene.count("offboarding.archived_list"))
                .as("lists of which something is open")
                .isZero();
    }

    @Test
    void aRowThatWasTakenWasRejectedBesideItsListOnceDatesAreWrittenOtherwise() {
        listedWithOneForLater();
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.clock.pass(Duration.ofDays(1));
        scene.with("list.date-format", "dd/MM/yyyy").runs(ExitCode.OK);

        assertThat(rows(ARCHIVED))
                .extracting(row -> row.get("result_outcome"))
                .containsExactly("OFFBOARDED", "HELD", "DUPLICATE", "REJECTED");
    }

    /** Its case is closed once that is told; what was told is that it is held. */
    @Test
    void whoIsNoCustomerWasHeldInTheReportAndIsHeldBesideTheList() {
        scene.customers(1, 4);
        oneTonightAndOneLater(7);
        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(report.outcome(7)).isEqualTo("HELD");

        assertThat(rows(ARCHIVED).get(0))
                .containsEntry("result_outcome", "HELD")
                .containsEntry("result_state", "WITHDRAWN")
                .containsEntry("result_hold_reason", "NOT_A_RESELLER_CUSTOMER");

        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);
        assertThat(rows(ARCHIVED).get(0)).containsEntry("result_outcome", "HELD");
    }

    /** It said OFFBOARDED, and that the customer is back. */
    @Test
    void whoIsBackIsSoBesideTheListOnTheNightThatReportsIt() {
        listedWithOneForLater();
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", id(1));
        scene.clock.pass(Duration.ofDays(1));

        Scene.Report night = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(rows(ARCHIVED).get(0))
                .containsEntry("result_outcome", night.outcome(1))
                .containsEntry("result_state", "OFFBOARDED")
                .containsEntry(
                        "result_message", night.customer(1).get("message").asString())
                .containsEntry("result_run", runId(night));
        assertThat(night.outcome(1)).isEqualTo("RE_ESTABLISHED");

        scene.clock.pass(Duration.ofHours(1));
        scene.runs(ExitCode.OK);
        assertThat(rows(ARCHIVED).get(0))
                .as("told once; the customer is back all the same")
                .containsEntry("result_outcome", "RE_ESTABLISHED")
                .containsEntry(
                        "result_message", night.customer(1).get("message").asString())
                .containsEntry("result_run", runId(night));
    }

    /** In this order; the later one is customer 2. */
    private void oneTonightAndOneLater(int tonight) {
        scene.inboxFile(
                "list.csv",
                "customer_id,domain,effective_date\n%s,customer-%d.example,\n%s,customer-2.example,%s\n"
                        .formatted(id(tonight), tonight, id(2), LATER));
    }

    private static String runId(Scene.Report report) {
        return report.json().get("run_id").asString();
    }

    @Test
    void aRowThatIsNothingNewSaysSoAndAResultThatComesBackListsNobodyAgain() throws IOException {
        listedWithOneForLater();
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.clock.pass(Duration.ofHours(12));
        byte[] result = Files.readAllBytes(result(ARCHIVED));

        scene.inboxFile("again.csv", result);
        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.outcome(2)).isEqualTo("HELD");
        assertThat(scene.count("offboarding.offboarding_case")).isEqualTo(2);
        assertThat(rows("archive/again.csv"))
                .extracting(row -> row.get("result_outcome"))
                .containsExactly("NOTHING_NEW", "NOTHING_NEW", "DUPLICATE", "REJECTED");
        assertThat(rows("archive/again.csv").get(0).keySet())
                .filteredOn(name -> name.startsWith("result_"))
                .hasSize(7);
    }

    @Test
    void aResultThatCannotBeWrittenEndsNoNightAndComesWithALaterOne() throws IOException {
        listedWithOneForLater();
        Path inTheWay = Files.createDirectories(result(ARCHIVED).resolve("x"));

        // what is there already is not written over: the list gets another name
        scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(inTheWay).exists();
        String archived = scene.inboxFiles().stream()
                .filter(name -> name.startsWith("archive/list.") && name.endsWith("Z.csv"))
                .findFirst()
                .orElseThrow();
        Path unfinished = result(archived)
                .resolveSibling(".%s.part".formatted(result(archived).getFileName()));
        Files.delete(result(archived));
        Files.createDirectories(unfinished.resolve("x"));
        scene.clock.pass(Duration.ofHours(12));
        scene.runs(ExitCode.OK);
        assertThat(result(archived)).doesNotExist();

        Files.delete(unfinished.resolve("x"));
        scene.clock.pass(Duration.ofHours(12));
        scene.runs(ExitCode.OK);
        assertThat(rows(archived)).hasSize(4);
    }

    @Test
    void whoeverTakesTheListAwayHasNoResultWritten() throws IOException {
        listedWithOneForLater();
        scene.runs(ExitCode.NEEDS_ATTENTION);
        Files.delete(scene.inbox().resolve(ARCHIVED));
        Files.delete(result(ARCHIVED));

        scene.clock.pass(Duration.ofHours(12));
        scene.runs(ExitCode.OK);

        assertThat(result(ARCHIVED)).doesNotExist();
        assertThat(scene.count("offboarding.archived_list")).isZero();
    }

    /** The others' rows lost their run, SUSPENDED became HELD and FAILED became PLANNED until the next night: no such run looks at them. */
    @ParameterizedTest
    @EnumSource(
            value = InterventionKind.class,
            names = {"WITHDRAW", "CLOSE"})
    void whatIsAskedForOneCustomerLeavesTheOthersRowsAsTheLastNightToldThem(InterventionKind kind) {
        scene.customers(1, 6).with("grace-period", "2d");
        scene.subscription(1, "license", "active");
        UUID refused = scene.subscription(3, "license", "active");
        scene.sql(
                "create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$");
        scene.sql(
                "create trigger refuse before update on ledger.subscription for each row when (old.subscription_id = '%s') execute function public.refuse()"
                        .formatted(refused));
        scene.inboxFile(
                "list.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,\n%s,customer-2.example,%s\n%s,customer-3.example,\n%s,customer-4.example,%s\n%s,customer-5.example,%s\n"
                        .formatted(id(1), id(2), LATER, id(3), id(4), LATER, id(5), LATER));
        String night = runId(scene.runs(ExitCode.NEEDS_ATTENTION));
        List<Map<String, String>> before = rows(ARCHIVED);
        assertThat(before)
                .extracting(row -> row.get("result_outcome"))
                .containsExactly("SUSPENDED", "HELD", "FAILED", "HELD", "HELD");
        assertThat(before).extracting(row -> row.get("result_run")).containsOnly(night);

        for (int asked = 4; asked <= 5; asked++) {
            scene.clock.pass(Duration.ofMinutes(1));
            scene.asks(kind, asked, "a mistake");
            String run = runId(Scene.report(scene.carriesOut()));

            assertThat(rows(ARCHIVED).subList(0, 3)).isEqualTo(before.subList(0, 3));
            assertThat(rows(ARCHIVED).get(asked - 1))
                    .containsEntry("result_outcome", kind == InterventionKind.CLOSE ? "CLOSED" : "WITHDRAWN")
                    .containsEntry("result_run", run);
        }
        assertThat(rows(ARCHIVED).get(3).get("result_run"))
                .isNotEqualTo(rows(ARCHIVED).get(4).get("result_run"));
    }

    /** Whatever was told of it last: of a closed case it is known how it ended. */
    @Test
    void aCaseThatEndedIsNeverTakenForAnotherJobs() {
        scene.customers(1, 4);
        oneTonightAndOneLater(1);
        String night = runId(scene.runs(ExitCode.OK));
        scene.sql("delete from offboarding.last_result");
        scene.clock.pass(Duration.ofMinutes(1));

        scene.asks(InterventionKind.WITHDRAW, 2, "a mistake");
        scene.carriesOut();

        assertThat(rows(ARCHIVED).get(0))
                .containsEntry("result_outcome", "OFFBOARDED")
                .containsEntry("result_state", "OFFBOARDED")
                .containsEntry("result_run", night);
    }

    /** Of each open case it is known how it stands, and of each closed one how it ended. */
    @Test
    void whatAnEarlierVersionToldIsToldOnAfterAWithdrawalOfAnother() {
        scene.customers(1, 6).with("grace-period", "2d");
        scene.subscription(1, "license", "active");
        scene.inboxFile(
                "list.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,\n%s,customer-2.example,%s\n%s,customer-3.example,%s\n%s,customer-4.example,%s\n"
                        .formatted(id(1), id(2), LATER, id(3), LATER, id(4), LATER));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofMinutes(1));
        scene.asks(InterventionKind.WITHDRAW, 3, "a mistake");
        scene.carriesOut();
        List<Map<String, String>> before = rows(ARCHIVED);
        scene.sql("drop table offboarding.last_result");
        scene.sql("alter table offboarding.saved_plan drop column from_last_list");
        scene.sql("delete from offboarding.offboarding_schema_history where version in ('75', '76')");

        scene.clock.pass(Duration.ofMinutes(1));
        scene.asks(InterventionKind.WITHDRAW, 4, "a mistake");
        scene.carriesOut();

        assertThat(rows(ARCHIVED).subList(0, 2)).isEqualTo(before.subList(0, 2));
        assertThat(rows(ARCHIVED))
                .extracting(row -> row.get("result_outcome"))
                .containsExactly("SUSPENDED", "HELD", "WITHDRAWN", "WITHDRAWN");
        assertThat(rows(ARCHIVED).get(2).get("result_run"))
                .isEqualTo(before.get(2).get("result_run"));
    }

    /** Its report is written by the withdrawal, which has looked at nobody else. */
    @Test
    void aNightThatCouldNotReportTellsTheRowsAllTheSame() throws Exception {
        scene.customers(1, 4).with("grace-period", "2d");
        scene.subscription(1, "license", "active");
        oneTonightAndOneLater(1);
        scene.gateBefore("update on offboarding.run", "new.ended_at is not null");
        CompletableFuture<RunResult> night = CompletableFuture.supplyAsync(scene.loaded()::start);
        scene.awaitSomebodyAtTheGate();
        String run = scene.jdbc()
                .sql("select run_id from offboarding.run")
                .query(String.class)
                .single();
        Path report = scene.folder().resolve("reports/nightly").resolve(run);
        Files.createDirectories(report.resolve("x"));
        scene.openTheGate();
        assertThat(night.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        FileSystemUtils.deleteRecursively(report);

        scene.clock.pass(Duration.ofMinutes(1));
        scene.asks(InterventionKind.WITHDRAW, 2, "a mistake");
        String withdrawn = runId(Scene.report(scene.carriesOut()));

        assertThat(rows(ARCHIVED))
                .extracting(row -> row.get("result_outcome"))
                .containsExactly("SUSPENDED", "WITHDRAWN");
        assertThat(rows(ARCHIVED)).extracting(row -> row.get("result_run")).containsExactly(run, withdrawn);
    }

    /** The rows went along with their cases, and the file beside the list said what the job had said under its old name, for good. */
    @Test
    void theResultsOfARenamedJobsListsGoAlongWithItsCases() {
        listedWithOneForLater();
        scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.renamed("other");
        Adoption.Result adopted = new Adoption(scene.read(), scene.folder().resolve(".offboarding"), scene.clock)
                .adopt(new Adoption.Request("nightly", null, "renamed", "Ada"));
        assertThat(adopted.exitCode()).as("%s", adopted.lines()).isEqualTo(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(2));

        assertThat(scene.runs(ExitCode.OK).outcome(2)).isEqualTo("OFFBOARDED");

        assertThat(rows(ARCHIVED))
                .extracting(row -> row.get("result_outcome"))
                .containsExactly("OFFBOARDED", "OFFBOARDED", "DUPLICATE", "REJECTED");
    }
}
