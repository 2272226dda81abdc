package dev.offboarding.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.offboarding.platform.EffectReading.Result;
import dev.offboarding.platform.Observation.Found;
import dev.offboarding.platform.Observation.Unknown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every platform keeps to. Each adapter runs it against a world of its own. */
public abstract class ResellerPlatformContract {

    /** A platform as others see it: where customers are made, changed behind the program's back, and looked at afterwards. */
    public interface World {
        ResellerPlatform platform();

        /** A customer with a support contact, delegated administration and the right to purchase for it. */
        UUID customer(String relationship);

        /** @return the subscription's id */
        String subscription(UUID customer, String kind, String status);

        /** Somebody else changes a subscription. */
        void change(UUID customer, String subscription, String status);

        String status(UUID customer, String subscription);

        /** {@code reseller} as long as the platform has the relationship. */
        String relationship(UUID customer);

        /** From now on the platform fails at each write for this customer. */
        void failFor(UUID customer);

        /** How many changes the platform has carried out since this world was made, on whoever's behalf. */
        long changes();
    }

    private static final Admission YES = () -> true;

    /** Refused by the platform, or not even sent, because its adapter has read before what speaks against it. */
    private static final List<WriteOutcome.Result> NOT_MADE =
            List.of(WriteOutcome.Result.REFUSED, WriteOutcome.Result.NOT_SENT);

    private World world;
    private ResellerPlatform platform;
    private UUID bystander;
    private String bystanders;

    protected abstract World newWorld() throws Exception;

    @BeforeEach
    void aWorldWithSomebodyWhoIsNotConcerned() throws Exception {
        world = newWorld();
        platform = world.platform();
        bystander = world.customer("reseller");
        bystanders = world.subscription(bystander, "license", "active");
    }

    private static Write write(UUID customer, Action action, String target) {
        return new Write(customer, action, target, 1, UUID.randomUUID());
    }

    private static Write suspend(UUID customer, String subscription) {
        return write(customer, Action.SUSPEND, subscription);
    }

    private static Write remove(UUID customer) {
        return write(customer, Action.REMOVE, customer.toString());
    }

    private WriteOutcome perform(Write write) {
        List<WriteOutcome> outcomes = platform.perform(List.of(write), YES);
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    private Customer observed(UUID id) {
        Observation observation = platform.observe(List.of(id)).get(0);
        assertThat(observation).isInstanceOf(Found.class);
        return ((Found) observation).customer();
    }

    private void assertBystanderIsUntouched() {
        assertThat(world.relationship(bystander)).isEqualTo("reseller");
        assertThat(world.status(bystander, bystanders)).isEqualTo("active");
    }

    @Test
    void anEmptyChunkIsAnsweredByNothing() {
        assertThat(platform.observe(List.of())).isEmpty();
        assertThat(platform.verify(RemovalRequests.of())).isEmpty();
        assertThat(platform.perform(List.of(), YES)).isEmpty();
    }

    @Test
    void aCustomerIsReadWithEverythingItHolds() {
        UUID customer = world.customer("reseller");
        String license = world.subscription(customer, "license", "active");
        String usage = world.subscription(customer, "usage", "suspended");

        Customer seen = observed(customer);

        assertThat(seen.id()).isEqualTo(customer);
        assertThat(seen.isResellerCustomer()).isTrue();
        assertThat(seen.companyName()).isNotBlank();
        assertThat(seen.domain()).isNotBlank();
        assertThat(seen.supportContact()).isNotBlank();
        assertThat(seen.subscriptions())
                .extracting(Subscription::id, Subscription::kind, Subscription::status)
                .containsExactlyInAnyOrder(
                        tuple(license, Subscription.Kind.LICENSE, Subscription.Status.ACTIVE),
                        tuple(usage, Subscription.Kind.USAGE, Subscription.Status.SUSPENDED));
    }

    @Test
    void observationsComeInTheOrderOfTheIds() {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(world.customer("reseller"));
            ids.add(UUID.randomUUID());
        }
        assertThat(platform.observe(ids)).extracting(Observation::customerId).containsExactlyElementsOf(ids);
        assertThat(platform.verify(RemovalRequests.of(ids)))
                .extracting(Verification::customerId)
                .containsExactlyElementsOf(ids);
    }

