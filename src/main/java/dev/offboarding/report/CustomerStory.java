package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.cases.OtherPlatform;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.databind.JsonNode;

/**
 * Where one customer stands on a platform, and why: its cases with their entries and holds, then every event of the audit trail
 * that is about it, in the trail's order. For people, a line at a time; what stands in a line comes from outside.
 */
public final class CustomerStory {

    private final DataSource dataSource;

    /** @param dataSource the job's own database */
    public CustomerStory(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Tells it.
     *
     * @param platform {@code ledger} or {@code partner-center}
     * @return whether there was anything to tell
     */
    public boolean tell(String platform, UUID customerId, Consumer<String> line) {
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            boolean cases = cases(snapshot.jdbc(), platform, customerId, line);
            return events(snapshot.jdbc(), platform, customerId, line) || cases;
        }
    }

    private static boolean cases(JdbcTemplate jdbc, String platform, UUID customerId, Consumer<String> line) {
        boolean[] any = {false};
        jdbc.query(
                "select c.*, elsewhere.message as opened_elsewhere from offboarding.offboarding_case c\n"
                        + OtherPlatform.ELSEWHERE + " where c.platform = ? and c.customer_id = ? order by c.case_id",
                (RowCallbackHandler) row -> {
                    any[0] = true;
                    oneCase(row, line);
                },
                platform,
                customerId);
        return any[0];
    }

    private static void oneCase(ResultSet row, Consumer<String> line) throws SQLException {
        String closedAs = row.getString("closed_as");
        line.accept("Case %d of job %s: %s%s"
                .formatted(
                        row.getLong("case_id"),
                        row.getString("job"),
                        row.getString("state"),
                        closedAs == null ? ", open" : ", closed as " + closedAs));
        String identity = row.getString("platform_identity");
        if (identity != null) {
            line.accept("  on: %s %s".formatted(row.getString("platform"), identity));
        }
        moment(line, "opened", row, "opened_at", row.getString("opened_run"));
        moment(line, "suspended", row, "suspended_at", null);
        moment(line, "removed", row, "removed_at", null);
        moment(line, "closed", row, "closed_at", row.getString("closed_run"));
        line.accept("  entry: %s, line %d%s"
                .formatted(
                        row.getString("source"),
                        row.getLong("line"),
                        row.getBoolean("listed") ? "" : "; it is not listed any more"));
        for (String column : List.of("company_name", "domain", "effective_date", "reason", "ticket", "requested_by")) {
            String value = row.getString(column);
            if (value != null) {
                line.accept("    %s: %s".formatted(column, value));
            }
        }
        ReportJson.members(row.getString("others"))
                .forEach((name, value) -> line.accept("    %s: %s".formatted(name, value)));
        String elsewhere = row.getString("opened_elsewhere");
        if (elsewhere != null) {
            line.accept("  held: OTHER_PLATFORM: " + elsewhere);
        }
        for (JsonNode hold : ReportJson.MAPPER.readTree(row.getString("holds"))) {
            line.accept("  held: " + hold(hold));
        }
        if (closedAs == null && row.getString("next_look") != null) {
            line.accept("  read again from %s on".formatted(row.getString("next_look")));
        }
        for (var effect : ReportJson.MAPPER.readTree(row.getString("effects")).properties()) {
            line.accept("  effect: " + effect(effect.getKey(), effect.getValue()));
        }
    }

    private static void moment(Consumer<String> line, String what, ResultSet row, String column, @Nullable String run)
            throws SQLException {
        Instant at = ReportTimes.instant(row, column);
        if (at != null) {
            line.accept("  %s: %s%s".formatted(what, ReportTimes.text(at), run == null ? "" : ", run " + run));
        }
    }

    private static boolean events(JdbcTemplate jdbc, String platform, UUID customerId, Consumer<String> line) {
        String[] run = {""};
        new AuditEvents(jdbc).ofCustomer(platform, customerId, it -> {
            AuditEvent event = it.event();
            if (!run[0].equals(event.runId())) {
                run[0] = event.runId();
                String identity = it.platformIdentity();
                line.accept("Run %s of job %s%s"
                        .formatted(
                                run[0],
                                event.job(),
                                identity == null ? "" : ", on %s %s".formatted(platform, identity)));
            }
            String when = "%6d  %s  ".formatted(event.sequence(), ReportTimes.text(event.at()));
            for (String what : event(event)) {
                line.accept(when + what);
            }
        });
        return !run[0].isEmpty();
    }

