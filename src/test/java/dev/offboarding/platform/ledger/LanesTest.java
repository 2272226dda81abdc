package dev.offboarding.platform.ledger;

import static dev.offboarding.platform.ledger.LedgerDatabase.count;
import static dev.offboarding.platform.ledger.LedgerDatabase.sql;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.Tries;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RemovalRequests;
import dev.offboarding.platform.Verification;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Result;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Many customers are worked on on two connections, and each half's trouble is its own. */
@Timeout(60)
class LanesTest {

    private static final int CUSTOMERS = 500;

    private static final LedgerTimes TIMES = new LedgerTimes(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            4,
            Duration.ofMillis(1),
            Duration.ofMillis(2));

    private final List<UUID> customers =
            IntStream.range(0, CUSTOMERS).mapToObj(i -> UUID.randomUUID()).toList();

    @BeforeEach
    void aLedgerWithManyCustomers() {
        LedgerDatabase.emptyTables();
        UUID[] ids = customers.toArray(UUID[]::new);
        sql().update(
                        "insert into ledger.customer select id, 'Company', 'company.example', 'reseller' from unnest(?::uuid[]) id",
                        (Object) ids);
        for (String table : List.of("support_contact", "delegated_admin", "purchase_authority")) {
            sql().update("insert into ledger." + table + " (customer_id) select id from unnest(?::uuid[]) id", (Object)
                    ids);
        }
    }

    private List<Write> removals() {
        return customers.stream()
                .map(id -> new Write(id, Action.REMOVE, id.toString(), 1, UUID.randomUUID()))
                .toList();
    }

    private static long stillResold() {
        return count("select count(*) from ledger.customer where relationship = 'reseller'");
    }

    private static LedgerPlatform on(Ledger ledger) {
        return new LedgerPlatform(ledger, Clock.systemUTC(), TIMES);
    }

    /** A ledger that may be away, or lose a commit, for the second half's connections only, or for all. */
    private static final class Ledger extends AbstractDataSource {
        final Set<String> threads = new HashSet<>();
        final AtomicInteger leftOfSecond = new AtomicInteger(Integer.MAX_VALUE);
        final AtomicInteger leftOfFirst = new AtomicInteger(Integer.MAX_VALUE);
        final AtomicBoolean losesACommit = new AtomicBoolean();

        private static boolean second() {
            return Thread.currentThread().getName().equals("second-lane");
        }

