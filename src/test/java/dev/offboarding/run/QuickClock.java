package dev.offboarding.run;

import dev.offboarding.kit.SettableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** A settable clock on which a little time passes whenever somebody looks: whoever waits for it does not wait for ever, nor for long. */
public final class QuickClock extends Clock {

    private static final Duration TICK = Duration.ofMillis(100);

    private final SettableClock clock;

    public QuickClock(SettableClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Instant instant() {
        clock.pass(TICK);
        return clock.instant();
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return clock.withZone(zone);
    }
}
