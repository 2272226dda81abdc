package dev.offboarding.runs;

/** Why a run starts no further customer. */
public enum StopReason {
    LIMIT(ExitCode.STOPPED_BY_LIMIT, false),
    /** A second person has not approved the plan. */
    APPROVAL(ExitCode.STOPPED_BY_LIMIT, false),
    /** By this machine's clock nothing can be decided. */
    CLOCK(ExitCode.STOPPED_BY_LIMIT, false),
    SIGNAL(ExitCode.STOPPED_EARLY, true),
    MAX_DURATION(ExitCode.STOPPED_EARLY, true),
    /** Too many customers failed. What is removed is still read back: there is time. */
    FAILURE_BRAKE(ExitCode.STOPPED_EARLY, false),
    /** The session that holds the job's lock is gone: another run may have begun. */
    LOCK_LOST(ExitCode.UNAVAILABLE, true);

    private final ExitCode exitCode;
    private final boolean endsWaiting;

    StopReason(ExitCode exitCode, boolean endsWaiting) {
        this.exitCode = exitCode;
        this.endsWaiting = endsWaiting;
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    /** Whether the run is to end as soon as it can, and not only to start nothing more. */
    public boolean endsWaiting() {
        return endsWaiting;
    }
}
