package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Admission;
import java.time.Clock;
import java.time.Instant;

/**
 * Asked right before a write is sent, after all waiting: whether the run may start anything, and whether what the write was decided on
 * is still recent enough. Throttled, a request may wait for minutes.
 */
final class WritePermit implements Admission {

    private final WriteContext performance;
    private final Clock clock;
    private final Instant end;
    private volatile boolean late;

    /** @param end until when it may be sent */
    WritePermit(WriteContext performance, Clock clock, Instant end) {
        this.performance = performance;
        this.clock = clock;
        this.end = end;
    }

    @Override
    public boolean mayStart() {
        // this may wait for a database, so the age is asked last
        boolean mayStart = performance.mayStart();
        late = mayStart && clock.instant().isAfter(end);
        return mayStart && !late;
    }

    /** Whether this answer says that it was not sent because its turn came too late. */
    boolean cameLate(Reply reply) {
        return late && reply instanceof Reply.NotAllowed;
    }
}
