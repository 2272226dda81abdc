package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Effect;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Population;
import dev.offboarding.platform.RemovalRequests;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Verification;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.Host;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls of a whole run, in the order of its steps. */
class WholeNightTest {

    /** As often as a run tries. */
    private static final int ATTEMPTS = 3;

    private static final int NIGHTS = 3;

    private Rig rig = new Rig();

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        rig.close();
    }

    /** What the steps do with customers that hold nothing but licences and usage. */
    private List<Verification> night(ResellerPlatform platform, List<CustomerBuilder> customers) {
        List<UUID> ids = customers.stream().map(Rig::id).toList();
        List<Observation> seen = found(platform, ids);
        Population population = platform.population();
        assertThat(population.complete()).isTrue();
        for (Observation observation : seen) {
            Customer customer = ((Observation.Found) observation).customer();
            List<Write> suspensions = customer.subscriptions().stream()
                    .filter(Subscription::active)
                    .filter(it -> it.kind() == Kind.LICENSE || it.kind() == Kind.USAGE)
                    .map(it -> new Write(customer.id(), Action.SUSPEND, it.id(), 1, UUID.randomUUID()))
                    .toList();
            performWithRetries(platform, suspensions);
        }
        assertThat(found(platform, ids))
                .allSatisfy(it -> assertThat(((Observation.Found) it).customer().subscriptions())
                        .noneMatch(Subscription::active));
        performWithRetries(
                platform,
                ids.stream()
                        .map(id -> new Write(id, Action.REMOVE, id.toString(), 1, UUID.randomUUID()))
                        .toList());
        rig.clock.pass(platform.firstLookAfter());
        return platform.verify(RemovalRequests.of(ids));
    }

    /** What could not be read, every one of a few times, is read in another night. */
    private static List<Observation> found(ResellerPlatform platform, List<UUID> ids) {
        List<Observation> seen = platform.observe(ids);
        for (int night = 1;
                night < NIGHTS && seen.stream().anyMatch(Observation.Unreadable.class::isInstance);
                night++) {
            seen = platform.observe(ids);
        }
        assertThat(seen).allMatch(Observation.Found.class::isInstance);
        return seen;
    }

    /** As a run does, and for what a run gives up the next nights: nothing is left then but by a mistake. */
    private static void performWithRetries(ResellerPlatform platform, List<Write> writes) {
        List<Write> open = writes;
        for (int night = 1; night <= NIGHTS && !open.isEmpty(); night++) {
            open = open.stream()
                    .map(it -> new Write(it.customerId(), it.action(), it.target(), 1, UUID.randomUUID()))
                    .toList();
            for (int attempt = 1; attempt <= ATTEMPTS && !open.isEmpty(); attempt++) {
                open = performOnce(platform, open);
            }
        }
        assertThat(open).isEmpty();
    }

    private static List<Write> performOnce(ResellerPlatform platform, List<Write> writes) {
        List<Write> again = new ArrayList<>();
        for (WriteOutcome outcome : platform.perform(writes, () -> true)) {
            Write it = outcome.write();
            if (outcome.worthRetrying()) {
                again.add(new Write(it.customerId(), it.action(), it.target(), it.attempt() + 1, UUID.randomUUID()));
            } else {
                String wanted = it.action() == Action.REMOVE ? "none" : "suspended";
                // what an earlier night has done after all is found done
                assertThat(outcome.tookEffect(wanted) || wanted.equals(outcome.after()))
                        .as(outcome.toString())
                        .isTrue();
            }
        }
        return again;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 9})
    void aCustomerCostsNoMoreRequestsThanItHasTo(int active) {
        rig.bystander();
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            CustomerBuilder customer = rig.standIn.customer("Customer " + i).licence("old", "expired");
            for (int n = 0; n < active; n++) {
                customer.licence("E" + n, "active");
            }
            customers.add(customer);
        }

        assertThat(night(rig.platform(), customers)).allMatch(Verification::confirmed);

        for (CustomerBuilder customer : customers) {
            List<String> asked = rig.standIn.requests().stream()
                    .filter(it -> it.host() == Host.API && it.path().contains(customer.id()))
                    .map(it -> it.method() + " " + it.path())
                    .toList();
            // one more than in a run, where time goes by between the last write and the list before the removals
            assertThat(asked).hasSizeLessThanOrEqualTo(active + 10);
        }
        List<RecordedRequest> shared = rig.standIn.requests().stream()
                .filter(it -> it.endpoint() == Endpoint.CUSTOMER_LIST || it.host() == Host.GRAPH)
                .toList();
        assertThat(shared).hasSizeLessThanOrEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void allFaultsTogetherChangeNothingAboutHowItEnds(long seed) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.seed(seed)
                .lags(Duration.ofSeconds(3))
                .asyncShare(0.2)
                .pages(7, 3, 500, 4)
                .accessTokenLife(Duration.ofSeconds(120))
                // of many calls at once, on a machine that is busy
                .throttleGrace(Duration.ofSeconds(1)));
        rig.readTimeout = Duration.ofSeconds(10);
        rig.bystander();
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            customers.add(rig.standIn
                    .customer("Customer " + i)
                    .licence("E3", "active")
                    .addOn("Audio", "active")
                    .usage("Azure", "active")
                    .licence("E5", "suspended"));
        }
        for (InjectedFault fault : List.of(
                InjectedFault.SERVER_ERROR_BEFORE,
                InjectedFault.SERVER_ERROR_AFTER,
                InjectedFault.ANSWER_LOST,
                InjectedFault.CONNECTION_LOST,
                InjectedFault.HTML_ERROR,
                InjectedFault.EMPTY_BODY,
                InjectedFault.TRUNCATED_JSON,
                InjectedFault.UNKNOWN_FIELDS)) {
            rig.standIn.faults().inject(fault).withProbability(0.02);
        }
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .taking(Duration.ofSeconds(7))
                .withProbability(0.01);
        rig.standIn.faults().inject(InjectedFault.THROTTLED_UNTIMED).withProbability(0.01);
        rig.standIn.faults().inject(InjectedFault.TOKEN_DIES).withProbability(0.003);
        ResellerPlatform platform = rig.platform();

        List<Verification> looks = night(platform, customers);
        for (int i = 0; i < 5 && !looks.stream().allMatch(Verification::confirmed); i++) {
            rig.clock.pass(Duration.ofMinutes(1));
            looks = platform.verify(
                    RemovalRequests.of(customers.stream().map(Rig::id).toList()));
        }

        assertThat(looks).allMatch(Verification::confirmed);
        for (CustomerBuilder customer : customers) {
            assertThat(rig.standIn.relationship(customer.id())).isEqualTo("none");
            assertThat(rig.standIn.changes(customer.idOf("E3"))).hasSize(1);
            assertThat(rig.standIn.changes(customer.idOf("Audio"))).hasSize(1);
        }
    }

    @Test
    void microsoftsQuotaIsNeverMetWhenThePaceIsBelowIt() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.quota(Resource.CUSTOMER, 500, Duration.ofMinutes(1))
                .quota(Resource.SUBSCRIPTION, 500, Duration.ofMinutes(1)));
        rig.requestsPerMinute = 480;
        rig.inFlight = 16;
        rig.bystander();
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            customers.add(rig.standIn.customer("Customer " + i).licence("E3", "active"));
        }

        assertThat(night(rig.platform(), customers)).allMatch(Verification::confirmed);

        assertThat(rig.standIn.requests()).noneMatch(it -> it.status() == 429);
        for (Endpoint endpoint : List.of(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_READ)) {
            assertThat(mostInAMinute(rig.requests(endpoint))).isLessThanOrEqualTo(480);
        }
    }

    private static long mostInAMinute(List<RecordedRequest> requests) {
        Map<Instant, Long> counts = requests.stream()
                .collect(Collectors.toMap(
                        RecordedRequest::received,
                        it -> requests.stream()
                                .filter(other -> !other.received().isBefore(it.received())
                                        && other.received()
                                                .isBefore(it.received().plus(Duration.ofMinutes(1))))
                                .count(),
                        Math::max));
        return counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    @Test
    void aQuotaThatIsTighterThanThePaceIsHonouredToTheSecond() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.quota(Resource.CUSTOMER, 30, Duration.ofMinutes(1))
                .quota(Resource.SUBSCRIPTION, 30, Duration.ofMinutes(1))
                .throttleGrace(Duration.ofMillis(300)));
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            customers.add(rig.standIn.customer("Customer " + i).licence("E3", "expired"));
        }

        List<Observation> seen =
                rig.platform().observe(customers.stream().map(Rig::id).toList());

        assertThat(seen).allMatch(Observation.Found.class::isInstance);
        assertThat(rig.standIn.requests()).anyMatch(it -> it.status() == 429);
        // and each of them was counted, once
        Map<String, Long> asked = rig.standIn.requests().stream()
                .collect(Collectors.groupingBy(
                        it -> switch (it.endpoint()) {
                                    case LOGIN -> "sign-in ";
                                    case GDAP_READ, GDAP_WRITE -> "graph ";
                                    case CUSTOMER_LIST, CUSTOMER_READ, CUSTOMER_WRITE -> "customer ";
                                    case ENTITLEMENTS, TRANSFERS, ORDERS, AUDIT, OTHER -> "other ";
                                    default -> "subscription ";
                                }
                                + it.status(),
                        Collectors.counting()));
        assertThat(rig.traffic).isEqualTo(asked).containsKeys("customer 200", "subscription 429", "sign-in 200");
    }

    /** Incident 13: nobody waits for ever. */
    @Test
    void aPlatformThatNeverShowsAnythingEndsEveryWait() {
        rig.bystander();
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, customer);
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_AFTER)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .always();
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.reads())
                .always();
        Instant begun = rig.clock.instant();

        WriteOutcome outcome = Rig.perform(platform, Rig.suspend(customer, "E3"));
        Verification verification =
                platform.verify(RemovalRequests.of(Rig.id(customer))).get(0);

        // it was sent as the list had shown it, and what became of it cannot be read
        assertThat(outcome.result()).isEqualTo(WriteOutcome.Result.LOST);
        assertThat(outcome.after()).isNull();
        assertThat(verification.effects()).containsOnlyKeys(Effect.values());
        assertThat(verification.confirmed()).isFalse();
        assertThat(Duration.between(begun, rig.clock.instant())).isLessThan(Duration.ofMinutes(5));
    }
}
