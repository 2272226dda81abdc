package dev.offboarding.run;

import dev.offboarding.platform.Admission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Waits in short naps, so that a run that is to stop does. */
final class RealPause implements Pause {

    private static final Duration NAP = Duration.ofMillis(200);

    private final Clock clock;

    RealPause(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void until(Instant time, Admission admission) throws InterruptedException {
        while (admission.mayStart()) {
            Duration left = Duration.between(clock.instant(), time);
            if (left.isNegative() || left.isZero()) {
                return;
            }
            Thread.sleep(Math.max(1, Math.min(left.toMillis(), NAP.toMillis())));
        }
    }
}
