package dev.offboarding.platform.ledger;

import static dev.offboarding.platform.ledger.LedgerDatabase.customer;
import static dev.offboarding.platform.ledger.LedgerDatabase.relationship;
import static dev.offboarding.platform.ledger.LedgerDatabase.rows;
import static dev.offboarding.platform.ledger.LedgerDatabase.sql;
import static dev.offboarding.platform.ledger.LedgerDatabase.status;
import static dev.offboarding.platform.ledger.LedgerDatabase.subscription;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.RemovalRequests;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Result;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** A reseller with tables of its own puts views in the place of ours, with triggers and rules as it likes. */
@Timeout(60)
class LedgerViewsTest {
    private final LedgerPlatform platform = new LedgerPlatform(
            LedgerDatabase.dataSource(),
            Clock.systemUTC(),
            new LedgerTimes(
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    100,
                    Duration.ofMillis(10),
                    Duration.ofMillis(20)));

    @AfterEach
    void noConnectionIsHeld() {
        assertThat(LedgerDatabase.dataSource().getHikariPoolMXBean().getActiveConnections())
                .isZero();
    }

    private static void plainViews() {
        LedgerDatabase.empty();
        sql().execute(LedgerDatabase.TABLES.replace("ledger.", "crm."));
        for (String table :
                List.of("customer", "subscription", "support_contact", "delegated_admin", "purchase_authority")) {
            sql().execute("create view ledger." + table + " as select * from crm." + table);
        }
    }

    private WriteOutcome suspend(UUID customer, String subscription) {
        return perform(new Write(customer, Action.SUSPEND, subscription, 1, UUID.randomUUID()));
    }

    private WriteOutcome remove(UUID customer) {
        return perform(new Write(customer, Action.REMOVE, customer.toString(), 1, UUID.randomUUID()));
    }

    private WriteOutcome perform(Write write) {
        return platform.perform(List.of(write), () -> true).get(0);
    }

    private Customer observed(UUID id) {
        return ((Observation.Found) platform.observe(List.of(id)).get(0)).customer();
    }

    @Test
    void viewsInPlaceOfTheTablesAreWrittenThrough() {
        plainViews();
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "active");

        assertThat(suspend(customer, license).result()).isEqualTo(Result.DONE);
        assertThat(remove(customer).result()).isEqualTo(Result.DONE);

