package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.cases.KnownCase;
import dev.offboarding.cases.KnownCases;
import dev.offboarding.kit.JsonText;
import dev.offboarding.lists.ListedRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/**
 * Where one customer stands on a platform, and why: its cases with their entries and holds, then every event of the audit trail
 * that is about it, in the trail's order. For people, one line at a time; the text in a line comes from outside.
 */
public final class CustomerStory {

    private final DataSource dataSource;

    /** @param dataSource the job's own database */
    public CustomerStory(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Writes it.
     *
     * @param platform {@code ledger} or {@code partner-center}
     * @return whether there was anything to say
     */
    public boolean tell(String platform, UUID customerId, Consumer<String> line) {
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            boolean cases = cases(snapshot.jdbc(), platform, customerId, line);
            return events(snapshot.jdbc(), platform, customerId, line) || cases;
        }
    }

    private static boolean cases(JdbcTemplate jdbc, String platform, UUID customerId, Consumer<String> line) {
        List<KnownCase> cases = new KnownCases(jdbc).of(platform, customerId);
        cases.forEach(one -> oneCase(one, line));
        return !cases.isEmpty();
    }

    private static void oneCase(KnownCase one, Consumer<String> line) {
        String closedAs = one.closedAs();
        line.accept("Case %d of job %s: %s%s"
                .formatted(
                        one.caseId(), one.job(), one.state(), closedAs == null ? ", open" : ", closed as " + closedAs));
        if (one.platformIdentity() != null) {
            line.accept("  on: %s %s".formatted(one.platform(), one.platformIdentity()));
        }
        moment(line, "opened", one.openedAt(), one.openedRun());
        moment(line, "suspended", one.suspendedAt(), null);
        moment(line, "removed", one.removedAt(), null);
        moment(line, "closed", one.closedAt(), one.closedRun());
        ListedRow listing = one.listing();
        line.accept("  entry: %s, line %d%s"
                .formatted(listing.source(), listing.line(), one.listed() ? "" : "; it is not listed any more"));
        listing.cells().forEach((column, cell) -> line.accept("    %s: %s".formatted(column.label(), cell)));
        ReportJson.members(listing.others()).forEach((name, value) -> line.accept("    %s: %s".formatted(name, value)));
        if (one.elsewhere() != null) {
            line.accept("  held: OTHER_PLATFORM: " + one.elsewhere());
        }
        for (JsonNode hold : ReportJson.MAPPER.readTree(one.holds())) {
            line.accept("  held: " + hold(hold));
        }
        if (closedAs == null && one.nextLook() != null) {
            line.accept("  read again from %s on".formatted(one.nextLook()));
        }
        for (var effect : ReportJson.MAPPER.readTree(one.effects()).properties()) {
            line.accept("  effect: " + effect(effect.getKey(), effect.getValue()));
        }
    }

    private static void moment(Consumer<String> line, String what, @Nullable Instant at, @Nullable String run) {
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
            case "RECEIVED" -> List.of(received(data));
            case "DECIDED" -> decided(data);
            case "INTENT" ->
                event.writes().stream()
                        .map(write -> "asked for: %s %s, attempt %d, correlation id %s"
                                .formatted(event.action(), write.target(), write.attempt(), write.correlationId()))
                        .toList();
            case "OUTCOME" -> answered(event, data);
            case "VERIFIED" -> verified(data);
            case "CASE" -> List.of("now: " + standing(data));
            // of a later version of this program: better as it is than left out
            default -> List.of(event.kind().toLowerCase(java.util.Locale.ROOT) + ": " + event.data());
        };
    }

    private static String received(JsonNode entry) {
        return "received from %s, line %s".formatted(text(entry, "source"), text(entry, "line"));
    }

    private static List<String> decided(JsonNode data) {
        List<String> lines = new ArrayList<>();
        if (data.path("listed").has("source")) {
            lines.add(received(data.path("listed")));
        }
        lines.add("seen: " + seen(data.path("seen")) + suspendedLate(data));
        lines.add("decided: " + standing(data) + planned(data));
        return lines;
    }

    private static List<String> answered(AuditEvent event, JsonNode data) {
        List<String> lines = new ArrayList<>();
        for (RecordedWrite write : event.writes()) {
            String message = write.message();
            lines.add("answered: %s %s: %s, %s ▶ %s%s"
                    .formatted(
                            event.action(),
                            write.target(),
                            write.result(),
                            known(write.before()),
                            known(write.after()),
                            message == null || message.isEmpty() ? "" : " (" + message + ")"));
        }
        if (data.has("case")) {
            lines.add("now: " + standing(data.path("case")));
        }
        return lines;
    }

    private static List<String> verified(JsonNode data) {
        List<String> lines = new ArrayList<>();
        data.path("effects")
                .properties()
                .forEach(effect -> lines.add("verified: " + effect(effect.getKey(), effect.getValue())));
        String witness = JsonText.of(data.path("second_witness"));
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
        String message = JsonText.of(data.path("message"));
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
                .map(id -> "; this program has suspended %s before, and it shows only now".formatted(JsonText.of(id)))
                .collect(Collectors.joining());
    }

    private static String planned(JsonNode data) {
        return data.path("planned")
                .valueStream()
                .map(write -> "; planned: %s %s".formatted(text(write, "action"), text(write, "target")))
                .collect(Collectors.joining());
    }

    private static String hold(JsonNode hold) {
        String until = JsonText.of(hold.path("until"));
        return "%s%s: %s"
                .formatted(text(hold, "reason"), until == null ? "" : " until " + until, text(hold, "message"));
    }

    private static String effect(String key, JsonNode reading) {
        return "%s %s, %s (%s)".formatted(key, text(reading, "result"), text(reading, "proof"), text(reading, "at"));
    }

    private static String text(JsonNode node, String member) {
        return known(JsonText.of(node.path(member)));
    }

    private static String known(@Nullable String text) {
        return text == null ? "?" : text;
    }
}
