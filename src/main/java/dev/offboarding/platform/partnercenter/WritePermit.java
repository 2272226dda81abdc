package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Admission;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asked right before a write is sent, after all waiting: whether the run may start anything, whether somebody has asked meanwhile that
 * nothing is written to the customer, and whether what the write was decided on is still recent enough. Throttled, a request may wait for minutes.
 */
final class WritePermit implements Admission {

    private final WriteContext performance;
    private final Write write;
    private final Clock clock;
    private final Instant end;
    private volatile boolean late;
    private volatile @Nullable String forbidden;

    /** @param end until when it may be sent */
    WritePermit(WriteContext performance, Write write, Clock clock, Instant end) {
        this.performance = performance;
        this.write = write;
        this.clock = clock;
        this.end = end;
    }

    @Override
    public boolean mayStart() {
        // this may wait for a database, so the age is asked last
        boolean mayStart = performance.mayStart();
        forbidden = mayStart ? performance.forbids(write) : null;
        late = mayStart && clock.instant().isAfter(end);
        return mayStart && forbidden == null && !late;
    }

    /**
     * What became of it where this answer says that it was not sent because somebody has asked for that; null where it says otherwise.
     *
     * @param found what its target was read as
     */
    @Nullable
    WriteOutcome forbidden(Reply reply, @Nullable String found) {
        String why = forbidden;
        return why != null && reply instanceof Reply.NotAllowed ? performance.forbidden(write, found, why) : null;
    }

    /** Whether this answer says that it was not sent because its turn came too late. */
    boolean cameLate(Reply reply) {
        return late && forbidden == null && reply instanceof Reply.NotAllowed;
    }
}
