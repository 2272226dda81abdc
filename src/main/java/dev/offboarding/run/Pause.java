package dev.offboarding.run;

import dev.offboarding.platform.Admission;
import java.time.Instant;

/** Waits. A test lets time pass instead. */
@FunctionalInterface
interface Pause {

    /** Returns at that time, at once if it is past, and soon after the run may start nothing more. */
    void until(Instant time, Admission admission) throws InterruptedException;
}
