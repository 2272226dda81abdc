package dev.offboarding.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.platform.Action;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class AuditTrailTest {

    private static final Instant NOW = Instant.parse("2026-06-15T01:30:00.123456789Z");
    private static final UUID CUSTOMER = UUID.fromString("0b1c2d3e-1111-4222-8333-444455556666");

    private TestDatabase database;
    private JdbcTemplate jdbc;
    private TransactionTemplate transaction;
    private AuditTrail trail;

    @BeforeEach
    void anEmptyTrail() {
        database = TestDatabase.create();
        jdbc = new JdbcTemplate(database.dataSource());
        transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        trail = trail("nightly", "run-1");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private AuditTrail trail(String job, String runId) {
        return new AuditTrail(jdbc, Clock.fixed(NOW, ZoneOffset.UTC), job, runId, "ledger");
    }

    private static NewEvent event(int number) {
        return NewEvent.ofRun(EventKind.LIST, Map.of("number", number));
    }

    private long append(AuditTrail to, NewEvent... events) {
        Long first = transaction.execute(status -> to.append(List.of(events)));
        assertThat(first).isNotNull();
        return first;
    }

    private record Stored(AuditEvent event, byte[] hash) {}

    private List<Stored> stored() {
        return jdbc.query(
                "select * from offboarding.event order by sequence",
                (row, i) -> new Stored(
                        new AuditEvent(
                                row.getLong("sequence"),
                                row.getObject("at", OffsetDateTime.class).toInstant(),
                                row.getString("job"),
                                row.getString("run_id"),
                                row.getString("platform"),
                                row.getObject("customer_id", UUID.class),
                                row.getString("kind"),
                                row.getString("action"),
                                row.getObject("answers", Long.class),
                                row.getString("data")),
                        row.getBytes("hash")));
    }

    /** What an auditor does: from nothing to the head, each from what is stored alone. */
    private void assertThatTheChainHolds(long events) {
        List<Stored> stored = stored();
        assertThat(stored)
                .extracting(one -> one.event().sequence())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events).boxed().toList());
        byte[] previous = new byte[32];
        for (Stored one : stored) {
            previous = one.event().hash(previous);
            assertThat(HexFormat.of().formatHex(one.hash()))
                    .as("hash of event %d", one.event().sequence())
                    .isEqualTo(HexFormat.of().formatHex(previous));
        }
        Map<String, Object> head = jdbc.queryForMap("select last_sequence, last_hash from offboarding.chain_head");
        assertThat(head).containsEntry("last_sequence", events).containsEntry("last_hash", previous);
    }

    @Test
    void theFirstEventIsChainedToNothing() {
        assertThat(append(trail, event(1))).isEqualTo(1);

        assertThatTheChainHolds(1);
        assertThat(stored().get(0).event().at()).isEqualTo(Instant.parse("2026-06-15T01:30:00.123456Z"));
    }

    @Test
    void eventsFollowEachOtherWithoutAGapWhoeverWritesThem() {
        assertThat(append(trail, event(1), event(2), event(3))).isEqualTo(1);
        assertThat(append(trail("other", "run-2"), event(4))).isEqualTo(4);
        assertThat(append(trail, event(5), event(6))).isEqualTo(5);

        assertThatTheChainHolds(6);
        assertThat(stored())
                .extracting(one -> one.event().runId())
                .containsExactly("run-1", "run-1", "run-1", "run-2", "run-1", "run-1");
    }

    @Test
    void everythingThatAnEventSaysIsKept() {
        append(trail, event(1));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("z", "first, though it is not the first letter");
        data.put("nothing", null);
        data.put("list", List.of(1, true, Map.of("a", "b")));
        append(trail, new NewEvent(EventKind.OUTCOME, CUSTOMER, Action.SUSPEND, 1L, data));

        assertThat(stored().get(1).event())
                .isEqualTo(
                        new AuditEvent(
                                2,
                                Instant.parse("2026-06-15T01:30:00.123456Z"),
                                "nightly",
                                "run-1",
                                "ledger",
                                CUSTOMER,
                                "OUTCOME",
                                "SUSPEND",
                                1L,
                                "{\"z\":\"first, though it is not the first letter\",\"nothing\":null,\"list\":[1,true,{\"a\":\"b\"}]}"));
        assertThatTheChainHolds(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\u0000 a NUL, which no PostgreSQL text can hold",
                "{\"quoted\", 'and' {braced}, with \\ and \n\r\t",
                "NULL",
                "M\u00fcller \ud83d\ude00 \u2028\u202e",
                "half a character: \ud800",
                "the other half: \udc00 alone",
                "'); drop table offboarding.event; --"
            })
    void textFromOutsideIsDataInTheTrailToo(String text) {
        append(trail, event(1), NewEvent.ofCustomer(EventKind.DECIDED, CUSTOMER, Map.of("name", text)), event(3));

        assertThatTheChainHolds(3);
    }

    @Test
    void manyWhoAppendAtOnceMakeOneChain() throws Exception {
        int writers = 10; // as many as the pool has connections
        int batches = 15;
        Map<Long, Integer> firsts = new ConcurrentHashMap<>();
        CountDownLatch ready = new CountDownLatch(writers);
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                AuditTrail own = trail("job-" + writer, "run-" + writer);
                running.add(pool.submit(() -> {
                    ready.countDown();
                    ready.await();
                    for (int batch = 0; batch < batches; batch++) {
                        int size = 1 + batch % 3;
                        NewEvent[] events = IntStream.range(0, size)
                                .mapToObj(AuditTrailTest::event)
                                .toArray(NewEvent[]::new);
                        assertThat(firsts.put(append(own, events), size)).isNull();
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }

        long events = (long) writers * batches * 2;
        assertThatTheChainHolds(events);
        // each batch stands together, and belongs to one run
        List<Stored> stored = stored();
        firsts.forEach((first, size) -> assertThat(stored.subList(first.intValue() - 1, first.intValue() - 1 + size))
                .extracting(one -> one.event().runId())
                .containsOnly(stored.get(first.intValue() - 1).event().runId()));
        assertThat(firsts.values().stream().mapToInt(size -> size).sum()).isEqualTo((int) events);
    }

    @Test
    void whatIsRolledBackLeavesNoGap() {
        append(trail, event(1));
        transaction.executeWithoutResult(status -> {
            trail.append(List.of(event(2), event(3)));
            status.setRollbackOnly();
        });
        assertThat(append(trail, event(4))).isEqualTo(2);

        assertThatTheChainHolds(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update offboarding.event set data = '{}' where sequence = 2",
                "update offboarding.event set hash = hash",
                "update offboarding.event set data = data where sequence = 99",
                "delete from offboarding.event where sequence = 3",
                "delete from offboarding.event",
                "truncate offboarding.event",
                "truncate offboarding.event cascade"
            })
    void whatIsInTheTrailStaysAsItIs(String change) {
        append(trail, event(1), event(2), event(3));

        assertThatThrownBy(() -> jdbc.execute(change))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("the audit trail is append-only")
                .hasMessageContaining(change.substring(0, change.indexOf(' ')).toUpperCase(java.util.Locale.ROOT));

        assertThatTheChainHolds(3);
    }

    @Test
    void anIntentHasOneOutcome() {
        append(trail, new NewEvent(EventKind.INTENT, CUSTOMER, Action.REMOVE, null, Map.of()));
        NewEvent outcome = new NewEvent(EventKind.OUTCOME, CUSTOMER, Action.REMOVE, 1L, Map.of());
        append(trail, outcome);

        assertThatThrownBy(() -> append(trail, outcome)).isInstanceOf(DuplicateKeyException.class);

        assertThatTheChainHolds(2);
    }

    @Test
    void aChangeThatGotPastTheGuardBreaksTheChain() {
        append(trail, event(1), event(2), event(3));
        jdbc.execute("alter table offboarding.event disable trigger append_only");
        jdbc.update("update offboarding.event set data = '{\"number\":7}' where sequence = 2");

        List<Stored> stored = stored();
        assertThat(stored.get(1).event().hash(stored.get(0).hash()))
                .isNotEqualTo(stored.get(1).hash());
        assertThat(Arrays.equals(
                        stored.get(2).event().hash(stored.get(1).hash()),
                        stored.get(2).hash()))
                .isTrue();
    }

    @Test
    void anEmptyListIsAMistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> trail.append(List.of()));
        assertThatTheChainHolds(0);
    }

    @Test
    void aThousandEventsAreOneAppend() {
        NewEvent[] events =
                IntStream.range(0, 1000).mapToObj(AuditTrailTest::event).toArray(NewEvent[]::new);

        append(trail, events);

        assertThatTheChainHolds(1000);
    }
}
