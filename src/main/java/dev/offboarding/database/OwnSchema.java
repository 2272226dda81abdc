package dev.offboarding.database;

import javax.sql.DataSource;

/** The schema {@code offboarding}: the program's own tables and Spring Batch's. */
public final class OwnSchema {
    public static final String NAME = "offboarding";

    /** Spring Batch's numbers are those of its sequences times this, and something below it that distinguishes the runs of one program. */
    public static final long BATCH_NUMBERS_APART = 1024;

    private OwnSchema() {}

    /**
     * Makes it, or brings it up to date, its sequences as well; programs that do so at the same moment wait for each other.
     *
     * @throws DatabaseUnavailableException if it cannot be done, or the schema belongs to someone else
     */
    public static void migrate(DataSource dataSource) {
        Migrations.ofOwn(NAME, "db/migration").run(dataSource);
        Sequences.catchUp(dataSource);
    }
}
