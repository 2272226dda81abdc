package dev.offboarding.report.verify;

import dev.offboarding.report.verify.Event.Write;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The trail of a report, and its actions beside it: every action stands where its outcome does, or, without one, where its intent
 * does, so that both are read in step.
 */
final class TrailCheck {
    static final byte PLANNED = 1;

    static final String IN_THE_PLAN = "a write that its plan has";

    private static final String FILE = EventLines.FILE;
    private static final String RECORD = ReportPass.FILE;

    private static final byte TRIED = 1;
    private static final byte TOOK_EFFECT = 2;

    /** The actions of the record, one after the other. */
    interface Actions {
        /** Null after the last. */
        @Nullable
        JsonNode peek();

        void next();

        long line();
    }

    private final @Nullable EventLines events;
    private final Hash64 hash;
    private final Map<String, JsonNode> header;
    private final CustomerRows rows;
    private final Customers customers;
    private final LongTable written;
    /** Intents whose outcome did not come yet: what they asked for. */
    private final Map<Long, Long> open = new HashMap<>();

    private final Map<Long, Long> unanswered = new HashMap<>();
    private long actions;
    private long count;
    private long intents;
    private long removals;
    private long received;
    private int list;
    private boolean started;
    private boolean limited;
    private @Nullable Integer endedWith;
    private @Nullable Event first;
    private @Nullable Event last;

    TrailCheck(@Nullable EventLines events, Hash64 hash, Map<String, JsonNode> header, CustomerRows rows) {
        this.events = events;
        this.hash = hash;
        this.header = header;
        this.rows = rows;
        this.customers = rows.customers();
        this.written = new LongTable(customers.size());
    }

    /** Reads both to their ends. */
    void read(Actions of) {
        for (Event event = next(); event != null; event = next()) {
            ofThisRun(event);
            switch (event.kind()) {
                case "INTENT" -> intent(event, of);
                case "OUTCOME" -> outcome(event, of);
                case "RUN_STARTED" -> runStarted(event);
                case "RUN_ENDED" -> runEnded(event);
                case "LIST" -> list(event);
                case "LIMITS" -> limits(event);
                case "RECEIVED" -> received(event);
                case "DECIDED", "CASE", "VERIFIED" -> stands(event);
                default -> {}
            }
        }
        if (of.peek() != null) {
            throw new Mismatch(RECORD, of.line(), "an action", "one that the trail has", "one more");
        }
        if (!open.isEmpty()) {
            long intent = open.keySet().stream().min(Long::compare).orElseThrow();
            throw new Mismatch(RECORD, 0, "actions", "one for intent " + intent + ", which has no outcome", "none");
        }
        // a run that came to an end while it received has read files, and none of what it read counts
        boolean counts = list > 0 || !endedEarly();
        Mismatch.unlessSame(
                FILE,
                0,
                "LIST events, one for each of files",
                counts ? headed("files").size() : 0,
                list);
        Mismatch.unlessSame(
                FILE, 0, "RECEIVED events, one for each customer that was listed anew", rows.listedAnew(), received);
        Mismatch.unless(
                limited || !headed("limits").isArray(),
                FILE,
                0,
                "LIMITS",
                "an event, as report.json has limits",
                "none");
        caseByCase();
    }

    private boolean endedEarly() {
        return !headed("failures").isEmpty() || headed("interrupted").asBoolean(false) || text("stop_reason") != null;
    }

    private @Nullable Event next() {
        Event event = events == null ? null : events.next();
        if (event != null) {
            count++;
            first = first == null ? event : first;
            last = event;
            Mismatch.unless(
                    started || event.kind().equals("RUN_STARTED"),
                    FILE,
                    event.line(),
                    "kind of the first event",
                    "RUN_STARTED",
                    event.kind());
        }
        return event;
    }

    private void ofThisRun(Event event) {
        Mismatch.unlessSame(FILE, event.line(), "job", text("job"), event.job());
        Mismatch.unlessSame(FILE, event.line(), "run_id", text("run_id"), event.runId());
        Mismatch.unlessSame(FILE, event.line(), "platform", text("platform"), event.platform());
    }

