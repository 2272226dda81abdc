package dev.offboarding.interventions;

/** What somebody asks for. */
public enum InterventionKind {
    /** What was suspended is made active again, and the case is closed. */
    WITHDRAW("withdrawn"),
    /** Nothing is written, and nothing is undone. */
    PAUSE("paused"),
    /** The end of a pause. */
    RESUME("resumed"),
    /** The case ends on somebody's word. */
    CLOSE("closed");

    private final String done;

    InterventionKind(String done) {
        this.done = done;
    }

    /** What the case is said to be, like {@code paused}. */
    public String done() {
        return done;
    }
}