        @Override
        public synchronized Connection getConnection() throws SQLException {
            threads.add(Thread.currentThread().getName());
            if ((second() ? leftOfSecond : leftOfFirst).getAndDecrement() <= 0) {
                throw new SQLTransientConnectionException("Connection refused", "08001");
            }
            Connection connection = LedgerDatabase.others().getConnection();
            boolean[] wrote = new boolean[1];
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        try {
                            wrote[0] |= method.getName().equals("prepareStatement")
                                    && ((String) arguments[0]).contains("update ledger.customer");
                            Object result = method.invoke(connection, arguments);
                            if (method.getName().equals("commit")
                                    && wrote[0]
                                    && second()
                                    && losesACommit.getAndSet(false)) {
                                connection.close();
                                throw new SQLException("An I/O error occurred while sending to the backend.", "08006");
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            return getConnection();
        }
    }

    @Test
    void manyCustomersAreReadAndWrittenOnTwoConnectionsAndAnsweredInTheirOrder() {
        Ledger ledger = new Ledger();
        LedgerPlatform platform = on(ledger);
        List<UUID> asked = new ArrayList<>(customers);
        // who is asked for twice is answered twice
        asked.add(250, customers.get(3));
        UUID stranger = UUID.randomUUID();
        asked.add(stranger);

        List<Observation> seen = platform.observe(asked);
        List<Write> writes = removals();
        List<WriteOutcome> outcomes = platform.perform(writes, () -> true);
        List<Verification> effects = platform.verify(RemovalRequests.of(customers.toArray(UUID[]::new)));

        assertThat(seen).extracting(Observation::customerId).containsExactlyElementsOf(asked);
        assertThat(seen.subList(0, CUSTOMERS + 1)).hasOnlyElementsOfType(Observation.Found.class);
        assertThat(seen.get(CUSTOMERS + 1)).isInstanceOf(Observation.Unknown.class);
        assertThat(outcomes).extracting(WriteOutcome::write).containsExactlyElementsOf(writes);
        assertThat(outcomes).extracting(WriteOutcome::result).containsOnly(Result.DONE);
        assertThat(stillResold()).isZero();
        assertThat(effects).extracting(Verification::customerId).containsExactlyElementsOf(customers);
        assertThat(ledger.threads)
                .containsExactlyInAnyOrder(Thread.currentThread().getName(), "second-lane");
    }

    @Test
    void fewCustomersAreWorkedOnOnOneConnection() {
        Ledger ledger = new Ledger();

        on(ledger).observe(customers.subList(0, 399));
        on(ledger).perform(removals().subList(0, 399), () -> true);

        assertThat(ledger.threads).containsExactly(Thread.currentThread().getName());
        assertThat(stillResold()).isEqualTo(101);
    }

    @Test
    void whatOneConnectionLosesIsLookedUpAndTheOtherHalfIsDone() {
        Ledger ledger = new Ledger();
        ledger.losesACommit.set(true);

        List<WriteOutcome> outcomes = on(ledger).perform(removals(), () -> true);

        assertThat(outcomes.subList(0, 250)).extracting(WriteOutcome::result).containsOnly(Result.DONE);
        assertThat(outcomes.subList(250, 500)).allSatisfy(outcome -> {
            assertThat(outcome.result()).isEqualTo(Result.LOST);
            assertThat(outcome.after()).isEqualTo("none");
        });
    }

    /** Otherwise what the first half has done would have no outcome, and would be looked up as if nobody knew. */
    @Test
    void whatOneHalfHasDoneIsToldThoughTheLedgerIsAwayForTheOther() {
        Ledger ledger = new Ledger();
        ledger.leftOfSecond.set(0);

        List<WriteOutcome> outcomes = on(ledger).perform(removals(), () -> true);

        assertThat(outcomes.subList(0, 250)).extracting(WriteOutcome::result).containsOnly(Result.DONE);
        assertThat(outcomes.subList(250, 500)).extracting(WriteOutcome::result).containsOnly(Result.NOT_SENT);
        assertThat(stillResold()).isEqualTo(250);
    }

    /** It may have been committed: "not sent" would be untrue. */
    @Test
    void whatOneHalfSentToALedgerThatIsAwayThenIsLost() {
        Ledger ledger = new Ledger();
        // some look whether rows can be locked; the last one is to write
        ledger.leftOfSecond.set(1);
        ledger.losesACommit.set(true);
        LedgerPlatform platform = on(ledger);
        platform.perform(removals().subList(0, 1), () -> true);

        List<WriteOutcome> outcomes = platform.perform(removals().subList(1, 500), () -> true);

        assertThat(outcomes.subList(0, 249)).extracting(WriteOutcome::result).containsOnly(Result.DONE);
        assertThat(outcomes.subList(249, 499)).allSatisfy(outcome -> {
            assertThat(outcome.result()).isEqualTo(Result.LOST);
            assertThat(outcome.after()).isNull();
            assertThat(outcome.message()).contains("could not be reached again");
        });
        assertThat(stillResold()).isZero();
    }

    @Test
    void aLedgerThatIsAwayForBothHalvesIsUnavailable() {
        Ledger ledger = new Ledger();
        ledger.leftOfFirst.set(0);
        ledger.leftOfSecond.set(0);
        LedgerPlatform platform = on(ledger);

        assertThatThrownBy(() -> platform.perform(removals(), () -> true))
                .isInstanceOf(PlatformUnavailableException.class);
        assertThatThrownBy(() -> platform.observe(customers)).isInstanceOf(PlatformUnavailableException.class);
    }

    /** Half of what is read is not read: nobody is told of the other half. */
    @Test
    void whatIsReadIsUnavailableWhereTheLedgerIsAwayForOneHalf() {
        Ledger first = new Ledger();
        first.leftOfFirst.set(0);
        Ledger second = new Ledger();
        second.leftOfSecond.set(0);

        for (Ledger ledger : List.of(first, second)) {
            assertThatThrownBy(() -> on(ledger).observe(customers)).isInstanceOf(PlatformUnavailableException.class);
        }
    }

    private record Asked(UUID customer, int number) {}

    @Test
    void aCustomerIsInOneLaneAndItsOwnKeepTheirOrder() {
        Tries.of(20, draw -> {
            AtomicInteger number = new AtomicInteger();
            List<Asked> all =
                    draw.list(0, 1_200, () -> new Asked(new UUID(0, draw.between(0, 600)), number.getAndIncrement()));
            Lanes<Asked> lanes = Lanes.of(all, Asked::customer);

            List<List<Asked>> dealtOut = lanes.work(lane -> lane);

            long customers = all.stream().map(Asked::customer).distinct().count();
            assertThat(dealtOut).hasSize(customers < 400 ? 1 : 2);
            Set<UUID> before = new HashSet<>();
            for (List<Asked> lane : dealtOut) {
                Map<UUID, List<Integer>> own =
                        lane.stream().collect(groupingBy(Asked::customer, mapping(Asked::number, toList())));
                assertThat(before).doesNotContainAnyElementsOf(own.keySet());
                assertThat(own.values())
                        .allSatisfy(numbers -> assertThat(numbers).isSorted());
                before.addAll(own.keySet());
            }
            assertThat(lanes.inOrder(dealtOut)).isEqualTo(all);
        });
    }
}
