package dev.offboarding.platform.ledger;

import static dev.offboarding.platform.ledger.LedgerDatabase.customer;
import static dev.offboarding.platform.ledger.LedgerDatabase.relationship;
import static dev.offboarding.platform.ledger.LedgerDatabase.rows;
import static dev.offboarding.platform.ledger.LedgerDatabase.status;
import static dev.offboarding.platform.ledger.LedgerDatabase.subscription;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Result;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody else writes to the ledger at the same moment, on a connection of their own. */
@Timeout(60)
class LedgerRaceTest {
    private final ExecutorService ours = Executors.newSingleThreadExecutor();
    private final AtomicInteger admitted = new AtomicInteger();

    @BeforeEach
    void anEmptyLedger() {
        LedgerDatabase.emptyTables();
    }

    @AfterEach
    void done() throws InterruptedException {
        ours.shutdownNow();
        assertThat(ours.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(LedgerDatabase.dataSource().getHikariPoolMXBean().getActiveConnections())
                .isZero();
    }

    private static LedgerPlatform platform(int tries, Duration rowLock) {
        LedgerTimes times = new LedgerTimes(
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                rowLock,
                Duration.ofMillis(100),
                tries,
                Duration.ofMillis(20),
                Duration.ofMillis(50));
        return new LedgerPlatform(LedgerDatabase.dataSource(), Clock.systemUTC(), times);
    }

    private static LedgerPlatform patient() {
        return platform(200, Duration.ofMillis(200));
    }

    private CompletableFuture<List<WriteOutcome>> remove(LedgerPlatform platform, UUID... customers) {
        List<Write> writes = Stream.of(customers)
                .map(id -> new Write(id, Action.REMOVE, id.toString(), 1, UUID.randomUUID()))
                .toList();
        return CompletableFuture.supplyAsync(
                () -> platform.perform(writes, () -> admitted.incrementAndGet() > 0), ours);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void awaitWaitingFor(String table) {
        await().pollInterval(Duration.ofMillis(2))
                .until(() -> LedgerDatabase.count(
                                "select count(*) from pg_locks where not granted and relation = ?::regclass", table)
                        > 0);
    }

    private static void assertNothingHappened(UUID customer) {
        assertThat(relationship(customer)).isEqualTo("reseller");
        assertThat(rows(customer)).isEqualTo(4);
    }

    @Test
    void aSubscriptionThatIsInsertedButNotYetCommittedStopsTheRemoval() throws Exception {
        UUID customer = customer("reseller");
        subscription(customer, "license", "suspended");
        try (Connection other = LedgerDatabase.other()) {
            run(
                    other,
                    "insert into ledger.subscription (subscription_id, customer_id, name, kind, status) values (gen_random_uuid(), '"
                            + customer + "', 'New', 'license', 'active')");
            CompletableFuture<List<WriteOutcome>> outcome = remove(patient(), customer);
            awaitWaitingFor("ledger.subscription");
            other.commit();

            assertThat(outcome.get()).singleElement().satisfies(one -> {
                assertThat(one.result()).isEqualTo(Result.NOT_SENT);
                assertThat(one.message())
                        .contains("1 of the customer's subscriptions")
                        .contains("active");
            });
        }
        assertNothingHappened(customer);
    }

    @Test
    void aReactivationThatIsNotYetCommittedStopsTheRemoval() throws Exception {
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "suspended");
        try (Connection other = LedgerDatabase.other()) {
            run(other, "update ledger.subscription set status = 'active' where subscription_id = '" + license + "'");
            CompletableFuture<List<WriteOutcome>> outcome = remove(patient(), customer);
            awaitWaitingFor("ledger.subscription");
            other.commit();

            assertThat(outcome.get()).extracting(WriteOutcome::result).containsExactly(Result.NOT_SENT);
        }
        assertNothingHappened(customer);
    }

    @Test
    void aReactivationThatIsTakenBackDoesNot() throws Exception {
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "suspended");
        try (Connection other = LedgerDatabase.other()) {
            run(other, "update ledger.subscription set status = 'active' where subscription_id = '" + license + "'");
            CompletableFuture<List<WriteOutcome>> outcome = remove(patient(), customer);
            awaitWaitingFor("ledger.subscription");
            other.rollback();

            assertThat(outcome.get()).extracting(WriteOutcome::result).containsExactly(Result.DONE);
        }
        assertThat(relationship(customer)).isEqualTo("none");
        assertThat(rows(customer)).isZero();
    }