        assertThat(status(license)).isEqualTo("suspended");
        assertThat(relationship(customer)).isEqualTo("none");
        assertThat(rows(customer)).isZero();
        assertThat(platform.verify(RemovalRequests.of(customer)).get(0).confirmed())
                .isTrue();
    }

    @Test
    void aSubscriptionNotYetCommittedBeneathAViewStopsTheRemoval() throws Exception {
        plainViews();
        UUID customer = customer("reseller");
        try (Connection other = LedgerDatabase.other();
                Statement statement = other.createStatement()) {
            statement.execute(
                    "insert into crm.subscription (subscription_id, customer_id, name, kind, status) values (gen_random_uuid(), '"
                            + customer + "', 'New', 'usage', 'active')");
            CompletableFuture<WriteOutcome> outcome =
                    CompletableFuture.supplyAsync(() -> remove(customer), new SimpleAsyncTaskExecutor("a removal"));
            await().until(() -> LedgerDatabase.count(
                            "select count(*) from pg_locks where not granted and relation = 'crm.subscription'::regclass")
                    > 0);
            other.commit();
            assertThat(outcome.get().result()).isEqualTo(Result.NOT_SENT);
        }
        assertThat(relationship(customer)).isEqualTo("reseller");
    }

    /** A view that groups cannot be updated or locked by rows; its triggers do the writing. */
    @Test
    void aViewThatCannotBeLockedRowByRowIsWrittenThroughItsTrigger() {
        plainViews();
        sql().execute("""
                        drop view ledger.customer, ledger.subscription;
                        create view ledger.customer as
                          select customer_id, max(company_name) as company_name, max(domain) as domain,
                                 max(relationship) as relationship, max(relationship_ended_at) as relationship_ended_at
                          from crm.customer group by customer_id;
                        create view ledger.subscription as select distinct * from crm.subscription;
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
        UUID customer = insertBeneath("reseller");
        UUID still = insertBeneath("reseller");
        String license = UUID.randomUUID().toString();
        String active = UUID.randomUUID().toString();
        String insert =
                "insert into crm.subscription (subscription_id, customer_id, name, kind, status) values (?::uuid, ?, 'Seats', 'license', 'active')";
        sql().update(insert, license, customer);
        sql().update(insert, active, still);

        assertThat(suspend(customer, license).result()).isEqualTo(Result.DONE);
        assertThat(remove(customer).result()).isEqualTo(Result.DONE);
        assertThat(remove(still).result()).isEqualTo(Result.NOT_SENT);

        assertThat(status(license)).isEqualTo("suspended");
        assertThat(relationship(customer)).isEqualTo("none");
        assertThat(relationship(still)).isEqualTo("reseller");
    }

    @Test
    void aViewWithRulesIsWrittenThroughThem() {
        plainViews();
        sql().execute("""
                        drop view ledger.customer;
                        create view ledger.customer as select customer_id, upper(company_name) as company_name, domain, lower(relationship) as relationship,
                          relationship_ended_at from crm.customer;
                        create rule write as on update to ledger.customer do instead
                          update crm.customer set relationship = new.relationship, relationship_ended_at = new.relationship_ended_at
                          where customer_id = old.customer_id;
                        """);
        UUID customer = insertBeneath("RESELLER");

        assertThat(remove(customer).result()).isEqualTo(Result.DONE);
        assertThat(relationship(customer)).isEqualTo("none");
    }

    private static UUID insertBeneath(String relationship) {
        UUID id = UUID.randomUUID();
        sql().update("insert into crm.customer values (?, 'Company', 'company.example', ?)", id, relationship);
        return id;
    }

    /** Incident 6: success reported, nothing done. */
    @Test
    void successReportedAndNothingDoneIsNotASuspension() {
        plainViews();
        sql().execute("""
                        create function crm.swallow() returns trigger language plpgsql as $$ begin return new; end $$;
                        create trigger swallow instead of update on ledger.subscription for each row execute function crm.swallow();
                        """);
        UUID customer = customer("reseller");
        String license = subscription(customer, "license", "active");

        WriteOutcome outcome = suspend(customer, license);

        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.after()).isEqualTo("active");
        assertThat(outcome.message()).contains("does not pass it on").contains("ledger.subscription");
    }

    /** Incident 6, too: a removal of which one part is swallowed is not made at all. */
    @Test
    void aRemovalOfWhichOnePartIsSwallowedIsNotMadeAndTheOthersAre() {
        LedgerDatabase.emptyTables();
        UUID[] customers = Stream.generate(() -> customer("reseller")).limit(4).toArray(UUID[]::new);
        sql().execute("""
                        create function crm.swallow() returns trigger language plpgsql as $$ begin return null; end $$;
                        create trigger swallow before delete on ledger.delegated_admin for each row when (old.customer_id = '%s')
                          execute function crm.swallow();
                        create trigger swallow before update on ledger.customer for each row when (old.customer_id = '%s')
                          execute function crm.swallow();
                        """.formatted(customers[1], customers[2]));

        List<WriteOutcome> outcomes = platform.perform(
                Stream.of(customers)
                        .map(id -> new Write(id, Action.REMOVE, id.toString(), 1, UUID.randomUUID()))
                        .toList(),
                () -> true);

        assertThat(outcomes)
                .extracting(WriteOutcome::result)
                .containsExactly(Result.DONE, Result.REFUSED, Result.REFUSED, Result.DONE);
        assertThat(outcomes.get(1).message()).contains("ledger.delegated_admin");
        assertThat(outcomes.get(2).message()).contains("ledger.customer");
        assertThat(rows(customers[1])).isEqualTo(4);
        assertThat(relationship(customers[1])).isEqualTo("reseller");
        assertThat(rows(customers[2])).isEqualTo(4);
        assertThat(relationship(customers[3])).isEqualTo("none");
    }

    /** Incident 11: one failure dropped the rest; here it comes at the very end, when the transaction is committed. */
    @Test
    void aCustomerThatTheLedgerObjectsToOnlyAtTheCommitDoesNotDropTheRest() {
        LedgerDatabase.emptyTables();
        UUID[] customers = Stream.generate(() -> customer("reseller")).limit(5).toArray(UUID[]::new);
        sql().execute("""
                        create function crm.object() returns trigger language plpgsql as $$ begin
                          raise exception E'open invoice\nof %%', repeat('x', 1000); end $$;
                        create constraint trigger object after update on ledger.customer deferrable initially deferred
                          for each row when (old.customer_id = '%s') execute function crm.object();
                        """.formatted(customers[2]));

        List<WriteOutcome> outcomes = platform.perform(
                Stream.of(customers)
                        .map(id -> new Write(id, Action.REMOVE, id.toString(), 1, UUID.randomUUID()))
                        .toList(),
                () -> true);

        for (int i = 0; i < customers.length; i++) {
            assertThat(outcomes.get(i).result()).isEqualTo(i == 2 ? Result.REFUSED : Result.DONE);
            assertThat(relationship(customers[i])).isEqualTo(i == 2 ? "reseller" : "none");
        }
        assertThat(outcomes.get(2).message())
                .contains("open invoice of x")
                .hasSizeLessThan(500)
                .doesNotContain("\n");
    }

    @Test
    void aColumnWithoutAValueDoesNotBreakTheReading() {
        plainViews();
        UUID customer = insertBeneath("reseller");
        sql().execute("""
                        drop view ledger.subscription, ledger.customer;
                        create view ledger.customer as select customer_id, null::text as company_name, null::text as domain,
                          null::text as relationship, null::timestamptz as relationship_ended_at from crm.customer;
                        create view ledger.subscription as select null::uuid as subscription_id, customer_id, null::text as name, null::text as kind,
                          null::text as status, null::date as term_end, null::timestamptz as cancellable_until,
                          null::uuid as parent_subscription_id, null::timestamptz as changed_at from crm.customer;
                        insert into crm.support_contact values ('%s', null), (null, 'nobody');
                        """.formatted(customer));

        Customer seen = observed(customer);

        assertThat(seen.companyName()).isEmpty();
        assertThat(seen.isResellerCustomer()).isFalse();
        assertThat(seen.relationshipIsGone()).isFalse();
        assertThat(seen.supportContact()).isNull();
        assertThat(seen.subscriptions()).singleElement().satisfies(subscription -> {
            assertThat(subscription.kind()).isEqualTo(Subscription.Kind.UNKNOWN);
            assertThat(subscription.status()).isEqualTo(Subscription.Status.UNKNOWN);
            assertThat(subscription.statusText()).isEmpty();
        });
        assertThat(remove(customer).result()).isEqualTo(Result.NOT_SENT);
        assertThat(platform.verify(RemovalRequests.of(customer)).get(0).confirmed())
                .isFalse();
        assertThat(platform.population().size()).isZero();
    }

    @Test
    void aStatusWithoutAValueStandsInTheWayOfARemoval() {
        LedgerDatabase.emptyTables();
        UUID customer = customer("reseller");
        String id = subscription(customer, "license", "suspended");
        sql().execute("alter table ledger.subscription alter status drop not null");
        sql().update("update ledger.subscription set status = null where subscription_id = ?::uuid", id);

        assertThat(remove(customer).result()).isEqualTo(Result.NOT_SENT);
        assertThat(relationship(customer)).isEqualTo("reseller");
    }

    @Test
    void aViewThatFailsForOneCustomerLeavesTheOthersReadable() {
        plainViews();
        UUID good = customer("reseller");
        UUID bad = customer("reseller");
        UUID fine = customer("reseller");
        sql().execute("""
                        create or replace view ledger.support_contact as
                          select customer_id, case when customer_id = '%s' then (1 / length(contact) - 1 / (length(contact) - length(contact)))::text
                                              else contact end as contact from crm.support_contact where contact is not null;
                        """.formatted(bad));

        List<Observation> seen = platform.observe(List.of(good, bad, fine));

        assertThat(seen.get(0)).isInstanceOf(Observation.Found.class);
        assertThat(seen.get(1)).isInstanceOf(Observation.Unreadable.class);
        assertThat(seen.get(2)).isInstanceOf(Observation.Found.class);
    }

    /** The view shows what is active: the suspension was committed, and called not sent. */
    @Test
    void aSubscriptionThatAViewStopsShowingOnceItIsSuspendedIsDone() {
        plainViews();
        sql().execute(
                        "create or replace view ledger.subscription as select * from crm.subscription where status in ('active', 'pending')");
        UUID a = customer("reseller");
        UUID b = customer("reseller");
        String ofA = subscription(a, "license", "active");
        String secondOfA = subscription(a, "usage", "active");
        String ofB = subscription(b, "license", "active");

        DecisionBasis read = DecisionBasis.of(platform.observe(List.of(a)).get(0));

        assertThat(platform.perform(
                        List.of(
                                new Write(a, Action.SUSPEND, ofA, 1, UUID.randomUUID()).on(read),
                                new Write(a, Action.SUSPEND, secondOfA, 1, UUID.randomUUID()).on(read),
                                new Write(b, Action.SUSPEND, ofB, 1, UUID.randomUUID())),
                        () -> true))
                .allSatisfy(outcome -> {
                    assertThat(outcome.result()).isEqualTo(Result.DONE);
                    assertThat(outcome.after()).isEqualTo("suspended");
                });
        assertThat(sql().queryForList("select distinct status from crm.subscription", String.class))
                .containsExactly("suspended");
        assertThat(remove(a).result()).isEqualTo(Result.DONE);
    }

    /** The trigger says "no row" of each: the suspensions were committed, and recorded as not sent. */
    @Test
    void aSuspensionThatTheLedgerHidesAndDoesNotCountIsNotCalledNotSent() {
        plainViews();
        sql().execute("""
                        drop view ledger.subscription;
                        create view ledger.subscription as select distinct * from crm.subscription where status in ('active', 'pending');
                        create function crm.write_subscription() returns trigger language plpgsql as $$ begin
                          update crm.subscription set status = new.status, changed_at = new.changed_at
                          where subscription_id = old.subscription_id;
                          return null; end $$;
                        create trigger write instead of update on ledger.subscription for each row execute function crm.write_subscription();
                        """);
        List<UUID> customers =
                Stream.generate(() -> customer("reseller")).limit(3).toList();
        customers.forEach(customer -> {
            subscriptionBeneath(customer);
            subscriptionBeneath(customer);
        });
        List<Write> writes = platform.observe(customers).stream()
                .flatMap(seen -> ((Observation.Found) seen)
                        .customer().subscriptions().stream()
                                .map(it -> new Write(seen.customerId(), Action.SUSPEND, it.id(), 1, UUID.randomUUID())
                                        // who is bound to what was read and who is not
                                        .on(
                                                seen.customerId().equals(customers.get(2))
                                                        ? null
                                                        : DecisionBasis.of(seen))))
                .toList();

        assertThat(platform.perform(writes, () -> true)).hasSize(6).allSatisfy(outcome -> {
            assertThat(outcome.result()).isEqualTo(Result.LOST);
            assertThat(outcome.after()).isNull();
            assertThat(outcome.message()).contains("is not shown any more").contains("cannot be determined");
            assertThat(outcome.worthRetrying()).isFalse();
        });
        assertThat(sql().queryForList("select distinct status from crm.subscription", String.class))
                .containsExactly("suspended");
        assertThat(customers)
                .allSatisfy(customer -> assertThat(remove(customer).result()).isEqualTo(Result.DONE));
    }

    /** The contract has it so, and looking again has shown that nobody else has taken it away. */
    @Test
    void aRemovalThatTheLedgerHidesAndDoesNotCountIsDone() {
        plainViews();
        sql().execute("""
                        create or replace view ledger.customer as select * from crm.customer where relationship = 'reseller';
                        create function crm.write_customer() returns trigger language plpgsql as $$ begin
                          update crm.customer set relationship = new.relationship, relationship_ended_at = new.relationship_ended_at
                          where customer_id = old.customer_id;
                          return null; end $$;
                        create trigger write instead of update on ledger.customer for each row execute function crm.write_customer();
                        """);
        List<UUID> customers =
                Stream.generate(() -> customer("reseller")).limit(3).toList();

        assertThat(platform.perform(
                        customers.stream()
                                .map(id -> new Write(id, Action.REMOVE, id.toString(), 1, UUID.randomUUID()))
                                .toList(),
                        () -> true))
                .extracting(WriteOutcome::result)
                .containsOnly(Result.DONE);
        assertThat(customers).allSatisfy(id -> assertThat(rows(id)).isZero());
        assertThat(sql().queryForList("select distinct relationship from crm.customer", String.class))
                .containsExactly("none");
    }

    private static void subscriptionBeneath(UUID customer) {
        sql().update(
                        "insert into crm.subscription (subscription_id, customer_id, name, kind, status)"
                                + " values (gen_random_uuid(), ?, 'Seats', 'license', 'active')",
                        customer);
    }

    /** Incident 19: a failed read was taken for "gone". */
    @Test
    void aFailedReadIsNotTakenForGone() {
        plainViews();
        UUID good = customer("reseller");
        UUID bad = customer("none");
        sql().execute("""
                        create or replace view ledger.customer as
                          select customer_id, company_name, domain,
                                 case when customer_id = '%s' then (1 / (length(domain) - length(domain)))::text else relationship end as relationship,
                                 relationship_ended_at from crm.customer;
                        """.formatted(bad));

        assertThat(platform.verify(RemovalRequests.of(good, bad))
                        .get(1)
                        .effects()
                        .values())
                .extracting(EffectReading::result)
                .containsOnly(EffectReading.Result.INCONCLUSIVE);
        assertThat(platform.verify(RemovalRequests.of(good, bad)).get(0).reseller())
                .isTrue();
    }

    @Test
    void twoRowsForOneCustomerAreNotReadAsEither() {
        plainViews();
        UUID customer = customer("reseller");
        sql().execute("""
                        create or replace view ledger.customer as select * from crm.customer
                          union all select customer_id, company_name, domain, 'none', now() from crm.customer""");

        assertThat(platform.observe(List.of(customer)).get(0)).isInstanceOf(Observation.Unreadable.class);
        assertThat(platform.verify(RemovalRequests.of(customer)).get(0).confirmed())
                .isFalse();
        assertThat(platform.population().size()).isEqualTo(1);
    }

    @Test
    void aTermWithoutEndIsADayThatCanBeReckonedWith() {
        LedgerDatabase.emptyTables();
        UUID customer = customer("reseller");
        String id = subscription(customer, "new_commerce", "active");
        sql().update(
                        "update ledger.subscription set term_end = 'infinity', cancellable_until = '-infinity' where subscription_id = ?::uuid",
                        id);

        Subscription seen = observed(customer).subscriptions().get(0);

        assertThat(seen.termEnd()).isEqualTo(LocalDate.of(9999, 12, 31));
        assertThat(seen.cancellableUntil()).isEqualTo("0001-01-01T00:00:00Z");
    }

    /** Nothing else of its customer is suspended for it either. */
    @Test
    void aSubscriptionThatIsThereTwiceMakesItsCustomerUnreadable() {
        LedgerDatabase.empty();
        sql().execute(LedgerDatabase.TABLES.replace("ledger.", "crm."));
        for (String table :
                List.of("customer", "subscription", "support_contact", "delegated_admin", "purchase_authority")) {
            String twice = table.equals("subscription")
                    ? " union all select * from crm.subscription where name = 'twice'"
                    : "";
            sql().execute("create view ledger." + table + " as select * from crm." + table + twice);
        }
        UUID customer = insertBeneath("reseller");
        UUID over = insertBeneath("reseller");
        String active = UUID.randomUUID().toString();
        String insert =
                "insert into crm.subscription (subscription_id, customer_id, name, kind, status) values (?::uuid, ?, 'twice', 'license', ?)";
        sql().update(insert, active, customer, "active");
        sql().update(insert, UUID.randomUUID().toString(), over, "expired");

        List<Observation> seen = platform.observe(List.of(customer, over));

        assertThat(seen.get(0))
                .isInstanceOfSatisfying(
                        Observation.Unreadable.class, it -> assertThat(it.why()).contains(active));
        assertThat(seen.get(1)).isInstanceOf(Observation.Found.class);
    }
}
