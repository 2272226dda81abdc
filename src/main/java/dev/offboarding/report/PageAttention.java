package dev.offboarding.report;

import dev.offboarding.approvals.PlanBasis;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.cases.CaseRow;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.RunCases;
import dev.offboarding.cases.RunCases.HeldCount;
import dev.offboarding.kit.JsonText;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.lists.Reject;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.RunRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/** What readers should know or do, the weightiest first. */
final class PageAttention {
    /** Rejected rows, files and customers that are named where there are many. */
    private static final int EXAMPLES = 8;

    private static final int MOST_FILES = 20;
    private static final int MOST_NOTES = 20;

    /** The exit code of a run that got through, and has something to say. */
    private static final int NEEDS_ATTENTION = ExitCode.NEEDS_ATTENTION.code();

    private final JdbcTemplate jdbc;
    private final RunRow run;
    private final ControlTotals totals;
    private final PageTime time;
    private final ReceivedLists lists;
    private final RunCases cases;
    private @Nullable List<HeldCount> held;

    PageAttention(JdbcTemplate jdbc, RunRow run, ControlTotals totals, PageTime time) {
        this.time = time;
        this.jdbc = jdbc;
        this.run = run;
        this.totals = totals;
        this.lists = new ReceivedLists(jdbc);
        this.cases = new RunCases(jdbc);
    }

    /**
     * @param tone bad, look or wait
     * @param what what it is about, in a sentence or two
     * @param remedy what to do
     * @param details one line each
     * @param more what {@code details} has only in part, and where the rest is
     * @param outcome customers of this outcome are meant
     * @param hold customers held for this reason are meant
     * @param file beside the page, that has all of it
     */
    record Item(
            String tone,
            String title,
            String what,
            String remedy,
            List<Detail> details,
            String more,
            @Nullable String outcome,
            @Nullable String hold,
            @Nullable String file) {

        static Item of(String tone, String title, String what, String remedy) {
            return new Item(tone, title, what, remedy, List.of(), "", null, null, null);
        }

        Item with(List<Detail> lines, String rest) {
            return new Item(tone, title, what, remedy, lines, rest, outcome, hold, file);
        }

        Item about(@Nullable String ofOutcome, @Nullable String ofHold) {
            return new Item(tone, title, what, remedy, details, more, ofOutcome, ofHold, file);
        }

        Item shownIn(String ofFile) {
            return new Item(tone, title, what, remedy, details, more, outcome, hold, ofFile);
        }

        boolean hasDetails() {
            return !details.isEmpty();
        }

        boolean filters() {
            return outcome != null || hold != null;
        }
    }

    /** @param customerId the customer whom it is about, if it is about one, with the name */
    record Detail(@Nullable String customerId, @Nullable String name, String text) {
        static Detail of(String text) {
            return new Detail(null, null, text);
        }
    }

    /** What is wrong, or needs a person to act. */
    List<Item> items(List<UnplannedWrite> unplanned) {
        List<Item> items = new ArrayList<>();
        items.addAll(evidence(unplanned));
        items.addAll(failures());
        items.addAll(limits());
        items.addAll(dueAhead());
        items.addAll(notApproved());
        items.addAll(course());
        items.addAll(customers("FAILED"));
        items.addAll(customers("RE_ESTABLISHED"));
        items.addAll(holds(HoldReason.Kind.SOMEBODY_HAS_TO_LOOK));
        items.addAll(refusedFiles());
        items.addAll(rejectedRows());
        items.addAll(openWrites());
        items.addAll(reminders());
        items.addAll(renewals());
        items.addAll(customers("REMOVED"));
        return items;
    }

    /** Holds that continue once someone has done something elsewhere. */
    List<Item> waitingForAPerson() {
        return holds(HoldReason.Kind.WAITS_FOR_A_PERSON);
    }

    /** Holds that continue on their own. */
    List<Item> waiting() {
        return holds(HoldReason.Kind.WAITS);
    }

