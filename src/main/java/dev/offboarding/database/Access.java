package dev.offboarding.database;

/** What a command wants of an embedded database; a configured one does not care. */
public enum Access {
    /** Alone on the folder, for as long as the command lasts; where this program has it as {@link #HOST}, through its server. */
    OWN,
    /** Alone on the folder, but for whatever else this very program opens: that works through the same server. */
    HOST,
    /** Beside a program that has the folder, through its server; alone only where there is none. */
    READ
}
