package dev.offboarding.platform.ledger;

import static dev.offboarding.platform.ledger.LedgerDatabase.customer;
import static dev.offboarding.platform.ledger.LedgerDatabase.relationship;
import static dev.offboarding.platform.ledger.LedgerDatabase.rows;
import static dev.offboarding.platform.ledger.LedgerDatabase.sql;
import static dev.offboarding.platform.ledger.LedgerDatabase.status;
import static dev.offboarding.platform.ledger.LedgerDatabase.subscription;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RemovalRequests;
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
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** The connection goes away, with the answer or with the ledger. */
@Timeout(60)
class LedgerLossTest {
    private static final LedgerTimes TIMES = new LedgerTimes(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            4,
            Duration.ofMillis(1),
            Duration.ofMillis(2));

    private final List<Connection> abandoned = new ArrayList<>();

    @BeforeEach
    void anEmptyLedger() {
        LedgerDatabase.emptyTables();
    }

    @AfterEach
    void tidy() throws SQLException {
        for (Connection connection : abandoned) {
            connection.close();
        }
        assertThat(LedgerDatabase.dataSource().getHikariPoolMXBean().getActiveConnections())
                .isZero();
    }

    private static LedgerPlatform on(DataSource dataSource) {
        return new LedgerPlatform(dataSource, Clock.systemUTC(), TIMES);
    }

    private static Write suspend(UUID customer, String subscription) {
        return new Write(customer, Action.SUSPEND, subscription, 1, UUID.randomUUID());
    }

    private static Write remove(UUID customer) {
        return new Write(customer, Action.REMOVE, customer.toString(), 1, UUID.randomUUID());
    }

    /** Connections whose commits go wrong from the {@code n}th on, once: by then the set-up's own are over. */
    private final class Failing extends AbstractDataSource {
        private final DataSource real = LedgerDatabase.others();
        private final AtomicInteger commits = new AtomicInteger();
        private final int failing;
        private final boolean committed;

        Failing(int failing, boolean committed) {
            this.failing = failing;
            this.committed = committed;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = real.getConnection();
            boolean[] broken = new boolean[1];
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("commit") && commits.incrementAndGet() == failing) {
                            broken[0] = true;
                            abandoned.add(connection);
                            if (committed) {
                                connection.commit();
                            }
                            throw new SQLException("An I/O error occurred while sending to the backend.", "08006");
                        }
                        if (broken[0]) {
                            if (method.getName().equals("close")) {
                                // the network is cut: the server hears nothing of it
                                return null;
                            }
                            throw new SQLException("This connection has been closed.", "08003");
                        }
                        try {
                            return method.invoke(connection, arguments);
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
    void aConnectionThatIsEndedInMidWriteIsLostAndWhatWasFoundAfterwardsIsSaid() {
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "active");
        sql().execute("""
                        create function crm.die() returns trigger language plpgsql as $$ begin
                          perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
                        create trigger die after update on ledger.subscription for each row execute function crm.die();
                        """);

        List<WriteOutcome> outcomes =
                on(LedgerDatabase.dataSource()).perform(List.of(suspend(customer, license)), () -> true);

        assertThat(outcomes).singleElement().satisfies(outcome -> {
            assertThat(outcome.result()).isEqualTo(Result.LOST);
            assertThat(outcome.after()).isEqualTo("active");
            assertThat(outcome.worthRetrying()).isTrue();
            assertThat(outcome.message()).contains("lost").contains("'active'");
        });
        assertThat(status(license)).isEqualTo("active");
    }

    @Test
    void anAnswerThatIsLostAfterTheLedgerHasDoneItIsFoundOut() {
        UUID customer = customer("reseller");
        DecisionBasis read = DecisionBasis.of(
                on(LedgerDatabase.dataSource()).observe(List.of(customer)).get(0));

        // the first commit belongs to the look whether rows can be locked
        WriteOutcome outcome = on(new Failing(2, true))
                .perform(List.of(remove(customer).on(read)), () -> true)
                .get(0);

        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.before()).isEqualTo("reseller");
        assertThat(outcome.after()).isEqualTo("none");
        assertThat(outcome.worthRetrying()).isFalse();
        assertThat(rows(customer)).isZero();
    }

    /** "No such row" said nothing of it: a view had stopped showing it because of this very write. */
    @Test
    void aLostSuspensionThatAViewHidesIsSaidNotToBeShownAnyMore() {
        LedgerDatabase.empty();
        sql().execute(LedgerDatabase.TABLES.replace("ledger.", "crm."));
        for (String table :
                List.of("customer", "subscription", "support_contact", "delegated_admin", "purchase_authority")) {
            sql().execute("create view ledger." + table + " as select * from crm." + table
                    + (table.equals("subscription") ? " where status = 'active'" : ""));
        }
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "active");

