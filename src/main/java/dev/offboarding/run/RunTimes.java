package dev.offboarding.run;

import dev.offboarding.lists.ListReception;
import java.time.Clock;
import java.time.Duration;

/**
 * What time it is for a run, and how long it waits.
 *
 * @param references what its clock is compared with
 * @param betweenLooks how long a list file has to stay as it is before it is read
 * @param grace how long what is under way may still take once the run is asked to stop
 * @param databaseWait how long the job's own database is waited for when it is away
 */
record RunTimes(Clock clock, ReferenceClocks references, Duration betweenLooks, Duration grace, Duration databaseWait) {

    /** For what is under way when the run is asked to stop; of 30 seconds the others are for the report. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** A server that is restarted after a crash takes some time to recover. */
    private static final Duration DATABASE_WAIT = Duration.ofSeconds(60);

    static RunTimes real(Clock clock) {
        return new RunTimes(clock, ReferenceClocks.REAL, ListReception.BETWEEN_LOOKS, GRACE, DATABASE_WAIT);
    }

    /** Of a run whose time may be made up: no one else's is compared with it. */
    static RunTimes madeUp(Clock clock, Duration betweenLooks) {
        return new RunTimes(clock, ReferenceClocks.AS_OURS, betweenLooks, GRACE, DATABASE_WAIT);
    }
}