    @Test
    void aCustomerThatThePlatformDoesNotKnowIsUnknown() {
        UUID nobody = UUID.randomUUID();
        assertThat(platform.observe(List.of(nobody)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Unknown.class, unknown -> assertThat(unknown.proof()).isNotBlank());
    }

    @Test
    void aStatusThatNobodyHasHeardOfIsReadAndKept() {
        UUID customer = world.customer("reseller");
        world.subscription(customer, "license", "zzz");
        world.subscription(customer, "license", "active");

        assertThat(observed(customer).subscriptions())
                .extracting(Subscription::status, Subscription::statusText)
                .containsExactlyInAnyOrder(
                        tuple(Subscription.Status.UNKNOWN, "zzz"), tuple(Subscription.Status.ACTIVE, "active"));
    }

    @Test
    void whatIsSuspendedIsReallySuspended() {
        UUID customer = world.customer("reseller");
        String license = world.subscription(customer, "license", "active");
        String usage = world.subscription(customer, "usage", "active");
        String other = world.subscription(customer, "license", "active");

        List<WriteOutcome> outcomes =
                platform.perform(List.of(suspend(customer, license), suspend(customer, usage)), YES);

        assertThat(outcomes).allSatisfy(outcome -> {
            assertThat(outcome.result()).isEqualTo(WriteOutcome.Result.DONE);
            assertThat(outcome.after()).isEqualTo("suspended");
        });
        assertThat(world.status(customer, license)).isEqualTo("suspended");
        assertThat(world.status(customer, usage)).isEqualTo("suspended");
        assertThat(world.status(customer, other)).isEqualTo("active");
        assertBystanderIsUntouched();
    }

    /** Somebody may pause or withdraw a customer at any time: the platform asks right before it sends. */
    @Test
    void whatSomebodyHasForbiddenMeanwhileIsNotSentAndTheRestIs() {
        UUID paused = world.customer("reseller");
        UUID other = world.customer("reseller");
        String license = world.subscription(paused, "license", "active");
        String others = world.subscription(other, "license", "active");
        UUID empty = world.customer("reseller");
        List<Write> asked = List.of(suspend(paused, license), suspend(other, others), remove(empty));
        List<UUID> stopped = List.of(paused, empty);
        Admission admission = new Admission() {
            @Override
            public boolean mayStart() {
                return true;
            }

            @Override
            public Map<Write, String> forbidden(Collection<Write> writes) {
                return writes.stream()
                        .filter(write -> stopped.contains(write.customerId()))
                        .collect(Collectors.toMap(write -> write, write -> "paused by Ada"));
            }
        };

        List<WriteOutcome> outcomes = platform.perform(asked, admission);

        assertThat(outcomes)
                .extracting(WriteOutcome::result, WriteOutcome::isForbidden)
                .containsExactly(
                        tuple(WriteOutcome.Result.NOT_SENT, true),
                        tuple(WriteOutcome.Result.DONE, false),
                        tuple(WriteOutcome.Result.NOT_SENT, true));
        assertThat(outcomes.get(0).message()).contains("paused by Ada");
        assertThat(outcomes.get(0).withheld()).isTrue();
        assertThat(world.status(paused, license)).isEqualTo("active");
        assertThat(world.status(other, others)).isEqualTo("suspended");
        assertThat(world.relationship(empty)).isEqualTo("reseller");
        assertBystanderIsUntouched();
    }

    @Test
    void suspendingTwiceIsHarmless() {
        UUID customer = world.customer("reseller");
        String license = world.subscription(customer, "license", "active");

        WriteOutcome first = perform(suspend(customer, license));
        WriteOutcome second = perform(suspend(customer, license));

        assertThat(first.result()).isEqualTo(WriteOutcome.Result.DONE);
        assertThat(second.result())
                .isIn(WriteOutcome.Result.DONE, WriteOutcome.Result.REFUSED, WriteOutcome.Result.NOT_SENT);
        assertThat(second.after()).isEqualTo("suspended");
        assertThat(world.status(customer, license)).isEqualTo("suspended");
    }

    @Test
    void whatWasSuspendedIsActiveAgainAfterReactivation() {
        UUID customer = world.customer("reseller");
        String license = world.subscription(customer, "license", "active");
        perform(suspend(customer, license));

        WriteOutcome outcome = perform(write(customer, Action.REACTIVATE, license));

        assertThat(outcome.result()).isEqualTo(WriteOutcome.Result.DONE);
        assertThat(world.status(customer, license)).isEqualTo("active");
    }

    @Test
    void aSubscriptionOfAnotherCustomerIsNotSuspended() {
        UUID customer = world.customer("reseller");

        WriteOutcome outcome = perform(suspend(customer, bystanders));

        assertThat(outcome.result()).isIn(NOT_MADE);
        assertThat(outcome.message()).isNotBlank();
        assertBystanderIsUntouched();
    }

    @Test
    void aSubscriptionThatDoesNotExistIsRefused() {
        UUID customer = world.customer("reseller");
        WriteOutcome outcome = perform(suspend(customer, UUID.randomUUID().toString()));
        assertThat(outcome.result()).isIn(NOT_MADE);
        assertThat(outcome.message()).isNotBlank();
    }

    @Test
    void aRemovalIsRefusedAndChangesNothingWhileAnythingIsActive() {
        UUID customer = world.customer("reseller");
        world.subscription(customer, "license", "suspended");
        String license = world.subscription(customer, "license", "active");
        long before = world.changes();

        WriteOutcome outcome = perform(remove(customer));

        assertThat(outcome.result()).isIn(NOT_MADE);
        assertThat(outcome.message()).isNotBlank();
        assertThat(world.changes()).isEqualTo(before);
        assertThat(world.relationship(customer)).isEqualTo("reseller");
        assertThat(world.status(customer, license)).isEqualTo("active");
        assertThat(platform.verify(RemovalRequests.of(customer))
                        .get(0)
                        .effects()
                        .values())
                .extracting(EffectReading::result)
                .doesNotContain(Result.CONFIRMED);
    }

    @Test
    void aRemovalIsRefusedWhenSomebodyHasReactivatedMeanwhile() {
        UUID customer = world.customer("reseller");
        String license = world.subscription(customer, "license", "active");
        assertThat(perform(suspend(customer, license)).result()).isEqualTo(WriteOutcome.Result.DONE);
        world.change(customer, license, "active");

        assertThat(perform(remove(customer)).result()).isIn(NOT_MADE);
        assertThat(world.relationship(customer)).isEqualTo("reseller");
    }

    @Test
    void afterARemovalAllFourEffectsAreConfirmed() {
        UUID customer = world.customer("reseller");
        world.subscription(customer, "license", "suspended");
        assertThat(platform.verify(RemovalRequests.of(customer)).get(0).reseller())
                .isTrue();

        WriteOutcome outcome = perform(remove(customer));

        assertThat(outcome.result()).isEqualTo(WriteOutcome.Result.DONE);
        assertThat(world.relationship(customer)).isNotEqualTo("reseller");
        Verification verification =
                platform.verify(RemovalRequests.of(customer)).get(0);
        assertThat(verification.effects()).containsOnlyKeys(Effect.values());
        assertThat(verification.confirmed()).isTrue();
        assertThat(verification.reseller()).isFalse();
        assertThat(verification.effects().values())
                .allSatisfy(reading -> assertThat(reading.proof()).isNotBlank());
        assertBystanderIsUntouched();
        assertThat(platform.verify(RemovalRequests.of(bystander)).get(0).confirmed())
                .isFalse();
    }

    @Test
    void writesForOneCustomerAreMadeInTheirOrder() {
        UUID customer = world.customer("reseller");
        String license = world.subscription(customer, "license", "active");

        List<Write> writes = List.of(remove(customer), suspend(customer, license), remove(customer));
        List<WriteOutcome> outcomes = platform.perform(writes, YES);

        assertThat(outcomes).extracting(WriteOutcome::write).containsExactlyElementsOf(writes);
        assertThat(outcomes)
                .extracting(WriteOutcome::result)
                .endsWith(WriteOutcome.Result.DONE, WriteOutcome.Result.DONE)
                .first()
                .isIn(NOT_MADE);
    }

    /** Incident 11: one failure dropped the rest and the notice. */
    @Test
    void oneCustomerThatFailsDoesNotDropTheRest() {
        List<UUID> customers =
                IntStream.range(0, 7).mapToObj(i -> world.customer("reseller")).toList();
        List<String> subscriptions = customers.stream()
                .map(customer -> world.subscription(customer, "license", "active"))
                .toList();
        world.failFor(customers.get(0));
        world.failFor(customers.get(4));

        List<Write> suspensions = IntStream.range(0, 7)
                .mapToObj(i -> suspend(customers.get(i), subscriptions.get(i)))
                .toList();
        List<WriteOutcome> suspended = platform.perform(suspensions, YES);
        List<Write> removals =
                customers.stream().map(ResellerPlatformContract::remove).toList();
        List<WriteOutcome> removed = platform.perform(removals, YES);

        assertThat(suspended).extracting(WriteOutcome::write).containsExactlyElementsOf(suspensions);
        assertThat(removed).extracting(WriteOutcome::write).containsExactlyElementsOf(removals);
        for (int i = 0; i < 7; i++) {
            boolean fails = i == 0 || i == 4;
            assertThat(suspended.get(i).result() == WriteOutcome.Result.DONE).isNotEqualTo(fails);
            assertThat(suspended.get(i).message().isEmpty()).isNotEqualTo(fails);
            assertThat(removed.get(i).result() == WriteOutcome.Result.DONE).isNotEqualTo(fails);
            assertThat(world.relationship(customers.get(i)).equals("reseller")).isEqualTo(fails);
        }
    }

    @Test
    void onceItMayNotStartNothingIsSent() {
        UUID customer = world.customer("reseller");
        String license = world.subscription(customer, "license", "active");
        UUID second = world.customer("reseller");
        long before = world.changes();

        List<WriteOutcome> outcomes =
                platform.perform(List.of(suspend(customer, license), remove(second)), () -> false);

        assertThat(outcomes).extracting(WriteOutcome::result).containsOnly(WriteOutcome.Result.NOT_SENT);
        assertThat(world.changes()).isEqualTo(before);
        assertThat(world.status(customer, license)).isEqualTo("active");
        assertThat(world.relationship(second)).isEqualTo("reseller");
    }

    @Test
    void afterTheFirstNoNothingMoreIsSent() {
        UUID customer = world.customer("reseller");
        String license = world.subscription(customer, "license", "active");
        AtomicInteger asked = new AtomicInteger();

        List<WriteOutcome> outcomes = platform.perform(
                List.of(suspend(customer, license), remove(customer)), () -> asked.getAndIncrement() == 0);

        assertThat(outcomes)
                .extracting(WriteOutcome::result)
                .containsExactly(WriteOutcome.Result.DONE, WriteOutcome.Result.NOT_SENT);
        assertThat(world.relationship(customer)).isEqualTo("reseller");
    }

    @Test
    void thePopulationCountsResellerCustomersOnly() {
        world.customer("reseller");
        world.customer("advisor");
        UUID gone = world.customer("reseller");
        assertThat(platform.population()).isEqualTo(new Population(3, true));

        perform(remove(gone));

        assertThat(platform.population()).isEqualTo(new Population(2, true));
    }

    @Test
    void moreThanAChunkIsAnsweredToo() {
        int size = platform.chunkSize() + 1;
        List<UUID> customers = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            UUID customer = world.customer("reseller");
            customers.add(customer);
            writes.add(suspend(customer, world.subscription(customer, "license", "active")));
        }
        for (UUID customer : customers) {
            writes.add(remove(customer));
        }

        List<WriteOutcome> outcomes = platform.perform(writes, YES);

        assertThat(outcomes).extracting(WriteOutcome::write).containsExactlyElementsOf(writes);
        assertThat(outcomes).extracting(WriteOutcome::result).containsOnly(WriteOutcome.Result.DONE);
        assertThat(platform.observe(customers))
                .extracting(Observation::customerId)
                .containsExactlyElementsOf(customers);
        assertThat(platform.verify(RemovalRequests.of(customers))).allMatch(Verification::confirmed);
        assertBystanderIsUntouched();
    }

    @Test
    void aCustomerThatIsGoneIsNotRemovedAgain() {
        UUID customer = world.customer("reseller");
        perform(remove(customer));
        long before = world.changes();

        WriteOutcome again = perform(remove(customer));

        assertThat(again.result()).isIn(NOT_MADE);
        assertThat(world.changes()).isEqualTo(before);
    }
}
