package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.report.PublishedSchemas;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.StandInSettings;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where a customer stands, and what tonight's run would do with it. */
@Execution(ExecutionMode.CONCURRENT)
class ExplainCommandTest {

    private static final String TONIGHT = "A run that begins now";

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    /** It changes nothing, whatever it is asked: neither a case, nor the trail, nor a run, nor what was told once. */
    private static List<String> explains(Scene scene, String customer, String... options) {
        List<String> before = everything(scene);
        TypedCommand explain = TypedCommand.type(
                Stream.concat(Stream.of("explain", scene.jobFile().toString(), customer), Stream.of(options))
                        .toArray(String[]::new));
        assertThat(explain.exitCode()).as("%s%s", explain.out(), explain.err()).isZero();
        assertThat(explain.err()).isEmpty();
        assertThat(everything(scene)).isEqualTo(before);
        return explain.out().lines().toList();
    }

    private static List<String> everything(Scene scene) {
        return Stream.of(
                        "offboarding_case",
                        "event",
                        "run",
                        "run_case",
                        "accepted_row",
                        "entry",
                        "told_once",
                        "reservation")
                .flatMap(table -> scene
                        .jdbc()
                        .sql("select to_json(t)::text from offboarding.%s t order by 1".formatted(table))
                        .query(String.class)
                        .list()
                        .stream())
                .toList();
    }

    private static String line(List<String> lines, String start) {
        return lines.stream()
                .filter(it -> it.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line begins with " + start + ": " + lines));
    }

    private static JsonNode json(List<String> lines) {
        String json = String.join("\n", lines);
        PublishedSchemas.checkExplained(json);
        return JsonMapper.shared().readTree(json);
    }

    /** It would never end by itself: to wait for the next run helps nobody. */
    @Test
    void whatIsLeftAfterARemovalSomebodyHasToEnd() {
        scene.customer(1, "none").customer(2);
        scene.sql("insert into ledger.support_contact values (?, 'x')", Scene.id(1));
        scene.listed(1).runs(ExitCode.NEEDS_ATTENTION);

        List<String> lines = explains(scene, Scene.id(1).toString());

        assertThat(line(lines, "Why: "))
                .isEqualTo(
                        "Why: not all effects of its removal show: support contact (1 row in ledger.support_contact)");
        assertThat(line(lines, "What to do: "))
                .isEqualTo(
                        "What to do: end by hand what is left on the platform, and the next run confirms it; or end the case with close");
        assertThat(line(lines, TONIGHT)).endsWith("would do: nothing but look: not all effects of its removal show");
    }

    @Test
    void theFirstFiveLinesSayWhereItStandsAndWhatToDo() {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        scene.inboxFile("a.csv", """
                customer_id,domain,company_name,ticket,requested_by,reason
                %s,customer-1.example,Customer 1,T-7,Jane,does not pay
                """.formatted(Scene.id(1)));
        scene.runs(ExitCode.OK);

        List<String> lines = explains(scene, "T-7");

        assertThat(lines.subList(0, 6))
                .satisfiesExactly(
                        it -> assertThat(it)
                                .isEqualTo("Customer 1, customer-1.example (%s): MARKED, held: MARKETPLACE"
                                        .formatted(Scene.id(1))),
                        it -> assertThat(it).isEqualTo("Since: opened 2026-03-10 03:30 +01:00"),
                        it -> assertThat(it).startsWith("Why: marketplace of 1 ("),
                        it -> assertThat(it).isEqualTo("What to do: Cancel it by hand; the next run looks again."),
                        it -> assertThat(it)
                                .isEqualTo("Asked for by: Jane, ticket T-7, because: does not pay (a.csv, line 2)"),
                        it -> assertThat(it).isEmpty());
        assertThat(line(lines, TONIGHT)).endsWith("would do: nothing: it waits");
        assertThat(lines).anyMatch(it -> it.startsWith("  rule: MARKETPLACE: marketplace of 1"));
    }

    /** What is said of tonight's run is what it does then: by the live state, and not by that of the last night. */
    @Test
    void tonightsRunDoesWhatIsSaidOfIt() {
        scene.customers(1, 3).listed(1);
        UUID license = scene.subscription(1, "license", "active");
        scene.subscription(1, "marketplace", "active");
        scene.runs(ExitCode.OK);
        scene.sql("delete from ledger.subscription where kind = 'marketplace'");

        List<String> lines = explains(scene, "customer-1.example");
        JsonNode json = json(explains(scene, "customer-1.example", "--json"));

        assertThat(line(lines, TONIGHT)).endsWith("would do: suspend 1 subscription, remove the relationship");
        assertThat(lines)
                .contains("  rule: no rule holds it back")
                .anyMatch(it -> it.startsWith("  rule: limits: its first write would be tonight"))
                .anyMatch(it -> it.contains("planned: SUSPEND license of 1 (%s)".formatted(license)));
        assertThat(json.at("/tonight/decision").asString()).isEqualTo("WRITES");
        assertThat(json.at("/tonight/events/0/data/planned")
                        .valueStream()
                        .map(it -> it.get("action").asString()))
                .containsExactly("SUSPEND", "REMOVE");
        assertThat(scene.statusOf(license)).isEqualTo("active");
        assertThat(scene.runs(ExitCode.OK).actions()).containsExactly("SUSPEND " + license, "REMOVE " + Scene.id(1));
        assertThat(line(explains(scene, "customer-1.example"), TONIGHT))
                .endsWith("would do: nothing, unless it is listed again");
    }

    @Test
    void aPlanIsMarkedAsOneAndTimesAreThoseOfTheZone() {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "license", "active");
        scene.plans(ExitCode.OK);
        scene.clock.set(Scene.TONIGHT.plusSeconds(60));
        scene.runs(ExitCode.OK);

        List<String> all = explains(scene, Scene.id(1).toString(), "--events");
        List<String> brief = explains(scene, Scene.id(1).toString());

        assertThat(line(all, "Plan ")).endsWith("; nothing of it has happened");
        assertThat(all)
                .anyMatch(it ->
                        it.matches(" +\\d+ {2}2026-03-10 03:30:\\d\\d\\.\\d{3} \\+01:00 {2}\\(plan\\) decided: .*"))
                .anyMatch(it -> it.matches(
                        " +\\d+ {2}2026-03-10 03:31:\\d\\d\\.\\d{3} \\+01:00 {2}answered: SUSPEND license of 1 \\(.*"));
        assertThat(brief)
                .noneMatch(it -> it.contains("(plan)"))
                .anyMatch(it -> it.startsWith("2026-03-10 03:31 +01:00  answered: REMOVE"));
        assertThat(json(explains(scene, Scene.id(1).toString(), "--json"))
                        .get("events")
                        .valueStream()
                        .map(it -> it.get("mode").asString())
                        .distinct())
                .containsExactly("plan", "run");
    }

