package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.EarlierNights;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.cases.CaseRow;
import dev.offboarding.cases.RunCases;
import dev.offboarding.cases.RunCases.Place;
import dev.offboarding.cases.RunChanges;
import dev.offboarding.lists.Column;
import dev.offboarding.lists.ListedRow;
import dev.offboarding.runs.RunRow;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The customers of the page, in the order in which they need attention. They are in it as JSON in blocks, each with the lines of
 * the list and, apart from them, the stories: a browser reads a story only when it is opened.
 */
final class PageCustomers {
    /** How many the page has; it says where the others are. */
    static final int MOST = 10_000;
    /** How many are in the table for paper, and for a browser without script. */
    static final int ON_PAPER = 500;

    private static final int IN_A_BLOCK = 100;

    private final JdbcTemplate jdbc;
    private final RunCases cases;
    private final RunRow run;
    private final String runId;
    private final boolean plan;
    private final PageTime time;
    private final int most;
    private @Nullable EarlierNights earlierNights;
    /** By customer: few, as a rule none. */
    private @Nullable Map<UUID, List<AuditEvent>> unanswered;

    PageCustomers(JdbcTemplate jdbc, RunRow run, PageTime time, int most) {
        this.jdbc = jdbc;
        this.cases = new RunCases(jdbc);
        this.run = run;
        this.runId = run.runId();
        this.plan = run.mode().equals("plan");
        this.time = time;
        this.most = most;
    }

    /** What a line of the table for paper says. */
    record OnPaper(
            String name,
            String id,
            String tone,
            String outcome,
            String hold,
            String subscriptions,
            String effects,
            String message,
            String ticket,
            String source) {}

    List<OnPaper> onPaper() {
        return cases.byNeed(runId, ON_PAPER).stream().map(this::onPaper).toList();
    }

    private OnPaper onPaper(CaseRow row) {
        String hold = row.held().reason();
        LocalDate until = row.held().until();
        ListedRow listing = row.listing();
        return new OnPaper(
                name(row),
                row.customerId().toString(),
                PageWords.tone(row.outcome(), hold),
                label(row),
                hold == null ? "" : HoldTexts.of(hold).label() + (until == null ? "" : " until " + until),
                subscriptions(row.subscriptions()),
                PageStory.effectsInShort(row.removal().effects()),
                PageText.story(row.message()),
                PageText.line(listing.cell(Column.TICKET)),
                PageText.line(listing.source()) + ":" + listing.line());
    }

    private String label(CaseRow row) {
        String would = would(row);
        return would == null ? PageWords.outcome(row.outcome(), plan).label() : would;
    }

    /** Who would be held may be written to nevertheless: the end of a term is scheduled while it is waited for. */
    private @Nullable String would(CaseRow row) {
        return plan && (row.outcome().equals("PLANNED") || row.outcome().equals("HELD"))
                ? PageStory.would(row.planned())
                : null;
    }

    private static String subscriptions(CaseRow.Subscriptions all) {
        return all.activeBefore() == 0 ? "–" : all.suspended() + all.cancelled() + " of " + all.activeBefore();
    }

    /** What a customer is called here: as the list says, or by its id. */
    static String name(CaseRow row) {
        String name = row.name();
        return name == null ? row.customerId().toString() : PageText.line(name);
    }

    /** Writes the blocks. */
    void write(Writer out) throws IOException {
        List<Place> places = cases.placesByNeed(runId, most);
        for (int from = 0; from < places.size(); from += IN_A_BLOCK) {
            block(places.subList(from, Math.min(places.size(), from + IN_A_BLOCK)), out);
        }
    }

