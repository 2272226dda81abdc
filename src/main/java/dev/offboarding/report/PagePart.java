package dev.offboarding.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.offboarding.cases.RunCases;
import dev.offboarding.cases.RunChanges;
import dev.offboarding.kit.JsonText;
import dev.offboarding.kit.OneLine;
import dev.offboarding.kit.Sha256;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.runs.RunRow;
import dev.offboarding.runs.Runs;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The page for people, {@code report.html}: one file, which loads nothing, sends nothing, and runs no script but the one that its
 * policy has the hash of. Text from outside is in it escaped by the template, or as JSON that is never run.
 */
final class PagePart {
    static final String FILE = "report.html";

    private static final String STYLE = resource("page.css");
    /** Of each printed page. */
    private static final String FOOT =
            "@media print { @page { @bottom-left { content: \"run %s of job %s\"; font: 8pt sans-serif; color: #444; } } }\n";

    private static final String SCRIPT = resource("page.js");
    private static final String SCRIPT_HASH = hash(SCRIPT);
    private static final Template TEMPLATE = Mustache.compiler()
            .strictSections(true)
            .emptyStringIsFalse(true)
            .nullValue("")
            .compile(resource("page.mustache"));

    private final JdbcTemplate jdbc;
    private final RunRow run;
    private final ControlTotals totals;
    private final List<UnplannedWrite> unplanned;
    private final int most;

    PagePart(JdbcTemplate jdbc, RunRow run, ControlTotals totals, List<UnplannedWrite> unplanned) {
        this(jdbc, run, totals, unplanned, PageCustomers.MOST);
    }

    /** @param most how many customers the page has */
    PagePart(JdbcTemplate jdbc, RunRow run, ControlTotals totals, List<UnplannedWrite> unplanned, int most) {
        this.jdbc = jdbc;
        this.run = run;
        this.totals = totals;
        this.unplanned = unplanned;
        this.most = most;
    }

