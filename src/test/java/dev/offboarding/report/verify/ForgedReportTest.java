package dev.offboarding.report.verify;

import static dev.offboarding.run.Scene.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reports without a signature, changed by someone who made every hash fit again: what contradicts itself is found nevertheless. */
class ForgedReportTest {

    @TempDir
    Path folder;

    private static Forgery night(int n) {
        return AuditedNights.unsigned().get(n).copy();
    }

    private List<Finding> findings(Forgery forgery) {
        return new ReportVerifier(null)
                .verify(forgery.in(folder.resolve("report")))
                .findings();
    }

    private void assertFound(Forgery forgery, String file, String what) {
        assertThat(findings(forgery.sealed())).singleElement().satisfies(finding -> {
            assertThat(finding.file()).as("%s", finding).isEqualTo(file);
            assertThat(finding.what()).as("%s", finding).contains(what);
        });
    }

    private static Consumer<ObjectNode> total(String of, String name, int value) {
        return record -> ((ObjectNode) record.get("totals").get(of)).put(name, value);
    }

    private static Consumer<ObjectNode> customer(Predicate<JsonNode> which, Consumer<ObjectNode> change) {
        return record -> record.get("customers")
                .valueStream()
                .filter(which)
                .findFirst()
                .ifPresentOrElse(row -> change.accept((ObjectNode) row), () -> {
                    throw new AssertionError("no such customer");
                });
    }

    private static Predicate<JsonNode> outcome(String outcome) {
        return row -> row.get("outcome").asString().equals(outcome);
    }

    private static Predicate<ObjectNode> kind(String kind) {
        return event -> event.get("kind").asString().equals(kind);
    }

    private static java.util.function.UnaryOperator<List<ObjectNode>> without(Predicate<ObjectNode> which) {
        return events -> {
            List<ObjectNode> left = new ArrayList<>(events);
            left.remove(events.stream().filter(which).findFirst().orElseThrow());
            return left;
        };
    }

    private static java.util.function.UnaryOperator<List<ObjectNode>> changed(
            Predicate<ObjectNode> which, Consumer<ObjectNode> change) {
        return events -> {
            change.accept(events.stream().filter(which).reduce((a, b) -> b).orElseThrow());
            return events;
        };
    }

    /** In the order in which they stand now, from where they began; what answers another goes along. */
    private static List<ObjectNode> renumbered(List<ObjectNode> events) {
        long first =
                events.stream().mapToLong(e -> e.get("sequence").asLong()).min().orElseThrow();
        Map<Long, Long> renamed = new HashMap<>();
        for (ObjectNode event : events) {
            renamed.put(event.get("sequence").asLong(), first + renamed.size());
        }
        for (ObjectNode event : events) {
            event.put("sequence", renamed.get(event.get("sequence").asLong()));
            if (!event.get("answers").isNull()) {
                event.put("answers", renamed.get(event.get("answers").asLong()));
            }
        }
        return events;
    }

    @Test
    void theseNightsAreInOrder() {
        for (Forgery night : AuditedNights.unsigned()) {
            VerifiedReport report = new ReportVerifier(null).verify(night.in(folder.resolve("report")));
            assertThat(report.findings()).isEmpty();
            assertThat(report.notes()).singleElement().asString().startsWith("it is not signed");
        }
        for (Forgery night : AuditedNights.signed()) {
            VerifiedReport report = new ReportVerifier(null).verify(night.in(folder.resolve("report")));
            assertThat(report.findings()).isEmpty();
            assertThat(report.notes()).singleElement().asString().startsWith("its signature was checked only against");
        }
        assertThat(night(0).files.keySet()).contains("rejects.csv", "events.jsonl");
        assertThat(night(0).text("customers.csv")).contains("OFFBOARDED").contains("HELD");
    }