    private List<Item> evidence(List<UnplannedWrite> unplanned) {
        List<Item> items = new ArrayList<>();
        if (!unplanned.isEmpty()) {
            items.add(Item.of(
                            "bad",
                            PageText.count(unplanned.size(), "write was", "writes were") + " not planned",
                            "The run asked the platform for something that its plan does not have.",
                            "Stop the job, keep this report and the log, and find out how this could happen before it runs again.")
                    .with(
                            unplanned.stream()
                                    .limit(EXAMPLES)
                                    .map(write -> Detail.of(write.inWords()))
                                    .toList(),
                            rest(unplanned.size(), "report.json")));
        }
        if (!totals.balance()) {
            items.add(Item.of(
                            "bad",
                            "The totals do not balance",
                            "What was counted one way is not what was counted another way.",
                            "Do not rely on this report. Keep it and the log, and have the program checked.")
                    .with(
                            totals.problems().stream()
                                    .map(problem -> Detail.of(PageText.story(problem)))
                                    .toList(),
                            ""));
        }
        return items;
    }

    private List<Item> failures() {
        List<Item> items = new ArrayList<>();
        for (JsonNode failure : ReportJson.MAPPER.readTree(run.failures())) {
            String message = JsonText.of(failure.path("message"));
            String step = PageText.line(JsonText.of(failure.path("step")));
            boolean goesOn = failure.path("exit_code").asInt() == NEEDS_ATTENTION;
            items.add(
                    Item.of(
                            goesOn ? "look" : "bad",
                            goesOn ? "Something to look at in the step " + step : "The step " + step + " failed",
                            PageText.story(message == null ? failure.toString() : message),
                            goesOn
                                    ? "Do what the message says. The run went on."
                                    : "Correct what the message names. The next run continues from here; the log file has the details."));
        }
        return items;
    }

    private List<Item> limits() {
        List<Item> items = new ArrayList<>();
        String limits = run.limits();
        if (limits == null) {
            return items;
        }
        for (JsonNode limit : ReportJson.MAPPER.readTree(limits)) {
            if (limit.path("passed").isBoolean()
                    && !limit.path("passed").asBoolean()
                    && !limit.path("lifted").isObject()) {
                items.add(
                        Item.of(
                                "look",
                                "Over the limit " + PageText.line(JsonText.of(limit.path("limit"))),
                                PageText.story(JsonText.of(limit.path("message"))),
                                // rows that are gone are put back, and not taken away
                                countsRowsThatAreGone(limit)
                                        ? "Nothing was written. Put the rows back into the list; or, if they are meant to be gone, withdraw the customers, or have somebody else lift the limit."
                                        : "Nothing was written. Look at the customers below; then take the list away, or have somebody else approve the plan."));
            }
        }
        return items;
    }

    /** Whether customers count against it because the list is without them, whatever is planned for them tonight. */
    private boolean countsRowsThatAreGone(JsonNode limit) {
        String basis = run.planBasis();
        String name = JsonText.of(limit.path("limit"));
        return basis != null
                && ReportJson.MAPPER.readTree(basis).has(PlanBasis.WITHDRAWN)
                && ("max-customers".equals(name) || "max-share".equals(name));
    }

    /** Days on which open cases will be over a limit. */
    private List<Item> dueAhead() {
        List<Detail> days = new ArrayList<>();
        for (JsonNode day : ReportJson.MAPPER.readTree(run.dueAhead())) {
            days.add(Detail.of("%s: %s due, %s may be begun"
                    .formatted(
                            PageText.line(JsonText.of(day.path("day"))),
                            PageText.count(day.path("customers").asLong(), "customer falls", "customers fall"),
                            PageText.number(day.path("allowed").asLong()))));
        }
        if (days.isEmpty()) {
            return List.of();
        }
        return List.of(Item.of(
                        "look",
                        PageText.count(days.size(), "day", "days") + " ahead on which a limit will not be enough",
                        "More open cases fall due on one day than may be begun in one night, or in 30 days: as things stand, the run of that night will be stopped.",
                        "Spread the effective dates, or raise the limit before that day once someone has looked at the cases.")
                .with(days.stream().limit(EXAMPLES).toList(), rest(days.size(), "the notes of report.json")));
    }

    /** A part of the plan that nobody has approved, where another was carried out. */
    private List<Item> notApproved() {
        String approval = run.approval();
        JsonNode waiting =
                approval == null ? null : ReportJson.MAPPER.readTree(approval).path("waiting");
        if (waiting == null || !waiting.isObject()) {
            return List.of();
        }
        return List.of(
                Item.of(
                        "look",
                        PageText.count(waiting.path("customers").asLong(), "customer waits", "customers wait")
                                + " for an approval",
                        "The plan has more customers than were approved. Those from tonight's list are not accepted, and their file stays where it is: plan "
                                + PageText.line(JsonText.of(waiting.path("plan_id"))),
                        "Have somebody else look at that plan and approve it; or take the file away, and withdraw whose case is open."));
    }

