package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.cases.HoldReason;
import java.io.IOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * The customers of the page, in the order in which they need attention. They stand in it as JSON in blocks, each with the lines of
 * the list and, apart from them, the stories: a browser reads a story only when it is opened.
 */
final class PageCustomers {
    /** How many the page has; it says where the others are. */
    static final int MOST = 10_000;
    /** How many stand in the table for paper, and for a browser without script. */
    static final int ON_PAPER = 500;

    private static final int IN_A_BLOCK = 100;

    private final JdbcTemplate jdbc;
    private final String runId;
    private final PageTime time;
    private final int most;

    PageCustomers(JdbcTemplate jdbc, String runId, PageTime time, int most) {
        this.jdbc = jdbc;
        this.runId = runId;
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
            String message,
            String ticket,
            String source) {}

    private record Place(long position, UUID customerId) {}

    private static final String BY_NEED = """
            case when outcome = 'FAILED' then 0
                 when outcome = 'RE_ESTABLISHED' then 1
                 when hold_reason = any(?) then case when hold_new then 2 else 3 end
                 when outcome = 'REMOVED' then 4
                 when outcome = 'SUSPENDED' and hold_reason is null then 5
                 when outcome = 'PLANNED' then 6
                 when outcome = 'NOT_READ' then 7
                 when hold_reason is not null then 8
                 else 9 end, position
            """;

    private List<Place> places(int atMost) {
        return jdbc.query(
                "select position, customer_id from offboarding.run_case where run_id = ? order by " + BY_NEED
                        + " limit ?",
                (row, n) -> new Place(row.getLong("position"), row.getObject("customer_id", UUID.class)),
                runId,
                HoldReason.somebodyHasToLookNames(),
                atMost);
    }

    List<OnPaper> onPaper() {
        return jdbc.query(
                "select * from offboarding.run_case where run_id = ? order by " + BY_NEED + " limit ?",
                (row, n) -> onPaper(row),
                runId,
                HoldReason.somebodyHasToLookNames(),
                ON_PAPER);
    }

    private static OnPaper onPaper(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        String hold = row.getString("hold_reason");
        LocalDate until = row.getObject("hold_until", LocalDate.class);
        return new OnPaper(
                name(row),
                row.getString("customer_id"),
                PageWords.tone(outcome, hold),
                PageWords.outcome(outcome).label(),
                hold == null ? "" : HoldTexts.of(hold).label() + (until == null ? "" : " until " + until),
                subscriptions(row),
                PageText.story(row.getString("message")),
                PageText.line(row.getString("ticket")),
                PageText.line(row.getString("source")) + ":" + row.getLong("line"));
    }

    private static String subscriptions(ResultSet row) throws SQLException {
        int dealtWith = row.getInt("suspended") + row.getInt("cancelled");
        return row.getInt("active_before") == 0 ? "–" : dealtWith + " of " + row.getInt("active_before");
    }

    /** What a customer is called here: as the list says, or by its id. */
    static String name(ResultSet row) throws SQLException {
        for (String column : new String[] {"company_name", "domain"}) {
            String text = row.getString(column);
            if (text != null && !text.isBlank()) {
                return PageText.line(text);
            }
        }
        return row.getString("customer_id");
    }

    /** Writes the blocks. */
    void write(Writer out) throws IOException {
        List<Place> places = places(most);
        for (int from = 0; from < places.size(); from += IN_A_BLOCK) {
            block(places.subList(from, Math.min(places.size(), from + IN_A_BLOCK)), out);
        }
    }

    private void block(List<Place> places, Writer out) throws IOException {
        Map<UUID, Trail> trails = trails(places.stream().map(Place::customerId).toArray(UUID[]::new));
        Map<Long, Map<String, Object>> lines = new HashMap<>();
        Map<Long, Map<String, Object>> stories = new HashMap<>();
        jdbc.query(
                "select * from offboarding.run_case where run_id = ? and position = any(?)",
                (RowCallbackHandler) row -> {
                    Long position = row.getLong("position");
                    lines.put(position, line(row));
                    Trail trail = trails.get(row.getObject("customer_id", UUID.class));
                    stories.put(position, story(row, trail == null ? new Trail() : trail));
                },
                runId,
                places.stream().map(Place::position).toArray(Long[]::new));
        script(
                out,
                "customer-lines",
                places.stream().map(place -> lines.get(place.position())).toList());
        script(
                out,
                "customer-stories",
                places.stream().map(place -> stories.get(place.position())).toList());
    }