    private void block(List<Place> places, Writer out) throws IOException {
        Map<UUID, Trail> trails = trails(places.stream().map(Place::customerId).toArray(UUID[]::new));
        Map<Long, Map<String, Object>> lines = new HashMap<>();
        Map<Long, Map<String, Object>> stories = new HashMap<>();
        List<Long> positions = places.stream().map(Place::position).toList();
        Map<Long, RunChanges.Change> changes = new RunChanges(jdbc, runId, run.startedAt(), plan).at(positions);
        Map<UUID, List<Map<String, Object>>> nights = nights(places);
        for (CaseRow row : cases.at(runId, positions)) {
            Map<String, Object> line = line(row);
            line.put("change", Objects.toString(changes.get(row.position())));
            lines.put(row.position(), line);
            Trail trail = trails.get(row.customerId());
            Map<String, Object> story = story(row, trail == null ? new Trail() : trail);
            List<Map<String, Object>> earlier = nights.getOrDefault(row.customerId(), List.of());
            if (!earlier.isEmpty()) {
                story.put("nights", earlier);
            }
            stories.put(row.position(), story);
        }
        script(
                out,
                "customer-lines",
                places.stream().map(place -> lines.get(place.position())).toList());
        script(
                out,
                "customer-stories",
                places.stream().map(place -> stories.get(place.position())).toList());
    }