        // two commits belong to the look whether rows can be locked
        WriteOutcome outcome = on(new Failing(3, true))
                .perform(List.of(suspend(customer, license)), () -> true)
                .get(0);

        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.after()).isNull();
        assertThat(outcome.worthRetrying()).isFalse();
        assertThat(outcome.message()).contains("is not shown any more").contains("may be this write's doing");
        assertThat(sql().queryForObject("select status from crm.subscription", String.class))
                .isEqualTo("suspended");
    }

    /** As long as the process behind the lost connection lives, it could still commit: it is ended before anything is read. */
    @Test
    void whatTheLostProcessHasNotCommittedItCanNoLongerCommitOnceItIsRead() {
        UUID customer = customer("reseller");

        WriteOutcome outcome = on(new Failing(2, false))
                .perform(List.of(remove(customer)), () -> true)
                .get(0);

        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.after()).isEqualTo("reseller");
        assertThat(outcome.worthRetrying()).isTrue();
        assertThat(abandoned).hasSize(1);
        assertThatThrownBy(() -> abandoned.get(0).commit()).isInstanceOf(SQLException.class);
        assertThat(relationship(customer)).isEqualTo("reseller");
        assertThat(rows(customer)).isEqualTo(4);
    }

    @Test
    void aLostWriteIsNotSentAgain() {
        UUID customer = customer("reseller");
        AtomicInteger admitted = new AtomicInteger();

        on(new Failing(2, false)).perform(List.of(remove(customer)), () -> admitted.incrementAndGet() > 0);

        assertThat(admitted).hasValue(1);
    }

    @Test
    void anErrorAfterWhichThePoolThrowsTheConnectionAwayIsStillTheCulpritsAlone() {
        List<UUID> customers =
                IntStream.range(0, 5).mapToObj(i -> customer("reseller")).toList();
        sql().execute("""
                        create function crm.object() returns trigger language plpgsql as $$ begin
                          raise feature_not_supported; end $$;
                        create trigger object before update on ledger.customer for each row when (old.customer_id = '%s')
                          execute function crm.object();
                        """.formatted(customers.get(1)));

        List<WriteOutcome> outcomes = on(LedgerDatabase.dataSource())
                .perform(customers.stream().map(LedgerLossTest::remove).toList(), () -> true);

        assertThat(outcomes)
                .extracting(WriteOutcome::result)
                .containsExactly(Result.DONE, Result.REFUSED, Result.DONE, Result.DONE, Result.DONE);
    }

    @Test
    void aStatementThatHangsIsCutOffAndRefusedForItsCustomerOnly() {
        List<UUID> customers =
                IntStream.range(0, 4).mapToObj(i -> customer("reseller")).toList();
        sql().execute("""
                        create function crm.hang() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
                        create trigger hang before update on ledger.customer for each row when (old.customer_id = '%s')
                          execute function crm.hang();
                        """.formatted(customers.get(3)));
        LedgerTimes hasty = new LedgerTimes(
                Duration.ofMillis(300),
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                4,
                Duration.ofMillis(1),
                Duration.ofMillis(2));

        List<WriteOutcome> outcomes = new LedgerPlatform(LedgerDatabase.dataSource(), Clock.systemUTC(), hasty)
                .perform(customers.stream().map(LedgerLossTest::remove).toList(), () -> true);

        assertThat(outcomes)
                .extracting(WriteOutcome::result)
                .containsExactly(Result.DONE, Result.DONE, Result.DONE, Result.REFUSED);
    }

    /** A ledger that cannot be reached for the first {@code n} times. */
    private static final class Away extends AbstractDataSource {
        private final AtomicInteger left;

        Away(int times) {
            left = new AtomicInteger(times);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (left.getAndDecrement() > 0) {
                throw new SQLTransientConnectionException("Connection refused", "08001");
            }
            return LedgerDatabase.dataSource().getConnection();
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            return getConnection();
        }
    }

    @Test
    void aLedgerThatIsAwayForSecondsIsWaitedFor() {
        UUID customer = customer("reseller");

        assertThat(on(new Away(3)).observe(List.of(customer)).get(0)).isInstanceOf(Observation.Found.class);
        assertThat(on(new Away(3)).population().size()).isEqualTo(1);
        assertThat(on(new Away(3))
                        .perform(List.of(remove(customer)), () -> true)
                        .get(0)
                        .result())
                .isEqualTo(Result.DONE);
    }

    @Test
    void aLedgerThatIsAwayAltogetherIsUnavailableInPlainWordsAndWithoutSecrets() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setServerNames(new String[] {"127.0.0.1"});
        nowhere.setPortNumbers(new int[] {1});
        nowhere.setUser("reseller");
        nowhere.setPassword("hunter2");
        LedgerPlatform platform = on(nowhere);
        UUID customer = UUID.randomUUID();

        for (Runnable call : List.<Runnable>of(
                platform::population,
                () -> platform.observe(List.of(customer)),
                () -> platform.verify(RemovalRequests.of(customer)),
                () -> platform.perform(List.of(remove(customer)), () -> true))) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(PlatformUnavailableException.class)
                    .hasMessageContaining("could not be reached")
                    .hasMessageNotContaining("hunter2")
                    .hasNoCause();
        }
    }

    @Test
    void aSettingThatTheDriverQuotesIsNotShown() {
        SQLException quoting = new SQLException("Unable to parse URL jdbc:postgresql://db/x?password=hunter2", "99000");
        assertThat(LedgerErrors.unavailable(quoting).getMessage()).doesNotContain("hunter2");
    }

    @Test
    void aSchemaWithoutItsTablesIsUnavailableAndSaysWhatIsMissing() {
        LedgerDatabase.empty();
        assertThatThrownBy(() -> on(LedgerDatabase.dataSource()).observe(List.of(UUID.randomUUID())))
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining("ledger.customer");
    }

    /** Answers that are there are not thrown away when the ledger goes away after them. */
    @Test
    void whatIsDoneIsToldThoughTheLedgerIsAwayForTheRest() {
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "active");
        AtomicInteger connections = new AtomicInteger();
        DataSource short_ = new AbstractDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                // two to look at the locks, one for the suspension
                if (connections.incrementAndGet() > 3) {
                    throw new SQLTransientConnectionException("Connection refused", "08001");
                }
                return LedgerDatabase.dataSource().getConnection();
            }

            @Override
            public Connection getConnection(String username, String password) throws SQLException {
                return getConnection();
            }
        };

        List<WriteOutcome> outcomes =
                on(short_).perform(List.of(suspend(customer, license), remove(customer)), () -> true);

        assertThat(outcomes).extracting(WriteOutcome::result).containsExactly(Result.DONE, Result.NOT_SENT);
    }

    @Test
    void aWriteThatIsNotOfTheLedgerIsNotSentToIt() {
        UUID customer = customer("reseller");
        LedgerPlatform platform = on(LedgerDatabase.dataSource());
        List<Write> writes = List.of(
                new Write(customer, Action.CANCEL, UUID.randomUUID().toString(), 1, UUID.randomUUID()),
                new Write(customer, Action.AUTO_RENEW_OFF, UUID.randomUUID().toString(), 1, UUID.randomUUID()),
                new Write(customer, Action.TERMINATE_GDAP, "x", 1, UUID.randomUUID()),
                new Write(customer, Action.DELETE_GDAP, "x", 1, UUID.randomUUID()),
                suspend(customer, "1-1-1-1-1"),
                suspend(customer, "%"),
                new Write(customer, Action.REMOVE, UUID.randomUUID().toString(), 1, UUID.randomUUID()));

        assertThat(platform.perform(writes, () -> true)).allSatisfy(outcome -> {
            assertThat(outcome.result()).isEqualTo(Result.NOT_SENT);
            assertThat(outcome.message()).isNotBlank();
        });
        assertThat(relationship(customer)).isEqualTo("reseller");
    }

    @Test
    void kindsAndStatusesCountToTheLetterOnly() {
        UUID customer = customer("reseller");
        String upper = subscription(customer, "License", "active");
        String blank = subscription(customer, "license", "active ");
        String plan = subscription(customer, "azure_plan", "active");
        String pending = subscription(customer, "license", "pending");

        List<WriteOutcome> outcomes = on(LedgerDatabase.dataSource())
                .perform(
                        List.of(
                                suspend(customer, upper),
                                suspend(customer, blank),
                                suspend(customer, plan),
                                suspend(customer, pending)),
                        () -> true);

        assertThat(outcomes).extracting(WriteOutcome::result).containsOnly(Result.NOT_SENT);
        assertThat(outcomes).extracting(WriteOutcome::after).containsExactly("active", "active ", "active", "pending");
        assertThat(outcomes.get(3).obstacle()).isEqualTo(WriteOutcome.Obstacle.PENDING_OPERATION);
        assertThat(status(plan)).isEqualTo("active");
    }
}
