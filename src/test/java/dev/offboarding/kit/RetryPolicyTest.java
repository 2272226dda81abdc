package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final AtomicLong stopwatch = new AtomicLong();
    private final List<Duration> waits = new ArrayList<>();
    private final CancellationToken time = CancellationToken.pausing(wait -> {
        waits.add(wait);
        stopwatch.addAndGet(wait.toNanos());
    });

    private RetryPolicy within(Duration atMost) {
        return new RetryPolicy(atMost, time, stopwatch::get);
    }

    private static CancellationToken cancelled() {
        CancellationToken token = new CancellationToken(Duration.ZERO);
        token.cancel();
        return token;
    }

    @Test
    void asManyAttemptsAreMadeAsThereAreTries() {
        RetryPolicy.Attempts attempts =
                new RetryPolicy(3, new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1)), time).attempts();

        assertThat(attempts.again()).isTrue();
        assertThat(attempts.isLast()).isFalse();
        assertThat(attempts.again()).isTrue();
        assertThat(attempts.isLast()).isTrue();
        assertThat(attempts.again()).isFalse();
        assertThat(waits).hasSize(2);
        assertThat(waits.get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(waits.get(1)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @Test
    void theLastAttemptBeginsWhenTheTimeIsOver() {
        RetryPolicy.Attempts attempts = within(Duration.ofSeconds(10)).attempts();

        while (attempts.again()) {
            assertThat(waits).hasSizeLessThan(100);
        }

        assertThat(stopwatch).hasValue(Duration.ofSeconds(10).toNanos());
        assertThat(attempts.isLast()).isTrue();
    }

    @Test
    void whereOneHasWaitedInVainNoOtherWaitsUntilThereWasAnAnswer() {
        RetryPolicy policy = within(Duration.ofSeconds(1));
        RetryPolicy.Attempts first = policy.attempts();
        while (first.again()) {
            assertThat(waits).hasSizeLessThan(100);
        }

        assertThat(policy.attempts().again()).isFalse();
        policy.answered();
        assertThat(policy.attempts().again()).isTrue();
    }

    /** Two calls of the ledger share nothing but the number of their tries. */
    @Test
    void triesThatWereUsedUpAreThereAgainForTheNext() {
        RetryPolicy policy = new RetryPolicy(2, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)), time);
        RetryPolicy.Attempts first = policy.attempts();
        assertThat(first.again()).isTrue();
        assertThat(first.again()).isFalse();

        assertThat(policy.attempts().again()).isTrue();
    }

    @Test
    void withoutRetriesTheFirstAttemptIsTheLast() {
        RetryPolicy.Attempts attempts = RetryPolicy.none().attempts();

        assertThat(attempts.isLast()).isTrue();
        assertThat(attempts.again()).isFalse();
    }

    @Test
    void aRunThatIsAskedToStopMakesNoOtherAttempt() {
        RetryPolicy.Attempts attempts = new RetryPolicy(Duration.ofMinutes(1), cancelled()).attempts();

        assertThat(attempts.again()).isFalse();
        assertThatThrownBy(attempts::againOrCancelled).isInstanceOf(CancelledException.class);
    }

    @Test
    void anInterruptedThreadMakesNoOtherAttemptAndStaysInterrupted() {
        RetryPolicy policy = new RetryPolicy(Duration.ofMinutes(1), CancellationToken.none());
        Thread.currentThread().interrupt();

        assertThat(policy.attempts().again()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatMayPassIsDoneAgainAndNothingElse() {
        List<RuntimeException> faults = new ArrayList<>(List.of(
                new IllegalStateException("passes"),
                new IllegalStateException("passes"),
                new IllegalArgumentException()));

        assertThatThrownBy(() -> within(Duration.ofMinutes(1)).retry(IllegalStateException.class::isInstance, () -> {
                    throw faults.remove(0);
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(faults).isEmpty();
        assertThat(waits).hasSize(2);
    }

    @Test
    void whatSucceedsIsDoneOnce() {
        assertThat(within(Duration.ofMinutes(1)).retry(e -> true, () -> "done")).isEqualTo("done");
        assertThat(waits).isEmpty();
    }
}
