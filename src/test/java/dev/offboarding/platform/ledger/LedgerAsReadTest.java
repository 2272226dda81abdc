package dev.offboarding.platform.ledger;

import static dev.offboarding.platform.ledger.LedgerDatabase.customer;
import static dev.offboarding.platform.ledger.LedgerDatabase.relationship;
import static dev.offboarding.platform.ledger.LedgerDatabase.rows;
import static dev.offboarding.platform.ledger.LedgerDatabase.sql;
import static dev.offboarding.platform.ledger.LedgerDatabase.status;
import static dev.offboarding.platform.ledger.LedgerDatabase.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Obstacle;
import dev.offboarding.platform.WriteOutcome.Result;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Incident 27: a customer is written to only as it was read, and somebody else writes between the read and the statement. */
@Timeout(60)
class LedgerAsReadTest {

    private static final LedgerTimes PATIENT = new LedgerTimes(
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            200,
            Duration.ofMillis(20),
            Duration.ofMillis(50));

    /** A new connection each time: these tests put other tables and views in place. */
    private final LedgerPlatform platform = platform(LedgerDatabase.others());

    /** What is written: one suspension or one removal. */
    private enum Kind {
        SUSPEND,
        REMOVE
    }

    private UUID customer = UUID.randomUUID();
    private String license = "";
    private String other = "";

    @BeforeEach
    void anEmptyLedger() {
        LedgerDatabase.emptyTables();
    }

    private static LedgerPlatform platform(DataSource dataSource) {
        return new LedgerPlatform(dataSource, Clock.systemUTC(), PATIENT);
    }

    /** With something that is not written to. */
    private void aCustomerFor(Kind kind) {
        customer = customer("reseller");
        license = subscription(customer, "license", kind == Kind.SUSPEND ? "active" : "suspended");
        other = subscription(customer, "usage", "suspended");
    }

    private Write write(Kind kind, DecisionBasis basis) {
        return kind == Kind.SUSPEND
                ? new Write(customer, Action.SUSPEND, license, 1, UUID.randomUUID(), basis)
                : new Write(customer, Action.REMOVE, customer.toString(), 1, UUID.randomUUID(), basis);
    }

    private DecisionBasis read() {
        Observation observation = platform.observe(List.of(customer)).get(0);
        assertThat(observation).isInstanceOf(Observation.Found.class);
        return Objects.requireNonNull(DecisionBasis.of(observation));
    }

    private static WriteOutcome perform(LedgerPlatform platform, Write write) {
        return platform.perform(List.of(write), () -> true).get(0);
    }

