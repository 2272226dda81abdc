package dev.offboarding.run.nights;

import static dev.offboarding.run.Scene.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.Scene;
import dev.offboarding.run.Scene.Report;
import dev.offboarding.runs.ExitCode;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who waits as last night is looked at, and named; nothing of it is written down again that the trail says already. */
@Execution(ExecutionMode.CONCURRENT)
class UnchangedNightsTest {

    private static final LocalDate FAR = LocalDate.of(2026, 12, 31);

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private static List<JsonNode> events(Report report) {
        return report.text("events.jsonl")
                .lines()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    private static List<String> kinds(Report report) {
        return events(report).stream()
                .map(event -> event.get("kind").asString())
                .toList();
    }

    /** By customer, the event that is said to hold still. */
    private static Map<String, Long> unchanged(Report report) {
        Map<String, Long> named = new TreeMap<>();
        for (JsonNode event : events(report)) {
            for (JsonNode group : event.get("data").path("unchanged")) {
                long said = group.get("event").asLong();
                for (JsonNode customer : group.get("customers")) {
                    assertThat(named.put(customer.asString(), said++)).isNull();
                }
            }
        }
        return named;
    }

    private static List<String> named(Report report) {
        return List.copyOf(unchanged(report).keySet());
    }

    private static List<String> ids(int... customers) {
        List<String> ids = new ArrayList<>();
        for (int customer : customers) {
            ids.add(id(customer).toString());
        }
        return ids;
    }

    /** Customers who have told of a decision of their own. */
    private static List<String> decided(Report report) {
        return events(report).stream()
                .filter(event -> event.get("kind").asString().equals("DECIDED"))
                .map(event -> event.get("customer_id").asString())
                .sorted()
                .toList();
    }

    /** Three customers, each with a term that ends one day; and the night that holds them. */
    private Report threeThatWait() {
        scene.customers(1, 3).listed(1, 2, 3);
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "new_commerce", "active", FAR.minusDays(n));
        }
        Report first = scene.runs(ExitCode.OK);
        assertThat(decided(first)).isEqualTo(ids(1, 2, 3));
        scene.clock.pass(Duration.ofDays(1));
        return first;
    }

    private List<String> rows() {
        return scene.jdbc()
                .sql("select xmin || ' ' || ctid from offboarding.offboarding_case order by case_id")
                .query(String.class)
                .list();
    }

    @Test
    void whoWaitsAsLastNightIsNamedInOneEventAndNotWrittenDownAgain() {
        Report first = threeThatWait();
        List<String> before = rows();

        Report second = scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        Report third = scene.runs(ExitCode.OK);

        for (Report night : List.of(second, third)) {
            assertThat(kinds(night)).containsExactly("RUN_STARTED", "FOUND_UNCHANGED", "LIMITS", "RUN_ENDED");
            Map<String, Long> named = unchanged(night);
            assertThat(named).containsOnlyKeys(ids(1, 2, 3));
            events(first).stream()
                    .filter(event -> event.get("kind").asString().equals("DECIDED"))
                    .forEach(event -> assertThat(named)
                            .containsEntry(
                                    event.get("customer_id").asString(),
                                    event.get("sequence").asLong()));
            // complete all the same
            assertThat(night.table("customers.csv")).isEqualTo(first.table("customers.csv"));
            for (int n = 1; n <= 3; n++) {
                assertThat(night.customer(n).get("holdings"))
                        .isEqualTo(first.customer(n).get("holdings"));
                assertThat(night.customer(n).get("hold_since"))
                        .isEqualTo(first.customer(n).get("hold_since"));
            }
        }
        assertThat(rows()).as("the rows of the cases").isEqualTo(before);
    }

    @Test
    void whoeverIsFoundOtherwiseIsWrittenDown() {
        threeThatWait();
        scene.sql("update ledger.subscription set term_end = term_end - 7 where customer_id = ?", id(1));
        scene.subscription(2, "license", "suspended");

        Report night = scene.runs(ExitCode.OK);

        assertThat(decided(night)).isEqualTo(ids(1, 2));
        assertThat(named(night)).isEqualTo(ids(3));
        scene.clock.pass(Duration.ofDays(1));
        Map<String, Long> next = unchanged(scene.runs(ExitCode.OK));
        assertThat(next).containsOnlyKeys(ids(1, 2, 3));
        // what holds is what was said last, which is not the same night for all
        events(night).stream()
                .filter(event -> event.get("kind").asString().equals("DECIDED"))
                .forEach(event -> assertThat(next)
                        .containsEntry(
                                event.get("customer_id").asString(),
                                event.get("sequence").asLong()));
    }

    /** A term that is changed and changed back: between the two nights that are alike something else was said. */
    @Test
    void whatHoldsIsWhatWasSaidLastAndNotWhatWasSaidOnce() {
        threeThatWait();
        scene.sql("update ledger.subscription set term_end = term_end - 7 where customer_id = ?", id(1));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.sql("update ledger.subscription set term_end = term_end + 7 where customer_id = ?", id(1));

        Report night = scene.runs(ExitCode.OK);

        assertThat(decided(night)).isEqualTo(ids(1));
        assertThat(named(night)).isEqualTo(ids(2, 3));
    }

    @Test
    void byOtherRulesItIsDecidedAnew() {
        threeThatWait();
        scene.with("grace-period", "14d");

        Report night = scene.runs(ExitCode.OK);

        assertThat(decided(night)).isEqualTo(ids(1, 2, 3));
        assertThat(named(night)).isEmpty();
        scene.clock.pass(Duration.ofDays(1));
        assertThat(named(scene.runs(ExitCode.OK))).isEqualTo(ids(1, 2, 3));
    }

    @Test
    void whoIsListedAgainIsWrittenDownWithItsRow() {
        threeThatWait();
        scene.listed(2);

        Report night = scene.runs(ExitCode.OK);

        assertThat(decided(night)).isEqualTo(ids(2));
        assertThat(named(night)).isEqualTo(ids(1, 3));
        assertThat(night.customer(2).get("listed_anew").asBoolean()).isTrue();
    }

    /** Another note in a column that is only carried through lists nobody again: row and trail keep what was accepted. */
    @Test
    void anotherNoteInAColumnThatIsCarriedThroughChangesNothing() {
        scene.customers(1, 2);
        scene.subscription(1, "new_commerce", "active", FAR);
        scene.subscription(2, "new_commerce", "active", FAR);
        String row = "customer_id,domain,Cost center\n%s,customer-1.example,%s\n%s,customer-2.example,4712\n";
        scene.inboxFile("first.csv", row.formatted(id(1), "4711", id(2)));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.inboxFile("second.csv", row.formatted(id(1), "4713", id(2)));

        Report night = scene.runs(ExitCode.OK);

        assertThat(named(night)).isEqualTo(ids(1, 2));
        assertThat(night.table("customers.csv"))
                .extracting(line -> line.get("Cost center"))
                .containsExactly("4711", "4712");
    }

    /** Nobody can say that what was not seen is as it was. */
    @Test
    void whoCannotBeReadIsWrittenDownEveryNight() {
        scene.customers(1, 2);
        scene.inboxFile(
                "list.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,2026-12-01\n%s,customer-2.example,2026-12-01\n"
                        .formatted(id(1), id(2)));
        scene.sql("alter table ledger.customer drop constraint customer_pkey");
        scene.sql("insert into ledger.customer select * from ledger.customer where customer_id = ?", id(1));
        Report first = scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));

        Report night = scene.runs(ExitCode.OK);

        assertThat(first.holds(1)).contains("NOT_DUE");
        assertThat(decided(night)).isEqualTo(ids(1));
        assertThat(named(night)).isEqualTo(ids(2));
    }

    @Test
    void whatPeopleAskForInBetweenIsWrittenDown() {
        threeThatWait();
        scene.asks(InterventionKind.PAUSE, 1, "an audit");
        scene.asks(InterventionKind.PAUSE, 2, "a mistake");
        scene.asks(InterventionKind.RESUME, 2, "as I said");

        Report night = scene.runs(ExitCode.OK);

        assertThat(night.holds(1)).contains("PAUSED");
        assertThat(decided(night)).isEqualTo(ids(1, 2));
        assertThat(named(night)).isEqualTo(ids(3));
        scene.clock.pass(Duration.ofDays(1));
        assertThat(named(scene.runs(ExitCode.OK))).isEqualTo(ids(1, 2, 3));
        scene.asks(InterventionKind.WITHDRAW, 3, "they stay");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(named(scene.runs(ExitCode.OK))).isEqualTo(ids(1, 2));
    }

    /** A plan looks as a run does, and refers to what a run has said; what a plan says is no night's last word. */
    @Test
    void aPlanInBetweenNamesThemToo() {
        threeThatWait();
        Report plan = scene.plans(ExitCode.OK);
        Map<String, Long> planned = unchanged(plan);
        scene.clock.pass(Duration.ofHours(1));
        scene.sql("update ledger.subscription set term_end = term_end - 7 where customer_id = ?", id(3));
        Report changed = scene.plans(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(1));

        Report night = scene.runs(ExitCode.OK);

        assertThat(planned).containsOnlyKeys(ids(1, 2, 3));
        assertThat(decided(changed)).isEqualTo(ids(3));
        assertThat(decided(night)).isEqualTo(ids(3));
        planned.remove(id(3).toString());
        assertThat(unchanged(night)).isEqualTo(planned);
    }

    /** The message says on which day; it is another one once that is over. */
    @Test
    void aHoldThatComesToItsEndGoesOn() {
        scene.customers(1, 2).listed(1, 2);
        UUID term = scene.subscription(1, "new_commerce", "active", LocalDate.of(2026, 3, 12));
        scene.subscription(2, "new_commerce", "active", FAR);
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        assertThat(named(scene.runs(ExitCode.OK))).isEqualTo(ids(1, 2));
        scene.clock.pass(Duration.ofDays(3));
        scene.sql("update ledger.subscription set status = 'deleted' where subscription_id = ?", term);

        Report night = scene.runs(ExitCode.OK);

        assertThat(night.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(named(night)).isEqualTo(ids(2));
    }

    /** On every night but the first of a grace period. */
    @Test
    void whoIsInItsGracePeriodIsNamedUntilItIsOver() {
        scene.customers(1, 4).with("grace-period", "3d").listed(1);
        scene.subscription(1, "license", "active");
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        Report decided = scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));

        Report night = scene.runs(ExitCode.OK);

        assertThat(decided(decided)).isEqualTo(ids(1));
        assertThat(named(night)).isEqualTo(ids(1));
        assertThat(night.outcome(1)).isEqualTo("SUSPENDED");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** The database went away while a night was recorded: what it had not committed is found again by the next. */
    @Test
    void aNightThatDiedWhileItLookedIsFollowedByOneThatNamesAll() {
        threeThatWait();
        scene.sql(
                "create function public.dies() returns trigger language plpgsql as $$ begin raise exception 'it died'; end $$");
        scene.sql(
                "create trigger dies before insert on offboarding.event for each row when (new.kind = 'FOUND_UNCHANGED') execute function public.dies()");
        Report died = scene.runs(ExitCode.UNEXPECTED);
        scene.sql("drop trigger dies on offboarding.event");
        scene.clock.pass(Duration.ofDays(1));

        Report night = scene.runs(ExitCode.OK);

        assertThat(named(died)).isEmpty();
        assertThat(died.table("customers.csv")).hasSize(3);
        assertThat(named(night)).isEqualTo(ids(1, 2, 3));
        assertThat(decided(night)).isEmpty();
    }

    /** When it was read, since when it is so, and how it stood on the nights before. */
    @Test
    void thePageSaysThatTheyWereLookedAt() {
        threeThatWait();
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));

        Report night = scene.runs(ExitCode.OK);

        Matcher stories = Pattern.compile("class=\"customer-stories\">(.*?)</script>", Pattern.DOTALL)
                .matcher(night.text("report.html"));
        assertThat(stories.find()).isTrue();
        JsonNode all = JsonMapper.shared().readTree(stories.group(1));
        assertThat(all).hasSize(3).allSatisfy(story -> {
            assertThat(story.at("/seen/at").asString()).startsWith("2026-03-12 ");
            assertThat(story.at("/seen/since").asString()).startsWith("2026-03-10 ");
            assertThat(story.at("/seen/relationship").asString()).isEqualTo("reseller");
            assertThat(story.path("nights")).singleElement().satisfies(before -> {
                assertThat(before.path("from").asString()).contains("2026-03-10");
                assertThat(before.path("at").asString()).contains("2026-03-11");
                assertThat(before.path("what").asString()).contains("until 2026-12-");
                assertThat(before.path("link").asString()).contains("../20260311T");
            });
        });
    }
}