    /** Whatever the trail's form was when it was written: it is checked as it always was. */
    @Test
    void aReportOfAnEarlierVersionIsCheckedAsItAlwaysWas() throws Exception {
        Forgery earlier = Forgery.of(Path.of(
                Objects.requireNonNull(getClass().getResource("earlier")).toURI()));
        assertThat(findings(earlier.copy())).isEmpty();
        assertFound(
                earlier.copy().trail(without(kind("OUTCOME"))), "report.json", "of the action, as the trail has it");
        assertFound(earlier.copy().trail(without(kind("INTENT"))), "events.jsonl", "answers");
        assertFound(earlier.copy().trail(without(kind("RECEIVED"))), "events.jsonl", "what was received");
        assertFound(
                earlier.copy()
                        .trail(changed(
                                kind("INTENT"),
                                event -> ((ObjectNode)
                                                event.get("data").get("writes").get(0))
                                        .put("target", "another"))),
                "events.jsonl",
                "customer, action and writes of the outcome");
    }

    @Test
    void theLastOutcomeSaysHowTheCaseIs() {
        try (Scene scene = Scene.set()) {
            scene.with("grace-period", "7d");
            scene.customers(1, 20);
            scene.subscription(1, "license", "active");
            scene.listed(1);
            Forgery night = Forgery.of(scene.runs(ExitCode.OK).folder());
            assertThat(findings(night.copy().sealed())).isEmpty();
            assertFound(
                    night.trail(changed(
                            kind("OUTCOME"),
                            event -> ((ObjectNode) event.get("data").get("case")).put("state", "MARKED"))),
                    "report.json",
                    "state, outcome, holds and message of customer");
        }
    }

    @Test
    void everyTotalIsCountedFromTheRows() {
        for (String name : List.of("read", "accepted", "duplicates", "rejected")) {
            assertFound(night(0).record(total("rows", name, 77)), "report.json", "totals.rows." + name);
        }
        for (String name : List.of("total", "OFFBOARDED", "HELD", "FAILED")) {
            assertFound(night(0).record(total("customers", name, 77)), "report.json", "totals.customers." + name);
        }
        for (String name : List.of("active_before", "suspended", "cancelled", "failed", "left")) {
            assertFound(
                    night(0).record(total("subscriptions", name, 77)), "report.json", "totals.subscriptions." + name);
        }
        assertFound(
                night(0).record(record -> ((ObjectNode) record.get("totals").get("customers")).remove("HELD")),
                "report.json",
                "outcomes that totals.customers does not have");
        assertFound(
                night(0).record(record -> ((ObjectNode) record.get("files").get(0)).put("rows_rejected", 0)),
                "report.json",
                "totals.rows.rejected");
    }

    @Test
    void anOutcomeNeedsItsProof() {
        Forgery inTheRecordOnly = night(0).record(customer(outcome("HELD"), row -> row.put("outcome", "OFFBOARDED")));
        assertFound(inTheRecordOnly, "customers.csv", "outcome");

        Forgery everywhere = night(0).record(customer(outcome("HELD"), row -> row.put("outcome", "OFFBOARDED")))
                .text("customers.csv", csv -> csv.replaceFirst(",HELD,", ",OFFBOARDED,"));
        assertFound(everywhere, "report.json", "state of a customer that is OFFBOARDED");

        Forgery effectInTheTrail = night(0).trail(changed(
                kind("VERIFIED"),
                event -> ((ObjectNode) event.get("data").get("effects").get("purchasing")).put("result", "PENDING")));
        assertFound(effectInTheTrail, "report.json", "effects of customer");

        assertFound(night(0).trail(without(kind("VERIFIED"))), "report.json", "state, outcome, holds and message");
    }

