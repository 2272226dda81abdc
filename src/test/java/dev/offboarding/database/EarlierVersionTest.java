package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A database that an earlier version has made and worked with: what the migrations make of its rows. */
class EarlierVersionTest {

    private static final String OPENED = "2026-03-01 02:30:00+00";

    private final TestDatabase database = TestDatabase.createEmpty();
    private long sequence;

    @BeforeEach
    void anEarlierVersion() {
        migrateTo("6");
        run("night", "run", OPENED);
    }

    private void migrateTo(String version) {
        Flyway.configure()
                .dataSource(database.direct())
                .schemas(OwnSchema.NAME)
                .defaultSchema(OwnSchema.NAME)
                .locations("classpath:db/migration")
                .placeholderReplacement(false)
                .target(version)
                .load()
                .migrate();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static UUID id(int n) {
        return UUID.fromString("a0000000-0000-4000-8000-%012d".formatted(n));
    }

    private void sql(String statement, @Nullable Object... parameters) {
        database.jdbc()
                .sql(statement)
                .params(java.util.Arrays.asList(parameters))
                .update();
    }

    private void run(String runId, String mode, String startedAt) {
        sql(
                "insert into offboarding.run (run_id, job, mode, platform, started_at, facts, population_complete) values (?, 'nightly', ?, 'ledger', cast(? as timestamptz), '{}', true)",
                runId,
                mode,
                startedAt);
    }

    /** An open case as it was first listed; what is otherwise is set afterwards. */
    private void openCase(int n, String state) {
        openCase(n, state, "ledger", "nightly", OPENED, "list-1.csv");
    }

    private void openCase(int n, String state, String platform, String job, String openedAt, String source) {
        sql("""
                insert into offboarding.offboarding_case
                  (platform, job, customer_id, state, source, line, domain, others, contents, opened_at, opened_run)
                values (?, ?, ?, ?, ?, 2, ?, '{}', 'x', cast(? as timestamptz), 'night')
                """, platform, job, id(n), state, source, "customer-" + n + ".example", openedAt);
    }

    private void set(int n, String columns, @Nullable Object... values) {
        List<Object> all = new java.util.ArrayList<>(java.util.Arrays.asList(values));
        all.add(id(n));
        sql(
                "update offboarding.offboarding_case set %s where customer_id = ? and closed_at is null"
                        .formatted(columns),
                all.toArray());
    }

    private void event(int n, String kind, @Nullable String action, String at, String data) {
        event(n, "ledger", kind, action, at, data);
    }

    private void event(int n, String platform, String kind, @Nullable String action, String at, String data) {
        sql("""
                insert into offboarding.event (sequence, at, job, run_id, platform, customer_id, kind, action, data, hash)
                values (?, cast(? as timestamptz), 'nightly', 'night', ?, ?, ?, ?, ?, 'x')
                """, ++sequence, at, platform, id(n), kind, action, data);
    }

    private static String seen(String... subscriptions) {
        return "{\"seen\":{\"relationship\":\"reseller\",\"subscriptions\":[%s]}}"
                .formatted(java.util.Arrays.stream(subscriptions)
                        .map("{\"id\":\"%s\",\"status\":\"active\"}"::formatted)
                        .collect(java.util.stream.Collectors.joining(",")));
    }

    private static String confirmed(String effect) {
        return "{\"%s\":{\"result\":\"CONFIRMED\",\"proof\":\"none\"}}".formatted(effect);
    }

    private JsonNode facts(int n) {
        return JsonMapper.shared()
                .readTree(database.jdbc()
                        .sql(
                                "select facts::text from offboarding.offboarding_case where customer_id = ? order by case_id desc limit 1")
                        .param(id(n))
                        .query(String.class)
                        .single());
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    private void migrate() {
        OwnSchema.migrate(database.direct());
    }

    @Test
    void ofAnOpenCaseItIsKnownWhenItBeganWhenItWasWrittenToAndWhatItsCustomerHeld() {
        openCase(1, "MARKED");
        openCase(2, "SUSPENDED");
        // of an earlier case of the same customer, and of another platform's customer with the same id
        event(2, "DECIDED", null, "2026-02-01 02:00:00+00", seen("long ago"));
        event(2, "INTENT", "SUSPEND", "2026-02-01 02:01:00+00", "{}");
        event(2, "partner-center", "INTENT", "SUSPEND", "2026-03-01 02:30:30+00", "{}");
        event(2, "DECIDED", null, "2026-03-01 02:31:00+00", seen("first look"));
        event(2, "DECIDED", null, "2026-03-01 02:32:00+00", seen("a", "b"));
        event(2, "INTENT", "SUSPEND", "2026-03-01 02:33:00+00", "{}");
        event(2, "INTENT", "SUSPEND", "2026-03-01 02:34:00+00", "{}");
        event(2, "DECIDED", null, "2026-03-02 02:31:00+00", "{\"seen\":{\"unreadable\":\"503\"}}");
        event(2, "DECIDED", null, "2026-03-03 02:31:00+00", seen("a", "b", "c"));
        // what it held is known of its earlier case only
        openCase(3, "SUSPENDED");
        event(3, "DECIDED", null, "2026-02-01 02:00:00+00", seen("long ago"));
        event(3, "INTENT", "SUSPEND", "2026-03-01 02:33:00+00", "{}");

        migrate();

        assertThat(facts(3).propertyNames()).containsExactlyInAnyOrder("begun_at", "written_at");
        assertThat(facts(1).propertyNames()).containsExactly("begun_at");
        assertThat(facts(1).get("begun_at").asString()).isEqualTo("2026-03-01T02:30:00.000000Z");
        assertThat(facts(2).propertyNames()).containsExactlyInAnyOrder("begun_at", "written_at", "held_before");
        assertThat(facts(2).get("written_at").asString()).isEqualTo("2026-03-01T02:33:00.000000Z");
        assertThat(texts(facts(2).get("held_before"))).containsExactly("a", "b");
    }

    @Test
    void aRelationshipThatWasSeenToEndIsKnownToHaveEnded() {
        Map<Integer, String> expected = new TreeMap<>();
        openCase(1, "REMOVED");
        set(1, "removed_at = now(), effects = cast(? as json)", confirmed("customer_list"));
        expected.put(1, "it was off the customer list");
        openCase(2, "REMOVED");
        set(2, "removed_at = now(), effects = cast(? as json)", confirmed("support_contact"));
        expected.put(2, "the reseller was no support contact");
        openCase(3, "REMOVED");
        set(3, "removed_at = now(), effects = cast(? as json)", confirmed("purchasing"));
        expected.put(3, "the reseller could not purchase for it");
        openCase(4, "REMOVED");
        expected.put(4, "it was found gone");
        openCase(5, "SUSPENDED");
        event(
                5,
                "OUTCOME",
                "REMOVE",
                "2026-03-01 02:40:00+00",
                "{\"writes\":[{\"result\":\"DONE\",\"before\":\"reseller\",\"after\":\"none\"}]}");
        expected.put(5, "its removal was accepted");
        openCase(6, "MARKED");
        event(
                6,
                "OUTCOME",
                "REMOVE",
                "2026-03-01 02:40:00+00",
                "{\"writes\":[{\"result\":\"LOST\",\"before\":\"reseller\",\"after\":\"none\"}]}");
        expected.put(6, "its removal was accepted");
        // of these it is not known
        openCase(7, "REMOVED");
        set(7, "removed_at = now(), effects = cast(? as json)", confirmed("delegated_admin"));
        openCase(8, "SUSPENDED");
        event(
                8,
                "OUTCOME",
                "REMOVE",
                "2026-03-01 02:40:00+00",
                "{\"writes\":[{\"result\":\"REFUSED\",\"before\":\"reseller\",\"after\":\"reseller\"}]}");
        openCase(9, "SUSPENDED");
        event(
                9,
                "OUTCOME",
                "REMOVE",
                "2026-02-01 02:40:00+00",
                "{\"writes\":[{\"result\":\"DONE\",\"before\":\"reseller\",\"after\":\"none\"}]}");

        migrate();

        expected.forEach((n, by) -> {
            assertThat(facts(n).path("ended_by").asString(null))
                    .as("case %d", n)
                    .isEqualTo(by);
            assertThat(facts(n).path("ended_at").asString(null))
                    .as("case %d", n)
                    .isEqualTo("2026-03-01T02:30:00.000000Z");
        });
        for (int n = 7; n <= 9; n++) {
            assertThat(facts(n).has("ended_at")).as("case %d", n).isFalse();
        }
    }

    @Test
    void whatACustomerHeldAtItsRemovalIsTheLastThatWasSeenBeforeIt() {
        openCase(1, "REMOVED");
        event(1, "DECIDED", null, "2026-03-01 02:31:00+00", seen("a", "b"));
        event(1, "INTENT", "SUSPEND", "2026-03-01 02:32:00+00", "{}");
        event(1, "INTENT", "REMOVE", "2026-03-01 02:33:00+00", "{}");
        event(1, "DECIDED", null, "2026-03-04 02:31:00+00", seen("a"));
        event(1, "INTENT", "REMOVE", "2026-03-04 02:32:00+00", "{}");
        event(1, "DECIDED", null, "2026-03-05 02:31:00+00", seen("a", "new"));

        migrate();

        assertThat(texts(facts(1).get("held_before"))).containsExactly("a", "b");
        assertThat(texts(facts(1).get("held_at_removal"))).containsExactly("a");
    }

    @Test
    void nothingIsMadeUpOfAClosedCase() {
        openCase(1, "REMOVED");
        event(1, "INTENT", "REMOVE", "2026-03-01 02:32:00+00", "{}");
        set(
                1,
                "state = 'OFFBOARDED', effects = cast(? as json), closed_at = now(), closed_run = 'night', closed_as = 'OFFBOARDED'",
                confirmed("customer_list"));

        migrate();

        assertThat(facts(1).isEmpty()).isTrue();
    }

    @Test
    void whoWaitsForATermOnPartnerCenterIsLookedAtInTheNextNight() {
        String term = "[{\"reason\":\"TERM_COMMITMENT\",\"until\":\"2027-05-01\",\"message\":\"\"}]";
        String other = "[{\"reason\":\"NOT_DUE\",\"until\":\"2027-05-01\",\"message\":\"\"}]";
        openCase(1, "MARKED", "partner-center", "nightly", OPENED, "list-1.csv");
        set(1, "hold_reason = 'TERM_COMMITMENT', holds = cast(? as json), next_look = date '2027-05-01'", term);
        openCase(2, "MARKED", "partner-center", "nightly", OPENED, "list-1.csv");
        set(2, "hold_reason = 'NOT_DUE', holds = cast(? as json), next_look = date '2027-05-01'", other);
        openCase(3, "MARKED");
        set(3, "hold_reason = 'TERM_COMMITMENT', holds = cast(? as json), next_look = date '2027-05-01'", term);
        openCase(4, "MARKED", "partner-center", "nightly", OPENED, "list-1.csv");
        set(
                4,
                "hold_reason = 'TERM_COMMITMENT', holds = cast(? as json), next_look = date '2027-05-01', closed_at = now()",
                term);

        migrate();

        assertThat(database.jdbc()
                        .sql(
                                "select customer_id from offboarding.offboarding_case where next_look is null order by customer_id")
                        .query(UUID.class)
                        .list())
                .containsExactly(id(1));
    }

    @Test
    void theLastCaseOfEachCustomerIsTheRowThatItsJobAcceptedLast() {
        // listed twice, last with a ticket and a date
        openCase(1, "OFFBOARDED", "ledger", "nightly", "2026-01-01 02:30:00+00", "list-1.csv");
        set(1, "ticket = 'T-1', reason = 'sold', closed_at = now(), closed_as = 'OFFBOARDED'");
        openCase(1, "MARKED");
        set(1, "ticket = 'T-2', effective_date = date '2026-12-31'");
        // of two jobs
        openCase(2, "OFFBOARDED", "ledger", "nightly", OPENED, "list-1.csv");
        set(2, "closed_at = now(), company_name = 'Customer 2'");
        openCase(2, "MARKED", "ledger", "other", OPENED, "list-9.csv");
        // of a database list: still in it, and not in it any more
        openCase(3, "MARKED", "ledger", "nightly", OPENED, "database");
        openCase(4, "MARKED", "ledger", "nightly", OPENED, "database");
        set(4, "listed = false, requested_by = 'Ada'");

        migrate();

        assertThat(database.jdbc().sql("""
                        select concat_ws(' ', right(customer_id::text, 1), job, platform, coalesce(platform_identity, 'unclaimed'), state,
                                 columns::text, company_name, domain, effective_date, reason, ticket, requested_by, never_accepted,
                                 to_char(accepted_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), accepted_run)
                          from offboarding.accepted_row order by customer_id, job
                        """).query(String.class).list())
                .containsExactly(
                        "1 nightly ledger unclaimed FILE {customer_id,domain,effective_date,ticket} customer-1.example 2026-12-31 T-2 f 2026-03-01 02:30 night",
                        "2 nightly ledger unclaimed FILE {customer_id,company_name,domain} Customer 2 customer-2.example f 2026-03-01 02:30 night",
                        "2 other ledger unclaimed FILE {customer_id,domain} customer-2.example f 2026-03-01 02:30 night",
                        "3 nightly ledger unclaimed PRESENT {customer_id,domain} customer-3.example f 2026-03-01 02:30 night",
                        "4 nightly ledger unclaimed MISSING {customer_id,domain,requested_by} customer-4.example Ada f 2026-03-01 02:30 night");
    }

    @Test
    void theRowOfACaseThatItsListHasWithdrawnIsGone() {
        openCase(1, "WITHDRAWN", "ledger", "nightly", OPENED, "database");
        set(1, "listed = false, closed_at = now(), closed_as = 'WITHDRAWN'");
        // withdrawn by people, and once more since
        openCase(2, "WITHDRAWN", "ledger", "nightly", OPENED, "database");
        set(2, "closed_at = now(), closed_as = 'WITHDRAWN'");
        openCase(3, "WITHDRAWN", "ledger", "nightly", OPENED, "database");
        set(3, "listed = false, closed_at = now(), closed_as = 'WITHDRAWN'");
        openCase(3, "OFFBOARDED", "ledger", "nightly", OPENED, "database");
        set(3, "listed = false, closed_at = now(), closed_as = 'OFFBOARDED'");

        migrate();

        assertThat(database.jdbc()
                        .sql("select state from offboarding.accepted_row order by customer_id")
                        .query(String.class)
                        .list())
                .containsExactly("GONE", "PRESENT", "MISSING");
    }

    @Test
    void whoIsHeldIsHeldSinceTheMigrationAtTheLatest() {
        openCase(1, "MARKED");
        set(1, "hold_reason = 'MARKETPLACE'");
        openCase(2, "MARKED");
        openCase(3, "MARKED");
        set(3, "hold_reason = 'MARKETPLACE', closed_at = now()");

        migrate();

        assertThat(database.jdbc()
                        .sql("select customer_id from offboarding.offboarding_case where hold_since is not null")
                        .query(UUID.class)
                        .list())
                .containsExactly(id(1));
    }

    /** Of what it had suspended before its customer was listed again, that which was active then is what the list wants suspended. */
    @Test
    void whatWasActiveAgainOfWhatWasSuspendedBeforeIsNoHoldOfTheNextNight() {
        migrateTo("66");
        openCase(1, "MARKED");
        openCase(2, "MARKED");
        openCase(3, "MARKED");
        set(
                1,
                "facts = '{\"begun_at\":\"2026-03-01T02:30:00Z\",\"returned\":[\"b\",\"x\"],\"suspended_before\":[\"a\",\"b\"]}'");
        set(2, "facts = '{\"returned\":[\"a\"],\"suspended_before\":[\"a\"]}'");
        set(3, "facts = '{\"suspended_before\":[\"a\"]}'");

        migrate();

        assertThat(texts(facts(1).get("suspended_before"))).containsExactly("a");
        assertThat(texts(facts(1).get("returned"))).containsExactly("b", "x");
        assertThat(facts(1).get("begun_at").asString()).isEqualTo("2026-03-01T02:30:00Z");
        assertThat(texts(facts(2).get("suspended_before"))).isEmpty();
        assertThat(texts(facts(3).get("suspended_before"))).containsExactly("a");
    }

    @Test
    void anEarlierRunCountsAsHavingAcceptedAndOneThatWroteAsOneThatWasAllowedTo() {
        run("plan", "plan", "2026-03-02 12:00:00+00");
        run("idle", "run", "2026-03-02 02:30:00+00");
        openCase(1, "MARKED");
        event(1, "INTENT", "SUSPEND", "2026-03-01 02:32:00+00", "{}");

        migrate();

        assertThat(database.jdbc()
                        .sql(
                                "select concat_ws(' ', run_id, accepted_at = started_at, may_write) from offboarding.run order by run_id")
                        .query(String.class)
                        .list())
                .containsExactly("idle t f", "night t t", "plan f");
    }
}
