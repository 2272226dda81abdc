package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.HoldReason;
import dev.offboarding.kit.Sha256;
import dev.offboarding.report.ReportDatabase.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What stands in the report's page, whoever opens it with whatever. */
class PageTest {

    @TempDir
    Path reports;

    private String page(Run run) throws IOException {
        Path folder = new ReportWriter(ReportDatabase.DATA_SOURCE, reports)
                .write(run.id)
                .folder();
        return Files.readString(folder.resolve("report.html"));
    }

    /** As a reader sees it: without markup, scripts and styles. */
    private static String text(String html) {
        return html.replaceAll("(?s)<(script|style).*?</\\1>", " ")
                .replaceAll("<[^>]*>", "")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&#x60;", "`")
                .replace("&#x3D;", "=")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ");
    }

    private static String only(String html, String pattern) {
        Matcher found = Pattern.compile(pattern, Pattern.DOTALL).matcher(html);
        assertThat(found.find()).as(pattern).isTrue();
        return text(found.group(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "run  | 0 | -            |                                    | As planned             | There was nothing to do: no case is open.",
                "run  | 0 | -            | OFFBOARDED OFFBOARDED HELD         | As planned             | 2 customers were offboarded and 1 is held.",
                "run  | 0 | -            | HELD HELD                          | As planned             | Nothing could continue: all 2 open cases wait.",
                "run  | 0 | -            | ALREADY_OFFBOARDED                 | As planned             | 1 customer was offboarded already.",
                "run  | 1 | -            | FAILED                             | Error                  | Ended by an unexpected error: 1 customer failed.",
                "run  | 3 | LIMIT        | PLANNED PLANNED                    | Stopped before writing | Stopped before the first write, because the plan is over a limit: 2 customers were planned and not begun.",
                "run  | 3 | APPROVAL     | PLANNED                            | Stopped before writing | Stopped before the first write, because the plan is not approved: 1 customer was planned and not begun.",
                "run  | 4 | -            | OFFBOARDED SUSPENDED FAILED        | Needs attention        | 1 customer was offboarded, 1 is suspended with the removal still to come and 1 failed.",
                "run  | 4 | -            | RE_ESTABLISHED WITHDRAWN           | Needs attention        | 1 customer was withdrawn and 1 was re-established after the removal.",
                "run  | 5 | -            | REMOVED                            | To be confirmed        | 1 customer was removed and is still to be confirmed.",
                "run  | 7 | -            | FAILED                             | Could not be used      | The platform, its sign-in or a database could not be used: 1 customer failed.",
                "run  | 7 | LOCK_LOST    | PLANNED                            | Could not be used      | Stopped, because the database session that kept other runs away was lost: 1 customer was planned and not begun.",
                "run  | 8 | -            | OFFBOARDED                         | Evidence not in order  | The evidence of this run is not in order: 1 customer was offboarded.",
                "run  | 9 | SIGNAL       | OFFBOARDED PLANNED                 | Stopped early          | Stopped early by a signal: 1 customer was offboarded and 1 was planned and not begun.",
                "run  | 9 | MAX_DURATION | PLANNED                            | Stopped early          | Stopped early, because its time was up: 1 customer was planned and not begun.",
                "run  | 9 | FAILURE_BRAKE | FAILED                            | Stopped early          | Stopped early, because too many customers failed: 1 customer failed.",
                "run  | 9 | ANYTHING     | PLANNED                            | Stopped early          | Stopped early: 1 customer was planned and not begun.",
                "run  | - | -            | OFFBOARDED                         | No end on record       | This run has no end on record: 1 customer was offboarded.",
                "plan | 0 | -            | PLANNED HELD                       | As planned             | A plan, nothing was written: 1 customer would be offboarded and 1 would be held.",
                "plan | 3 | LIMIT        | PLANNED                            | Stopped before writing | A plan, nothing was written; a run would stop before its first write, because the plan is over a limit: 1 customer would be offboarded.",
            })
    void theFirstSentenceSaysWhatHappened(
            String mode,
            @Nullable Integer exitCode,
            @Nullable String stop,
            @Nullable String outcomes,
            String word,
            String sentence)
            throws IOException {
        Run run = new Run().set("mode", mode).set("exit_code", exitCode).set("stop_reason", stop);
        for (String outcome : outcomes == null ? List.<String>of() : List.of(outcomes.split(" "))) {
            run.customer(UUID.randomUUID(), outcome);
        }

        String html = page(run);

        assertThat(only(html, "<h1>(.*?)</h1>")).isEqualTo(sentence);
        assertThat(only(html, "<p class=\"verdict\">(.*?)</p>"))
                .isEqualTo(word + " exit code " + (exitCode == null ? "none" : exitCode));
    }

    @Test
    void aRunThatDiedHasAPageToo() throws IOException {
        Run run = new Run()
                .set("interrupted", true)
                .set("exit_code", null)
                .set("ended_at", null)
                .set("limits", null);
        UUID customer = UUID.randomUUID();
        run.customer(customer, "FAILED").intent(customer, "SUSPEND", "s-1");

        String text = text(page(run));

        assertThat(text)
                .contains(
                        "This run broke off before its end, and the run after it looked up what it had done: 1 customer failed.")
                .contains("end not on record")
                .contains("The run was interrupted")
                .contains("1 call has no recorded answer")
                .contains("They were not checked: the run ended before it got to them.");
    }

    @Test
    void whatGoesOnByItselfIsApartFromWhatWaitsForAPersonAndSinceWhenIsSaidInTheJobsDays() throws IOException {
        // the first minutes of a day in Berlin, and the last of the one before in UTC
        Run run = new Run();
        ReportDatabase.JDBC.update(
                "update offboarding.run set facts = '{\"zone\": \"Europe/Berlin\"}' where run_id = ?", run.id);
        String term = "[{\"reason\": \"TERM_COMMITMENT\", \"message\": \"a term\"%s}]";
        for (String[] held : new String[][] {
            {"NOT_DUE", "[]"},
            {"MARKETPLACE", "[]"},
            {"TERM_COMMITMENT", term.formatted("")},
            {"TERM_COMMITMENT", term.formatted(", \"renews_on\": \"2027-05-03\"")}
        }) {
            run.customer(UUID.randomUUID(), "HELD")
                    .with("hold_reason = ?, hold_since = ?::timestamptz", held[0], "2026-11-02T23:10:00Z")
                    .with("holds = ?::json", held[1]);
        }

        String html = page(run);

        String person =
                only(html, "<h3>Waits for a person to do something elsewhere</h3>(.*?)<h3>Goes on by itself</h3>");
        String byItself = only(html, "<h3>Goes on by itself</h3>(.*?)</section>");
        assertThat(person)
                .contains("Marketplace: 1 customer", "Committed term that renews itself: 1 customer")
                .doesNotContain("Committed term:", "Not due yet");
        assertThat(byItself)
                .contains("Not due yet: 1 customer", "Committed term: 1 customer")
                .doesNotContain("Marketplace", "that renews itself");
        assertThat(text(html)).contains("Waiting since 2026-11-03.").doesNotContain("Waiting since 2026-11-02");
    }

    @Test
    void everyHoldSaysWhatItIsAndWhatToDoAndThoseThatSomebodyHasToLookAtComeFirst() throws IOException {
        Run run = new Run();
        for (HoldReason reason : HoldReason.values()) {
            run.customer(UUID.randomUUID(), "HELD")
                    .with("hold_reason = ?", reason.name())
                    .with("company_name = ?", "of " + reason);
        }

        String html = page(run);

        String attention = only(html, "<section id=\"attention\"(.*?)</section>");
        String waiting = only(html, "<section id=\"waiting\"(.*?)</section>");
        for (HoldReason reason : HoldReason.values()) {
            HoldTexts words = HoldTexts.of(reason);
            assertThat(reason.somebodyHasToLook() ? attention : waiting)
                    .contains(words.label() + ": 1 customer")
                    .contains(words.meaning())
                    .contains(words.remedy());
        }
        List<String> inOrder =
                lines(html).map(line -> line.path("hold").asString()).toList();
        assertThat(inOrder.subList(0, HoldReason.somebodyHasToLookNames().length))
                .containsExactlyInAnyOrder(HoldReason.somebodyHasToLookNames());
    }

    private static Stream<JsonNode> lines(String html) {
        Matcher blocks = Pattern.compile("<script type=\"application/json\" class=\"customer-lines\">(.*?)</script>")
                .matcher(html);
        return blocks.results()
                .flatMap(block -> ReportJson.MAPPER.readTree(block.group(1)).valueStream());
    }

    @Test
    void whatIsWrongWithTheEvidenceComesBeforeAllElse() throws IOException {
        UUID customer = UUID.randomUUID();
        Run run = new Run()
                .set("exit_code", 8)
                .set(
                        "failures",
                        json("[{\"step\":\"suspend\",\"exit_code\":7,\"message\":\"could not be <reached>\"}]"))
                .customer(customer, "FAILED")
                .subscriptions(1, 2, 0, 0);
        run.intent(customer, "REMOVE", customer.toString());

        List<String> titles = Pattern.compile("<h3><svg.*?</svg>(.*?)</h3>", Pattern.DOTALL)
                .matcher(page(run))
                .results()
                .map(title -> text(title.group(1)))
                .toList();

        assertThat(titles)
                .startsWith(
                        "1 write was not planned",
                        "The totals do not balance",
                        "The step suspend failed",
                        "Failed: 1 customer");
    }

    @Test
    void aFileThatIsNoListAndTheRowsOfARefusedOneAreNotCalledWhatTheyAreNot() throws IOException {
        Run run = new Run()
                .set("exit_code", 4)
                .file("taken.csv", "TAKEN", 2, 1, 0)
                .file("refused.csv", "REFUSED", 1, 1, 0)
                .reject(1, 3, "customer_id", "'x' is not a GUID", "{}")
                .reject(2, 2, "customer_id", "the file was refused: no customer_id column", "{}");
        ReportDatabase.JDBC.update(
                "update offboarding.run set failures = '[{\"step\":\"receive\",\"exit_code\":4,\"message\":\"wrong.xls in the inbox was not read\"}]' where run_id = ?",
                run.id);

        String attention = only(page(run), "<section id=\"attention\"(.*?)</section>");

        assertThat(attention)
                .contains("Something to look at in the step receive wrong.xls in the inbox was not read")
                .contains("The file refused.csv was refused")
                .contains("1 row of the list was set aside")
                .contains("line 3")
                .doesNotContain("The step receive failed", "The next run continues from here", "the file was refused:");
    }

    @Test
    void aLimitThatWasPassedOverSaysItsFigures() throws IOException {
        Run run = new Run()
                .set("exit_code", 3)
                .set("stop_reason", "LIMIT")
                .set("stop_message", "said twice")
                .set("limits", json("""
                        [{"limit":"customers","figure":9,"allowed":3,"passed":false,"message":"9 customers are planned, 3 are allowed"},
                         {"limit":"population","figure":60,"allowed":1,"passed":true,"message":"60 reseller customers"}]
                        """))
                .customer(UUID.randomUUID(), "PLANNED");

        String text = text(page(run));

        assertThat(text)
                .contains(
                        "Over the limit customers 9 customers are planned, 3 are allowed What to do: Nothing was written.")
                .contains("customers93not passed9 customers are planned, 3 are allowed")
                .contains("population60at least 1passed60 reseller customers")
                .doesNotContain("said twice");
    }

    private static org.postgresql.util.PGobject json(String value) {
        org.postgresql.util.PGobject json = new org.postgresql.util.PGobject();
        json.setType("json");
        try {
            json.setValue(value);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        return json;
    }

    @Test
    void notesRefusedFilesAndWhatIsStillToBeConfirmedAreReported() throws IOException {
        Run run = new Run()
                .file("bad.csv", "REFUSED", 3, 0, 0)
                .set("notes", json("[\"3 listed customers are left to job other\"]"))
                .customer(UUID.randomUUID(), "REMOVED");

        String text = text(page(run));

        assertThat(text)
                .contains("The file bad.csv was refused no customer_id column What to do: Nothing in it was accepted.")
                .contains("Removed, to be confirmed: 1 customer")
                .contains("Good to know 3 listed customers are left to job other")
                .contains("If a removal was a mistake");
    }

    @Test
    void theFinePrintSaysUnderWhatConditionsTheRunWasMadeAndHowToCheckIt() throws IOException {
        Run run = new Run().file("x.csv", "TAKEN", 1, 0, 0);
        long event = run.event("RUN_ENDED", null, null, null, "{}");

        String text = text(page(run));

        assertThat(text)
                .contains("Plan" + "p-1")
                .contains("Program" + "offboarding")
                .contains("parameters.job-file" + "jobs/x.yaml")
                .contains("Events of the audit trail" + event + " to " + event)
                .contains("x.csvtaken100nonenone" + "ab".repeat(32))
                .contains("offboarding verify-report FOLDER");
    }

    @Test
    void nothingInThePageLoadsAnythingAndOnlyItsOwnScriptMayRun() throws IOException {
        Run run = new Run()
                .customer(UUID.randomUUID(), "OFFBOARDED")
                .with(
                        "company_name = ?, message = ?",
                        "</script><script src=//evil.example>",
                        "<!--<script>\u2028' onload=\"x");

        String html = page(run);

        assertThat(Pattern.compile("<script[ >]").matcher(html).results()).hasSize(1 + 2 + 1);
        assertThat(html).doesNotContain("<!--", "evil.example>", "\u2028", " onload=\"");
        assertThat(html.replace("data:,", "")).doesNotContainPattern("<[^>]+src=");
        assertThat(Pattern.compile("<[^>]+href=\"?([^#\" >][^\" >]*)")
                        .matcher(html.replace("data:,", ""))
                        .results()
                        .map(link -> link.group(1))
                        .distinct())
                .as("where links lead: to the files beside it, and to the job's other reports")
                .containsExactlyInAnyOrder(
                        "report.json",
                        "customers.csv",
                        "actions.csv",
                        "events.jsonl",
                        "manifest.json",
                        "../index.html");
        for (String inline : List.of("style", "script")) {
            Matcher element = Pattern.compile("<" + inline + ">(.*?)</" + inline + ">", Pattern.DOTALL)
                    .matcher(html);
            assertThat(element.find()).isTrue();
            byte[] hash = Sha256.begin().digest(element.group(1).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(html)
                    .contains(inline + "-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
        }
        assertThat(html).contains("default-src 'none'", "base-uri 'none'", "form-action 'none'");
    }

    @Test
    void aCustomerThatPartnerCenterStillShowsHasALinkThere() throws IOException {
        UUID held = UUID.randomUUID();
        String page = "https://partner.microsoft.com/commerce/customers/";

        String html = page(new Run()
                .set("platform", "partner-center")
                .customer(held, "HELD")
                .customer(UUID.randomUUID(), "OFFBOARDED"));

        assertThat(html.split(Pattern.quote(page))).hasSize(2);
        assertThat(html).contains(page + held + "/subscriptions");
        assertThat(page(new Run().customer(held, "HELD"))).doesNotContain(page);
        assertThat(page(new Run()
                        .set("platform", "partner-center")
                        .set(
                                "facts",
                                json(
                                        "{\"job_file_keys\":{\"offboarding.partner-center.api-url\":\"https://partner.example\"}}"))
                        .customer(held, "HELD")))
                .as("whose pages these are not")
                .doesNotContain(page);
    }

    @Test
    void aPlanReadsAsAPlan() throws IOException {
        Run run = new Run()
                .set("mode", "plan")
                .customer(UUID.randomUUID(), "PLANNED")
                .with("planned = ?::json", "[{\"action\":\"SUSPEND\",\"target\":\"s-1\"}]")
                .customer(UUID.randomUUID(), "PLANNED")
                .with(
                        "planned = ?::json",
                        "[{\"action\":\"SUSPEND\",\"target\":\"s-2\"},{\"action\":\"REMOVE\",\"target\":\"c\"}]")
                .customer(UUID.randomUUID(), "HELD")
                .with("hold_reason = 'NOT_DUE'");

        String html = page(run);

        assertThat(only(html, "<h1>(.*?)</h1>"))
                .isEqualTo(
                        "A plan, nothing was written: 1 customer would be offboarded, 1 would be suspended and 1 would be held.");
        assertThat(only(html, "<ul class=\"chips\"(.*?)</ul>")).contains("Would be held 1");
        assertThat(only(html, "<table class=\"paper\">(.*?)</table>"))
                .contains("Would be suspended", "Would be offboarded", "Would be held");
        assertThat(text(html)).contains("What would become of the list").contains("would be suspended2");
    }

    @Test
    void itSaysWhatIsDifferentSinceTheLastRun() throws IOException {
        String job = "job-" + UUID.randomUUID();
        Run plan = new Run(job, "20261122T020000000Z", "2026-11-22T02:00:00Z").set("mode", "plan");
        Run before = new Run(job, "20261121T033000000Z", "2026-11-21T03:30:00Z");
        for (Run run : List.of(plan, before)) {
            run.set("reported_at", java.time.OffsetDateTime.parse("2026-11-22T02:00:00Z"));
        }
        Run run = new Run(job, "20261122T033000000Z", "2026-11-22T03:30:00Z");
        for (String other : List.of("2026-11-22T03:31:00Z", "2026-11-20T03:30:00Z")) {
            run.customer(UUID.randomUUID(), "HELD")
                    .with("hold_reason = 'NOT_DUE', hold_since = ?::timestamptz", other)
                    .customer(UUID.randomUUID(), "REMOVED")
                    .with("removed_at = ?::timestamptz", other);
        }
        run.customer(UUID.randomUUID(), "OFFBOARDED").customer(UUID.randomUUID(), "OFFBOARDED");
        run.customer(UUID.randomUUID(), "FAILED").with("listed_anew = true");

        String html = page(run);

        assertThat(only(html, "<p class=\"since-last\">(.*?)</p>"))
                .isEqualTo(
                        "Since the last run, 2026-11-21 03:30 UTC: 1 new, 3 went on, 1 waits for something else, 2 as before");
        assertThat(html).contains("<a href=\"../" + before.id + "/report.html\">");
        assertThat(lines(html).map(line -> line.path("change").asString()))
                .containsExactlyInAnyOrder(
                        "NEW", "WENT_ON", "WENT_ON", "WENT_ON", "OTHER_HOLD", "AS_BEFORE", "AS_BEFORE");
        assertThat(page(before)).doesNotContain("Since the last run");
    }

    @Test
    void aStoryHasTheCustomersEarlierNights() throws IOException {
        String job = "job-" + UUID.randomUUID();
        UUID customer = UUID.randomUUID();
        String waits = "{\"outcome\":\"HELD\",\"holds\":[{\"reason\":\"TERM_COMMITMENT\",\"until\":\"2026-12-24\"}]}";
        for (String night : List.of("19", "20", "21")) {
            Run run = new Run(job, "202611" + night + "T033000000Z", "2026-11-" + night + "T03:30:00Z");
            run.set("reported_at", night.equals("20") ? null : java.time.OffsetDateTime.parse("2026-11-22T02:00:00Z"));
            run.event(
                    "DECIDED",
                    customer,
                    null,
                    null,
                    night.equals("19") ? "{\"outcome\":\"FAILED\",\"message\":\"<code> 500\"}" : waits);
            run.event("VERIFIED", customer, null, null, "tampered with");
        }
        Run plan = new Run(job, "20261122T010000000Z", "2026-11-22T01:00:00Z").set("mode", "plan");
        plan.event("DECIDED", customer, null, null, "{\"outcome\":\"PLANNED\"}");
        Run tonight = new Run(job, "20261122T033000000Z", "2026-11-22T03:30:00Z")
                .customer(customer, "HELD")
                .customer(UUID.randomUUID(), "HELD");
        tonight.event("DECIDED", customer, null, null, "{\"outcome\":\"OFFBOARDED\"}");

        Matcher stories =
                Pattern.compile("class=\"customer-stories\">(.*?)</script>").matcher(page(tonight));

        assertThat(stories.find()).isTrue();
        JsonNode all = ReportJson.MAPPER.readTree(stories.group(1));
        assertThat(all.path(0)
                        .path("nights")
                        .valueStream()
                        .map(night -> night.path("what").asString()))
                .containsExactly("Held: Committed term until 2026-12-24", "Failed: <code> 500");
        assertThat(all.path(0).path("nights").path(0).path("link").asString())
                .matches("\\.\\./20261121T033000000Z-.*/report\\.html#c-" + customer);
        assertThat(all.path(0).path("nights").path(1).has("on")).isFalse();
        assertThat(all.path(1).has("nights")).isFalse();
    }

    /** A night on which it stood so still need not have said it again. */
    @Test
    void whereACustomerWaitsItSaysFromWhenOn() throws IOException {
        UUID customer = UUID.randomUUID();
        String job = "pages-" + UUID.randomUUID();
        new Run(job, "20261119T033000000Z", "2026-11-19T03:30:00Z")
                .event(
                        "DECIDED",
                        customer,
                        null,
                        null,
                        "{\"outcome\":\"HELD\",\"holds\":[{\"reason\":\"TERM_COMMITMENT\",\"until\":\"2026-12-24\"}]}");
        Run tonight = new Run(job, "20261122T033000000Z", "2026-11-22T03:30:00Z").customer(customer, "HELD");

        Matcher stories =
                Pattern.compile("class=\"customer-stories\">(.*?)</script>").matcher(page(tonight));

        assertThat(stories.find()).isTrue();
        JsonNode night = ReportJson.MAPPER
                .readTree(stories.group(1))
                .path(0)
                .path("nights")
                .path(0);
        assertThat(night.path("on").asBoolean()).isTrue();
        assertThat(night.has("from")).isFalse();
    }

    @Test
    void theTimesOfThePageAreThoseOfTheJobsZone() throws IOException {
        Run run = new Run().set("facts", json("{\"zone\":\"Europe/Berlin\"}"));

        assertThat(text(page(run))).contains("Began 2026-11-22 04:30 +01:00, took 3 min 0 s");
    }

    @Test
    void theTablesOfOutcomesAndReasonsHaveNoGap() {
        assertThat(ControlTotals.OUTCOMES)
                .allSatisfy(outcome ->
                        assertThat(PageWords.outcome(outcome).label()).isNotEqualTo(outcome));
        assertThat(Arrays.stream(HoldReason.values()).map(HoldTexts::of).map(HoldTexts::label))
                .doesNotHaveDuplicates();
        assertThat(Arrays.stream(HoldReason.values()))
                .allSatisfy(reason -> assertThat(HoldTexts.of(reason).look()).isEqualTo(reason.somebodyHasToLook()));
    }
}