    /** Incident 37: with hashes rebuilt, times and names that the trail knows otherwise were not found. */
    @Test
    void timesAndNamesAreThoseOfTheTrail() {
        for (String time : List.of("removed_at", "suspended_at")) {
            String before = night(0).record()
                    .get("customers")
                    .valueStream()
                    .filter(row -> row.get(time).isString())
                    .findFirst()
                    .orElseThrow()
                    .get(time)
                    .asString();
            Forgery forgery = night(0).record(customer(
                    row -> before.equals(row.get(time).asString("")),
                    row -> row.put(time, "2020-01-01T00:00:00.000000Z")));
            if (time.equals("removed_at")) {
                forgery.text(
                        "customers.csv", csv -> csv.replaceFirst("," + before + ",", ",2020-01-01T00:00:00.000000Z,"));
            }
            assertFound(forgery, "report.json", "suspended_at, removed_at, company_name and domain of customer");
        }
        for (String time : List.of("started_at", "ended_at")) {
            assertFound(
                    night(0).record(record -> record.put(time, "2020-01-01T00:00:00.000000Z")), "events.jsonl", time);
        }
        Forgery carriedOver = night(1);
        String domain = carriedOver
                .record()
                .get("customers")
                .valueStream()
                .filter(row ->
                        !row.get("listed_anew").asBoolean() && row.get("domain").isString())
                .findFirst()
                .orElseThrow()
                .get("domain")
                .asString();
        assertFound(
                carriedOver
                        .record(customer(
                                row -> domain.equals(row.get("domain").asString("")),
                                row -> row.put("domain", "forged.example")))
                        .text("customers.csv", csv -> csv.replaceFirst("," + domain + ",", ",forged.example,")),
                "report.json",
                "suspended_at, removed_at, company_name and domain of customer");
    }

    @Test
    void theTrailSaysWhatWasDone() {
        assertFound(night(0).trail(without(kind("OUTCOME"))), "report.json", "of the action, as the trail has it");
        assertFound(night(0).trail(without(kind("INTENT"))), "events.jsonl", "answers");
        assertFound(
                night(0).trail(changed(
                        kind("DECIDED"),
                        event -> ((ObjectNode) event.get("data").get("listed")).remove("source"))),
                "events.jsonl",
                "what was received");
        assertFound(
                night(0).trail(events -> {
                    ObjectNode decided =
                            events.stream().filter(kind("DECIDED")).findFirst().orElseThrow();
                    ObjectNode ended = events.get(events.size() - 1);
                    ObjectNode received = decided.deepCopy();
                    received.put("kind", "RECEIVED")
                            .put("sequence", ended.get("sequence").asLong())
                            .set("data", decided.get("data").get("listed"));
                    ended.put("sequence", ended.get("sequence").asLong() + 1);
                    events.add(events.size() - 1, received);
                    return events;
                }),
                "events.jsonl",
                "what was received");
        assertFound(night(0).trail(without(kind("LIST"))), "events.jsonl", "LIST events");
        assertFound(night(0).trail(without(kind("RUN_STARTED"))), "events.jsonl", "kind of the first event");
        assertFound(night(0).trail(without(kind("DECIDED"))), "events.jsonl", "what was received");
        assertFound(
                night(0).trail(changed(
                        kind("DECIDED")
                                .and(event -> !event.get("data").get("planned").isEmpty()),
                        event -> ((ObjectNode) event.get("data")).remove("planned"))),
                "report.json",
                "planned writes of customer");
        assertFound(
                night(0).trail(changed(kind("LIMITS"), event -> ((ObjectNode) event.get("data")).put("population", 1))),
                "events.jsonl",
                "population");
        assertFound(
                night(0).trail(changed(
                        kind("RUN_ENDED"), event -> ((ObjectNode) event.get("data")).put("exit_code", 0))),
                "report.json",
                "exit_code");
        assertFound(
                night(0).trail(changed(kind("OUTCOME"), event -> event.put("job", "another"))), "events.jsonl", "job");
        assertFound(
                night(0).trail(changed(
                        kind("OUTCOME"),
                        event -> ((ObjectNode) event.get("data").get("writes").get(0)).put("result", "REFUSED"))),
                "report.json",
                "result of the action, as the trail has it");
    }

