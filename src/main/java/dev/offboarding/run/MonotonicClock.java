package dev.offboarding.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clock that is not set back while a run is under way: from there it continues as if it had not been. Otherwise an hour that is set back would be
 * waited for once more, and a run would end before it began. That it is set forward it follows.
 */
final class MonotonicClock extends Clock {

    private static final Logger LOG = LoggerFactory.getLogger(MonotonicClock.class);
    private static final Duration WORTH_TELLING = Duration.ofSeconds(1);

    private final Clock clock;
    private Duration setBack = Duration.ZERO;
    private Instant last = Instant.MIN;

    MonotonicClock(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Instant instant() {
        Instant now = clock.instant().plus(setBack);
        if (now.isBefore(last)) {
            Duration by = Duration.between(now, last);
            setBack = setBack.plus(by);
            now = last;
            if (by.compareTo(WORTH_TELLING) > 0) {
                LOG.warn("the clock was set back by {} s; this run goes by what it was before", by.toSeconds());
            }
        }
        last = now;
        return now;
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new Zoned(zone);
    }

    private final class Zoned extends Clock {
        private final ZoneId zone;

        Zoned(ZoneId zone) {
            this.zone = zone;
        }

        @Override
        public Instant instant() {
            return MonotonicClock.this.instant();
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new Zoned(other);
        }
    }
}