    private Map<UUID, List<Map<String, Object>>> nights(List<Place> places) {
        Map<UUID, PageNights> nights = new HashMap<>();
        EarlierNights earlier = earlierNights;
        if (earlier == null) {
            earlier = new EarlierNights(jdbc, runId);
            earlierNights = earlier;
        }
        earlier.of(
                run.platform(),
                places.stream().map(Place::customerId).toArray(UUID[]::new),
                PageNights.EVENTS,
                event -> nights.computeIfAbsent(event.customerId(), id -> new PageNights(run.job(), time))
                        .add(event));
        return nights.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().shown()));
    }

    private static void script(Writer out, String name, Object value) throws IOException {
        out.write("<script type=\"application/json\" class=\"" + name + "\">");
        out.write(PageText.json(value));
        out.write("</script>\n");
    }

    private Map<String, Object> line(CaseRow row) {
        ListedRow listing = row.listing();
        CaseRow.Subscriptions subscriptions = row.subscriptions();
        Slim line = new Slim();
        line.put("id", row.customerId().toString());
        line.put("name", name(row));
        line.put("domain", PageText.line(listing.domain()));
        line.put("outcome", row.outcome());
        line.put("hold", row.held().reason());
        line.put("until", text(row.held().until()));
        line.put("since", row.held().reason() == null ? null : day(row.held().since()));
        line.put("label", would(row));
        line.put("tone", PageWords.tone(row.outcome(), row.held().reason()));
        line.put("before", subscriptions.activeBefore());
        line.put("dealt", subscriptions.suspended() + subscriptions.cancelled());
        line.put("failed", subscriptions.failed());
        line.put("source", PageText.line(listing.source()));
        line.put("line", listing.line());
        line.put("ticket", PageText.line(listing.cell(Column.TICKET)));
        line.put("by", PageText.line(listing.cell(Column.REQUESTED_BY)));
        line.put("why", PageText.line(listing.cell(Column.REASON)));
        line.put("message", PageText.line(row.message()));
        return line.members();
    }

    private Map<String, Object> story(CaseRow row, Trail trail) {
        Slim story = new Slim();
        story.put("entry", entry(row));
        story.put("state", row.state());
        story.put("elsewhere", PartnerCenterLink.of(run, row));
        story.put("seen", trail.seen);
        story.put("suspendedAt", moment(row.subscriptions().suspendedAt()));
        story.put("removedAt", moment(row.removal().removedAt()));
        story.put("nextLook", text(row.held().nextLook()));
        story.put("message", PageText.story(row.message()));
        story.put("witness", PageText.story(row.removal().secondWitness()));
        story.put("holds", PageStory.holds(row.held().all()));
        story.put("effects", PageStory.effects(row.removal().effects(), time));
        story.put("holdings", PageStory.holdings(row.subscriptions().seen()));
        if (row.removal().removedAt() != null) {
            story.put("wayBack", PageStory.wayBack(WayBack.lost(row)));
        }
        story.put("writes", trail.writes);
        if (trail.left > 0) {
            story.put("writesLeft", trail.left);
        }
        if (trail.writes.isEmpty()) {
            story.put("planned", PageStory.planned(row.planned()));
        }
        return story.members();
    }

    private @Nullable String day(@Nullable Instant at) {
        return at == null ? null : time.day(at);
    }

    private @Nullable String moment(@Nullable Instant at) {
        return at == null ? null : time.moment(at);
    }

    private static @Nullable String text(@Nullable LocalDate day) {
        return day == null ? null : day.toString();
    }

    /** What the list says, with its own columns at the end. */
    private static Map<String, Object> entry(CaseRow row) {
        ListedRow listing = row.listing();
        Slim entry = new Slim();
        entry.put(
                row.listedAnew() ? "Listed tonight in" : "Listed earlier in",
                PageText.story(listing.source()) + ", line " + listing.line());
        Column.KEPT.forEach(column -> entry.put(column.title(), PageText.story(listing.cell(column))));
        ReportJson.members(listing.others())
                .forEach((name, value) -> entry.put("“" + PageText.line(name) + "”", PageText.story(value)));
        return entry.members();
    }

    private static final class Trail {
        private final List<Map<String, Object>> writes = new ArrayList<>();
        private Map<String, Object> seen = Map.of();
        private int left;
    }

    private Map<UUID, Trail> trails(UUID[] customers) {
        Map<UUID, Trail> trails = new HashMap<>();
        AuditEvents events = new AuditEvents(jdbc);
        events.decisionsAndOutcomesOf(runId, customers, event -> {
            Trail trail = trails.computeIfAbsent(Objects.requireNonNull(event.customerId()), id -> new Trail());
            if (!event.is(EventKind.DECIDED)) {
                add(trail, event);
            } else if (trail.seen.isEmpty()) {
                trail.seen = PageStory.seen(event.data(), time);
            }
        });
        events.foundUnchanged(
                runId,
                customers,
                (said, foundAt) ->
                        trails.computeIfAbsent(Objects.requireNonNull(said.customerId()), id -> new Trail()).seen =
                                PageStory.seenAgain(said.data(), foundAt, time));
        if (unanswered == null) {
            unanswered = events.unanswered(runId).stream()
                    .collect(Collectors.groupingBy(event -> Objects.requireNonNull(event.customerId())));
        }
        for (UUID customer : customers) {
            for (AuditEvent event : unanswered.getOrDefault(customer, List.of())) {
                add(trails.computeIfAbsent(customer, id -> new Trail()), event);
            }
        }
        return trails;
    }

    private void add(Trail trail, AuditEvent event) {
        boolean answered = event.is(EventKind.OUTCOME);
        String at = time.moment(event.at());
        for (RecordedWrite write : event.writes()) {
            if (trail.writes.size() == PageStory.MOST) {
                trail.left++;
                continue;
            }
            Slim shown = new Slim();
            shown.put("at", write.at() == null ? at : time.moment(write.at()));
            shown.put("action", event.action());
            shown.put("target", PageText.line(write.target()));
            shown.put("before", PageText.line(write.before()));
            shown.put("after", PageText.line(write.after()));
            shown.put("result", answered ? write.result() : "LOST");
            shown.put("attempt", write.attempt() > 1 ? write.attempt() : null);
            shown.put("correlation", PageText.line(write.correlationId()));
            shown.put("message", answered ? PageText.story(write.message()) : ActionsPart.NOT_KNOWN_YET);
            shown.put("event", event.sequence());
            trail.writes.add(shown.members());
        }
    }

    /** Members in order, without those that say nothing. */
    static final class Slim {
        private final Map<String, Object> members = new LinkedHashMap<>();

        void put(String name, @Nullable Object value) {
            boolean says = value != null
                    && !value.equals("")
                    && !value.equals(0)
                    && !(value instanceof List<?> list && list.isEmpty())
                    && !(value instanceof Map<?, ?> map && map.isEmpty());
            if (says) {
                members.put(name, value);
            }
        }

        Map<String, Object> members() {
            return members;
        }
    }
}