    private static ObjectNode write(ObjectNode intent, int n) {
        return (ObjectNode) intent.get("data").get("writes").get(n);
    }

    /** One intent is of many customers: of each of them it has to be what its outcome answers. */
    @Test
    void anIntentOfManyIsAnsweredCustomerByCustomer() {
        Predicate<ObjectNode> suspensions =
                kind("INTENT").and(event -> event.get("action").asString().equals("SUSPEND"));
        assertFound(
                night(0).trail(changed(
                        suspensions, event -> ((ArrayNode) event.get("data").get("writes")).remove(0))),
                "events.jsonl",
                "customer, action and writes of the outcome");
        assertFound(
                night(0).trail(changed(
                        suspensions,
                        event -> ((ArrayNode) event.get("data").get("writes"))
                                .add(write(event, 0).deepCopy()))),
                "events.jsonl",
                "customer, action and writes of the outcome");
        String another = id(7).toString();
        assertFound(
                night(0).trail(changed(suspensions, event -> write(event, 0).put("customer_id", another))),
                "events.jsonl",
                "customers of the intent");
        assertFound(
                night(0).trail(changed(suspensions, event -> {
                    ((ObjectNode) event.get("data"))
                            .put("customers", event.get("data").get("customers").asInt() + 1);
                    write(event, 0).put("customer_id", another);
                })),
                "events.jsonl",
                "customer, action and writes of the outcome");
        assertFound(
                night(0).trail(changed(suspensions, event -> {
                    ((ObjectNode) event.get("data"))
                            .put("customers", event.get("data").get("customers").asInt() + 1);
                    ((ArrayNode) event.get("data").get("writes"))
                            .add(write(event, 0).deepCopy().put("customer_id", another));
                })),
                "report.json",
                "actions");
        assertFound(
                night(0).trail(changed(suspensions, event -> {
                    ArrayNode writes = (ArrayNode) event.get("data").get("writes");
                    String first = write(event, 0).get("customer_id").asString();
                    for (int n = writes.size() - 1; n >= 0; n--) {
                        if (write(event, n).get("customer_id").asString().equals(first)) {
                            writes.remove(n);
                        }
                    }
                    ((ObjectNode) event.get("data"))
                            .put("customers", event.get("data").get("customers").asInt() - 1);
                })),
                "events.jsonl",
                "answers");
        assertFound(
                night(0).trail(changed(suspensions, event -> ((ObjectNode) event.get("data")).put("customers", 1))),
                "events.jsonl",
                "customers of the intent");
        assertFound(
                night(0).trail(changed(suspensions, event -> write(event, 0).remove("customer_id"))),
                "events.jsonl",
                "customer_id of a write");
        assertFound(
                night(0).trail(changed(suspensions, event -> event.put("customer_id", id(1).toString()))),
                "events.jsonl",
                "customer_id of a write");
        // answered twice, once for somebody else
        assertFound(
                night(0).trail(events -> {
                    List<ObjectNode> outcomes = events.stream()
                            .filter(kind("OUTCOME"))
                            .filter(event -> event.get("action").asString().equals("SUSPEND"))
                            .toList();
                    outcomes.get(1)
                            .put(
                                    "customer_id",
                                    outcomes.get(0).get("customer_id").asString());
                    return events;
                }),
                "events.jsonl",
                "answers");
    }

    @Test
    void aWriteNeedsItsPlan() {
        Forgery unplanned = night(0).record(customer(
                row -> row.get("planned").size() > 1, row -> ((ArrayNode) row.get("planned")).remove(0)));
        assertFound(unplanned, "report.json", "SUSPEND of");
        Forgery morePlanned = night(0).record(customer(
                outcome("HELD"),
                row -> ((ArrayNode) row.get("planned"))
                        .addObject()
                        .put("action", "REMOVE")
                        .put("target", "x")));
        assertFound(morePlanned, "report.json", "planned writes of customer");
    }

