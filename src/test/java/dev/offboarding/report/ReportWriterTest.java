package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.CsvReading;
import dev.offboarding.kit.Rights;
import dev.offboarding.kit.Sha256;
import dev.offboarding.report.ReportDatabase.Run;
import dev.offboarding.report.verify.Finding;
import dev.offboarding.report.verify.Forgery;
import dev.offboarding.report.verify.ReportVerifier;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportWriterTest {
    private static final String WITHOUT_A_LIST =
            "customer_id,company_name,domain,source,line,outcome,state,hold_reason,hold_until,subscriptions_active_before,"
                    + "subscriptions_suspended,subscriptions_cancelled,subscriptions_failed,removed_at,customer_list,"
                    + "support_contact,delegated_admin,purchasing,message";
    private static final String CUSTOMERS = WITHOUT_A_LIST + ",reason,ticket,requested_by,effective_date";

    @TempDir
    Path reports;

    private final Evidence evidence = new Evidence(ReportDatabase.DATA_SOURCE);
    private final UUID a = UUID.fromString("00000000-0000-0000-0000-00000000000a");
    private final UUID b = UUID.fromString("00000000-0000-0000-0000-00000000000b");

    @Test
    void theFolderHasTheFilesOfTheContractAndNoneIsEmpty() throws Exception {
        Run run = offboarded().file("x.csv", "TAKEN", 1, 1, 0).reject(1, 2, "domain", "none", "{}");

        Path folder = write(run);

        assertThat(folder).isEqualTo(reports.resolve(run.job).resolve(run.id));
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "report.json",
                        "report.html",
                        "customers.csv",
                        "actions.csv",
                        "events.jsonl",
                        "rejects.csv",
                        "manifest.json");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).allSatisfy(file -> assertThat(file).isNotEmptyFile());
        }
    }

    @Test
    void aNightWithNothingToDoLeavesAReportWithoutEmptyFiles() throws Exception {
        Path folder = write(new Run());

        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "report.json", "report.html", "customers.csv", "actions.csv", "manifest.json");
        assertThat(folder.resolve("customers.csv")).hasContent("\uFEFF" + WITHOUT_A_LIST + "\r\n");
        assertThat(folder.resolve("actions.csv"))
                .hasContent(
                        "\uFEFFsequence,at,customer_id,action,target,before,after,result,attempt,correlation_id,message\r\n");
    }

    @Test
    void customersAreInTheOrderOfTheirPositionsHoweverFarApartTheseAre() throws Exception {
        Run run = new Run().customer(a, "HELD").customer(b, "HELD");
        for (String table : List.of("run_case", "run_listing", "run_plan")) {
            ReportDatabase.JDBC.update(
                    "update offboarding.%s set position = position * 2500 where run_id = ?".formatted(table), run.id);
        }

        Path folder = write(run.customer(UUID.fromString("00000000-0000-0000-0000-00000000000c"), "HELD"));

        assertThat(column(folder.resolve("customers.csv"), "customer_id"))
                .extracting(id -> id.substring(id.length() - 1))
                .containsExactly("c", "a", "b");
    }

    @Test
    void writesAreInTheOrderOfTheTrailHoweverMuchOfOthersIsInBetween() throws Exception {
        Run other = new Run();
        Run run = new Run()
                .customer(a, "OFFBOARDED")
                .subscriptions(3, 3, 0, 0)
                .with("planned = ?::json", planned("SUSPEND", "s1", "s2", "s3"))
                .customer(b, "OFFBOARDED")
                .with("planned = ?::json", planned("REMOVE", "r1"));
        run.suspended(a, "s1");
        other.manyEvents(1_997);
        run.suspended(a, "s2"); // two thousand behind the first event
        other.manyEvents(4_500);
        run.intent(b, "REMOVE", "r1");
        other.manyEvents(2_500);
        run.suspended(a, "s3");

        Path folder = write(run);

        assertThat(column(folder.resolve("actions.csv"), "target")).containsExactly("s1", "s2", "r1", "s3");
        assertThat(column(folder.resolve("actions.csv"), "result")).containsExactly("DONE", "DONE", "LOST", "DONE");
    }

    @Test
    void whatWasComparedBeforeTheNextRunLookedAnAnswerUpIsComparedAgain() throws Exception {
        Run run = new Run()
                .customer(a, "SUSPENDED")
                .with("planned = ?::json", planned("SUSPEND", "s1"))
                .subscriptions(1, 0, 0, 0);
        long intent = run.intent(a, "SUSPEND", "s1");
        TrailCompared before = evidence.of(run.id).trail();
        run.outcome(a, "SUSPEND", intent, "s1", "DONE", "suspended");
        run.subscriptions(1, 1, 0, 0);

        ReportSummary summary = new ReportWriter(ReportDatabase.DATA_SOURCE, reports).write(run.id, before);

        assertThat(summary.totals().problems()).isEmpty();
        assertThat(before.answered()).isFalse();
    }

    @Test
    void whatWasComparedOnceAllWasAnsweredIsInTheReport() throws Exception {
        Run run = offboarded();
        TrailCompared real = evidence.of(run.id).trail();
        UnplannedWrite unplanned = new UnplannedWrite(1, a, "REMOVE", "nobody's");

        ReportSummary summary = new ReportWriter(ReportDatabase.DATA_SOURCE, reports)
                .write(run.id, new TrailCompared(real.strays(), List.of(unplanned), real.answered()));

        assertThat(real.answered()).isTrue();
        assertThat(json(summary.folder()).get("problems").valueStream().map(JsonNode::asString))
                .containsExactly(unplanned.inWords());
    }

    private static String planned(String action, String... targets) {
        return Stream.of(targets)
                .map(target -> "{\"action\":\"%s\",\"target\":\"%s\"}".formatted(action, target))
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void customersAreARowEachInTheOrderOfTheRunWithTheListsOtherColumnsBehind() throws Exception {
        Run run = new Run()
                .customer(b, "HELD")
                .with(
                        "hold_reason = 'TERM_COMMITMENT', hold_until = ?, active_before = 2, others = ?::json, message = 'until May'",
                        LocalDate.parse("2027-05-01"),
                        "{\"Cost center\":\"4711\",\"State\":\"Bavaria\"}")
                .customer(a, "OFFBOARDED")
                .with(
                        "state = 'OFFBOARDED', others = ?::json, removed_at = ?, effects = ?::json, reason = 'bankrupt',"
                                + " ticket = 'T-1', requested_by = 'ops', effective_date = ?",
                        "{\"region\":\"south\",\"list_state\":\"x\",\"Cost center\":\"12\"}",
                        OffsetDateTime.parse("2026-11-22T12:46:00.123456+01:00"),
                        "{\"customer_list\":{\"result\":\"CONFIRMED\",\"at\":\"2026-11-22T11:50:00Z\",\"proof\":\"none\"},"
                                + "\"support_contact\":{\"result\":\"CONFIRMED\"},\"delegated_admin\":{\"result\":\"PENDING\"},"
                                + "\"purchasing\":{\"result\":\"INCONCLUSIVE\"}}",
                        LocalDate.parse("2026-11-01"))
                .subscriptions(1, 1, 0, 0)
                .suspended(a, "s1");

        Path folder = write(run);

        assertThat(Files.readString(folder.resolve("customers.csv")))
                .isEqualTo("\uFEFF" + CUSTOMERS + ",Cost center,list_State,region,list_list_state\r\n"
                        + b + ",Contoso,contoso.example,november.csv,2,HELD,MARKED,TERM_COMMITMENT,2027-05-01,2,0,0,0,"
                        + ",,,,,until May,,,,,4711,Bavaria,,\r\n"
                        + a + ",Contoso,contoso.example,november.csv,3,OFFBOARDED,OFFBOARDED,,,1,1,0,0,"
                        + "2026-11-22T11:46:00.123456Z,CONFIRMED,CONFIRMED,PENDING,INCONCLUSIVE,,bankrupt,T-1,ops,2026-11-01,"
                        + "12,,south,x\r\n");
    }

    @Test
    void ofWhatAnEntryMayCarryThoseAreColumnsThatAListHas() throws Exception {
        Path folder =
                write(new Run().customer(a, "HELD").with("ticket = 'T-1', others = ?::json", "{\"reason_2\":\"x\"}"));

        assertThat(Files.readAllLines(folder.resolve("customers.csv")).get(0))
                .isEqualTo("\uFEFF" + WITHOUT_A_LIST + ",ticket,reason_2");
        assertThat(JsonMapper.shared()
                        .readTree(folder.resolve("report.json").toFile())
                        .get("customers")
                        .get(0)
                        .propertyNames())
                .contains("reason", "ticket", "requested_by", "effective_date");
    }

    @Test
    void actionsAreARowForEachAttemptedWriteAndOneWithoutAnswerIsLost() throws Exception {
        Run run = new Run().customer(a, "FAILED").subscriptions(3, 1, 0, 2);
        long first = run.intent(a, "SUSPEND", "s1", "s2");
        long unanswered = run.intent(a, "SUSPEND", "s3");
        long outcome = run.outcome(a, "SUSPEND", first, "s1", "DONE", "suspended", "s2", "REFUSED", "active");

        Path folder = write(run);

        assertThat(Files.readString(folder.resolve("actions.csv")))
                .isEqualTo(
                        "\uFEFFsequence,at,customer_id,action,target,before,after,result,attempt,correlation_id,message\r\n"
                                + "1,2026-11-22T03:30:30.500000Z," + a
                                + ",SUSPEND,s3,,,LOST,1,c-s3,\"No answer was recorded. Whether it"
                                + " took effect is not known yet; the next run reads it back.\"\r\n"
                                + "2,2026-11-22T03:31:00Z," + a + ",SUSPEND,s1,active,suspended,DONE,1,c-s1,\r\n"
                                + "3,2026-11-22T03:31:00Z," + a + ",SUSPEND,s2,active,active,REFUSED,1,c-s2,\r\n");
        JsonNode actions = json(folder).get("actions");
        assertThat(actions).hasSize(3);
        assertThat(actions.get(0).get("intent").asLong()).isEqualTo(unanswered);
        assertThat(actions.get(0).get("outcome").isNull()).isTrue();
        assertThat(actions.get(1).get("intent").asLong()).isEqualTo(first);
        assertThat(actions.get(1).get("outcome").asLong()).isEqualTo(outcome);
        assertThat(actions.get(2).get("result").asString()).isEqualTo("REFUSED");
        assertThat(actions.get(2).get("sequence").asInt()).isEqualTo(3);
    }

    @Test
    void rejectedRowsComeBackWithTheirOriginalCells() throws Exception {
        Run run = new Run()
                .file("november.csv", "TAKEN", 2, 2, 0)
                .reject(1, 9, "domain", "two\nlines", "{\"Microsoft ID\":\"x\",\"Note\":\"=1+1\",\"Line\":\"5\"}")
                .reject(1, 3, "customer_id", "no GUID", "{\"Microsoft ID\":\" a\\r\\nb\\t\\u202e\",\"more\":\"'-x\"}");

        Path folder = write(run);

        assertThat(Files.readString(folder.resolve("rejects.csv")))
                .isEqualTo("\uFEFFsource,line,column,problem,remedy,Microsoft ID,more,Note,list_Line\r\n"
                        + "november.csv,3,customer_id,no GUID,write a GUID,\" a\r\nb\t\u202e\",\"''-x\",,\r\n"
                        + "november.csv,9,domain,two␊lines,write a GUID,x,,\"'=1+1\",5\r\n");
        JsonNode rejects = json(folder).get("rejects");
        assertThat(rejects).hasSize(2);
        assertThat(rejects.get(1).get("column").asString()).isEqualTo("domain");
        assertThat(rejects.get(1).get("cells").get("Note").asString()).isEqualTo("=1+1");
    }

    @Test
    void theRecordBeginsAsTheContractSaysAndHasEverythingOfTheOtherFiles() throws Exception {
        Run run = new Run()
                .file("november.csv", "TAKEN", 3, 1, 0)
                .file("bad.csv", "REFUSED", 2, 0, 0)
                .reject(1, 3, "customer_id", "no GUID", "{}")
                .set("stop_reason", "SIGNAL")
                .set("interrupted", true)
                .customer(a, "OFFBOARDED")
                .with(
                        "holds = ?::json, planned = ?::json, holdings = ?::json, suspended_ids = '{s1}', others = ?::json",
                        "[{\"reason\":\"AZURE_PLAN\"}, {\"reason\":\"MARKETPLACE\"}]",
                        "[{\"action\":\"SUSPEND\",\"target\":\"s1\"}]",
                        "[{\"id\":\"s1\",\"price\":1.10}]",
                        "{\"region\":\"south\",\"holds\":\"theirs\"}")
                .subscriptions(4, 1, 0, 1)
                .suspended(a, "s1")
                .customer(b, "HELD");

        Path folder = write(run);

        String text = Files.readString(folder.resolve("report.json"));
        JsonNode report = json(folder);
        assertThat(report.propertyNames())
                .containsExactly(
                        "job",
                        "run_id",
                        "mode",
                        "started_at",
                        "ended_at",
                        "exit_code",
                        "interrupted",
                        "plan_id",
                        "totals",
                        "reactivated",
                        "limits",
                        "files",
                        "facts",
                        "failures",
                        "notes",
                        "due_ahead",
                        "problems",
                        "stop_reason",
                        "stop_message",
                        "platform",
                        "population",
                        "population_complete",
                        "way_back",
                        "customers",
                        "actions",
                        "rejects");
        assertThat(text).contains("""
                          "mode": "run",
                          "started_at": "2026-11-22T03:30:00.000000Z",
                          "ended_at": "2026-11-22T03:33:00.000000Z",
                          "exit_code": 0,
                          "interrupted": true,
                          "plan_id": "p-1",
                          "totals": {
                            "rows": {"read": 5, "accepted": 2, "duplicates": 0, "rejected": 3},
                            "customers": {"total": 2, "OFFBOARDED": 1, "HELD": 1},
                            "subscriptions": {"active_before": 4, "suspended": 1, "cancelled": 0, "failed": 1, "left": 2}
                          },
                          "reactivated": 0,
                          "limits": {
                            "max-customers": {"limit": 25, "planned": 2}
                          },
                          "files": [
                            {"name": "november.csv",""".indent(2).stripTrailing());
        assertThat(report.get("files").get(1).get("reason").asString()).isEqualTo("no customer_id column");
        assertThat(report.get("facts").get("program").asString()).isEqualTo("offboarding");
        assertThat(report.get("problems")).isEmpty();
        assertThat(report.get("stop_reason").asString()).isEqualTo("SIGNAL");
        JsonNode customer = report.get("customers").get(0);
        assertThat(customer.get("case_id").asLong()).isEqualTo(7);
        assertThat(customer.get("holds")).hasSize(2);
        assertThat(customer.get("planned").get(0).get("target").asString()).isEqualTo("s1");
        assertThat(customer.get("suspended_ids").get(0).asString()).isEqualTo("s1");
        assertThat(customer.get("others").get("holds").asString()).isEqualTo("theirs");
        assertThat(text).contains("\"holdings\": [{\"id\": \"s1\", \"price\": 1.10}]");
        assertEachCellIsInTheRecord(CsvReading.file(folder.resolve("customers.csv")), report.get("customers"));
        assertEachCellIsInTheRecord(CsvReading.file(folder.resolve("actions.csv")), report.get("actions"));
        assertEachCellIsInTheRecord(CsvReading.file(folder.resolve("rejects.csv")), report.get("rejects"));
    }

    @Test
    void aCustomerIsOneLineOfTheRecordSoThatTwoNightsCanBeCompared() throws Exception {
        Path folder = write(offboarded());

        assertThat(Files.readAllLines(folder.resolve("report.json")))
                .filteredOn(line -> line.contains(a.toString()) && line.contains("\"outcome\": \"OFFBOARDED\""))
                .singleElement()
                .asString()
                .startsWith("    {\"customer_id\": \"" + a)
                .endsWith("}");
    }

    @Test
    void aRunThatStoppedBeforeItsLimitsHasARecordToo() throws Exception {
        JsonNode report =
                json(write(new Run().set("limits", null).set("ended_at", null).set("exit_code", null)));

        assertThat(report.get("limits").isNull()).isTrue();
        assertThat(report.get("ended_at").isNull()).isTrue();
        assertThat(report.get("exit_code").isNull()).isTrue();
    }

    @Test
    void whatDoesNotBalanceAndWhatWasNotPlannedIsSaidInTheRecord() throws Exception {
        Run run = new Run().customer(a, "OFFBOARDED").subscriptions(1, 1, 0, 0);
        run.intent(a, "REMOVE", "a");

        assertThat(json(write(run)).get("problems").valueStream().map(JsonNode::asString))
                .anyMatch(text -> text.startsWith("Subscriptions suspended: the cases say 1, the audit trail shows 0."))
                .anyMatch(text -> text.startsWith("REMOVE of a for customer " + a + " was asked for"));
    }

    @Test
    void theTrailIsALineAnEventInTheFormItsHashIsTakenOf() throws Exception {
        Run other = new Run();
        Run run = new Run();
        run.event("RECEIVED", null, null, null, "{\"text\":\"a\\nb \\ud83d\"}");
        long between = other.event("NOTE", null, null, null, "{}");
        long intent = run.intent(a, "SUSPEND", "s1");
        long outcome = run.outcome(a, "SUSPEND", intent, "s1", "NOT_SENT", "");

        List<String> lines = Files.readAllLines(write(run).resolve("events.jsonl"));

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains(",\"data\":{\"text\":\"a\\nb \\ud83d\"},\"previous\":\"");
        assertThat(lines.get(1))
                .isEqualTo("{\"sequence\":" + intent + ",\"at\":\"2026-11-22T03:30:30.500000Z\",\"job\":\"" + run.job
                        + "\",\"run_id\":\"" + run.id + "\",\"platform\":\"ledger\",\"customer_id\":\"" + a
                        + "\",\"kind\":\"INTENT\",\"action\":\"SUSPEND\",\"answers\":null,\"data\":{\"writes\":[{\"target\":\"s1\","
                        + "\"attempt\":1,\"correlation_id\":\"c-s1\"}]},\"previous\":\"" + hash(between)
                        + "\",\"hash\":\""
                        + hash(intent) + "\"}");
        JsonNode last = JsonMapper.shared().readTree(lines.get(2));
        assertThat(last.get("sequence").asLong()).isEqualTo(outcome);
        assertThat(last.get("answers").asLong()).isEqualTo(intent);
        assertThat(last.get("previous").asString()).isEqualTo(hash(intent));
    }

    @Test
    void theManifestHashesEveryOtherFileAndItself() throws Exception {
        Run run = offboarded();
        run.file("november.csv", "TAKEN", 1, 1, 0).reject(1, 3, "customer_id", "no GUID", "{}");

        Path folder = write(run);

        JsonNode manifest = manifest(folder);
        assertThat(manifest.propertyNames())
                .containsExactly(
                        "job",
                        "run_id",
                        "files",
                        "previous_run",
                        "chain",
                        "facts",
                        "lists",
                        "signature",
                        "manifest_sha256");
        assertThat(manifest.get("facts")).isEqualTo(json(folder).get("facts"));
        assertThat(manifest.get("lists").get(0).toString())
                .isEqualTo("{\"name\":\"november.csv\",\"sha256\":\"%s\",\"status\":\"TAKEN\"}"
                        .formatted("ab".repeat(32)));
        assertThat(manifest.get("run_id").asString()).isEqualTo(run.id);
        assertThat(manifest.get("files").propertyNames())
                .containsExactlyInAnyOrder(
                        "report.json", "report.html", "customers.csv", "actions.csv", "events.jsonl", "rejects.csv");
        for (var file : manifest.get("files").properties()) {
            assertThat(file.getValue().asString())
                    .isEqualTo(Sha256.hexOf(Files.readAllBytes(folder.resolve(file.getKey()))));
        }
        String own = manifest.get("manifest_sha256").asString();
        String text = Files.readString(folder.resolve("manifest.json"));
        assertThat(Sha256.hexOf(text.replace(own, "").getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(own);
    }

    @Test
    void theManifestNamesTheHeadOfTheChainAlsoWhereAnotherJobWroteAfterTheRun() throws Exception {
        Run run = new Run().customer(a, "HELD");
        long first = run.event("RECEIVED", a, null, null, "{}");
        long last = run.event("SEEN", a, null, null, "{}");
        long head = new Run().event("RECEIVED", null, null, null, "{}");

        JsonNode chain = manifest(write(run)).get("chain");

        assertThat(chain.get("first_sequence").asLong()).isEqualTo(first);
        assertThat(chain.get("last_sequence").asLong()).isEqualTo(last);
        assertThat(chain.get("head_sequence").asLong()).isEqualTo(head);
        assertThat(chain.get("head").asString()).isEqualTo(hash(head));
    }

    @Test
    void theReportsOfAJobAreAChainAlsoPastARunThatLeftNone() throws Exception {
        String job = "chain-" + UUID.randomUUID();
        Run first = new Run(job, "20261120T033000Z", "2026-11-20T03:30:00Z");
        new Run(job, "20261121T033000Z", "2026-11-21T03:30:00Z");
        Run third = new Run(job, "20261122T033000Z", "2026-11-22T03:30:00Z");
        new Run("another-" + job, "20261121T043000Z", "2026-11-21T04:30:00Z");

        JsonNode one = manifest(write(first));
        JsonNode three = manifest(write(third));

        assertThat(one.get("previous_run").isNull()).isTrue();
        assertThat(one.has("previous_run_note")).isFalse();
        assertThat(three.get("previous_run").get("run_id").asString()).isEqualTo(first.id);
        assertThat(three.get("previous_run").get("manifest_sha256").asString())
                .isEqualTo(one.get("manifest_sha256").asString());
    }

    @Test
    void aReportThatWasTakenAwayIsMissedByTheNext() throws Exception {
        String job = "chain-" + UUID.randomUUID();
        Run first = new Run(job, "20261120T033000Z", "2026-11-20T03:30:00Z")
                .set("reported_at", OffsetDateTime.parse("2026-11-20T03:31:00Z"));
        Run second = new Run(job, "20261121T033000Z", "2026-11-21T03:30:00Z");

        JsonNode manifest = manifest(write(second));

        assertThat(manifest.get("previous_run").isNull()).isTrue();
        assertThat(manifest.get("previous_run_note").asString())
                .startsWith("The report of the previous run, " + first.id + ", is not in ");
    }

    @Test
    void textFromOutsideStaysDataInEveryFile() throws Exception {
        String emoji = "😀".repeat(2_500);
        Run run = new Run()
                .customer(a, "HELD")
                .with(
                        "company_name = ?, domain = ?, reason = ?, ticket = ?, requested_by = ?, message = ?, others = ?::json",
                        "=HYPERLINK(\"http://evil.example\")",
                        "＝cmd|' /C calc'!A0",
                        "<script>alert(1)</script>",
                        "line one\r\nline two\u2028three",
                        "\u202Egpj.exe\u2066\u0000".replace("\u0000", ""),
                        emoji,
                        "{\"@SUM(A1)\":\"+49 89 1\",\"tab\":\"\\t=1\",\"half\":\"\\ud83d!\"}");

        Path folder = write(run);

        List<List<String>> rows = CsvReading.file(folder.resolve("customers.csv"));
        Map<String, String> row = row(rows, 1);
        assertThat(rows).hasSize(2);
        assertThat(row)
                .containsEntry("company_name", "'=HYPERLINK(\"http://evil.example\")")
                .containsEntry("domain", "'＝cmd|' /C calc'!A0")
                .containsEntry("reason", "<script>alert(1)</script>")
                .containsEntry("ticket", "line one␍␊line two\uFFFDthree")
                .containsEntry("requested_by", "\uFFFDgpj.exe\uFFFD")
                .containsEntry("message", emoji)
                .containsEntry("'@SUM(A1)", "'+49 89 1")
                .containsEntry("tab", "'␉=1")
                .containsEntry("half", "?!");
        assertThat(Files.readString(folder.resolve("customers.csv")).lines()).hasSize(2);
        JsonNode customer = json(folder).get("customers").get(0);
        assertThat(customer.get("company_name").asString()).isEqualTo("=HYPERLINK(\"http://evil.example\")");
        assertThat(customer.get("ticket").asString()).isEqualTo("line one\r\nline two\u2028three");
        assertThat(customer.get("message").asString()).isEqualTo(emoji);
    }

    @Test
    void anEmptyRunDidNotOverwriteTheReport() throws Exception {
        Run run = offboarded();
        Path folder = write(run);
        Map<String, String> before = hashes(folder);
        ReportDatabase.JDBC.update("update offboarding.run set reported_at = now() where run_id = ?", run.id);
        ReportDatabase.JDBC.update("delete from offboarding.run_case where run_id = ?", run.id);

        assertThatThrownBy(() -> write(run))
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("never overwritten");

        assertThat(hashes(folder)).isEqualTo(before);
        assertThat(reports.resolve(run.job).toFile().list()).containsExactly(run.id);
        Path empty = write(new Run(run.job, "20261123T033000Z", "2026-11-23T03:30:00Z"));
        assertThat(empty).isNotEqualTo(folder);
        assertThat(hashes(folder)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 1_000, 2_500, 4_000})
    void aDiskThatFillsUpLeavesNothingVisibleAndIsCalledByItsName(int room) {
        Run run = offboarded();
        ReportWriter writer =
                new ReportWriter(ReportDatabase.DATA_SOURCE, reports, Rights.USER_AND_GROUP, null, fillsUpAfter(room));

        assertThatThrownBy(() -> writer.write(run.id))
                .isInstanceOf(EvidenceException.class)
                .hasMessageStartingWith("The report of run " + run.id + " could not be written in "
                        + reports.resolve(run.job) + ": the disk is full.");

        assertThat(reports.resolve(run.job)).isEmptyDirectory();
    }

    /** Somebody who may write there is quicker than the rename. */
    @ParameterizedTest
    @ValueSource(strings = {"report.json", "customers.csv", "actions.csv", "events.jsonl", "report.html"})
    void aFileThatIsChangedBeforeTheReportAppearsIsNamed(String name) {
        ReportSummary summary = write(
                offboarded(), writing -> Files.writeString(writing.resolve(name), " ", StandardOpenOption.APPEND));

        assertThat(summary.findings())
                .anyMatch(finding -> finding.contains("not in order: " + name + ": SHA-256: expected "));
        assertThat(new ReportVerifier(null).verify(summary.folder()).findings())
                .extracting(Finding::file)
                .contains(name);
    }

    /** The manifest that somebody has made fits what is there; only it is not the one that was written. */
    @Test
    void aReportThatIsRebuiltBeforeItAppearsIsNamedToo() {
        ReportSummary summary = write(
                offboarded(),
                writing -> Forgery.of(writing)
                        .text("report.html", html -> html + "<!-- -->")
                        .sealed()
                        .in(writing));

        assertThat(new ReportVerifier(null).verify(summary.folder()).findings())
                .extracting(Finding::what)
                .doesNotContain("SHA-256", "manifest_sha256");
        assertThat(summary.findings())
                .anyMatch(finding -> finding.contains(
                        "not in order: manifest.json: manifest_sha256: expected " + summary.manifestSha256()));
    }

    @Test
    void aDatabaseThatFailsInTheMiddleLeavesNothingBehind() {
        Run run = offboarded();
        run.event("OUTCOME", a, "SUSPEND", null, "this is no JSON");

        assertThatThrownBy(() -> write(run)).isInstanceOf(RuntimeException.class);

        assertThat(reports.resolve(run.job)).isEmptyDirectory();
    }

    @Test
    void aFileWhereTheReportsShouldBeIsSaidPlainly() throws Exception {
        Path file = Files.createFile(reports.resolve("file"));
        Run run = new Run();

        assertThatThrownBy(() -> new ReportWriter(ReportDatabase.DATA_SOURCE, file).write(run.id))
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("there is a file where a folder is needed");
    }

    @Test
    void aRunThatNobodyKnowsHasNoReport() {
        assertThatThrownBy(() -> new ReportWriter(ReportDatabase.DATA_SOURCE, reports).write("nobody"))
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("There is no run \"nobody\"");
        assertThat(reports).isEmptyDirectory();
    }

    @Test
    void whatAnotherJobWritesMeanwhileIsNotHalfInTheReport() throws Exception {
        Run run = new Run().customer(a, "HELD");
        boolean[] done = {false};
        ReportWriter writer =
                new ReportWriter(ReportDatabase.DATA_SOURCE, reports, Rights.USER_AND_GROUP, null, file -> {
                    if (!done[0]) {
                        done[0] = true;
                        run.customer(b, "HELD");
                        run.intent(b, "SUSPEND", "s1");
                    }
                    return file;
                });

        Path folder = writer.write(run.id).folder();

        assertThat(done[0]).isTrue();
        assertThat(json(folder).get("totals").get("customers").get("total").asInt())
                .isEqualTo(1);
        assertThat(CsvReading.file(folder.resolve("customers.csv"))).hasSize(2);
        assertThat(folder.resolve("events.jsonl")).doesNotExist();
    }

    @Test
    void theSummaryCountsWhatTheTerminalShows() {
        Run run = new Run()
                .file("november.csv", "TAKEN", 2, 1, 0)
                .file("bad.csv", "REFUSED", 4, 0, 0)
                .reject(1, 3, "customer_id", "no GUID", "{}")
                .customer(a, "HELD")
                .with("hold_reason = 'NOT_DUE'")
                .customer(b, "SUSPENDED")
                .with("hold_reason = 'GRACE_PERIOD'");
        run.customer(UUID.randomUUID(), "HELD").with("hold_reason = 'NOT_DUE'");

        ReportSummary summary = new ReportWriter(ReportDatabase.DATA_SOURCE, reports).write(run.id);

        assertThat(summary.outcomes()).isEqualTo(Map.of("HELD", 2L, "SUSPENDED", 1L));
        // who is suspended is not among those who are held
        assertThat(summary.holds().toString()).isEqualTo("{NOT_DUE=2}");
        assertThat(summary.rowsRejected()).isEqualTo(5);
        assertThat(summary.filesRefused()).isEqualTo(1);
        assertThat(summary.unplanned()).isEmpty();
    }

    private Run offboarded() {
        return new Run()
                .customer(a, "OFFBOARDED")
                .with("planned = ?::json", "[{\"action\":\"SUSPEND\",\"target\":\"s1\"}]")
                .subscriptions(1, 1, 0, 0)
                .suspended(a, "s1");
    }

    private Path write(Run run) {
        return new ReportWriter(ReportDatabase.DATA_SOURCE, reports)
                .write(run.id)
                .folder();
    }

    private static List<String> column(Path csv, String name) throws IOException {
        List<List<String>> rows = CsvReading.file(csv);
        int column = rows.get(0).indexOf(name);
        return rows.stream().skip(1).map(row -> row.get(column)).toList();
    }

    private static JsonNode json(Path folder) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(folder.resolve("report.json")));
    }

    private static JsonNode manifest(Path folder) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(folder.resolve("manifest.json")));
    }

    private static String hash(long sequence) {
        String hash = ReportDatabase.JDBC.queryForObject(
                "select encode(hash, 'hex') from offboarding.event where sequence = ?", String.class, sequence);
        assertThat(hash).hasSize(64);
        return String.valueOf(hash);
    }

    private static Map<String, String> hashes(Path folder) throws IOException {
        Map<String, String> hashes = new java.util.TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                hashes.put(file.getFileName().toString(), Sha256.hexOf(Files.readAllBytes(file)));
            }
        }
        return hashes;
    }

    private static Map<String, String> row(List<List<String>> rows, int index) {
        Map<String, String> row = new java.util.LinkedHashMap<>();
        for (int i = 0; i < rows.get(0).size(); i++) {
            row.put(rows.get(0).get(i), rows.get(index).get(i));
        }
        return row;
    }

    private static void assertEachCellIsInTheRecord(List<List<String>> rows, JsonNode record) {
        assertThat(record).hasSize(rows.size() - 1);
        List<String> notThere = new ArrayList<>(Arrays.asList("holds"));
        for (int i = 1; i < rows.size(); i++) {
            JsonNode there = record.get(i - 1);
            row(rows, i).forEach((column, cell) -> {
                JsonNode value = there.path(column);
                if (!notThere.contains(column)) {
                    assertThat(value.isMissingNode() || value.isNull() ? "" : value.asString())
                            .as(column)
                            .isEqualTo(cell);
                }
            });
        }
    }

    private interface Meddler {
        void meddle(Path writing) throws IOException;
    }

    /** Somebody is at the hidden folder as soon as all of the report has reached the disk, and before anybody has looked at it. */
    private ReportSummary write(Run run, Meddler meddler) {
        return new ReportWriter(
                        ReportDatabase.DATA_SOURCE,
                        reports,
                        Rights.USER_AND_GROUP,
                        null,
                        file -> new FilterOutputStream(file) {
                            @Override
                            public void write(byte[] bytes, int offset, int length) throws IOException {
                                out.write(bytes, offset, length);
                            }

                            @Override
                            public void flush() throws IOException {
                                super.flush();
                                Path writing = onlyFolderIn(reports.resolve(run.job));
                                if (Files.exists(writing.resolve("manifest.json"))) {
                                    meddler.meddle(writing);
                                }
                            }
                        })
                .write(run.id);
    }

    private static Path onlyFolderIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.reduce((one, other) -> {
                        throw new AssertionError("%s and %s".formatted(one, other));
                    })
                    .orElseThrow();
        }
    }

    private static java.util.function.UnaryOperator<OutputStream> fillsUpAfter(int room) {
        int[] left = {room};
        return file -> new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                left[0] -= length;
                if (left[0] < 0) {
                    throw new IOException("No space left on device");
                }
                file.write(bytes, offset, length);
            }
        };
    }
}