    private void intent(Event event, Actions of) {
        Mismatch.unless(
                "run".equals(text("mode")),
                FILE,
                event.line(),
                "kind of an event of a " + text("mode"),
                "none that asks for a write",
                event.kind());
        Mismatch.unless(limited, FILE, event.line(), "LIMITS", "an event before the first INTENT", "none");
        intents++;
        long asked = asked(event);
        JsonNode action = of.peek();
        if (action != null
                && action.path("outcome").isNull()
                && action.path("intent").asLong(0) == event.sequence()) {
            unanswered.put(event.sequence(), asked);
            for (Write write : event.writes()) {
                action(event, write, of, event.sequence(), null);
            }
        } else {
            open.put(event.sequence(), asked);
        }
    }

    private void outcome(Event event, Actions of) {
        Long answers = event.answers();
        Mismatch.unless(
                answers != null && !unanswered.containsKey(answers),
                FILE,
                event.line(),
                "answers",
                "an intent whose actions are not shown as without an answer",
                answers);
        Long asked = answers == null ? null : open.remove(answers);
        Mismatch.unless(
                asked != null, FILE, event.line(), "answers", "an intent of this run that has no outcome yet", answers);
        Mismatch.unless(
                asked != null && asked == asked(event),
                FILE,
                event.line(),
                "customer, action and writes of the outcome",
                "those of its intent " + answers,
                "others");
        for (Write write : event.writes()) {
            action(event, write, of, answers, event.sequence());
            removals += "REMOVE".equals(event.action()) && removed(write) ? 1 : 0;
            account(event, write);
        }
    }

    private long asked(Event event) {
        Mismatch.unless(event.customer() != null, FILE, event.line(), "customer_id", "one", null);
        long asked = Hash64.add(Hash64.add(hash.begin(), String.valueOf(event.customer())), event.action());
        for (Write write : event.writes()) {
            asked = Hash64.add(Hash64.add(asked, write.target()), write.correlationId());
            asked = Hash64.add(asked, write.attempt());
        }
        return asked;
    }

    /** The next action has to be this write. */
    private void action(Event event, Write write, Actions of, @Nullable Long intent, @Nullable Long outcome) {
        JsonNode action = of.peek();
        if (action == null) {
            throw new Mismatch(
                    RECORD,
                    0,
                    "actions",
                    "one for event %d, %s of %s".formatted(event.sequence(), event.action(), write.target()),
                    "none");
        }
        long line = of.line();
        actions++;
        same(line, action, "sequence", String.valueOf(actions));
        same(line, action, "customer_id", String.valueOf(event.customer()));
        same(line, action, "action", event.action());
        same(line, action, "target", write.target());
        same(line, action, "attempt", String.valueOf(write.attempt()));
        same(line, action, "correlation_id", write.correlationId());
        same(line, action, "intent", String.valueOf(intent));
        same(line, action, "outcome", outcome == null ? null : outcome.toString());
        same(line, action, "at", write.at() == null ? event.at() : write.at());
        same(line, action, "before", write.before());
        same(line, action, "after", write.after());
        same(line, action, "result", outcome == null ? "LOST" : write.result());
        if (outcome != null) {
            same(line, action, "message", write.message() == null ? "" : write.message());
        }
        int at = event.customer() == null ? Customers.NONE : customers.find(event.customer());
        Mismatch.unless(
                at != Customers.NONE,
                RECORD,
                line,
                "customer_id of an action",
                "a customer of the report",
                event.customer());
        long key = key(event, write);
        Mismatch.unless(
                rows.planned().get(key) == PLANNED,
                RECORD,
                line,
                "%s of %s for customer %s".formatted(event.action(), write.target(), event.customer()),
                IN_THE_PLAN,
                "one that it has not");
        boolean ofSubscription = "SUSPEND".equals(event.action()) || "CANCEL".equals(event.action());
        if (ofSubscription && written.get(key) == 0) {
            written.put(key, TRIED);
            customers.attempted(at);
        }
        of.next();
    }

    private static void same(long line, JsonNode action, String name, @Nullable String expected) {
        Mismatch.unlessSame(
                RECORD,
                line,
                name + " of the action, as the trail has it",
                expected,
                StrictJson.text(action.path(name)));
    }