    private List<Item> course() {
        List<Item> items = new ArrayList<>();
        if (run.interrupted()) {
            items.add(Item.of(
                    "look",
                    "The run was interrupted",
                    "It died or lost its database before it could end. What it had asked for was looked up afterwards; this report was"
                            + " written by the next run.",
                    "Find out what ended it: the log file of this run is the place to start."));
        }
        String reason = run.stopReason();
        String message = run.stopMessage();
        if (reason != null && !(reason.equals("LIMIT") && !limits().isEmpty())) {
            items.add(Item.of(
                    "look",
                    reason.equals("APPROVAL") ? "The plan is not approved" : "The run was stopped",
                    message == null ? PageText.line(reason) : PageText.story(message),
                    switch (reason) {
                        case "APPROVAL" ->
                            "Look at the customers below; a second person approves the plan, and the next run carries it out.";
                        case "CLOCK" -> "Find out which clock is wrong and set it; the next run continues from here.";
                        case "FAILURE_BRAKE" ->
                            "Find out why so many failed before the next run, which continues from here.";
                        default -> "Nothing to do, if this was intended: the next run continues from here.";
                    }));
        }
        return items;
    }

    private List<Item> customers(String outcome) {
        long count = totals.outcomes().getOrDefault(outcome, 0L);
        if (count == 0) {
            return List.of();
        }
        PageWords.Word word = PageWords.outcome(outcome, run.mode().equals("plan"));
        return List.of(Item.of(
                        word.tone(),
                        word.label() + ": " + PageText.count(count, "customer", "customers"),
                        word.meaning(),
                        word.remedy())
                .with(
                        names(cases.withOutcome(run.runId(), List.of(outcome), EXAMPLES)),
                        rest(count, "the list of customers"))
                .about(outcome, null));
    }

    /** What has waited for a person for so long that it needs attention tonight; terms that renew themselves have words of their own. */
    private List<Item> reminders() {
        List<Item> items = new ArrayList<>();
        for (HeldCount h : held()) {
            HoldTexts words = HoldTexts.of(h.reason());
            if (!words.look() && h.reminders() > 0 && !h.reason().equals("TERM_COMMITMENT")) {
                items.add(Item.of(
                                "look",
                                words.label() + ": "
                                        + PageText.count(h.reminders(), "customer still waits", "customers still wait"),
                                words.meaning()
                                        + " Nothing has changed for some time; you will be reminded again every remind-after.",
                                words.remedy())
                        .about(null, h.reason()));
            }
        }
        return items;
    }

    private List<HeldCount> held() {
        if (held == null) {
            held = cases.held(run.runId(), run.startedAt());
        }
        return held;
    }

    private List<Item> holds(HoldReason.Kind kind) {
        boolean look = kind == HoldReason.Kind.SOMEBODY_HAS_TO_LOOK;
        List<Item> items = new ArrayList<>();
        for (HeldCount h : held()) {
            HoldTexts words = h.renews() ? HoldTexts.ofTermThatRenewsItself() : HoldTexts.of(h.reason());
            if (h.kind() == kind) {
                String newTonight = h.newTonight() == 0
                        ? ""
                        : !look
                                ? " A reminder of %s of them is due tonight.".formatted(PageText.number(h.newTonight()))
                                : h.newTonight() == h.count()
                                        ? " New tonight."
                                        : " %s of them new tonight.".formatted(PageText.number(h.newTonight()));
                String next = h.next() == null ? "" : " The first date is %s.".formatted(h.next());
                String since = h.since() == null || look && h.newTonight() == h.count()
                        ? ""
                        : " Waiting since %s.".formatted(time.day(h.since()));
                items.add(Item.of(
                                look ? "look" : "wait",
                                words.label() + ": " + PageText.count(h.count(), "customer", "customers"),
                                words.meaning() + since + newTonight + next,
                                words.remedy())
                        .with(
                                look ? names(cases.heldFor(run.runId(), List.of(h.reason()), EXAMPLES)) : List.of(),
                                look ? rest(h.count(), "the list of customers") : "")
                        .about(null, h.reason()));
            }
        }
        return items;
    }

