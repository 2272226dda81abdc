package dev.offboarding.run;

/** Why a run starts no further customer. */
enum StopReason {
    LIMIT(ExitCode.STOPPED_BY_LIMIT),
    /** A second person has not approved the plan. */
    APPROVAL(ExitCode.STOPPED_BY_LIMIT),
    SIGNAL(ExitCode.STOPPED_EARLY),
    MAX_DURATION(ExitCode.STOPPED_EARLY),
    /** The session that holds the job's lock is gone: another run may have begun. */
    LOCK_LOST(ExitCode.UNAVAILABLE);

    private final ExitCode exitCode;

    StopReason(ExitCode exitCode) {
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