    private static List<String> event(AuditEvent event) {
        JsonNode data = ReportJson.MAPPER.readTree(event.data());
        return switch (event.kind()) {
            case "RECEIVED" -> List.of("received from %s, line %s".formatted(text(data, "source"), text(data, "line")));
            case "DECIDED" ->
                List.of(
                        "seen: " + seen(data.path("seen")) + suspendedLate(data),
                        "decided: " + standing(data) + planned(data));
            case "INTENT" ->
                event.writes().stream()
                        .map(write -> "asked for: %s %s, attempt %d, correlation id %s"
                                .formatted(event.action(), write.target(), write.attempt(), write.correlationId()))
                        .toList();
            case "OUTCOME" ->
                event.writes().stream()
                        .map(write -> "answered: %s %s: %s, %s ▶ %s%s"
                                .formatted(
                                        event.action(),
                                        write.target(),
                                        write.result(),
                                        known(write.before()),
                                        known(write.after()),
                                        write.message() == null
                                                        || write.message().isEmpty()
                                                ? ""
                                                : " (" + write.message() + ")"))
                        .toList();
            case "VERIFIED" -> verified(data);
            case "CASE" -> List.of("now: " + standing(data));
            // of a later version of this program: better as it stands than left out
            default -> List.of(event.kind().toLowerCase(java.util.Locale.ROOT) + ": " + event.data());
        };
    }

    private static List<String> verified(JsonNode data) {
        List<String> lines = new ArrayList<>();
        data.path("effects")
                .properties()
                .forEach(effect -> lines.add("verified: " + effect(effect.getKey(), effect.getValue())));
        String witness = ReportJson.text(data.path("second_witness"));
        if (witness != null) {
            lines.add("second witness: " + witness);
        }
        lines.add("now: " + standing(data));
        return lines;
    }

    private static String seen(JsonNode seen) {
        if (seen.has("unknown")) {
            return "the platform does not know it: " + text(seen, "unknown");
        }
        if (seen.has("unreadable")) {
            return "it could not be read: " + text(seen, "unreadable");
        }
        if (seen.isMissingNode()) {
            return "not read, its relationship is removed already";
        }
        String subscriptions = seen.path("subscriptions")
                .valueStream()
                .map(subscription -> "%s %s %s%s"
                        .formatted(
                                text(subscription, "status_text"),
                                text(subscription, "kind_text"),
                                text(subscription, "id"),
                                subscription.path("term_end").isNull()
                                        ? ""
                                        : " until " + text(subscription, "term_end")))
                .collect(Collectors.joining(", "));
        return "%s, %s; relationship %s; %s"
                .formatted(
                        text(seen, "company_name"),
                        text(seen, "domain"),
                        text(seen, "relationship"),
                        subscriptions.isEmpty() ? "no subscription" : subscriptions);
    }

    private static String standing(JsonNode data) {
        StringBuilder standing = new StringBuilder(text(data, "state") + ", " + text(data, "outcome"));
        String message = ReportJson.text(data.path("message"));
        for (JsonNode hold : data.path("holds")) {
            standing.append("; held: ").append(hold(hold));
            if (text(hold, "message").equals(message)) {
                message = null;
            }
        }
        return message == null ? standing.toString() : standing + "; " + message;
    }

    private static String suspendedLate(JsonNode data) {
        return data.path("suspended_late")
                .valueStream()
                .map(id ->
                        "; this program has suspended %s before, and it shows only now".formatted(ReportJson.text(id)))
                .collect(Collectors.joining());
    }

    private static String planned(JsonNode data) {
        return data.path("planned")
                .valueStream()
                .map(write -> "; planned: %s %s".formatted(text(write, "action"), text(write, "target")))
                .collect(Collectors.joining());
    }

    private static String hold(JsonNode hold) {
        String until = ReportJson.text(hold.path("until"));
        return "%s%s: %s"
                .formatted(text(hold, "reason"), until == null ? "" : " until " + until, text(hold, "message"));
    }

    private static String effect(String key, JsonNode reading) {
        return "%s %s, %s (%s)".formatted(key, text(reading, "result"), text(reading, "proof"), text(reading, "at"));
    }

    private static String text(JsonNode node, String member) {
        return known(ReportJson.text(node.path(member)));
    }

    private static String known(@Nullable String text) {
        return text == null ? "?" : text;
    }
}