    private List<Item> refusedFiles() {
        List<Item> items = new ArrayList<>();
        for (ReceivedLists.ListFile file : lists.refused(run.runId(), MOST_FILES)) {
            boolean query = file.path() == null;
            items.add(Item.of(
                    "look",
                    query
                            ? "The result of the query was refused"
                            : "The file " + PageText.line(file.name()) + " was refused",
                    PageText.story(file.reason()),
                    query
                            ? "Nothing of it was accepted. Correct the query or the rows that it reads: the next run reads it again."
                            : "Nothing in it was accepted. Correct the file, and put it into the inbox again."));
        }
        return items;
    }

    private List<Item> rejectedRows() {
        // those of a file that was refused are corrected in that file, and there is an item of it
        long count = lists.setAsideOfOthers(run.runId());
        if (count == 0) {
            return List.of();
        }
        List<Detail> lines = lists.rejectsOfOthers(run.runId(), EXAMPLES).stream()
                .map(row -> Detail.of(rejected(row)))
                .toList();
        return List.of(Item.of(
                        "look",
                        PageText.count(count, "row of the list was", "rows of the list were") + " set aside",
                        "They could not be read as entries; nothing was done for them.",
                        whereToCorrect() + " All of them, with what is wrong:")
                .with(lines, rest(count, RejectsPart.FILE))
                .shownIn(RejectsPart.FILE));
    }

    /** Never in the report, which is evidence, and whose file has the rows of refused files as well. */
    private String whereToCorrect() {
        ReceivedLists.Rejecting rejecting = lists.rejecting(run.runId());
        List<String> where = new ArrayList<>();
        if (rejecting.archived()) {
            where.add(
                    "Correct them in NAME.rejects.csv, beside the list NAME in the archive folder of the inbox, and put that file into the inbox.");
        }
        if (rejecting.inPlace()) {
            where.add("Correct them in the list itself, where it is: the next run reads it again.");
        }
        return String.join(" ", where);
    }

    private static String rejected(Reject row) {
        String column = row.column();
        return "%s, line %d%s: %s – %s"
                .formatted(
                        PageText.line(row.source()),
                        row.line(),
                        column == null ? "" : ", column " + PageText.line(column),
                        PageText.line(row.problem()),
                        PageText.line(row.remedy()));
    }

    private List<Item> openWrites() {
        long open = new AuditEvents(jdbc).countOpenIntents(run.runId());
        return open == 0
                ? List.of()
                : List.of(Item.of(
                        "look",
                        PageText.count(open, "call has", "calls have") + " no recorded answer",
                        "Whether they took effect is not known yet.",
                        "Nothing to do: the next run reads what became of them before it does anything else."));
    }

    private List<Item> renewals() {
        RunCases.Renewing renewing = cases.renewing(run.runId());
        return renewing.customers() == 0
                ? List.of()
                : List.of(Item.of(
                                "look",
                                "Terms that renew themselves: "
                                        + PageText.count(renewing.customers(), "customer", "customers"),
                                "If no one does anything, another term begins, the first on " + renewing.first() + ".",
                                "Schedule their cancellation at the end of the term before that day, or have this program do it with new-commerce: end-at-term; switching auto-renew off alone does not end the term.")
                        .about(null, "TERM_COMMITMENT"));
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        int all = 0;
        for (JsonNode note : ReportJson.MAPPER.readTree(run.notes())) {
            if (all++ < MOST_NOTES) {
                notes.add(PageText.story(JsonText.of(note)));
            }
        }
        if (all > MOST_NOTES) {
            notes.add("and %d more, all of them in report.json".formatted(all - MOST_NOTES));
        }
        return notes;
    }

    private static List<Detail> names(List<CaseRow> rows) {
        return rows.stream()
                .map(row ->
                        new Detail(row.customerId().toString(), PageCustomers.name(row), PageText.story(row.message())))
                .toList();
    }

    private static String rest(long count, String where) {
        return count > EXAMPLES ? "and %s more: see %s".formatted(PageText.number(count - EXAMPLES), where) : "";
    }
}