    void write(ReportFolder folder) throws IOException {
        Map<String, Object> page = page();
        try (Writer out = new BufferedWriter(new OutputStreamWriter(folder.create(FILE), StandardCharsets.UTF_8))) {
            TEMPLATE.execute(page, out);
        } catch (MustacheException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private Map<String, Object> page() {
        boolean plan = run.mode().equals("plan");
        PageTime time =
                new PageTime(JsonText.of(ReportJson.MAPPER.readTree(run.facts()).path("zone")));
        PageCustomers customers = new PageCustomers(jdbc, run, time, most);
        PageAttention attention = new PageAttention(jdbc, run, totals, time);
        PageFinePrint finePrint = new PageFinePrint(jdbc, run, time);
        PageFlow flow = PageFlow.of(totals, new RunCases(jdbc).became(run.runId()), plan);
        RunCases.Planned planned = new RunCases(jdbc).planned(run.runId());
        Map<String, Object> page = new LinkedHashMap<>();
        String style = STYLE
                + FOOT.formatted(
                        run.runId().replaceAll("[^0-9A-Za-z._-]", "?"),
                        run.job().replaceAll("[^0-9A-Za-z._-]", "?"));
        page.put("style", style);
        page.put("script", SCRIPT);
        page.put("styleHash", hash(style));
        page.put("scriptHash", SCRIPT_HASH);
        page.put("words", PageText.json(PageWords.forScript(plan)));
        page.put("headline", PageHeadline.of(run, totals, planned));
        page.put("job", run.job());
        page.put("runId", run.runId());
        page.put("plan", plan);
        page.put("chips", chips(plan));
        new Runs(jdbc)
                .before(run.job(), run.runId())
                .ifPresentOrElse(before -> since(page, before, time), () -> page.put("since", ""));
        page.put("platform", run.platform());
        page.put("began", time.minute(run.startedAt()));
        page.put("took", took());
        page.put("zone", time.zone());
        page.put("exitCode", run.exitCode() == null ? "none" : run.exitCode().toString());
        page.put("figures", plan ? figures(planned) : figures());
        page.put(
                "flows",
                flow.empty()
                        ? List.of()
                        : List.of(FlowDiagram.wide(flow), FlowDiagram.medium(flow), FlowDiagram.narrow(flow)));
        page.put("links", flow.links().stream().map(Link::of).toList());
        List<PageAttention.Item> items = attention.items(unplanned);
        page.put("attention", items);
        page.put("calm", items.isEmpty());
        page.put("attentionCount", items.isEmpty() ? "" : PageText.number(items.size()));
        page.put("beside", beside());
        List<PageAttention.Item> forAPerson = attention.waitingForAPerson();
        List<PageAttention.Item> onItsOwn = attention.waiting();
        page.put(
                "waits",
                Stream.of(
                                new Waits("Waits for a person to do something elsewhere", forAPerson),
                                new Waits("Goes on by itself", onItsOwn))
                        .filter(waits -> !waits.waiting().isEmpty())
                        .toList());
        page.put("isWaiting", !forAPerson.isEmpty() || !onItsOwn.isEmpty());
        many(page, "notes", "isNoted", attention.notes());
        page.put("totalAsNumber", PageText.number(totals.customers()));
        page.put("totalInWords", PageText.count(totals.customers(), "customer", "customers"));
        page.put(
                "beyond",
                beyond(most, "The page has the first %s, in the order in which they need attention; all %s are in "));
        page.put("customers", (Mustache.Lambda) (fragment, out) -> customers.write(out));
        page.put("onPaper", customers.onPaper());
        page.put(
                "beyondPaper",
                beyond(
                        PageCustomers.ON_PAPER,
                        "The table has the first %s, in the order in which they need attention; all %s are in "));
        page.put(
                "undo",
                totals.outcomes().containsKey("OFFBOARDED") || totals.outcomes().containsKey("REMOVED"));
        WayBack wayBack = WayBack.of(run);
        page.put("wayBackHow", wayBack.how());
        page.put("wayBackLink", wayBack.link() == null ? "" : OneLine.of(wayBack.link()));
        page.put("wayBackUntil", wayBack.until());
        page.put("facts", finePrint.facts());
        many(page, "limits", "isLimited", finePrint.limits());
        many(page, "files", "isListed", finePrint.files());
        return page;
    }

    private static void many(Map<String, Object> page, String name, String whetherAny, List<?> values) {
        page.put(name, values);
        page.put(whetherAny, !values.isEmpty());
    }

    private String took() {
        if (run.endedAt() == null) {
            return "end not on record";
        }
        long seconds =
                java.time.Duration.between(run.startedAt(), run.endedAt()).toSeconds();
        return seconds < 60
                ? "took %d s".formatted(seconds)
                : seconds < 3600
                        ? "took %d min %d s".formatted(seconds / 60, seconds % 60)
                        : "took %d h %d min".formatted(seconds / 3600, seconds / 60 % 60);
    }

    private String beyond(int shown, String words) {
        return totals.customers() <= shown
                ? ""
                : words.formatted(PageText.number(shown), PageText.number(totals.customers()));
    }

    /** Those that wait for the same kind of thing. */
    private record Waits(String what, List<PageAttention.Item> waiting) {}

    /** @param address where the page shows them */
    private record Chip(String label, String count, String tone, String address) {}

    private List<Chip> chips(boolean plan) {
        List<Chip> chips = new ArrayList<>();
        totals.outcomes().forEach((outcome, count) -> {
            PageWords.Word word = PageWords.outcome(outcome, plan);
            // what a plan is about comes first in it
            chips.add(
                    plan && outcome.equals("PLANNED") ? 0 : chips.size(),
                    new Chip(word.label(), PageText.number(count), word.tone(), "outcome=" + outcome));
        });
        if (totals.rows().rejected() > 0) {
            chips.add(new Chip("Rows set aside", PageText.number(totals.rows().rejected()), "look", "files"));
        }
        return chips;
    }

    /** What is different since the job's last run. */
    private void since(Map<String, Object> page, RunRow before, PageTime time) {
        boolean plan = run.mode().equals("plan");
        Map<RunChanges.Change, Long> counts = new RunChanges(jdbc, run.runId(), run.startedAt(), plan).counts();
        List<Chip> changes = new ArrayList<>();
        counts.forEach((change, count) -> changes.add(new Chip(
                PageWords.change(change, count, plan), PageText.number(count), "plain", "change=" + change.name())));
        page.put("since", time.minute(before.startedAt()));
        page.put("sinceRun", before.runId());
        page.put("changes", changes);
    }

    /** A file beside the page. */
    private record Beside(String name, String what) {}

    private List<Beside> beside() {
        List<Beside> files = new ArrayList<>();
        files.add(new Beside("report.json", "the record; all else is a view of it"));
        files.add(new Beside(CustomersPart.FILE, "a row for each customer, for a spreadsheet"));
        files.add(new Beside(ActionsPart.FILE, "a row for each write that was attempted"));
        files.add(new Beside(EventsPart.FILE, "this run's part of the audit trail"));
        if (new ReceivedLists(jdbc).setAside(run.runId()) > 0) {
            files.add(new Beside(RejectsPart.FILE, "the rows that were set aside, and what is wrong with each"));
        }
        files.add(new Beside(Manifest.FILE, "the hashes of all of them"));
        return files;
    }

    private record Figure(String label, String value) {}

    private List<Figure> figures() {
        ControlTotals.Subscriptions subscriptions = totals.subscriptions();
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure("active before", PageText.number(subscriptions.activeBefore())));
        figures.add(new Figure("suspended", PageText.number(subscriptions.suspended())));
        figures.add(new Figure("cancelled", PageText.number(subscriptions.cancelled())));
        figures.add(new Figure("failed", PageText.number(subscriptions.failed())));
        figures.add(new Figure("left", PageText.number(subscriptions.left())));
        return figures;
    }

    private List<Figure> figures(RunCases.Planned planned) {
        Map<String, Long> writes = planned.writes();
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure("active", PageText.number(totals.subscriptions().activeBefore())));
        figures.add(new Figure("would be suspended", PageText.number(writes.getOrDefault("SUSPEND", 0L))));
        figures.add(new Figure("would be cancelled", PageText.number(writes.getOrDefault("CANCEL", 0L))));
        figures.add(
                new Figure("would end with their term", PageText.number(writes.getOrDefault("AUTO_RENEW_OFF", 0L))));
        figures.add(new Figure("would be put back", PageText.number(writes.getOrDefault("REACTIVATE", 0L))));
        figures.removeIf(figure -> figure.value().equals("0") && !figure.label().equals("would be suspended"));
        return figures;
    }

    /** A line of the table that says what the drawing shows. */
    private record Link(String from, String to, String count) {
        static Link of(PageFlow.Link link) {
            return new Link(link.from().label(), link.to().label(), PageText.number(link.count()));
        }
    }

    static String hash(String inline) {
        return "'sha256-"
                + Base64.getEncoder().encodeToString(Sha256.begin().digest(inline.getBytes(StandardCharsets.UTF_8)))
                + "'";
    }

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(PagePart.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
