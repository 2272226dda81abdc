package dev.offboarding.run;

/** The job file names another platform than the one on which an earlier run of the job left something undone. */
final class OtherPlatformException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OtherPlatformException(String runId, String left, String now) {
        super(
                "offboarding.platform: is %s, but run %s of this job did not come to its end on %s, and what became of its writes can be looked up there only. Set it back to %s for one run; then change it, or let another job work %s."
                        .formatted(now, runId, left, left, now));
    }
}