    @Test
    void anActionThatIsGoneFromRecordAndViewIsMissed() {
        Forgery gone = night(0).record(record -> ((ArrayNode) record.get("actions")).remove(0))
                .lines("actions.csv", lines -> {
                    lines.remove(1);
                    return lines;
                });
        assertFound(gone, "report.json", "of the action, as the trail has it");
        Forgery last = night(0).record(record -> ((ArrayNode) record.get("actions"))
                        .remove(record.get("actions").size() - 1))
                .lines("actions.csv", lines -> lines.subList(0, lines.size() - 1));
        assertFound(last, "report.json", "actions");
    }

    @Test
    void theExitCodeFollowsFromTheRows() {
        assertFound(night(0).record(record -> record.put("exit_code", 0)), "report.json", "exit_code");
        assertFound(night(1).record(record -> record.put("exit_code", 4)), "report.json", "exit_code");
    }

    @Test
    void limitsThatWereExceededAllowNoWrite() {
        assertFound(
                night(0).record(record -> ((ObjectNode) record.get("limits").get(1)).put("figure", 1)),
                "events.jsonl",
                "limits");
        Consumer<ObjectNode> exceeded = of ->
                ((ObjectNode) of.get("limits").get(1)).put("passed", false).put("allowed", 0);
        assertFound(
                night(0).record(exceeded)
                        .trail(changed(kind("LIMITS"), event -> exceeded.accept((ObjectNode) event.get("data")))),
                "events.jsonl",
                "INTENT events after a limit was exceeded");
    }

    @Test
    void nothingIsAskedForBeforeTheLimitsWereChecked() {
        assertFound(
                night(0).trail(without(kind("LIMITS"))).record(record -> record.putNull("limits")),
                "events.jsonl",
                "LIMITS");
        // as if they had been checked after the first write
        assertFound(
                night(0).trail(events -> {
                    var left = new ArrayList<>(events);
                    ObjectNode limits =
                            left.stream().filter(kind("LIMITS")).findFirst().orElseThrow();
                    left.remove(limits);
                    int intent = left.indexOf(
                            left.stream().filter(kind("INTENT")).findFirst().orElseThrow());
                    left.add(intent + 1, limits);
                    return renumbered(left);
                }),
                "events.jsonl",
                "LIMITS");
    }

    @Test
    void aPlanAsksForNoWrite() {
        Consumer<ObjectNode> plan = of -> of.put("mode", "plan");
        assertFound(
                night(0).record(plan)
                        .trail(changed(kind("RUN_STARTED"), event -> plan.accept((ObjectNode) event.get("data")))),
                "events.jsonl",
                "kind of an event of a plan");
    }

    @Test
    void thePlansNameIsThatOfItsWrites() {
        Consumer<ObjectNode> renamed = of -> of.put("plan_id", "ab".repeat(32));
        assertFound(
                night(0).record(renamed)
                        .trail(changed(kind("LIMITS"), event -> renamed.accept((ObjectNode) event.get("data")))),
                "report.json",
                "plan_id, of the planned writes");
    }

    @Test
    void theManifestSaysOfTheRunWhatTheRecordSays() {
        assertFound(night(0).manifest(m -> m.put("run_id", "another")), "manifest.json", "run_id");
        assertFound(
                night(0).manifest(m -> ((ObjectNode) m.get("facts")).put("user", "nobody")), "manifest.json", "facts");
        assertFound(
                night(0).manifest(m -> ((ObjectNode) m.get("lists").get(0)).put("sha256", "x")),
                "manifest.json",
                "lists");
    }

    @Test
    void theListThatWasReadIsTheOneOfTheTrail() {
        String another = "ab".repeat(32);
        assertFound(
                night(0).record(record -> ((ObjectNode) record.get("files").get(0)).put("sha256", another))
                        .manifest(m -> ((ObjectNode) m.get("lists").get(0)).put("sha256", another)),
                "events.jsonl",
                "sha256 of a list");
    }