    private static void script(Writer out, String name, Object value) throws IOException {
        out.write("<script type=\"application/json\" class=\"" + name + "\">");
        out.write(PageText.json(value));
        out.write("</script>\n");
    }

    private static Map<String, Object> line(ResultSet row) throws SQLException {
        Slim line = new Slim();
        line.put("id", row.getString("customer_id"));
        line.put("name", name(row));
        line.put("domain", PageText.line(row.getString("domain")));
        line.put("outcome", row.getString("outcome"));
        line.put("hold", row.getString("hold_reason"));
        line.put("until", row.getString("hold_until"));
        line.put("tone", PageWords.tone(row.getString("outcome"), row.getString("hold_reason")));
        line.put("before", row.getInt("active_before"));
        line.put("dealt", row.getInt("suspended") + row.getInt("cancelled"));
        line.put("failed", row.getInt("failed"));
        line.put("source", PageText.line(row.getString("source")));
        line.put("line", row.getLong("line"));
        line.put("ticket", PageText.line(row.getString("ticket")));
        line.put("by", PageText.line(row.getString("requested_by")));
        line.put("why", PageText.line(row.getString("reason")));
        line.put("message", PageText.line(row.getString("message")));
        return line.members();
    }

    private Map<String, Object> story(ResultSet row, Trail trail) throws SQLException {
        Slim story = new Slim();
        story.put("entry", entry(row));
        story.put("state", row.getString("state"));
        story.put("seen", trail.seen);
        story.put("suspendedAt", moment(row, "suspended_at"));
        story.put("removedAt", moment(row, "removed_at"));
        story.put("nextLook", row.getString("next_look"));
        story.put("message", PageText.story(row.getString("message")));
        story.put("witness", PageText.story(row.getString("second_witness")));
        story.put("holds", PageStory.holds(row.getString("holds")));
        story.put("effects", PageStory.effects(row.getString("effects"), time));
        story.put("holdings", PageStory.holdings(row.getString("holdings")));
        story.put("writes", trail.writes);
        if (trail.left > 0) {
            story.put("writesLeft", trail.left);
        }
        if (trail.writes.isEmpty()) {
            story.put("planned", PageStory.planned(row.getString("planned")));
        }
        return story.members();
    }

    private @Nullable String moment(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : time.moment(at.toInstant());
    }

    /** What the list says, with its own columns at the end. */
    private static Map<String, Object> entry(ResultSet row) throws SQLException {
        Slim entry = new Slim();
        entry.put(
                row.getBoolean("listed_anew") ? "Listed tonight in" : "Listed earlier in",
                PageText.story(row.getString("source")) + ", line " + row.getLong("line"));
        entry.put("Company name", PageText.story(row.getString("company_name")));
        entry.put("Domain", PageText.story(row.getString("domain")));
        entry.put("Effective date", row.getString("effective_date"));
        entry.put("Reason", PageText.story(row.getString("reason")));
        entry.put("Ticket", PageText.story(row.getString("ticket")));
        entry.put("Requested by", PageText.story(row.getString("requested_by")));
        ReportJson.members(row.getString("others"))
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
        new AuditEvents(jdbc).decisionsAndWritesOf(runId, customers, event -> {
            Trail trail = trails.computeIfAbsent(Objects.requireNonNull(event.customerId()), id -> new Trail());
            if (!event.is(EventKind.DECIDED)) {
                add(trail, event);
            } else if (trail.seen.isEmpty()) {
                trail.seen = PageStory.seen(event.data(), time);
            }
        });
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