    private long key(Event event, Write write) {
        return event.customer() == null
                ? 0
                : hash.write(event.customer(), String.valueOf(event.action()), write.target());
    }

    /** Suspensions and cancellations that the trail shows as done, each subscription once. */
    private void account(Event event, Write write) {
        boolean suspend = "SUSPEND".equals(event.action());
        if ((!suspend && !"CANCEL".equals(event.action())) || !tookEffect(write, suspend ? "suspended" : "deleted")) {
            return;
        }
        long key = key(event, write);
        if (written.get(key) == TOOK_EFFECT || event.customer() == null) {
            return;
        }
        written.put(key, TOOK_EFFECT);
        int at = customers.find(event.customer());
        if (suspend) {
            customers.suspendedInTrail(at, 1);
        } else {
            customers.cancelledInTrail(at, 1);
        }
    }

    private static boolean removed(Write write) {
        return "DONE".equals(write.result()) || ("LOST".equals(write.result()) && "none".equals(write.after()));
    }

    private static boolean tookEffect(Write write, String wanted) {
        String after = write.after();
        if (after == null) {
            return "DONE".equals(write.result());
        }
        return Set.of("DONE", "LOST").contains(String.valueOf(write.result())) && wanted.equalsIgnoreCase(after);
    }

    private void runStarted(Event event) {
        Mismatch.unless(!started, FILE, event.line(), "RUN_STARTED", "one", "a second");
        started = true;
        JsonNode data = data(event);
        Mismatch.unlessSame(FILE, event.line(), "mode", text("mode"), StrictJson.text(data.path("mode")));
        sameMoment(event, "started_at", data);
        Mismatch.unlessSame(
                FILE,
                event.line(),
                "job_file_sha256",
                StrictJson.text(headed("facts").path("job_file_sha256")),
                StrictJson.text(data.path("job_file_sha256")));
    }

    /** Earlier versions of the program did not say it. */
    private void sameMoment(Event event, String name, JsonNode data) {
        if (data.has(name)) {
            Mismatch.unless(
                    ReportInstant.same(
                            ReportInstant.of(text(name)), ReportInstant.of(StrictJson.text(data.path(name)))),
                    FILE,
                    event.line(),
                    name,
                    text(name),
                    StrictJson.text(data.path(name)));
        }
    }

    private void runEnded(Event event) {
        Mismatch.unless(endedWith == null, FILE, event.line(), "RUN_ENDED", "one", "a second");
        endedWith = data(event).path("exit_code").asInt(-1);
        sameMoment(event, "ended_at", data(event));
    }

    private void list(Event event) {
        JsonNode file = headed("files").path(list++);
        JsonNode data = data(event);
        Mismatch.unlessSame(
                FILE,
                event.line(),
                "name of a list",
                StrictJson.text(file.path("name")),
                StrictJson.text(data.path("name")));
        String status = String.valueOf(StrictJson.text(file.path("status")));
        String said = String.valueOf(StrictJson.text(data.path("status")));
        // when it was read nobody knew yet whether it would be taken
        boolean read = said.equals("READ") && (status.equals("TAKEN") || status.equals("NOT_ACCEPTED"));
        Mismatch.unless(read || said.equals(status), FILE, event.line(), "status of a list", status, said);
        if (data.has("sha256")) {
            Mismatch.unlessSame(
                    FILE,
                    event.line(),
                    "sha256 of a list",
                    StrictJson.text(file.path("sha256")),
                    StrictJson.text(data.path("sha256")));
        }
        Mismatch.unlessSame(
                FILE,
                event.line(),
                "rows read of a list",
                file.path("rows_read").asLong(-1),
                data.path("read").asLong(-1));
    }

    private void limits(Event event) {
        limited = true;
        JsonNode data = data(event);
        Mismatch.unlessSame(FILE, event.line(), "plan_id", text("plan_id"), StrictJson.text(data.path("plan_id")));
        Mismatch.unlessSame(
                FILE, event.line(), "population", text("population"), StrictJson.text(data.path("population")));
        Mismatch.unless(
                headed("limits").equals(data.path("limits")),
                FILE,
                event.line(),
                "limits",
                headed("limits"),
                data.path("limits"));
    }