    @Test
    void aFileMoreOrLessOrEmptyIsOff() throws IOException {
        Path report = night(0).in(folder.resolve("report"));
        Files.createFile(report.resolve("notes.txt"));
        assertThat(new ReportVerifier(null).verify(report).findings())
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.inWords())
                                .isEqualTo(
                                        "the folder: notes.txt: expected not there, for the manifest does not name it, found there"));
        Files.delete(report.resolve("notes.txt"));
        Files.createDirectory(report.resolve("sub"));
        assertThat(new ReportVerifier(null).verify(report).findings()).hasSize(1);
        Files.delete(report.resolve("sub"));
        for (String name : night(0).files.keySet()) {
            Forgery less = night(0);
            less.files.remove(name);
            assertThat(findings(less))
                    .as(name)
                    .singleElement()
                    .extracting(Finding::found)
                    .isEqualTo("missing");
            less.files.put(name, new byte[0]);
            assertThat(findings(less)).as(name).isNotEmpty();
        }
        Forgery sealed = night(0);
        sealed.files.remove("actions.csv");
        assertThat(findings(sealed.sealed()))
                .singleElement()
                .extracting(Finding::found)
                .isEqualTo("missing");
    }

    @Test
    void aChangedCellIsNamedWithItsLineAndWhatItShouldSay() {
        Forgery changed =
                night(0).text("customers.csv", csv -> csv.replace("customer-2.example", "customer-3.example"));

        assertThat(findings(changed)).hasSize(2);
        assertThat(findings(changed).get(0).inWords())
                .isEqualTo(
                        "customers.csv, line 3: domain: expected \"customer-2.example\", found \"customer-3.example\"");
        assertThat(findings(changed).get(1).inWords()).startsWith("customers.csv: SHA-256: expected ");
    }

    /** Which of what an entry may carry is a column depends on the lists; none that says something can be left out. */
    @Test
    void aColumnThatIsCalledOtherwiseIsMissed() {
        Forgery hidden = night(0).text("customers.csv", csv -> csv.replaceFirst(",message,ticket", ",message,internal"))
                .sealed();

        assertFound(hidden, "customers.csv", "ticket");
    }

    @Test
    void whatIsNoReportAtAllIsSaidAndNothingFails() {
        for (String nonsense : List.of("", "x", "{}", "[]", "null", "{\"a\":", "\u0000", "[".repeat(5000))) {
            for (String name : night(0).files.keySet()) {
                Forgery broken = night(0);
                broken.files.put(name, nonsense.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                assertThat(findings(broken)).as("%s: %s", name, nonsense).isNotEmpty();
                if (!name.equals("manifest.json") && !name.equals("report.html") && !name.equals("events.jsonl")) {
                    assertThat(findings(broken.sealed()))
                            .as("%s: %s", name, nonsense)
                            .isNotEmpty();
                }
            }
        }
    }

    /** The other side of it: what nobody can find without a signature, a later report, or a hash that was kept elsewhere. */
    @Test
    void aReportWhoseFilesAllTellTheSameStoryIsNotFoundWithoutASignature() {
        Forgery story = night(0).text("report.html", html -> html.replace("customer-1", "customer-9"));
        assertThat(findings(story.sealed())).isEmpty();

        Forgery reasons = night(0).record(customer(outcome("OFFBOARDED"), row -> row.put("ticket", "T-forged")))
                .text("customers.csv", csv -> csv.replace(",T-1,", ",T-forged,"));
        assertFound(reasons.copy(), "events.jsonl", "what was received of customer");
        Forgery inTheTrailToo = reasons.trail(events -> {
            events.stream()
                    .filter(kind("DECIDED"))
                    .map(event -> event.get("data").get("listed"))
                    .filter(listed -> listed.get("ticket").asString().equals("T-1"))
                    .forEach(listed -> ((ObjectNode) listed).put("ticket", "T-forged"));
            return events;
        });
        assertThat(findings(inTheTrailToo.sealed())).isEmpty();
    }

    private static Consumer<ObjectNode> named(Consumer<ArrayNode> change) {
        return event -> change.accept(
                (ArrayNode) event.get("data").get("unchanged").get(0).get("customers"));
    }

    private static JsonNode first(Forgery report, String kind) {
        return report.text("events.jsonl")
                .lines()
                .map(JsonMapper.shared()::readTree)
                .filter(event -> event.get("kind").asString().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    /** Customers who were found unchanged: one event for all of them, and no other word of the trail about any. */
    @Test
    void whoWasFoundUnchangedIsNamedOnceAndItsRowSaysWhatItSaid() {
        Forgery night = night(1);
        String id = first(night, "FOUND_UNCHANGED")
                .get("data")
                .get("unchanged")
                .get(0)
                .get("customers")
                .get(0)
                .asString();
        Predicate<JsonNode> it = row -> row.get("customer_id").asString().equals(id);
        String stands =
                "state, outcome, holds, holdings, message, suspended_at, removed_at, company_name and domain of customer "
                        + id;

        assertFound(
                night.copy()
                        .record(customer(
                                it, row -> ((ObjectNode) row.get("holds").get(0)).put("renews_on", "2027-01-01"))),
                "report.json",
                stands);
        assertFound(
                night.copy().record(customer(it, row -> row.put("suspended_at", "2020-01-01T00:00:00.000000Z"))),
                "report.json",
                stands);
        assertFound(
                night.copy()
                        .record(customer(
                                it, row -> ((ObjectNode) row.get("holdings").get(0)).put("name", "Another"))),
                "report.json",
                stands);
        // not read, says the trail; and what was read is in the row
        assertFound(night.copy().trail(without(kind("FOUND_UNCHANGED"))), "report.json", "what it holds");
        assertFound(
                night.copy().trail(changed(kind("FOUND_UNCHANGED"), event -> {
                    named(ids -> ids.add(id)).accept(event);
                    ((ObjectNode) event.get("data")).put("customers", 2);
                })),
                "events.jsonl",
                "a customer that was found unchanged");
        assertFound(
                night.copy()
                        .trail(changed(
                                kind("FOUND_UNCHANGED"),
                                named(ids -> ids.set(0, ids.stringNode("00000000-0000-4000-8000-00000000ffff"))))),
                "events.jsonl",
                "a customer that was found unchanged");
        String decided = first(night, "DECIDED").get("customer_id").asString();
        assertFound(
                night.copy().trail(changed(kind("FOUND_UNCHANGED"), named(ids -> ids.set(0, ids.stringNode(decided))))),
                "events.jsonl",
                "a customer that was found unchanged");
        assertFound(
                night.copy()
                        .trail(changed(
                                kind("FOUND_UNCHANGED"),
                                event -> ((ObjectNode) event.get("data")
                                                .get("unchanged")
                                                .get(0))
                                        .put("event", event.get("sequence").asLong()))),
                "events.jsonl",
                "the events that still hold");
        for (String name : List.of("customers", "first", "last")) {
            assertFound(
                    night.copy()
                            .trail(changed(
                                    kind("FOUND_UNCHANGED"), event -> ((ObjectNode) event.get("data")).put(name, 77))),
                    "events.jsonl",
                    name.equals("customers")
                            ? "customers that were found unchanged"
                            : "the " + name + " event that still holds");
        }
        assertFound(
                night.copy()
                        .trail(changed(
                                kind("FOUND_UNCHANGED"),
                                event -> ((ObjectNode) event.get("data")).put("standing_sha256", "0".repeat(64)))),
                "report.json",
                stands);
    }
}
