package dev.offboarding.report;

import dev.offboarding.audit.NewEvent;
import java.time.Instant;
import java.util.List;

/**
 * What the next run of a job would do with one customer, as far as that is known before it begins. Nothing of it has happened.
 *
 * @param at when that run is to begin
 * @param scheduled whether that is by the job's schedule; else it is now
 * @param summary what would be done, in one sentence
 * @param rules which rules say so, one sentence each
 * @param events what the trail would say of it
 */
public record Tonight(
        Instant at, boolean scheduled, Decision decision, String summary, List<String> rules, List<NewEvent> events) {

    public enum Decision {
        /** The job has no open case of this customer. */
        NO_CASE,
        /** Its case is closed. */
        CLOSED,
        /** Another job works its case. */
        OTHER_JOB,
        /** Its case was opened on another ledger or tenant. */
        OTHER_PLATFORM,
        /** The run would end before it began. */
        NO_RUN,
        /** The platform could not be asked. */
        NOT_REACHED,
        /** It would not be read. */
        NOT_READ,
        /** It would be read, and wait. */
        HELD,
        /** Something would be written, unless a limit stops the run. */
        WRITES,
        /** Effects of its removal would be read back. */
        LOOKS,
        /** What was read leads to no decision. */
        FAILED,
        /** Its case would end as it stands. */
        ENDS
    }

    public Tonight {
        rules = List.copyOf(rules);
        events = List.copyOf(events);
    }
}