    private void received(Event event) {
        int at = found(event);
        Mismatch.unless(
                customers.listedAnew(at) && !customers.receivedInTrail(at),
                FILE,
                event.line(),
                "RECEIVED",
                "a customer that was listed anew, once",
                event.customer());
        Mismatch.unless(
                event.says() != null && event.says() == customers.entry(at),
                FILE,
                event.line(),
                "what was received of customer " + event.customer(),
                "what its row says: source, line, names, date, reason, ticket, who asked, and the list's own columns",
                "something else");
        customers.received(at);
        received++;
    }

    private void stands(Event event) {
        int at = found(event);
        if (event.says() != null) {
            customers.stands(at, event.says());
            customers.knownInTrail(at, event.known());
        }
        if (event.planned() != null) {
            customers.decided(at, event.planned());
        }
        if (event.effects() != null) {
            customers.verified(at, event.effects(), event.confirmed());
        }
    }

    private int found(Event event) {
        int at = event.customer() == null ? Customers.NONE : customers.find(event.customer());
        Mismatch.unless(
                at != Customers.NONE, FILE, event.line(), "customer_id", "a customer of the report", event.customer());
        return at;
    }

    private void caseByCase() {
        long nothing = rows.nothingPlanned();
        for (int at = 0; at < customers.size(); at++) {
            String who = " of customer " + customers.id(at);
            if (events != null) {
                Mismatch.unless(
                        customers.sameStanding(at),
                        RECORD,
                        0,
                        "state, outcome, holds and message" + who,
                        "what the trail said last",
                        "something else");
                Mismatch.unless(
                        !customers.knownOtherwise(at),
                        RECORD,
                        0,
                        "suspended_at, removed_at, company_name and domain" + who,
                        "what the trail said last",
                        "something else");
                Mismatch.unless(
                        !customers.movedWithoutEvent(at),
                        RECORD,
                        0,
                        "outcome" + who,
                        "one of which the trail tells",
                        "one of which it says nothing");
                Mismatch.unless(
                        customers.samePlan(at, nothing),
                        RECORD,
                        0,
                        "planned writes" + who,
                        "what the trail decided",
                        "others");
                Mismatch.unless(
                        customers.sameEffects(at),
                        RECORD,
                        0,
                        "effects" + who,
                        "what the trail saw last",
                        "something else");
                Mismatch.unless(
                        !customers.offboardedWithoutProof(at),
                        FILE,
                        0,
                        "VERIFIED" + who + ", which is offboarded",
                        "four effects confirmed",
                        "no such event");
            }
            Mismatch.unlessSame(
                    RECORD,
                    0,
                    "suspended subscriptions" + who,
                    customers.suspendedInTrail(at),
                    customers.suspended(at));
            Mismatch.unlessSame(
                    RECORD,
                    0,
                    "cancelled subscriptions" + who,
                    customers.cancelledInTrail(at),
                    customers.cancelled(at));
            int most = customers.attemptedInTrail(at) - customers.suspended(at) - customers.cancelled(at);
            Mismatch.unless(
                    customers.failed(at) <= most,
                    RECORD,
                    0,
                    "failed subscriptions" + who,
                    "no more than the " + most + " that were tried in vain",
                    customers.failed(at));
        }
    }

    private static JsonNode data(Event event) {
        JsonNode data = event.data();
        return data == null ? StrictJson.MAPPER.createObjectNode() : data;
    }

    private JsonNode headed(String name) {
        return header.getOrDefault(name, StrictJson.MAPPER.missingNode());
    }

    private @Nullable String text(String name) {
        return StrictJson.text(headed(name));
    }

    long events() {
        return count;
    }

    long actions() {
        return actions;
    }

    /** Removals that the platform accepted, or that were seen to have taken effect. */
    long removals() {
        return removals;
    }

    long intents() {
        return intents;
    }

    /** The exit code that the trail says; null if the run did not get to say one. */
    @Nullable
    Integer endedWith() {
        return endedWith;
    }

    @Nullable
    Event first() {
        return first;
    }

    @Nullable
    Event last() {
        return last;
    }
}