    /** Tonight is when the next run begins: what is due then is not said to wait because it is not due now. */
    @Test
    void whatIsDueByTheNextScheduledRunIsDue() {
        LocalDate tomorrow = LocalDate.now(ZoneId.of("Europe/Berlin")).plusDays(1);
        scene.customers(1, 3);
        scene.inboxFile(
                "a.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,%s\n".formatted(Scene.id(1), tomorrow));
        scene.runs(ExitCode.OK);

        assertThat(explains(scene, "customer-1.example"))
                .anyMatch(it -> it.startsWith("  rule: NOT_DUE until " + tomorrow));
        scene.with("schedule.cron", "0 0 0 * * *");
        assertThat(line(explains(scene, "customer-1.example"), "Tonight's run (%s 00:00".formatted(tomorrow)))
                .endsWith("would do: remove the relationship");
    }

    @Test
    void whereThePlatformCannotBeReachedNothingIsDecided() {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "marketplace", "active");
        scene.runs(ExitCode.OK);
        scene.with("ledger.url", "jdbc:postgresql://127.0.0.1:1/nobody");

        List<String> lines = explains(scene, "customer-1.example");

        assertThat(lines.get(0)).endsWith("MARKED, held: MARKETPLACE");
        assertThat(line(lines, TONIGHT)).contains("would do: not known: ledger could not be read");
        assertThat(json(explains(scene, "customer-1.example", "--json"))
                        .at("/tonight/decision")
                        .asString())
                .isEqualTo("NOT_REACHED");
    }

    @Test
    void whatNeedsAnApprovalIsSaidToNeedOne() {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "marketplace", "active");
        scene.runs(ExitCode.OK);
        scene.sql("delete from ledger.subscription");
        scene.with("approval", "required");

        List<String> lines = explains(scene, "customer-1.example");

        assertThat(line(lines, TONIGHT)).endsWith("would do: remove the relationship, if that is approved");
        assertThat(lines).contains("  rule: approval: required; nothing is written that was not approved");
    }

    @Test
    void whatIsStillToBePutBackIsNotSaidToBeRemovedAfterItsGracePeriod() {
        scene.customers(1, 3).with("grace-period", "3d").listed(1);
        scene.subscription(1, "license", "active");
        scene.runs(ExitCode.OK);
        assertThat(scene.asks(InterventionKind.WITHDRAW, 1, "they stay").exitCode())
                .isEqualTo(ExitCode.OK);

        List<String> lines = explains(scene, "customer-1.example");

        assertThat(line(lines, TONIGHT)).endsWith("would do: make 1 subscription active again");
        assertThat(lines.stream().filter(it -> it.startsWith("  rule: ")))
                .singleElement()
                .asString()
                .startsWith("  rule: it is to be withdrawn, as asked for by Ada")
                .endsWith(": they stay");
        assertThat(line(lines, "Why: ")).startsWith("Why: it is to be withdrawn, as asked for by Ada");
        assertThat(line(lines, "What to do: "))
                .isEqualTo(
                        "What to do: nothing: with the next run of its job what this program suspended is made active again, and its case is closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer-1.example", "--all"})
    void whatIsPausedWaitsTonightAlsoWhereNoRunHasSeenThePauseYet(String whom) {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "marketplace", "active");
        scene.runs(ExitCode.OK);
        scene.sql("delete from ledger.subscription");
        assertThat(CommandLineProgram.execute(
                        "pause",
                        scene.jobFile().toString(),
                        whom,
                        "--reason",
                        "a call with the customer",
                        "--by",
                        "Ada"))
                .isZero();

        List<String> lines = explains(scene, "customer-1.example");

        assertThat(line(lines, TONIGHT)).endsWith("would do: nothing: it waits");
        assertThat(lines).anyMatch(it -> it.startsWith("  rule: PAUSED") && it.contains("a call with the customer"));
    }

    @Test
    void itIsSaidWhileARunIsUnderWay() {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "license", "active");
        scene.gateBefore("update on ledger.customer", "new.relationship = 'none'");
        CompletableFuture<Void> run = CompletableFuture.runAsync(() -> scene.runs(ExitCode.OK));
        scene.awaitSomebodyAtTheGate();
        try {
            assertThat(explains(scene, "customer-1.example", "--events"))
                    .anyMatch(it -> it.contains("answered: SUSPEND license of 1"))
                    .anyMatch(it -> it.contains("asked for: REMOVE"));
        } finally {
            scene.openTheGate();
            run.join();
        }
    }

    @Test
    void onPartnerCenterTheCustomerIsReadAndDecidedOn() {
        try (PartnerCenterScene center =
                new PartnerCenterScene(StandInSettings.standard().noQuotas())) {
            center.standIn.customer("Bystander").licence("E1", "active");
            CustomerBuilder contoso =
                    center.standIn.customer("Contoso").licence("E5", "active").marketplace("Backup", "active", null);
            CustomerBuilder later = center.standIn.customer("Later");
            center.listed(List.of(contoso));
            center.scene.inboxFile(
                    "later.csv",
                    "customer_id,domain,due date\n%s,%s,2099-01-01\n".formatted(later.id(), later.domain()));
            assertThat(center.run().exitCode()).isEqualTo(ExitCode.OK);

            List<String> lines = explains(center.scene, contoso.domain());

            assertThat(line(lines, TONIGHT)).endsWith("would do: nothing: it waits");
            assertThat(lines).anyMatch(it -> it.startsWith("  rule: MARKETPLACE: Backup"));
            List<String> waiting = explains(center.scene, later.domain());
            assertThat(line(waiting, TONIGHT)).endsWith("nothing: it waits, and would not even be read");
            assertThat(waiting).anyMatch(it -> it.startsWith("  rule: NOT_DUE until 2099-01-01"));
            assertThat(center.standIn.violations()).isEmpty();
        }
    }

    /** A night that found it as the one before did says so in one event for many: each of them is told that, and in how few words it may be. */
    @Test
    void aNightThatFoundItUnchangedIsAmongItsEvents() {
        scene.customers(1, 2).listed(1, 2);
        scene.subscription(1, "marketplace", "active");
        scene.subscription(2, "marketplace", "active");
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);
        Long decided = scene.jdbc()
                .sql("select sequence from offboarding.event where kind = 'DECIDED' and customer_id = ?")
                .param(Scene.id(2))
                .query(Long.class)
                .single();

        List<String> lines = explains(scene, "customer-2.example", "--events");
        JsonNode events = json(explains(scene, "customer-2.example", "--json")).get("events");

        String found = "looked at, and found unchanged: what event %d says still holds".formatted(decided);
        assertThat(lines)
                .filteredOn(line -> line.contains(found))
                .hasSize(2)
                .satisfiesExactly(
                        first -> assertThat(first).contains("2026-03-11 "),
                        second -> assertThat(second).contains("2026-03-12 "));
        assertThat(events.valueStream().map(it -> it.get("kind").asString()))
                .containsExactly("DECIDED", "FOUND_UNCHANGED", "FOUND_UNCHANGED");
        assertThat(events.get(1).at("/data/event").asLong()).isEqualTo(decided);
        assertThat(events.get(1).toString()).doesNotContain(Scene.id(1).toString());
        assertThat(explains(scene, "customer-2.example"))
                .noneMatch(line -> line.contains("unchanged"))
                .contains("3 events, plans included: --events shows all of them in full");
    }
}
