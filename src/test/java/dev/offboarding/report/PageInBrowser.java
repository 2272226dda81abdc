package dev.offboarding.report;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.offboarding.report.Browser.Look;
import dev.offboarding.report.ReportDatabase.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The report's page as people use it, in the machine's own Chromium. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageInBrowser {
    private static final List<String> SEARCHED = List.of("4711", "customer some", "ops-77 somebody", "zzz", "");
    private static final UUID DONE = UUID.fromString("00000000-0000-0000-0000-00000000000a");
    private static final UUID FAILED = UUID.fromString("00000000-0000-0000-0000-00000000000b");
    private static final UUID WAITING = UUID.fromString("00000000-0000-0000-0000-00000000000c");
    private static final UUID PROTECTED = UUID.fromString("00000000-0000-0000-0000-00000000000d");
    private static final UUID HOSTILE = UUID.fromString("00000000-0000-0000-0000-00000000000e");

    private static final String TURNED = "evil \u202Efdp.exe\u2066 and\u200Bhidden\u00ADtext";
    private static final int MANY = 10_050;

    private Browser browser;
    private Path small;
    private Path big;

    @BeforeAll
    void start(@TempDir Path reports) {
        browser = Browser.start();
        setDefaultAssertionTimeout(Browser.PATIENCE);
        small = write(reports, small());
        big = write(reports, big());
    }

    @AfterEach
    void nothingWasAskedForAndNothingComplainedOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static Path write(Path reports, Run run) {
        return new ReportWriter(ReportDatabase.DATA_SOURCE, reports)
                .write(run.id)
                .folder()
                .resolve("report.html")
                .toAbsolutePath();
    }

    private static Run small() {
        String s1 = "51000000-0000-0000-0000-000000000001";
        Run run = new Run()
                .set("exit_code", 4)
                .file("november.csv", "TAKEN", 7, 1, 1)
                .reject(1, 6, "customer_id", "\"x\" is no GUID", "{\"Microsoft ID\":\"x\"}")
                .customer(DONE, "OFFBOARDED")
                .with(
                        "state = 'OFFBOARDED', listed_anew = true, company_name = 'Äpfel & Birnen GmbH', ticket = 'OPS-10', removed_at = now()")
                .with(
                        "holdings = ?::json",
                        "[{\"id\":\"%s\",\"name\":\"Office E3\",\"kind\":\"license\",\"status\":\"active\"}]"
                                .formatted(s1))
                .with(
                        "planned = ?::json",
                        "[{\"action\":\"SUSPEND\",\"target\":\"%s\"},{\"action\":\"REMOVE\",\"target\":\"%s\"}]"
                                .formatted(s1, DONE))
                .with("effects = ?::json", """
                        {"customer_list":{"result":"CONFIRMED","at":"2026-11-22T03:32:00Z","proof":"relationship is 'none'"},
                         "support_contact":{"result":"CONFIRMED","at":"2026-11-22T03:32:00Z","proof":"no row in support_contact"},
                         "delegated_admin":{"result":"CONFIRMED","at":"2026-11-22T03:32:00Z","proof":"no row in delegated_admin"},
                         "purchasing":{"result":"CONFIRMED","at":"2026-11-22T03:32:00Z","proof":"no row in purchase_authority"}}
                        """)
                .with("second_witness = 'the activity log has it at 03:31'")
                .subscriptions(1, 1, 0, 0)
                .customer(FAILED, "FAILED")
                .with(
                        "listed_anew = true, company_name = 'Brandt AG', ticket = 'OPS-9', message = 'code 500 six times'")
                .customer(WAITING, "HELD")
                .with("company_name = 'Carlsen ApS'")
                .with("hold_reason = 'TERM_COMMITMENT', hold_until = '2027-05-04', hold_since = '2026-11-02T03:30:00Z'")
                .with(
                        "holds = ?::json",
                        "[{\"reason\":\"TERM_COMMITMENT\",\"until\":\"2027-05-04\",\"message\":\"is committed\",\"renews_on\":\"2027-05-03\"}]")
                .customer(PROTECTED, "HELD")
                .with(
                        "listed_anew = true, company_name = 'Dahl & Co', hold_reason = 'PROTECTED', hold_new = true, message = 'on the list of protected customers'")
                .with("holds = ?::json", "[{\"reason\":\"PROTECTED\",\"until\":null,\"message\":\"is protected\"}]")
                .customer(HOSTILE, "OFFBOARDED")
                .with(
                        "listed_anew = true, company_name = ?, domain = ?, message = ?, reason = ?, others = ?::json",
                        "</script><script>alert(1)</script><!--<script>",
                        "=HYPERLINK(\"http://evil.example\")",
                        "<img src=http://evil.example/x onerror=alert(2)>\r\nsecond line",
                        TURNED,
                        "{\"<b onclick=alert(3)>\":\"" + "🏴‍☠️".repeat(2_000) + "\",\"__proto__\":\"polluted\"}");
        run.suspended(DONE, s1);
        run.outcome(DONE, "REMOVE", run.intent(DONE, "REMOVE", DONE.toString()), DONE.toString(), "DONE", "none");
        return run;
    }

    private static Run big() {
        Run run = new Run().file("all.csv", "TAKEN", MANY, 0, 0);
        ReportDatabase.JDBC.update("""
                insert into offboarding.run_listing (run_id, position, source, line, company_name, domain, ticket, requested_by, others, contents)
                select ?, n, 'all.csv', n + 1, 'Customer Nº ' || n || ' with a name of some length', 'c' || n || '.example',
                  'OPS-' || n, 'somebody', '{}', '\\x00'
                from generate_series(1, ?) n
                """, run.id, MANY);
        ReportDatabase.JDBC.update("""
                insert into offboarding.run_case (run_id, position, customer_id, case_id, listed, listed_anew, state, outcome, hold_reason,
                  hold_until, message)
                select ?, n, md5(n::text)::uuid, n, true, true, 'MARKED', case when n = ? then 'FAILED' when n % 3 = 0 then 'HELD' else 'OFFBOARDED' end,
                  case when n % 3 = 0 and n <> ? then 'NOT_DUE' end, case when n % 3 = 0 then date '2027-01-01' + n % 500 end,
                  'a message that says something about customer ' || n
                from generate_series(1, ?) n
                """, run.id, MANY, MANY, MANY);
        // else PostgreSQL plans for a few rows, and works eight seconds for the report
        ReportDatabase.JDBC.execute("analyze offboarding.run_listing, offboarding.run_case");
        return run;
    }

    private static Locator rows(Page page) {
        return page.locator("#rows > .row");
    }

    /** These, in this order, and nobody else; a click may still be on its way to the page. */
    private static void shows(Page page, String... names) {
        assertThat(page.locator("#rows .opener")).hasText(names);
    }

    private static List<String> names(Page page) {
        return page.locator("#rows .opener").allInnerTexts();
    }

    private static Locator story(Page page, UUID customer) {
        return page.locator("[id='story-" + customer + "']");
    }

    @Test
    void saysWhatHappenedWhatNeedsAttentionAndWhatToDo() {
        Page page = browser.open(small, Look.DESKTOP);

        assertThat(page.locator("h1"))
                .hasText("2 customers were offboarded, 2 are held, 1 failed and 1 row was set aside.");
        assertThat(page.locator("#attention .item h3").allInnerTexts())
                .containsExactly(
                        "Failed: 1 customer",
                        "Protected: 1 customer",
                        "1 row of the list was set aside",
                        "Terms that renew themselves: 1 customer");
        assertThat(page.locator(".item").first()).containsText("code 500 six times");
        assertThat(page.locator(".item").nth(2))
                .containsText("november.csv, line 6, column customer_id: \"x\" is no GUID – write a GUID");
        assertThat(page.locator(".quiet .item")).containsText("Committed term that renews itself: 1 customer");
    }

    @Test
    void drawsTheFlowAndSaysTheSameInATable() {
        Page page = browser.open(small, Look.DESKTOP);

        assertThat(page.locator("svg.flow.wide")).isVisible();
        assertThat(page.locator("svg.flow.narrow")).isHidden();
        assertThat(page.locator("body").innerText()).doesNotContain("{\"id\"", "\"outcomes\"");
        page.getByText("The same as a table").click();
        assertThat(page.locator(".asTable tbody tr").allInnerTexts())
                .containsExactly(
                        "Rows read\tAccepted\t5",
                        "Rows read\tDuplicates\t1",
                        "Rows read\tSet aside\t1",
                        "Accepted\tOffboarded\t2",
                        "Accepted\tHeld\t1",
                        "Carried over\tHeld\t1",
                        "Accepted\tFailed\t1",
                        "Accepted\tNot in this run\t1",
                        "Held\tProtected\t1",
                        "Held\tCommitted term\t1");
    }

    @Test
    void thePictureIsLowCanBeReadOnATabletAndItsPartsFilterTheList() {
        Page page = browser.open(small, new Look(768, 1024, false, true));

        Locator picture = page.locator("svg.flow.medium");
        assertThat(picture).isVisible();
        assertThat(picture.boundingBox().height).isLessThan(160);
        assertThat((double) page.evaluate("""
                () => Math.min(...[...document.querySelectorAll('svg.flow.medium text')].map(
                  (text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))
                """))
                .as("pixels of its smallest text")
                .isGreaterThanOrEqualTo(12);
        picture.locator("a").getByText("Committed term").click();
        shows(page, "Carlsen ApS");
        picture.locator("a")
                .filter(new Locator.FilterOptions().setHasText("Accepted"))
                .focus();
        page.keyboard().press("Enter");
        assertThat(rows(page)).hasCount(4);
        assertThat(page.locator("#count")).hasText("4 of 5 customers: new since the last run");
    }

    @Test
    void whatNeedsAttentionComesFirstAndCanBeSortedOtherwise() {
        Page page = browser.open(small, Look.DESKTOP);

        assertThat(names(page).subList(0, 3)).containsExactly("Brandt AG", "Dahl & Co", "Carlsen ApS");
        page.locator(".head button").getByText("Customer").click();
        assertThat(names(page).subList(1, 5))
                .containsExactly("Äpfel & Birnen GmbH", "Brandt AG", "Carlsen ApS", "Dahl & Co");
        assertThat(page.locator("[aria-sort]")).hasAttribute("aria-sort", "ascending");
        page.locator(".head button").getByText("Customer").click();
        assertThat(names(page).get(0)).isEqualTo("Dahl & Co");
        assertThat(page.locator("[aria-sort]")).hasAttribute("aria-sort", "descending");
        page.getByLabel("Sort by").selectOption("ticket");
        page.getByText("Reverse").click();
        assertThat(names(page).subList(0, 2)).containsExactly("Brandt AG", "Äpfel & Birnen GmbH");
    }

    @Test
    void isSearchedByWordsAndFilteredByOutcomeAndHold() {
        Page page = browser.open(small, Look.DESKTOP);

        page.getByLabel("Search").fill("apfel ops-10");
        shows(page, "Äpfel & Birnen GmbH");
        assertThat(page.locator("#count")).hasText("1 of 5 customers");
        page.getByLabel("Search").fill("nobody at all");
        assertThat(page.locator("#count")).hasText("No customer matches.");
        page.getByLabel("Search").fill("");
        page.locator(".chips button").getByText("Held").click();
        shows(page, "Dahl & Co", "Carlsen ApS");
        page.locator(".chips button").getByText("Failed").click();
        assertThat(rows(page)).hasCount(3);
        page.locator(".chips button").getByText("Failed").click();
        page.getByLabel("Hold", new Page.GetByLabelOptions().setExact(true)).selectOption("TERM_COMMITMENT");
        shows(page, "Carlsen ApS");
        page.locator(".item").first().getByRole(AriaRole.BUTTON).click();
        shows(page, "Brandt AG");
    }

    @Test
    void aCustomerOpensToItsStory() {
        Page page = browser.open(small, Look.DESKTOP);

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Äpfel & Birnen GmbH"))
                .click();

        assertThat(story(page, DONE).innerText().replaceAll("\\s+", " "))
                .contains("Customer id " + DONE)
                .contains("Listed tonight in november.csv, line 2")
                .contains("Ticket OPS-10")
                .contains(
                        "Confirmed Gone from the customer list relationship is 'none', read at 2026-11-22 03:32:00.000 UTC")
                .contains("Confirmed Cannot purchase any more")
                .contains("the activity log has it at 03:31")
                .contains("Office E3 license 51000000-0000-0000-0000-000000000001 active suspended")
                .contains("Done Suspend Office E3 was active, then suspended 2026-11-22 03:31:00.000 UTC, event ")
                .contains("correlation id c-51000000-0000-0000-0000-000000000001")
                .contains("Done Remove the relationship was active, then none")
                .contains("A ledger has no link for it: request the relationship again");
        assertThat(page.url()).endsWith("#c-" + DONE);
    }

    @Test
    void anAddressWithACustomerOpensIt() {
        Page page = browser.open(small, Look.DESKTOP, "c-" + WAITING);

        assertThat(story(page, WAITING)).containsText("Renews itself on 2027-05-03");
        assertThat(page.locator(".opener:focus")).hasText("Carlsen ApS");
    }

    @Test
    void aStoryBeginsWithWhereItStandsSinceWhenAndWhatToDo() {
        Page page = browser.open(small, Look.DESKTOP, "c-" + WAITING);

        assertThat(story(page, WAITING).locator("h3").first()).hasText("Where it stands");
        assertThat(story(page, WAITING).locator(".standing").innerText().replaceAll("\\s+", " "))
                .startsWith("Held It could not continue in this run. Committed term until 2027-05-04 is committed")
                .contains("Waits for this since 2026-11-02.")
                .contains("What to do: Nothing to do, unless it renews itself");
        assertThat(rows(page)
                        .filter(new Locator.FilterOptions().setHasText("Carlsen ApS"))
                        .locator(".hold"))
                .hasText("Committed term until 2027-05-04 since 2026-11-02");
    }

    @Test
    void whatNeedsAttentionIsAboveThePictureAndOutcomesAndTheBarLeadToTheirPlaces() {
        Page page = browser.open(small, Look.DESKTOP);

        assertThat(page.locator("#attention").boundingBox().y)
                .isLessThan(page.locator("#flow").boundingBox().y);
        page.locator(".top .chip").getByText("Held").click();
        shows(page, "Dahl & Co", "Carlsen ApS");
        assertThat(page.locator("#customers")).isFocused();
        assertThat(page.locator(".bar a").allInnerTexts())
                .containsExactly("Attention 4", "Customers 5", "Limits", "Files", "Evidence");
        for (String place : List.of("Attention", "Limits", "Files", "Evidence")) {
            page.locator(".bar a").getByText(place).click();
            assertThat(page.locator("[id='" + place.toLowerCase(Locale.ROOT) + "']"))
                    .isInViewport();
        }
        assertThat(names(page)).as("what is wanted stays").hasSize(2);
    }

    @Test
    void whatIsWantedStandsInTheAddressAndTheWayBackLeadsBack() {
        Page page = browser.open(small, Look.DESKTOP, "search=b%20ag&outcome=FAILED,HELD&sort=name&reverse");

        shows(page, "Brandt AG");
        assertThat(page.getByLabel("Search")).hasValue("b ag");
        page.getByLabel("Search").fill("Ä & 100%");
        assertThat(page)
                .hasURL(Pattern.compile("#search=%C3%84%20%26%20100%25&outcome=FAILED,HELD&sort=name&reverse$"));
        page.getByText("Show all").click();
        assertThat(rows(page)).hasCount(5);
        page.locator(".item").first().getByRole(AriaRole.BUTTON).click();
        assertThat(page).hasURL(Pattern.compile("#outcome=FAILED$"));
        page.locator(".opener").first().click();
        assertThat(page).hasURL(Pattern.compile("#c-" + FAILED + "&outcome=FAILED$"));
        page.goBack();
        assertThat(rows(page)).hasCount(5);
    }

    @Test
    void idsAreCopied() {
        Page page = browser.open(small, Look.DESKTOP, "c-" + DONE);

        page.getByLabel("Copy the customer’s id").click();
        assertThat(page.locator("#copied")).hasText("Copied.");
        page.getByLabel("Search").focus();
        page.keyboard().press("ControlOrMeta+V");
        assertThat(page.getByLabel("Search")).hasValue(DONE.toString());
    }

    @Test
    void theKeyboardAloneIsEnough() {
        Page page = browser.open(small, Look.DESKTOP);

        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("To the customers");
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");
        assertThat(page.locator("#search")).isFocused();
        page.keyboard().type("brandt");
        assertThat(rows(page)).hasCount(1);
        for (int i = 0; i < 20 && page.locator(".opener:focus").count() == 0; i++) {
            page.keyboard().press("Tab");
        }
        page.keyboard().press("Enter");
        assertThat(story(page, FAILED)).isVisible();
        assertThat(page.locator(".opener:focus")).hasAttribute("aria-expanded", "true");
        page.keyboard().press("Space");
        assertThat(story(page, FAILED)).isHidden();
    }

    @Test
    void aScreenReaderStumblesOverNothingByDayAndByNight() {
        for (Look look : List.of(Look.DESKTOP, Look.PHONE.inTheDark())) {
            Page page = browser.open(small, look);
            if (look.equals(Look.DESKTOP)) {
                assertThat(Browser.violations(page)).as("list").isEmpty();
            }
            page.getByText("The same as a table").click();
            for (UUID customer : List.of(DONE, WAITING)) {
                page.locator("[id='open-" + customer + "']").click();
            }
            assertThat(Browser.violations(page)).as("stories, %s", look).isEmpty();
        }
    }

    @Test
    void namesThatMeanHarmAreText() {
        Page page = browser.open(small, Look.DESKTOP, "c-" + HOSTILE);

        assertThat(page.locator(".opener:focus")).hasText("</script><script>alert(1)</script><!--<script>");
        assertThat(page.locator(".row.open .under")).hasText("=HYPERLINK(\"http://evil.example\")");
        assertThat(page.locator(".row.open .message"))
                .hasText("<img src=http://evil.example/x onerror=alert(2)>␍␊second line");
        assertThat(story(page, HOSTILE)).containsText("evil \uFFFDfdp.exe\uFFFD and\uFFFDhidden\uFFFDtext");
        assertThat(story(page, HOSTILE)).containsText("“<b onclick=alert(3)>”");
        assertThat(story(page, HOSTILE)).containsText("“__proto__”");
        assertThat(story(page, HOSTILE)).containsText("(10,000 characters, in full in report.json)");
        assertThat(page.locator("body script[src], img, iframe, [onclick], [onerror]"))
                .hasCount(0);
        assertThat(page.locator("bdi").getByText("<b onclick=alert(3)>")).hasCount(1);
    }

    @Test
    void aPhoneShowsEverythingWithoutScrollingSideways() {
        Page page = browser.open(small, Look.PHONE, "c-" + HOSTILE);

        page.locator(".opener").getByText("Äpfel").click();
        assertThat(page.locator("svg.flow.narrow")).isVisible();
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(375);
        assertThat(page.locator(".bar ul").evaluate("it => it.scrollWidth <= it.clientWidth"))
                .as("all of the bar is seen")
                .isEqualTo(true);
    }

    @Test
    void aTableThatIsTooWideIsScrolledAndNotSqueezedUntilNobodyCanReadIt() {
        Page page = browser.open(small, new Look(768, 1024, false, true));

        assertThat((List<?>) page.locator(".files th, .files td")
                        .evaluateAll("all => all.filter(it => it.offsetWidth < 40).map(it => it.innerText)"))
                .isEmpty();
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(768);
    }

    @Test
    void withoutScriptEveryCustomerOfASmallReportIsInATable() {
        Page page = browser.open(small, Look.DESKTOP.withoutScript());

        assertThat(page.locator("noscript p")).containsText("Without script");
        assertThat(page.locator(".paper tbody tr")).hasCount(5);
        assertThat(page.locator(".paper tbody tr").first())
                .containsText(Pattern.compile("Brandt AG.*Failed.*code 500 six times"));
        assertThat(page.locator(".paper")).isVisible();
        assertThat(page.locator(".tools")).isHidden();
    }

    @Test
    void onPaperEveryCustomerIsThereWithItsOutcomeAndWhatWasOpenWithItsStory() throws Exception {
        Page page = browser.open(small, Look.DESKTOP.inTheDark(), "c-" + DONE);

        byte[] paper = page.pdf(new Page.PdfOptions().setPreferCSSPageSize(true).setPrintBackground(true));

        try (PDDocument document = Loader.loadPDF(paper)) {
            String text = new PDFTextStripper().getText(document);
            assertThat(text)
                    .contains("2 customers were offboarded", "Failed: 1 customer", "verify-report")
                    .contains("Brandt AG", "code 500 six times", "Dahl & Co", "Carlsen ApS")
                    .contains("correlation id c-51000000-0000-0000-0000-000000000001")
                    .containsPattern("Confirmed:\\s+all\\s+four")
                    .contains("run 20261122T033000Z-a1-")
                    .contains("1 of " + document.getNumberOfPages(), "2 of " + document.getNumberOfPages())
                    .doesNotContain("Sort by", "Show them", "{\"id\"");
            assertThat(document.getNumberOfPages()).isBetween(3, 6);
        }
    }

    @Test
    void tenThousandCustomersStayQuickAndTheirRowsComeAsTheyAreNeeded() {
        Page page = browser.open(big, Look.DESKTOP);

        assertThat(rows(page)).hasCount(60);
        assertThat(names(page).get(0)).startsWith("Customer Nº " + MANY);
        assertThat(page.locator("#list")).hasAttribute("aria-rowcount", "10001");
        assertThat(page.locator("#customers"))
                .containsText(
                        "The page has the first 10,000, in the order in which they need attention; all 10,050 are in customers.csv.");
        assertThat(page.locator("#more")).hasText("Show 60 more of 9,940 left");
        page.locator("#more").click();
        assertThat(page.locator(".opener:focus"))
                .hasAttribute("id", page.locator(".opener").nth(60).getAttribute("id"));
        assertThat(rows(page).nth(60)).hasAttribute("aria-rowindex", "62");
        for (String text : SEARCHED) {
            // of what is found, too, the first rows are drawn, and more when they are asked for
            assertThat(search(page, text)).as("rows for \"%s\"", text).isLessThanOrEqualTo(60);
        }
        page.getByLabel("Search").fill("c4711.example somebody");
        assertThat(names(page)).hasSize(1);
        page.getByLabel("Search").fill("");
        page.getByLabel("Sort by").selectOption("line");
        page.getByText("Reverse").click();
        assertThat(names(page).get(0)).startsWith("Customer Nº 10050");
    }

    @Test
    @Tag("bench")
    void tenThousandCustomersAreThereWithinASecond() {
        double milliseconds = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            Page page = browser.open(big, Look.DESKTOP);
            assertThat(rows(page)).hasCount(60);
            milliseconds = Math.min(milliseconds, ((Number) page.evaluate("""
                    () => performance.getEntriesByType('navigation')[0].loadEventEnd
                    """)).doubleValue());
        }
        System.out.printf("load, %,d bytes: %.0f ms%n", big.toFile().length(), milliseconds);
        assertThat(milliseconds).as("milliseconds to load").isLessThan(1_000);
    }

    @Test
    @Tag("bench")
    void aSearchAmongTenThousandCustomersTakesATenthOfASecond() {
        Page page = browser.open(big, Look.DESKTOP);

        for (String text : SEARCHED) {
            double milliseconds = Math.min(searching(page, text), searching(page, text));
            System.out.printf("search for \"%s\": %.1f ms%n", text, milliseconds);
            assertThat(milliseconds).as("milliseconds for \"%s\"", text).isLessThan(100);
        }
    }

    /** How many rows the search itself has drawn: counted before anything else can happen on the page. */
    private static int search(Page page, String text) {
        return (int) page.evaluate("""
                (text) => {
                  const search = document.getElementById('search');
                  search.value = text;
                  search.dispatchEvent(new Event('input'));
                  document.body.getBoundingClientRect();
                  return document.querySelectorAll('#rows > .row').length;
                }
                """, text);
    }

    /** What the page's own thread works for it: the machine may have something else to do meanwhile. */
    private static double searching(Page page, String text) {
        CDPSession tools = page.context().newCDPSession(page);
        tools.send("Performance.enable");
        double before = threadTime(tools);
        search(page, text);
        double after = threadTime(tools);
        tools.detach();
        return (after - before) * 1000;
    }

    private static double threadTime(CDPSession tools) {
        for (JsonElement metric : tools.send("Performance.getMetrics").getAsJsonArray("metrics")) {
            if (metric.getAsJsonObject().get("name").getAsString().equals("ThreadTime")) {
                return metric.getAsJsonObject().get("value").getAsDouble();
            }
        }
        throw new AssertionError("the browser does not tell its thread's time");
    }

    @Test
    void thePolicyLetsNothingElseRunOrLeave() {
        Page page = browser.open(small, Look.DESKTOP);

        Object ran = page.evaluate("""
                () => new Promise((told) => {
                  const broken = [];
                  document.addEventListener('securitypolicyviolation', (event) => {
                    broken.push(event.effectiveDirective);
                    if (broken.length === 3) {
                      told(broken.sort().join(' '));
                    }
                  });
                  new Image().src = 'http://evil.example/beacon';
                  fetch('http://evil.example/').catch(() => {});
                  try { document.body.innerHTML = '<b>'; } catch (refused) { }
                })
                """);
        assertThat(ran).isEqualTo("connect-src img-src require-trusted-types-for");
        assertThat(browser.complaints()).isNotEmpty().allMatch(complaint -> complaint.startsWith("console: "));
    }
}
