package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.cases.KnownCase;
import dev.offboarding.cases.KnownCases;
import dev.offboarding.interventions.AskedOfJob;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.interventions.Standing;
import dev.offboarding.kit.JsonText;
import dev.offboarding.lists.Column;
import dev.offboarding.lists.ListedRow;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where one customer stands on a platform, and why: what to do about it, what the next run would do, its cases with their entries and
 * holds, and the events of the audit trail that are about it, in the trail's order. For people, one line at a time; the text in a line
 * comes from outside.
 */
public final class CustomerStory {

    private static final String DECIDED = "decided: ";
    private static final String ANSWERED = "answered: ";
    private static final String NOW = "now: ";

    private final String platform;
    private final UUID customerId;
    private final List<KnownCase> cases;
    private final List<AuditEvents.OfCustomer> events = new ArrayList<>();
    private final Tonight tonight;
    private final PageTime time;
    /** What a customer's subscriptions were called when they were last seen, by id. */
    private final Map<String, String> names = new HashMap<>();

    /**
     * Reads it.
     *
     * @param dataSource the job's own database
     * @param platform {@code ledger} or {@code partner-center}
     * @param zone in which times are shown, each with its offset
     * @param today the day there
     */
    public CustomerStory(
            DataSource dataSource, String platform, UUID customerId, Tonight tonight, ZoneId zone, LocalDate today) {
        this.platform = platform;
        this.customerId = customerId;
        this.tonight = tonight;
        this.time = new PageTime(zone.getId());
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            Interventions interventions = new Interventions(snapshot.jdbc());
            Map<String, AskedOfJob> asked = new HashMap<>();
            cases = new KnownCases(snapshot.jdbc())
                    .of(platform, customerId).stream()
                            .map(it -> it.by(asked.computeIfAbsent(
                                    it.job(), job -> interventions.ofJob(new Interventions.Job(job, platform), today))))
                            .toList();
            new AuditEvents(snapshot.jdbc()).ofCustomer(platform, customerId, events::add);
        }
        events.forEach(it -> noteNames(ReportJson.MAPPER.readTree(it.event().data())));
        tonight.events().forEach(it -> noteNames(ReportJson.MAPPER.readTree(it.json())));
    }

    private void noteNames(JsonNode data) {
        for (JsonNode subscription : data.path("seen").path("subscriptions")) {
            names.put(text(subscription, "id"), text(subscription, "name"));
        }
    }

    /**
     * Writes it for people.
     *
     * @param all every event, and not only what changed
     */
    public void tell(boolean all, Consumer<String> line) {
        standing().forEach(line);
        line.accept("");
        tonight(line);
        for (KnownCase one : cases) {
            line.accept("");
            oneCase(one, line);
        }
        line.accept("");
        if (all) {
            events(line);
        } else {
            history(line);
        }
    }

    /** Who it is, how far it is, why, what to do, and who asked for it: five lines. */
    private List<String> standing() {
        if (cases.isEmpty()) {
            return List.of(
                    "Customer %s on %s: no case".formatted(customerId, platform),
                    "Since: -",
                    "Why: nothing was accepted for it that is still to be done",
                    "What to do: nothing; or list it, if it is to go",
                    "Asked for by: -");
        }
        KnownCase last = cases.get(cases.size() - 1);
        return List.of(
                "%s: %s".formatted(who(last), last.standing()),
                "Since: %s".formatted(since(last)),
                "Why: " + why(last),
                "What to do: " + whatToDo(last),
                "Asked for by: " + askedBy(last.listing()));
    }

    private String who(KnownCase one) {
        String names = Stream.of(one.listing().companyName(), one.listing().domain())
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "Customer " + customerId : "%s (%s)".formatted(names, customerId);
    }

    private String since(KnownCase one) {
        StringBuilder since = new StringBuilder("opened " + time.minute(one.openedAt()));
        moment(since, "suspended", one.suspendedAt());
        moment(since, "removed", one.removedAt());
        moment(since, "closed", one.closedAt());
        return since.toString();
    }

    private void moment(StringBuilder since, String what, @Nullable Instant at) {
        if (at != null) {
            since.append(", ").append(what).append(' ').append(time.minute(at));
        }
    }

    private String why(KnownCase one) {
        if (one.elsewhere() != null) {
            return one.elsewhere() + one.asked().then();
        }
        String message =
                JsonText.of(ReportJson.MAPPER.readTree(one.holds()).path(0).path("message"));
        if (one.closedAs() == null && message != null) {
            return message;
        }
        Instant returnedAt = Returned.after(one, events);
        return one.offboarded()
                ? "all four effects were confirmed"
                        + (returnedAt == null
                                ? ""
                                : "; since then, at %s, it was found in the customer list again"
                                        .formatted(time.minute(returnedAt)))
                : one.closedAs() != null
                        ? Objects.requireNonNullElse(one.ending(), "its case is closed")
                        : Objects.requireNonNullElse(
                                one.asked().toBe(), Objects.requireNonNullElse(notShown(one), "nothing holds it"));
    }

    /** Effects of a removal that were read, and are not there; null where there are none. */
    private static @Nullable String notShown(KnownCase one) {
        String effects = ReportJson.MAPPER.readTree(one.effects()).properties().stream()
                .filter(effect -> "FAILED".equals(JsonText.of(effect.getValue().path("result"))))
                .map(effect -> "%s (%s)"
                        .formatted(
                                effect.getKey().replace('_', ' '),
                                JsonText.of(effect.getValue().path("proof"))))
                .collect(Collectors.joining(", "));
        return effects.isEmpty() ? null : "not all effects of its removal show: " + effects;
    }

    private String whatToDo(KnownCase one) {
        if (one.closedAs() != null) {
            return one.offboarded()
                    ? Returned.after(one, events) == null
                            ? "nothing; its certificate proves it"
                            : HoldTexts.of("RE_ESTABLISHED").remedy()
                    : "nothing; or list it again, if it is to go";
        }
        String reason = one.elsewhere() != null ? "OTHER_PLATFORM" : one.holdReason();
        Standing asked = one.asked();
        String then = asked.closing() != null
                ? "its case is closed"
                : asked.withdrawal() != null
                        ? "what this program suspended is made active again, and its case is closed"
                        : null;
        if (reason == null) {
            if (then != null) {
                return "nothing: with the next run of its job " + then;
            }
            return notShown(one) == null
                    ? "nothing: the next run continues"
                    : "end by hand what is left on the platform, and the next run confirms it; or end the case with close";
        }
        return HoldTexts.of(reason).remedy() + (then == null ? "" : " Then %s.".formatted(then));
    }

    private static String askedBy(ListedRow listing) {
        StringBuilder asked = new StringBuilder(or(listing.cell(Column.REQUESTED_BY)));
        if (listing.cell(Column.TICKET) != null) {
            asked.append(", ticket ").append(listing.cell(Column.TICKET));
        }
        if (listing.cell(Column.REASON) != null) {
            asked.append(", because: ").append(listing.cell(Column.REASON));
        }
        return asked.append(" (%s, line %d)".formatted(listing.source(), listing.line()))
                .toString();
    }

    private static String or(@Nullable String cell) {
        return cell == null ? "-" : cell;
    }

    private void tonight(Consumer<String> line) {
        line.accept("%s would do: %s"
                .formatted(
                        tonight.scheduled()
                                ? "Tonight's run (%s, by its schedule)".formatted(time.minute(tonight.at()))
                                : "A run that begins now (%s)".formatted(time.minute(tonight.at())),
                        tonight.summary()));
        tonight.rules().forEach(rule -> line.accept("  rule: " + rule));
        for (NewEvent event : tonight.events()) {
            JsonNode data = ReportJson.MAPPER.readTree(event.json());
            (event.kind() == EventKind.VERIFIED ? verified(data) : decided(data))
                    .forEach(text -> line.accept("  " + text));
        }
        line.accept("  its list is not read here: what it brings, or is without, \"offboarding plan JOBFILE\" says");
    }

    private void oneCase(KnownCase one, Consumer<String> line) {
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
            line.accept(
                    "  held: OTHER_PLATFORM: " + one.elsewhere() + one.asked().then());
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

    private void moment(Consumer<String> line, String what, @Nullable Instant at, @Nullable String run) {
        if (at != null) {
            line.accept("  %s: %s%s".formatted(what, time.moment(at), run == null ? "" : ", run " + run));
        }
    }

    private void events(Consumer<String> line) {
        String run = "";
        for (AuditEvents.OfCustomer it : events) {
            AuditEvent event = it.event();
            if (!run.equals(event.runId())) {
                run = event.runId();
                line.accept(runLine(it));
            }
            String when = "%6d  %s  ".formatted(event.sequence(), time.moment(event.at()));
            for (String what : event(event)) {
                line.accept(when + (it.planned() ? "(plan) " : "") + what);
            }
        }
    }

    private String runLine(AuditEvents.OfCustomer it) {
        String identity = it.platformIdentity();
        String mode = it.mode();
        return "%s %s of job %s%s%s"
                .formatted(
                        it.planned() ? "Plan" : mode == null || mode.equals("run") ? "Run" : "Run (%s)".formatted(mode),
                        it.event().runId(),
                        it.event().job(),
                        identity == null ? "" : ", on %s %s".formatted(platform, identity),
                        it.planned() ? "; nothing of it has happened" : "");
    }

    /** What changed, and what was written: a line for each, and none for a plan or a night in which it waited as before. */
    private void history(Consumer<String> line) {
        String stood = "";
        for (AuditEvents.OfCustomer it : events) {
            if (it.planned()) {
                continue;
            }
            for (String what : event(it.event())) {
                boolean stands = what.startsWith(NOW) || what.startsWith(DECIDED);
                String standing = stands ? what.replaceFirst("^[a-z]+: ", "") : "";
                if (what.startsWith(ANSWERED) || stands && !standing.equals(stood)) {
                    line.accept("%s  %s".formatted(time.minute(it.event().at()), what));
                }
                if (stands) {
                    stood = standing;
                }
            }
        }
        line.accept("%s, plans included: --events shows %s"
                .formatted(
                        PageText.count(events.size(), "event", "events"),
                        events.size() == 1 ? "it in full" : "all of them in full"));
    }

    /** All of it, for programs: as {@code explain.schema.json} has it. */
    public String json(String job, ZoneId zone) {
        ObjectNode all = ReportJson.MAPPER.createObjectNode();
        KnownCase last = cases.isEmpty() ? null : cases.get(cases.size() - 1);
        all.put("customer_id", customerId.toString());
        all.put("company_name", last == null ? null : last.listing().companyName());
        all.put("domain", last == null ? null : last.listing().domain());
        all.put("platform", platform);
        all.put("job", job);
        all.put("zone", zone.getId());
        ObjectNode standing = all.putObject("standing");
        standing.put("state", last == null ? null : last.state());
        standing.put("closed_as", last == null ? null : last.closedAs());
        standing.put(
                "hold_reason",
                last == null || last.closedAs() != null
                        ? null
                        : last.elsewhere() != null ? "OTHER_PLATFORM" : last.holdReason());
        standing.put("why", last == null ? null : why(last));
        standing.put("what_to_do", last == null ? null : whatToDo(last));
        ArrayNode lines = standing.putArray("lines");
        standing().forEach(lines::add);
        ObjectNode next = all.putObject("tonight");
        next.put("at", ReportTimes.text(tonight.at()));
        next.put("scheduled", tonight.scheduled());
        next.put("decision", tonight.decision().name());
        next.put("summary", tonight.summary());
        ArrayNode rules = next.putArray("rules");
        tonight.rules().forEach(rules::add);
        ArrayNode would = next.putArray("events");
        tonight.events()
                .forEach(it -> would.addObject()
                        .put("kind", it.kind().name())
                        .set("data", ReportJson.MAPPER.readTree(it.json())));
        ArrayNode known = all.putArray("cases");
        cases.forEach(it -> json(it, known.addObject()));
        ArrayNode trail = all.putArray("events");
        events.forEach(it -> json(it, trail.addObject()));
        // a terminal may be what reads it: no character moves its cursor or turns its text around
        return ReportJson.MAPPER
                .writerWithDefaultPrettyPrinter()
                .with(JsonWriteFeature.ESCAPE_NON_ASCII)
                .writeValueAsString(all);
    }

    private static void json(KnownCase one, ObjectNode it) {
        it.put("case_id", one.caseId());
        it.put("job", one.job());
        it.put("platform_identity", one.platformIdentity());
        it.put("state", one.state());
        it.put("closed_as", one.closedAs());
        it.put("listed", one.listed());
        it.put("source", one.listing().source());
        it.put("line", one.listing().line());
        for (Column column : Column.KEPT) {
            it.put(column.label(), one.listing().cell(column));
        }
        it.set("others", ReportJson.MAPPER.readTree(one.listing().others()));
        it.put("hold_reason", one.holdReason());
        it.set("holds", ReportJson.MAPPER.readTree(one.holds()));
        it.put("other_platform", one.elsewhere());
        it.put("next_look", one.nextLook() == null ? null : one.nextLook().toString());
        it.put("opened_at", ReportTimes.text(one.openedAt()));
        it.put("opened_run", one.openedRun());
        it.put("suspended_at", text(one.suspendedAt()));
        it.put("removed_at", text(one.removedAt()));
        it.set("effects", ReportJson.MAPPER.readTree(one.effects()));
        it.put("closed_at", text(one.closedAt()));
        it.put("closed_run", one.closedRun());
    }

    private void json(AuditEvents.OfCustomer one, ObjectNode it) {
        AuditEvent event = one.event();
        it.put("sequence", event.sequence());
        it.put("at", ReportTimes.text(event.at()));
        it.put("local_time", time.moment(event.at()));
        it.put("job", event.job());
        it.put("run_id", event.runId());
        it.put("mode", one.mode());
        it.put("platform_identity", one.platformIdentity());
        it.put("kind", event.kind());
        it.put("action", event.action());
        it.put("answers", event.answers());
        it.set("data", ReportJson.MAPPER.readTree(event.data()));
        it.put("hash", one.hash());
        ArrayNode words = it.putArray("words");
        event(event).forEach(words::add);
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : ReportTimes.text(at);
    }

    private List<String> event(AuditEvent event) {
        JsonNode data = ReportJson.MAPPER.readTree(event.data());
        return switch (event.kind()) {
            case "RECEIVED" -> List.of(received(data));
            case "DECIDED" -> decided(data);
            case "FOUND_UNCHANGED" ->
                List.of("looked at, and found unchanged: what event %s says still holds"
                        .formatted(text(data, "event")));
            case "INTENT" ->
                event.writes().stream()
                        .map(write -> "asked for: %s %s, attempt %d, correlation id %s"
                                .formatted(
                                        event.action(), named(write.target()), write.attempt(), write.correlationId()))
                        .toList();
            case "OUTCOME" -> answered(event, data);
            case "VERIFIED" -> verified(data);
            case "CASE" -> List.of(NOW + standing(data));
            // of a later version of this program: better as it is than left out
            default -> List.of(event.kind().toLowerCase(java.util.Locale.ROOT) + ": " + event.data());
        };
    }

    private static String received(JsonNode entry) {
        return "received from %s, line %s".formatted(text(entry, "source"), text(entry, "line"));
    }

    private List<String> decided(JsonNode data) {
        List<String> lines = new ArrayList<>();
        if (data.path("listed").has("source")) {
            lines.add(received(data.path("listed")));
        }
        lines.add("seen: " + seen(data.path("seen")) + suspendedLate(data));
        lines.add(DECIDED + standing(data) + planned(data));
        return lines;
    }

    private List<String> answered(AuditEvent event, JsonNode data) {
        List<String> lines = new ArrayList<>();
        for (RecordedWrite write : event.writes()) {
            String message = write.message();
            lines.add(ANSWERED
                    + "%s %s: %s, %s ▶ %s%s"
                            .formatted(
                                    event.action(),
                                    named(write.target()),
                                    write.result(),
                                    known(write.before()),
                                    known(write.after()),
                                    message == null || message.isEmpty() ? "" : " (" + message + ")"));
        }
        if (data.has("case")) {
            lines.add(NOW + standing(data.path("case")));
        }
        return lines;
    }

    private List<String> verified(JsonNode data) {
        List<String> lines = new ArrayList<>();
        data.path("effects")
                .properties()
                .forEach(effect -> lines.add("verified: " + effect(effect.getKey(), effect.getValue())));
        String witness = JsonText.of(data.path("second_witness"));
        if (witness != null) {
            lines.add("second witness: " + witness);
        }
        lines.add(NOW + standing(data));
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
                .map(subscription -> "%s %s %s (%s)%s"
                        .formatted(
                                text(subscription, "status_text"),
                                text(subscription, "kind_text"),
                                text(subscription, "name"),
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

    private String suspendedLate(JsonNode data) {
        return data.path("suspended_late")
                .valueStream()
                .map(id -> "; this program has suspended %s before, and it shows only now"
                        .formatted(named(known(JsonText.of(id)))))
                .collect(Collectors.joining());
    }

    private String planned(JsonNode data) {
        return data.path("planned")
                .valueStream()
                .map(write -> "; planned: %s %s".formatted(text(write, "action"), named(text(write, "target"))))
                .collect(Collectors.joining());
    }

    private static String hold(JsonNode hold) {
        String until = JsonText.of(hold.path("until"));
        return "%s%s: %s"
                .formatted(text(hold, "reason"), until == null ? "" : " until " + until, text(hold, "message"));
    }

    private String effect(String key, JsonNode reading) {
        return "%s %s, %s (%s)"
                .formatted(key, text(reading, "result"), text(reading, "proof"), time.moment(text(reading, "at")));
    }

    private static String text(JsonNode node, String member) {
        return known(JsonText.of(node.path(member)));
    }

    private static String known(@Nullable String text) {
        return text == null ? "?" : text;
    }

    /** A subscription by its name, and its id. */
    private String named(String target) {
        String name = names.get(target);
        return name == null ? target : "%s (%s)".formatted(name, target);
    }
}
