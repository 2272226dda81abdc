package dev.offboarding.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.audit.AuditEvents.OfCustomer;
import dev.offboarding.database.TestDatabase;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Write;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What one intent asks for many customers, each of whom has an outcome of its own. */
class IntentsOfManyTest {

    private static final Instant ASKED = Instant.parse("2026-06-15T01:30:00Z");
    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);
    private static final UUID C = new UUID(0, 3);

    private TestDatabase database;
    private JdbcTemplate jdbc;
    private AuditEvents events;
    private TransactionTemplate transaction;

    @BeforeEach
    void anEmptyTrail() {
        database = TestDatabase.create();
        jdbc = new JdbcTemplate(database.dataSource());
        events = new AuditEvents(jdbc);
        transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        jdbc.update(
                "insert into offboarding.run (run_id, job, mode, platform, started_at, facts) values ('run', 'nightly', 'run', 'ledger', now(), '{}')");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private void append(Instant at, NewEvent... all) {
        transaction.execute(status ->
                new AuditTrail(jdbc, Clock.fixed(at, ZoneOffset.UTC), "nightly", "run", "ledger").append(List.of(all)));
    }

    private static Map<String, Object> write(UUID customer, String target) {
        Map<String, Object> write = new LinkedHashMap<>();
        write.put("customer_id", customer.toString());
        write.put("target", target);
        write.put("attempt", 1);
        write.put("correlation_id", new UUID(1, target.hashCode()).toString());
        return write;
    }

    private void asks(int customers, List<Map<String, Object>> writes) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("customers", customers);
        data.put("writes", writes);
        append(ASKED, new NewEvent(EventKind.INTENT, null, Action.SUSPEND, null, data));
    }

    private void threeAreAsked() {
        asks(3, List.of(write(C, "c1"), write(B, "b1"), write(A, "a1"), write(A, "a2")));
    }

    private static NewEvent outcome(UUID customer) {
        return new NewEvent(EventKind.OUTCOME, customer, Action.SUSPEND, 1L, Map.of("writes", List.of()));
    }

    @Test
    void ofWhomThereIsNoOutcomeTheirWritesAreOpen() {
        threeAreAsked();
        append(ASKED.plusSeconds(1), outcome(B));

        List<OpenIntent> open = events.openIntents("run");

        assertThat(open).extracting(OpenIntent::customerId).containsExactly(C, A);
        assertThat(open.get(1).writes()).extracting(Write::target).containsExactly("a1", "a2");
        assertThat(open.get(1).writes()).extracting(Write::correlationId).doesNotHaveDuplicates();
        assertThat(open).allSatisfy(it -> {
            assertThat(it.sequence()).isEqualTo(1);
            assertThat(it.at()).isEqualTo(ASKED);
            assertThat(it.action()).isEqualTo(Action.SUSPEND);
        });
        assertThat(events.countOpenIntents("run")).isEqualTo(2);
    }

    @Test
    void onceAllAreAnsweredNothingIsOpen() {
        threeAreAsked();
        append(ASKED.plusSeconds(1), outcome(A), outcome(B), outcome(C));

        assertThat(events.openIntents("run")).isEmpty();
        assertThat(events.countOpenIntents("run")).isZero();
    }

    /** Whatever an intent says of their number: what is said to be fewer than they are could hide one. */
    @Test
    void whatDoesNotSayHowManyTheyAreIsLookedAtWriteByWrite() {
        append(
                ASKED,
                new NewEvent(EventKind.INTENT, null, Action.SUSPEND, null, Map.of("writes", List.of(write(A, "a1")))));
        assertThat(events.countOpenIntents("run")).isEqualTo(1);

        append(ASKED, outcome(A));
        assertThat(events.countOpenIntents("run")).isZero();
    }

    @Test
    void anIntentOfAnEarlierVersionIsOpenUntilItsOneOutcome() {
        Map<String, Object> write = write(A, "a1");
        write.remove("customer_id");
        append(ASKED, new NewEvent(EventKind.INTENT, A, Action.SUSPEND, null, Map.of("writes", List.of(write))));

        assertThat(events.openIntents("run")).singleElement().satisfies(open -> {
            assertThat(open.customerId()).isEqualTo(A);
            assertThat(open.writes()).extracting(Write::target).containsExactly("a1");
        });
        append(ASKED, outcome(A));
        assertThat(events.openIntents("run")).isEmpty();
    }

    @Test
    void eachCustomerHasOneOutcome() {
        threeAreAsked();
        append(ASKED, outcome(A), outcome(B));

        assertThatThrownBy(() -> append(ASKED, outcome(A))).isInstanceOf(DuplicateKeyException.class);
    }

    @Test
    void theStoryOfACustomerHasWhatWasAskedForIt() {
        threeAreAsked();
        append(ASKED.plusSeconds(1), outcome(B));

        assertThat(story(A)).singleElement().satisfies(it -> {
            assertThat(it.event().customerId()).isEqualTo(A);
            assertThat(it.event().sequence()).isEqualTo(1);
            assertThat(it.event().data()).doesNotContain(B.toString(), C.toString());
            assertThat(it.event().writes()).extracting(RecordedWrite::target).containsExactly("a1", "a2");
        });
        assertThat(story(B)).extracting(it -> it.event().kind()).containsExactly("INTENT", "OUTCOME");
        assertThat(story(new UUID(0, 4))).isEmpty();
    }

    private List<OfCustomer> story(UUID customer) {
        List<OfCustomer> story = new ArrayList<>();
        events.ofCustomer("ledger", customer, story::add);
        return story;
    }

    /** A run that died: what it asked for is answered a night later. */
    @Test
    void whenItWasAskedCountsAndNotWhenItWasAnswered() {
        threeAreAsked();
        append(ASKED.plus(Duration.ofDays(1)), outcome(B));

        assertThat(jdbc.queryForList(
                        "select customer_id::text || ' ' || (at = timestamptz '2026-06-15 01:30:00+00') from offboarding.intent",
                        String.class))
                .containsExactly(B + " true");
        assertThat(jdbc.queryForList(
                        "select customer_id::text || ' ' || (at = timestamptz '2026-06-15 01:30:00+00') from offboarding.open_intent where not settled",
                        String.class))
                .containsExactlyInAnyOrder(A + " true", C + " true");
    }

    private static Map<String, Object> answered(String result, @Nullable String after, String message) {
        Map<String, Object> answered = write(A, "a" + result + after);
        answered.put("result", result);
        answered.put("after", after);
        answered.put("message", message);
        return answered;
    }

    @SafeVarargs
    private String afterwards(Map<String, Object>... answers) {
        append(
                ASKED,
                new NewEvent(EventKind.INTENT, A, Action.SUSPEND, null, Map.of("writes", List.of(write(A, "a1")))));
        long asked =
                Objects.requireNonNull(jdbc.queryForObject("select max(sequence) from offboarding.event", Long.class));
        append(
                ASKED,
                new NewEvent(
                        EventKind.OUTCOME,
                        A,
                        Action.SUSPEND,
                        asked,
                        Map.of("writes", List.of(answers), "case", Map.of("message", "\"result\":\"DONE\""))));
        return Objects.requireNonNull(jdbc.queryForObject(
                "select sent || ' ' || may_have_changed from offboarding.intent where sequence = ?",
                String.class,
                asked));
    }

    @Test
    void whatWasNeverSentIsToldFromWhatWasAndFromWhatMayHaveChangedSomething() {
        assertThat(afterwards(answered("NOT_SENT", "active", "\"result\":\"DONE\"")))
                .isEqualTo("false false");
        assertThat(afterwards(answered("NOT_SENT", null, ""), answered("NOT_SENT", null, "")))
                .isEqualTo("false false");
        assertThat(afterwards(answered("NOT_SENT", null, ""), answered("REFUSED", "active", "\"result\":\"NOT_SENT\"")))
                .isEqualTo("true false");
        assertThat(afterwards(answered("REFUSED", null, ""))).isEqualTo("true false");
        assertThat(afterwards(answered("NOT_SENT", null, ""), answered("DONE", "suspended", "")))
                .isEqualTo("true true");
        assertThat(afterwards(answered("DONE", "active", "accepted, and shows later")))
                .isEqualTo("true true");
        assertThat(afterwards(answered("LOST", "active", ""))).isEqualTo("true false");
        assertThat(afterwards(answered("LOST", "Suspended", ""))).isEqualTo("true true");
        assertThat(afterwards(answered("LOST", null, ""))).isEqualTo("true true");
        assertThat(afterwards(answered("LOST", "active", ""), answered("LOST", null, "")))
                .isEqualTo("true true");
    }
}