    /** The other holds the customer and then wants the subscription; this program holds the subscriptions and wants the customer. */
    @ParameterizedTest
    @ValueSource(strings = {"active", "deleted"})
    void whoHoldsTheCustomerAndThenWantsTheSubscriptionGetsThrough(String status) throws Exception {
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "suspended");
        try (Connection other = LedgerDatabase.other()) {
            run(other, "update ledger.customer set company_name = 'Renamed' where customer_id = '" + customer + "'");
            CompletableFuture<List<WriteOutcome>> outcome = remove(patient(), customer);
            await().until(() -> admitted.get() > 2);
            run(
                    other,
                    "update ledger.subscription set status = '" + status + "' where subscription_id = '" + license
                            + "'");
            other.commit();

            assertThat(outcome.get())
                    .extracting(WriteOutcome::result)
                    .containsExactly(status.equals("active") ? Result.NOT_SENT : Result.DONE);
        }
        assertThat(status(license)).isEqualTo(status);
    }

    /** A wait that this program cannot skip ends before the server looks for a deadlock, however long it may wait. */
    @Test
    void whoHoldsASupportContactAndThenWantsTheSubscriptionGetsThrough() throws Exception {
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "suspended");
        try (Connection other = LedgerDatabase.other()) {
            run(other, "update ledger.support_contact set contact = 'x' where customer_id = '" + customer + "'");
            CompletableFuture<List<WriteOutcome>> outcome = remove(platform(200, Duration.ofMinutes(1)), customer);
            awaitDeleteWaits("support_contact");
            run(other, "update ledger.subscription set name = 'Renamed' where subscription_id = '" + license + "'");
            other.commit();

            assertThat(outcome.get()).extracting(WriteOutcome::result).containsExactly(Result.DONE);
        }
        assertThat(rows(customer)).isZero();
    }

    /**
     * The other has waited for the subscription for a while already when this program comes to a row that the other holds: the
     * server would look for a deadlock on the other's behalf first, and end the other.
     */
    @Test
    void whoHasWaitedForTheSubscriptionLongerGetsThroughToo() throws Exception {
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "suspended");
        ExecutorService theirs = Executors.newSingleThreadExecutor();
        try (Connection third = LedgerDatabase.other();
                Connection other = LedgerDatabase.other()) {
            run(third, "update ledger.support_contact set contact = 'x' where customer_id = '" + customer + "'");
            run(other, "select from ledger.purchase_authority where customer_id = '" + customer + "' for update");
            CompletableFuture<List<WriteOutcome>> outcome = remove(platform(200, Duration.ofMinutes(1)), customer);
            awaitDeleteWaits("support_contact");
            CompletableFuture<Void> through = CompletableFuture.runAsync(
                    () -> {
                        try {
                            run(
                                    other,
                                    "update ledger.subscription set name = 'Renamed' where subscription_id = '"
                                            + license + "'");
                            other.commit();
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    theirs);
            // released at once where the other got through already, and else in the middle of its wait
            await().pollInterval(Duration.ofMillis(2))
                    .until(() -> through.isDone()
                            || LedgerDatabase.count(
                                            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
                                                    + " and query like 'update ledger.subscription%' and clock_timestamp() > query_start + interval '200 ms'")
                                    > 0);
            third.commit();

            through.get();
            assertThat(outcome.get()).extracting(WriteOutcome::result).containsExactly(Result.DONE);
        } finally {
            theirs.shutdownNow();
        }
    }

    private static void awaitDeleteWaits(String table) {
        await().pollInterval(Duration.ofMillis(2))
                .until(() -> LedgerDatabase.count(
                                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like ?",
                                "delete from ledger." + table + "%")
                        > 0);
    }

    @Test
    void aLedgerThatStaysBusyIsNotWrittenToAndItIsSaid() throws Exception {
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "suspended");
        try (Connection other = LedgerDatabase.other()) {
            run(other, "update ledger.subscription set name = 'x' where subscription_id = '" + license + "'");

            List<WriteOutcome> outcomes =
                    remove(platform(1, Duration.ofMillis(50)), customer).get();

            assertThat(outcomes).singleElement().satisfies(outcome -> {
                assertThat(outcome.result()).isEqualTo(Result.NOT_SENT);
                assertThat(outcome.worthRetrying()).isTrue();
                assertThat(outcome.message()).startsWith("The ledger is busy");
            });
            other.rollback();
        }
        assertNothingHappened(customer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer", "support_contact", "purchase_authority"})
    void aRowThatSomebodyKeepsLockedDelaysItsOwnCustomerOnly(String table) throws Exception {
        UUID[] customers = Stream.generate(() -> customer("reseller")).limit(9).toArray(UUID[]::new);
        try (Connection other = LedgerDatabase.other()) {
            run(other, "select from ledger." + table + " where customer_id = '" + customers[3] + "' for update");

            List<WriteOutcome> outcomes =
                    remove(platform(2, Duration.ofMillis(30)), customers).get();

            // a customer that is locked is passed over; the rows of the other tables are met under way
            Result hindered = table.equals("customer") ? Result.NOT_SENT : Result.REFUSED;
            for (int i = 0; i < customers.length; i++) {
                assertThat(outcomes.get(i).result()).isEqualTo(i == 3 ? hindered : Result.DONE);
                assertThat(outcomes.get(i).worthRetrying()).isEqualTo(i == 3);
            }
            other.rollback();
        }
        assertNothingHappened(customers[3]);
    }

    @Test
    void aSubscriptionThatSomebodyHasLockedDelaysNoOther() throws Exception {
        UUID customer = customer("reseller");
        String locked = subscription(customer, "license", "active");
        String free = subscription(customer, "usage", "active");
        List<Write> writes = Stream.of(locked, free)
                .map(id -> new Write(customer, Action.SUSPEND, id, 1, UUID.randomUUID()))
                .toList();
        try (Connection other = LedgerDatabase.other()) {
            run(other, "select from ledger.subscription where subscription_id = '" + locked + "' for update");

            List<WriteOutcome> outcomes = platform(2, Duration.ofMillis(30)).perform(writes, () -> true);

            assertThat(outcomes).extracting(WriteOutcome::result).containsExactly(Result.NOT_SENT, Result.DONE);
            assertThat(outcomes.get(0).worthRetrying()).isTrue();
            other.rollback();
        }
        assertThat(status(locked)).isEqualTo("active");
        assertThat(status(free)).isEqualTo("suspended");
    }

    /** A key share lock is what a foreign key takes: it is not an obstacle to a change that leaves the key alone. */
    @Test
    void aRowOfAnotherTableThatPointsAtTheCustomerIsNoObstacle() throws Exception {
        UUID customer = customer("reseller");
        try (Connection other = LedgerDatabase.other()) {
            run(other, "select from ledger.customer where customer_id = '" + customer + "' for key share");

            assertThat(remove(platform(1, Duration.ofMillis(50)), customer).get())
                    .extracting(WriteOutcome::result)
                    .containsExactly(Result.DONE);
            other.rollback();
        }
    }

    /** Reactivates some first, looks afterwards whether all are still customers, and takes its time before it commits. */
    private static void reactivateSome(Connection other) throws SQLException {
        run(other, """
                create temp table if not exists mine (customer_id uuid) on commit delete rows;
                with few as (select s.subscription_id from ledger.subscription s join ledger.customer c using (customer_id)
                              where s.status = 'suspended' and c.relationship = 'reseller' order by random() limit 3),
                     done as (update ledger.subscription s set status = 'active' from few where s.subscription_id = few.subscription_id
                              returning customer_id)
                insert into mine select customer_id from done""");
        boolean all;
        try (Statement statement = other.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(*) = 0 from mine join ledger.customer c using (customer_id) where c.relationship <> 'reseller'")) {
            all = row.next() && row.getBoolean(1);
        }
        run(other, "select pg_sleep(0.03)");
        if (all) {
            other.commit();
        } else {
            other.rollback();
        }
    }

    /** Two jobs on one ledger, each with its own customers, and a third party that reactivates what it finds suspended. */
    @Test
    void twoJobsAndAReactivatingThirdPartyNeverLeaveARemovedCustomerWithAnActiveSubscription() throws Exception {
        UUID[] customers = Stream.generate(() -> customer("reseller")).limit(60).toArray(UUID[]::new);
        for (UUID id : customers) {
            subscription(id, "license", "suspended");
        }
        ExecutorService jobs = Executors.newFixedThreadPool(2);
        try (Connection other = LedgerDatabase.other();
                var pool = LedgerDatabase.pool(2)) {
            LedgerPlatform platform = new LedgerPlatform(pool, Clock.systemUTC(), CancellationToken.none());
            List<CompletableFuture<Void>> both = Stream.of(0, 30)
                    .map(from -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = from; i < from + 30; i += 3) {
                                    List<Write> writes = Stream.of(customers[i], customers[i + 1], customers[i + 2])
                                            .map(id ->
                                                    new Write(id, Action.REMOVE, id.toString(), 1, UUID.randomUUID()))
                                            .toList();
                                    assertThat(platform.perform(writes, () -> true))
                                            .allMatch(outcome -> outcome.result() == Result.DONE
                                                    || outcome.result() == Result.NOT_SENT
                                                    || outcome.result() == Result.REFUSED);
                                }
                            },
                            jobs))
                    .toList();
            while (!both.stream().allMatch(CompletableFuture::isDone)) {
                reactivateSome(other);
            }
            both.forEach(CompletableFuture::join);
        } finally {
            jobs.shutdownNow();
        }
        assertThat(LedgerDatabase.count("""
                                select count(*) from ledger.customer c join ledger.subscription s using (customer_id)
                                where c.relationship = 'none' and s.status = 'active'""")).isZero();
    }
}
