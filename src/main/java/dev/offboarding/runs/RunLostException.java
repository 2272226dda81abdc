package dev.offboarding.runs;

/** Another run has taken over: whatever this one would write now may be wrong. */
public final class RunLostException extends RuntimeException {
    public RunLostException(String runId) {
        super("run " + runId + " has been ended by another one that took over; this one stops before its next write");
    }
}
