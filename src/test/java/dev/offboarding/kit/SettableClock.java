package dev.offboarding.kit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Time passes when a test says so. */
public final class SettableClock extends Clock {

    private volatile Instant now;
    private volatile boolean running;

    public SettableClock(Instant now) {
        this.now = now;
    }

    /** To the millisecond: a time that comes back from the database has been rounded, and this clock does not catch up with it. */
    public synchronized void set(Instant time) {
        now = time.truncatedTo(ChronoUnit.MILLIS);
    }

    /** From here on it is the system's, and runs on its own. */
    public void run() {
        running = true;
    }

    /** From here on it stands again. */
    public synchronized void stop() {
        set(instant());
        running = false;
    }

    public synchronized void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return running ? Instant.now() : now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new Zoned(zone);
    }

    private final class Zoned extends Clock {
        private final ZoneId zone;

        public Zoned(ZoneId zone) {
            this.zone = zone;
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new Zoned(other);
        }

        @Override
        public Instant instant() {
            return SettableClock.this.instant();
        }
    }
}
