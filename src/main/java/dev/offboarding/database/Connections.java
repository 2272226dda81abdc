package dev.offboarding.database;

/** How many connections a run needs at once, to the job's own database. */
final class Connections {

    /** The one that holds the run's lock does not come from the pool. */
    static final int LOCK = 1;

    /**
     * A step works on one, its last chunk is recorded on another, and its next one is read on a third. Tables are brought up to date on two,
     * while a third one keeps others from doing it at the same moment. The second half of many customers of a ledger in the same database
     * takes a fourth where there is one, and waits for its turn where there is not.
     */
    static final int POOLED = 3;

    static final String NONE_LEFT =
            "The database has no connection left for this program, which needs %d at once. Raise max_connections there, or the limit of its user or database, or end other programs."
                    .formatted(LOCK + POOLED);

    private Connections() {}
}