    private static void change(Connection connection, String change) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(change);
        }
    }

    private String forThis(String change) {
        return change.replace("CUSTOMER", "'" + customer + "'").replace("OTHER", "'" + other + "'");
    }

    private void assertNothingHappened(Kind kind) {
        assertThat(status(license)).isEqualTo(kind == Kind.SUSPEND ? "active" : "suspended");
        assertThat(rows(customer)).isEqualTo(4);
        assertThat(relationship(customer)).isNotEqualTo("none");
    }

    private static void assertStale(WriteOutcome outcome, String... words) {
        assertThat(outcome.result()).isEqualTo(Result.NOT_SENT);
        assertThat(outcome.obstacle()).isEqualTo(Obstacle.STALE);
        assertThat(outcome.message()).contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "update ledger.customer set relationship = 'advisor' where customer_id = CUSTOMER; its relationship is 'advisor'",
                "update ledger.customer set company_name = 'Another' where customer_id = CUSTOMER; its company name has changed",
                "update ledger.customer set domain = 'another.example' where customer_id = CUSTOMER; its domain has changed",
                "update ledger.customer set domain = upper(domain) where customer_id = CUSTOMER; its domain has changed",
                "update ledger.subscription set status = 'deleted' where subscription_id = OTHER; is 'deleted', no longer 'suspended'",
                "update ledger.subscription set kind = 'software' where subscription_id = OTHER; has another kind, term or parent",
                "update ledger.subscription set term_end = '2027-01-31' where subscription_id = OTHER; has another kind, term or parent",
                "update ledger.subscription set cancellable_until = '2027-01-31 12:00Z' where subscription_id = OTHER; has another kind, term or parent",
                "update ledger.subscription set parent_subscription_id = gen_random_uuid() where subscription_id = OTHER; has another kind, term or parent",
                "insert into ledger.subscription (subscription_id, customer_id, name, kind, status) values (gen_random_uuid(), CUSTOMER, 'x', 'license', 'suspended'); is new",
                "delete from ledger.subscription where subscription_id = OTHER; is gone"
            })
    void whatIsNotAsItWasReadIsNeitherSuspendedNorRemoved(String change, String words) throws SQLException {
        for (Kind kind : Kind.values()) {
            aCustomerFor(kind);
            DecisionBasis basis = read();
            try (Connection somebody = LedgerDatabase.other()) {
                change(somebody, forThis(change));
                somebody.commit();
            }

            assertStale(perform(platform, write(kind, basis)), "no longer as it was read", "nothing was sent", words);

            assertNothingHappened(kind);
            if (change.contains("domain") || change.contains("company_name")) {
                assertThat(perform(platform, write(kind, read())).result())
                        .as("on a fresh read")
                        .isEqualTo(Result.DONE);
            }
        }
    }

    private static void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The other is not done yet when the statement is about to be made. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoIsBeingChangedIsWaitedForAndThenNotWrittenTo(Kind kind) throws Exception {
        aCustomerFor(kind);
        DecisionBasis basis = read();
        AtomicInteger tries = new AtomicInteger();
        try (Connection somebody = LedgerDatabase.other()) {
            change(
                    somebody,
                    forThis("update ledger.customer set relationship = 'advisor' where customer_id = CUSTOMER"));
            WriteOutcome outcome = platform.perform(List.of(write(kind, basis)), () -> {
                        if (tries.incrementAndGet() == 3) {
                            commit(somebody);
                        }
                        return true;
                    })
                    .get(0);

            assertThat(tries).hasValueGreaterThanOrEqualTo(3);
            assertStale(outcome, "its relationship is 'advisor'");
            assertThat(outcome.before()).isEqualTo(kind == Kind.SUSPEND ? "active" : "advisor");
        }
        assertNothingHappened(kind);
    }

    /** Between the last look and the statement: rows that can be locked are, and nobody gets in between. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void nobodyChangesTheCustomerRightBeforeTheStatement(Kind kind) throws Exception {
        aCustomerFor(kind);
        DecisionBasis basis = read();
        AtomicBoolean came = new AtomicBoolean();
        LedgerPlatform late = platform(rightBeforeTheStatement(() -> {
            try (Connection somebody = LedgerDatabase.other()) {
                change(somebody, "set local lock_timeout = '20ms'");
                change(
                        somebody,
                        forThis("update ledger.customer set relationship = 'advisor' where customer_id = CUSTOMER"));
                somebody.commit();
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("55P03");
                came.set(true);
            }
        }));

        assertThat(perform(late, write(kind, basis)).result()).isEqualTo(Result.DONE);
        assertThat(came).as("somebody else was kept out").isTrue();
    }

    /** What cannot be locked changes in between, and the statement itself sees it. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aViewThatCannotBeLockedIsWrittenToOnlyWhileItShowsTheCustomerAsRead(Kind kind) throws Exception {
        for (String change : List.of(
                "update crm.customer set relationship = 'advisor' where customer_id = CUSTOMER",
                "update crm.customer set company_name = 'Another' where customer_id = CUSTOMER",
                "update crm.customer set domain = 'another.example' where customer_id = CUSTOMER",
                "update crm.subscription set term_end = '2027-01-31' where subscription_id = OTHER")) {
            if (kind == Kind.REMOVE && change.contains("subscription")) {
                // what is beneath is locked as a whole
                continue;
            }
            viewsThatCannotBeLocked();
            aCustomerBeneathFor(kind);
            DecisionBasis basis = read();
            LedgerPlatform late = platform(rightBeforeTheStatement(() -> {
                try (Connection somebody = LedgerDatabase.other()) {
                    change(somebody, forThis(change));
                    somebody.commit();
                }
            }));

            assertStale(perform(late, write(kind, basis)), "no longer as it was read");

            assertThat(sql().queryForObject(
                                    "select status from crm.subscription where subscription_id = ?::uuid",
                                    String.class,
                                    license))
                    .as(change)
                    .isEqualTo(kind == Kind.SUSPEND ? "active" : "suspended");
            assertThat(sql().queryForObject(
                                    "select relationship from crm.customer where customer_id = ?",
                                    String.class,
                                    customer))
                    .as(change)
                    .isNotEqualTo("none");
            assertThat(sql().queryForObject("select count(*) from crm.support_contact", Long.class))
                    .as(change)
                    .isOne();
        }
    }

    /** It is this program's own write that has changed the customer, and not somebody else right before it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SUSPEND; new.status = 'disabled'",
                "SUSPEND; new.status = old.status, new.term_end = date '2027-01-31'",
                "REMOVE; new.relationship = 'advisor'",
                "REMOVE; new.relationship = old.relationship, new.company_name = 'Former'"
            })
    void whatATriggerMakesSomethingElseOfIsRefusedAndDoesNotStay(Kind kind, String made) {
        aCustomerFor(kind);
        sql().execute("""
                        create function crm.something_else() returns trigger language plpgsql as $$ begin %s; return new; end $$;
                        create trigger something_else before update on ledger.%s for each row when (old.customer_id = '%s')
                          execute function crm.something_else();
                        """.formatted(
                        made.replace(", new", "; new"), kind == Kind.SUSPEND ? "subscription" : "customer", customer));
        Write odd = write(kind, read());
        aCustomerFor(kind);

        List<WriteOutcome> outcomes = platform.perform(List.of(odd, write(kind, read())), () -> true);

        WriteOutcome refused = outcomes.get(0);
        assertThat(refused.result()).isEqualTo(Result.REFUSED);
        assertThat(refused.before()).isEqualTo(kind == Kind.SUSPEND ? "active" : "reseller");
        assertThat(refused.message()).contains("does not pass it on", "Nothing was changed");
        assertThat(relationship(odd.customerId())).isEqualTo("reseller");
        assertThat(rows(odd.customerId())).isEqualTo(4);
        assertThat(sql().queryForList("""
                        select 1 from ledger.customer c join ledger.subscription s using (customer_id)
                        where customer_id = ? and (company_name = 'Former' or term_end is not null or status = 'disabled')""", odd.customerId())).isEmpty();
        assertThat(outcomes.get(1).result()).isEqualTo(Result.DONE);
    }

    /** What was read before is known, also where the answer is an error. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aWriteThatTheLedgerAnswersWithAnErrorSaysWhatWasReadBefore(Kind kind) {
        aCustomerFor(kind);
        sql().execute("""
                        create function crm.object() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
                        create trigger object before update on ledger.%s for each row execute function crm.object();
                        """.formatted(kind == Kind.SUSPEND ? "subscription" : "customer"));

        WriteOutcome outcome = perform(platform, write(kind, read()));

        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.before()).isEqualTo(kind == Kind.SUSPEND ? "active" : "reseller");
        assertThat(outcome.after()).isNull();
    }

    /** Views of what nobody has thought of: columns without a value, dates without end, a collation that is not exact, several rules. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void oddValuesThatHaveNotChangedAreNoChange(Kind kind) {
        sql().execute("""
                        create collation if not exists public.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
                        alter table ledger.customer alter column company_name drop not null, alter column domain type text collate public.any_case;
                        alter table ledger.subscription alter column status type text collate public.any_case;
                        """);
        aCustomerFor(kind);
        sql().update("update ledger.customer set company_name = null where customer_id = ?", customer);
        sql().update(
                        "update ledger.subscription set term_end = 'infinity', cancellable_until = '-infinity', parent_subscription_id = ?::uuid"
                                + " where subscription_id = ?::uuid",
                        license,
                        other);
        sql().update(
                        "insert into ledger.subscription (subscription_id, customer_id, name, kind, status, term_end, cancellable_until)"
                                + " values (gen_random_uuid(), ?, 'x', 'software', 'expired', '0044-03-15 BC', '2026-03-10 11:12:13.123456Z'),"
                                + " (gen_random_uuid(), ?, 'x', repeat('k', 1000000), 'disabled', '20000-01-01', '9999-12-31 23:59:59.5Z')",
                        customer,
                        customer);

        assertThat(perform(platform, write(kind, read())).result()).isEqualTo(Result.DONE);

        aCustomerFor(kind);
        DecisionBasis basis = read();
        sql().update("update ledger.customer set domain = upper(domain) where customer_id = ?", customer);
        assertStale(perform(platform, write(kind, basis)), "its domain has changed");
    }

    /** What this program has changed itself meanwhile does not count as a change: the customer's writes are made in several parts. */
    @Test
    void whatOneSuspensionHasChangedIsNoObstacleToTheNext() {
        customer = customer("reseller");
        List<String> ids = Stream.generate(() -> subscription(customer, "license", "active"))
                .limit(9)
                .toList();
        sql().execute("""
                        create function ledger.no() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$;
                        create trigger no before update on ledger.subscription for each row when (old.subscription_id = '%s')
                          execute function ledger.no()""".formatted(ids.get(4)));
        DecisionBasis basis = read();

        List<WriteOutcome> outcomes = platform.perform(
                ids.stream()
                        .map(id -> new Write(customer, Action.SUSPEND, id, 1, UUID.randomUUID(), basis))
                        .toList(),
                () -> true);

        assertThat(outcomes)
                .extracting(WriteOutcome::result)
                .containsExactly(Stream.iterate(0, i -> i + 1)
                        .limit(9)
                        .map(i -> i == 4 ? Result.REFUSED : Result.DONE)
                        .toArray(Result[]::new));
    }

    /** Someone else's suspension is a change: what is left to be done is decided again. */
    @Test
    void whatSomebodyElseHasSuspendedIsAChange() {
        aCustomerFor(Kind.SUSPEND);
        String second = subscription(customer, "license", "active");
        DecisionBasis basis = read();
        sql().update("update ledger.subscription set status = 'suspended' where subscription_id = ?::uuid", second);

        assertStale(perform(platform, write(Kind.SUSPEND, basis)), second, "is 'suspended', no longer 'active'");
    }

    /** One customer's change is not the others', and they are written all together. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void theOthersOfAChunkAreWrittenNevertheless(Kind kind) {
        List<Write> writes = Stream.generate(() -> {
                    aCustomerFor(kind);
                    return write(kind, read());
                })
                .limit(20)
                .toList();
        sql().update(
                        "update ledger.customer set domain = 'another.example' where customer_id = ?",
                        writes.get(7).customerId());
        AtomicInteger transactions = new AtomicInteger();

        List<WriteOutcome> outcomes = platform.perform(writes, () -> transactions.incrementAndGet() > 0);

        for (int i = 0; i < 20; i++) {
            assertThat(outcomes.get(i).result()).isEqualTo(i == 7 ? Result.NOT_SENT : Result.DONE);
        }
        assertThat(transactions).hasValue(1);
    }

    /** It hides what is suspended; one of three is changed right before the statement, and all three were called not sent, or all done. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "update crm.subscription set status = 'suspended' where customer_id = CUSTOMER; 3",
                "update crm.customer set domain = 'another.example' where customer_id = CUSTOMER; 1"
            })
    void whoIsChangedRightBeforeTheStatementHidesNobodyElsesSuspension(String change, int atMost) {
        viewsThatCannotBeLocked();
        sql().execute(
                        "create or replace view ledger.subscription as select distinct * from crm.subscription where status = 'active'");
        List<Write> writes = Stream.generate(() -> {
                    aCustomerBeneathFor(Kind.SUSPEND);
                    return write(Kind.SUSPEND, read());
                })
                .limit(3)
                .toList();
        customer = writes.get(1).customerId();
        LedgerPlatform late = platform(rightBeforeTheStatement(() -> {
            try (Connection somebody = LedgerDatabase.other()) {
                change(somebody, forThis(change));
                somebody.commit();
            }
        }));
        AtomicInteger transactions = new AtomicInteger();

        List<WriteOutcome> outcomes = late.perform(writes, () -> transactions.incrementAndGet() > 0);

        assertThat(outcomes.get(0).result()).isEqualTo(Result.DONE);
        assertStale(outcomes.get(1), "no longer as it was read");
        assertThat(outcomes.get(2).result()).isEqualTo(Result.DONE);
        assertThat(transactions).hasValueLessThanOrEqualTo(atMost);
        assertThat(sql().queryForList(
                                "select status from crm.subscription where subscription_id in (?::uuid, ?::uuid)",
                                String.class,
                                writes.get(0).target(),
                                writes.get(2).target()))
                .containsExactly("suspended", "suspended");
    }

    /** Its rows can be locked, and yet they vanish: what says that they are shown stands in another table. */
    @ParameterizedTest
    @CsvSource({"SUSPEND, true", "SUSPEND, false", "REMOVE, true", "REMOVE, false"})
    void whatIsArchivedRightBeforeTheStatementIsNotTakenForDone(Kind kind, boolean bound) {
        LedgerDatabase.empty();
        sql().execute(LedgerDatabase.TABLES.replace("ledger.", "crm."));
        sql().execute("create table crm.live (customer_id uuid)");
        for (String table :
                List.of("customer", "subscription", "support_contact", "delegated_admin", "purchase_authority")) {
            boolean archives = table.equals(kind == Kind.SUSPEND ? "subscription" : "customer");
            sql().execute("create view ledger." + table + " as select * from crm." + table + " t"
                    + (archives ? " where exists (select from crm.live l where l.customer_id = t.customer_id)" : ""));
        }
        List<Write> writes = Stream.generate(() -> {
                    aCustomerBeneathFor(kind);
                    sql().update("insert into crm.live values (?)", customer);
                    return write(kind, read());
                })
                .limit(3)
                .map(write -> bound ? write : write.on(null))
                .toList();
        customer = writes.get(1).customerId();
        LedgerPlatform late = platform(rightBeforeTheStatement(() -> {
            try (Connection somebody = LedgerDatabase.other()) {
                change(somebody, forThis("delete from crm.live where customer_id = CUSTOMER"));
                somebody.commit();
            }
        }));

        List<WriteOutcome> outcomes = late.perform(writes, () -> true);

        assertThat(outcomes)
                .extracting(WriteOutcome::result)
                .containsExactly(Result.DONE, Result.NOT_SENT, Result.DONE);
        assertThat(sql().queryForList(
                                "select status from crm.subscription where customer_id = ?", String.class, customer))
                .contains(kind == Kind.SUSPEND ? "active" : "suspended");
        assertThat(sql().queryForObject(
                                "select relationship from crm.customer where customer_id = ?", String.class, customer))
                .isEqualTo("reseller");
        assertThat(sql().queryForObject(
                                "select count(*) from crm.support_contact where customer_id = ?", Long.class, customer))
                .isOne();
    }

    private static void viewsThatCannotBeLocked() {
        LedgerDatabase.empty();
        sql().execute(LedgerDatabase.TABLES.replace("ledger.", "crm."));
        sql().execute("""
                        create view ledger.customer as
                          select customer_id, max(company_name) as company_name, max(domain) as domain,
                                 max(relationship) as relationship, max(relationship_ended_at) as relationship_ended_at
                          from crm.customer group by customer_id;
                        create view ledger.subscription as select distinct * from crm.subscription;
                        create view ledger.support_contact as select * from crm.support_contact;
                        create view ledger.delegated_admin as select * from crm.delegated_admin;
                        create view ledger.purchase_authority as select * from crm.purchase_authority;
                        create function crm.write_customer() returns trigger language plpgsql as $$ begin
                          update crm.customer set relationship = new.relationship, relationship_ended_at = new.relationship_ended_at
                          where customer_id = new.customer_id;
                          return new; end $$;
                        create function crm.write_subscription() returns trigger language plpgsql as $$ begin
                          update crm.subscription set status = new.status, changed_at = new.changed_at
                          where subscription_id = new.subscription_id;
                          return new; end $$;
                        create trigger write instead of update on ledger.customer for each row execute function crm.write_customer();
                        create trigger write instead of update on ledger.subscription for each row execute function crm.write_subscription();
                        """);
    }

    private void aCustomerBeneathFor(Kind kind) {
        customer = UUID.randomUUID();
        license = UUID.randomUUID().toString();
        other = UUID.randomUUID().toString();
        sql().update("insert into crm.customer values (?, 'Company', 'company.example', 'reseller')", customer);
        sql().update("insert into crm.support_contact values (?, 'help@reseller.example')", customer);
        sql().update(
                        "insert into crm.subscription (subscription_id, customer_id, name, kind, status)"
                                + " values (?::uuid, ?, 'Seats', 'license', ?), (?::uuid, ?, 'Seats', 'usage', 'suspended')",
                        license,
                        customer,
                        kind == Kind.SUSPEND ? "active" : "suspended",
                        other,
                        customer);
    }

    private interface Happening {
        void happens() throws SQLException;
    }

    /** Connections on which something happens, once, right before the first statement that writes to the ledger. */
    private static DataSource rightBeforeTheStatement(Happening happening) {
        AtomicBoolean happened = new AtomicBoolean();
        return new AbstractDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = LedgerDatabase.others().getConnection();
                return (Connection) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                            if (method.getName().equals("prepareStatement")
                                    && arguments[0].toString().startsWith("update ledger.")
                                    && happened.compareAndSet(false, true)) {
                                happening.happens();
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
        };
    }
}
