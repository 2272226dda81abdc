package dev.offboarding.runs;

/**
 * A step that could not do its work, or not all of it, for people.
 *
 * @param exitCode what the run ends with for it
 */
public record Failure(String step, int exitCode, String message) {

    /** Whether the run went on, and somebody has to look at it. */
    public boolean wentOn() {
        return exitCode == ExitCode.NEEDS_ATTENTION.code();
    }
}
