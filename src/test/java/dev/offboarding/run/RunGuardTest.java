package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.SettableClock;
import dev.offboarding.runs.StopReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunGuardTest {

    private static final Instant NOW = Instant.parse("2026-03-10T02:30:00Z");

    private final SettableClock clock = new SettableClock(NOW);
    private final List<Duration> naps = new ArrayList<>();

    private RunGuard guard(CancellationToken cancellation) {
        return new RunGuard(clock, () -> true, null, cancellation);
    }

    private CancellationToken napping() {
        return CancellationToken.pausing(nap -> {
            naps.add(nap);
            clock.pass(nap);
        });
    }

    @Test
    void aTimeIsWaitedForAndNotLonger() throws InterruptedException {
        RunGuard guard = guard(napping());

        guard.waitUntil(NOW.plusMillis(500), guard::mayStart);

        assertThat(clock.instant()).isEqualTo(NOW.plusMillis(500));
        assertThat(naps).containsExactly(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(100));
    }

    @Test
    void whatIsPastIsNotWaitedFor() throws InterruptedException {
        RunGuard guard = guard(napping());

        guard.waitUntil(NOW, guard::mayStart);

        assertThat(naps).isEmpty();
    }

    /** A limit keeps new customers from being started, and does not end what is looked at. */
    @Test
    void aStopEndsTheWaitOfThoseWhomItConcerns() throws InterruptedException {
        RunGuard guard = guard(napping());
        guard.stop(StopReason.LIMIT, "too many");

        guard.waitUntil(NOW.plusSeconds(1), guard::mayStart);
        assertThat(naps).isEmpty();

        guard.waitUntil(NOW.plusSeconds(1), guard::mayGoOn);
        assertThat(clock.instant()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void aRunThatIsAskedToStopWaitsNoLonger() throws InterruptedException {
        CancellationToken cancellation = new CancellationToken(Duration.ZERO);
        RunGuard guard = guard(cancellation);
        cancellation.cancel();

        guard.waitUntil(Instant.MAX, () -> true);

        assertThat(guard.mayGoOn()).isFalse();
    }
}
