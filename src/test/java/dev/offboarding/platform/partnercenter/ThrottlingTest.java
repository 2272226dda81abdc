package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.VerificationSettings;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Result;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.InjectedFaults;
import dev.offboarding.standin.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The platform asks to wait: then nobody who wants the same of it starts before that is over. */
class ThrottlingTest {

    private static final Endpoint[] ON_CUSTOMERS = {
        Endpoint.CUSTOMER_LIST, Endpoint.CUSTOMER_READ, Endpoint.CUSTOMER_WRITE
    };
    private static final Endpoint[] ON_SUBSCRIPTIONS = {
        Endpoint.SUBSCRIPTION_LIST, Endpoint.SUBSCRIPTION_READ, Endpoint.SUBSCRIPTION_WRITE, Endpoint.SUPPORT_CONTACT
    };

    private final Rig rig = new Rig();

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        rig.close();
    }

    /**
     * Time stands still for whoever waits for the end of a pause until a second one waits for it, too, or says that nobody comes any
     * more. What the second one does meanwhile it does at the pause's beginning.
     */
    private final class ForTwo implements CancellationToken.Pause {
        private final CountDownLatch first = new CountDownLatch(1);
        private final CountDownLatch both = new CountDownLatch(2);

        @Override
        public void pass(Duration time) throws InterruptedException {
            Instant end = rig.clock.instant().plus(time);
            if (time.compareTo(Duration.ofSeconds(5)) > 0) {
                first.countDown();
                both.countDown();
                both.await(20, TimeUnit.SECONDS);
            }
            // in one piece: two who both find forty seconds left must not make it eighty
            synchronized (rig) {
                Duration left = Duration.between(rig.clock.instant(), end);
                if (!left.isNegative()) {
                    rig.pause(left);
                }
            }
        }

        ResellerPlatform platform() {
            return PartnerCenterPlatform.open(
                    rig.settings(),
                    new VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                    rig.clock,
                    CancellationToken.pausing(this),
                    RequestListener.UNCOUNTED);
        }

        /** Begins to read a customer, and returns when that has to wait. */
        CompletableFuture<Observation> toldToWait(ResellerPlatform platform, CustomerBuilder customer)
                throws InterruptedException {
            CompletableFuture<Observation> seen = CompletableFuture.supplyAsync(
                    () -> Rig.observe(platform, customer), task -> new Thread(task).start());
            assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
            return seen;
        }

        void nobodyElse() {
            both.countDown();
        }
    }

    private InjectedFaults.Draft askingToWait(int status, Duration time) {
        return status == 429
                ? rig.standIn.faults().inject(InjectedFault.THROTTLED).taking(time)
                : rig.standIn
                        .faults()
                        .inject(InjectedFault.SERVER_ERROR_BEFORE)
                        .answering(status, 0)
                        .askingToWait(time);
    }

    private RecordedRequest answered(int status) {
        List<RecordedRequest> all = rig.standIn.requests().stream()
                .filter(it -> it.status() == status)
                .toList();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<RecordedRequest> after(RecordedRequest one, Endpoint... endpoints) {
        return rig.requests(endpoints).stream()
                .filter(it -> it.number() > one.number())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"429, false", "429, true", "503, false", "503, true"})
    void nobodyStartsBeforeTheTimeIsOverAndOnlyOnThatResource(int status, boolean dated) throws Exception {
        CustomerBuilder told = rig.standIn.customer("Adatum");
        CustomerBuilder other = rig.standIn.customer("Bellows");
        InjectedFaults.Draft fault = askingToWait(status, Duration.ofSeconds(40))
                .on(Endpoint.SUBSCRIPTION_LIST)
                .about(told.id());
        (dated ? fault.dated() : fault).once();
        ForTwo waiting = new ForTwo();
        try (ResellerPlatform platform = waiting.platform()) {
            CompletableFuture<Observation> first = waiting.toldToWait(platform, told);
            Observation second = Rig.observe(platform, other);
            waiting.nobodyElse();

            assertThat(second).isInstanceOf(Observation.Found.class);
            assertThat(first.get(20, TimeUnit.SECONDS)).isInstanceOf(Observation.Found.class);
        }

        RecordedRequest refusal = answered(status);
        Instant over = refusal.received().plusSeconds(40);
        assertThat(after(refusal, ON_SUBSCRIPTIONS))
                .hasSize(2)
                .allSatisfy(it -> assertThat(it.received()).isBetween(over, over.plusSeconds(5)));
        assertThat(after(refusal, ON_CUSTOMERS))
                .singleElement()
                .satisfies(it -> assertThat(it.received()).isBefore(over));
    }

    /** Somebody's clock is fast, or the answer took long. */
    @Test
    void aDateThatIsOverIsNoReasonToAskAgainAtOnce() {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.CUSTOMER_READ)
                .taking(Duration.ofMinutes(-1))
                .dated()
                .times(3);

        assertThat(Rig.observe(rig.platform(), customer)).isInstanceOf(Observation.Found.class);

        List<RecordedRequest> reads = rig.requests(Endpoint.CUSTOMER_READ);
        assertThat(reads).hasSize(4);
        for (int i = 1; i < reads.size(); i++) {
            assertThat(Duration.between(
                            reads.get(i - 1).received(), reads.get(i).received()))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(500L << (i - 1)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "-5", "0x10", "soon", "", "99999999999", "Fri, 31 Feb 2026 00:00:00 GMT"})
    void aTimeThatNobodyUnderstandsIsNoneAndIsWaitedForAsWithoutOne(String odd) {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED_UNTIMED)
                .on(Endpoint.CUSTOMER_READ)
                .askingFor(odd)
                .times(2);

        assertThat(Rig.observe(rig.platform(), customer)).isInstanceOf(Observation.Found.class);

        List<RecordedRequest> reads = rig.requests(Endpoint.CUSTOMER_READ);
        assertThat(reads).hasSize(3);
        assertThat(Duration.between(reads.get(0).received(), reads.get(2).received()))
                .isBetween(Duration.ofMillis(1500), Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_ERROR_BEFORE", "SERVER_ERROR_AFTER"})
    void aSuspensionThatIsAnswered503IsLookedUpWhenTheTimeIsOverAndNotSentAgain(InjectedFault fault) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        lookedUpOnceItsTimeIsOver(
                fault, Rig.suspend(customer, "E3"), Endpoint.SUBSCRIPTION_WRITE, ON_SUBSCRIPTIONS, "suspended");
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_ERROR_BEFORE", "SERVER_ERROR_AFTER"})
    void aRemovalThatIsAnswered503IsLookedUpWhenTheTimeIsOverAndNotSentAgain(InjectedFault fault) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        lookedUpOnceItsTimeIsOver(fault, Rig.remove(customer), Endpoint.CUSTOMER_WRITE, ON_CUSTOMERS, "none");
    }

    private void lookedUpOnceItsTimeIsOver(
            InjectedFault fault, Write write, Endpoint endpoint, Endpoint[] resource, String wanted) {
        rig.standIn
                .faults()
                .inject(fault)
                .on(endpoint)
                .answering(503, 0)
                .askingToWait(Duration.ofSeconds(90))
                .once();

        WriteOutcome outcome = Rig.perform(rig.platform(), write);

        boolean applied = fault == InjectedFault.SERVER_ERROR_AFTER;
        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.tookEffect(wanted)).isEqualTo(applied);
        assertThat(outcome.worthRetrying()).isNotEqualTo(applied);
        RecordedRequest sent = answered(503);
        assertThat(after(sent, resource)).isNotEmpty().allSatisfy(it -> {
            assertThat(it.isWrite()).isFalse();
            assertThat(it.received()).isAfterOrEqualTo(sent.received().plusSeconds(90));
        });
    }

    @Test
    void tenMinutesAreWaitedFor() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        askingToWait(429, Duration.ofMinutes(10))
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .once();

        assertThat(Rig.perform(rig.platform(), Rig.suspend(customer, "E3")).result())
                .isEqualTo(Result.DONE);
    }

    @ParameterizedTest
    @ValueSource(longs = {620, 86_400, 1_000_000})
    void moreThanTenMinutesAreNotWaitedForAndStillNobodyStartsBefore(long seconds) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        CustomerBuilder other = rig.standIn.customer("Fabrikam").licence("E3", "active");
        askingToWait(429, Duration.ofSeconds(seconds))
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .once();
        ResellerPlatform platform = rig.platform();
        Instant begun = rig.clock.instant();

        WriteOutcome outcome = Rig.perform(platform, Rig.suspend(customer, "E3"));
        Observation seen = Rig.observe(platform, other);

        assertThat(outcome.result()).isEqualTo(Result.NOT_SENT);
        assertThat(outcome.tookEffect("suspended")).isFalse();
        assertThat(outcome.message()).isEqualTo("the platform asks to wait for another %d s".formatted(seconds));
        assertThat(seen).isInstanceOf(Observation.Unreadable.class);
        assertThat(((Observation.Unreadable) seen).why())
                .containsPattern("the platform asks to wait for another [0-9]+ s");
        assertThat(Duration.between(begun, rig.clock.instant())).isLessThan(Duration.ofMinutes(1));
        assertThat(after(answered(429), ON_SUBSCRIPTIONS)).isEmpty();
        assertThat(rig.standIn.status(customer.idOf("E3"))).isEqualTo("active");

        rig.clock.set(begun.plusSeconds(seconds));
        assertThat(Rig.perform(platform, Rig.suspend(customer, "E3")).result()).isEqualTo(Result.DONE);
    }

    /** To be admitted a write may have waited for a database. */
    @Test
    void aWriteThatWasAdmittedWhileAnotherCallWasAskedToWaitWaitsForTheEndOfIt() throws Exception {
        CustomerBuilder told = rig.standIn.customer("Adatum");
        CustomerBuilder customer = rig.standIn.customer("Bellows").licence("E3", "suspended");
        askingToWait(429, Duration.ofSeconds(20))
                .on(Endpoint.CUSTOMER_READ)
                .about(told.id())
                .once();
        ForTwo waiting = new ForTwo();
        List<Instant> asked = new ArrayList<>();
        List<CompletableFuture<Observation>> others = new ArrayList<>();
        List<WriteOutcome> outcomes;
        try (ResellerPlatform platform = waiting.platform()) {
            outcomes = platform.perform(List.of(Rig.remove(customer)), () -> {
                asked.add(rig.clock.instant());
                if (others.isEmpty()) {
                    try {
                        others.add(waiting.toldToWait(platform, told));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return true;
            });
            waiting.nobodyElse();
            assertThat(others).hasSize(1);
            assertThat(others.get(0).get(20, TimeUnit.SECONDS)).isInstanceOf(Observation.Found.class);
        }

        RecordedRequest refusal = answered(429);
        assertThat(outcomes).extracting(WriteOutcome::result).containsExactly(Result.DONE);
        assertThat(after(refusal, ON_CUSTOMERS))
                // the other's read and the write; and the write's own last look, if it had not been sent before
                .hasSizeBetween(2, 3)
                .allSatisfy(it -> assertThat(it.received())
                        .isAfterOrEqualTo(refusal.received().plusSeconds(20)));
        // an admission of twenty seconds ago is none; where both have moved the clock the last look is too old by then,
        // and is taken again
        assertThat(asked).hasSizeBetween(2, 3);
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE))
                .extracting(RecordedRequest::received)
                .containsExactly(asked.get(asked.size() - 1));
    }

    /** Signing in again may take as long as a run has left. */
    @Test
    void whetherAWriteMayStartIsAskedOnceItIsSignedIn() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        rig.standIn
                .faults()
                .inject(InjectedFault.TOKEN_DIES)
                .on(Endpoint.CUSTOMER_WRITE)
                .once();
        ResellerPlatform platform = rig.platform();
        platform.population();
        rig.standIn.clearRecords();
        AtomicBoolean goesOn = new AtomicBoolean(true);
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.LOGIN)
                .taking(Duration.ofSeconds(30))
                .once();
        rig.meanwhile = time -> goesOn.set(goesOn.get() && time.compareTo(Duration.ofSeconds(30)) < 0);

        List<WriteOutcome> outcomes = platform.perform(List.of(Rig.remove(customer)), goesOn::get);

        assertThat(rig.requests(Endpoint.LOGIN)).hasSize(2);
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE))
                .extracting(RecordedRequest::status)
                .containsExactly(401);
        assertThat(outcomes).extracting(WriteOutcome::result).containsExactly(Result.NOT_SENT);
        assertThat(rig.standIn.relationship(customer.id())).isEqualTo("reseller");
    }
}
