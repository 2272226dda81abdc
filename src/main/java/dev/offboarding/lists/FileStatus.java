package dev.offboarding.lists;

/** What became of a list. */
public enum FileStatus {
    TAKEN,
    REFUSED,
    /** Still being written: left for the next run. */
    LEFT,
    /** Read in place, and the same as when it was last taken. */
    NOTHING_NEW,
    /** It passed, and the run accepted nothing: it stays where it is, and the next run reads it. */
    NOT_ACCEPTED
}
