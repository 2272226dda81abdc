package dev.offboarding.database;

import javax.sql.DataSource;

/** The schema {@code offboarding}: the program's own tables and Spring Batch's. */
public final class OwnSchema {
    public static final String NAME = "offboarding";

    private OwnSchema() {}

    /**
     * Makes it, or brings it up to date; programs that do so at the same moment wait for each other.
     *
     * @throws DatabaseUnavailableException if it cannot be done, or the schema is somebody else's
     */
    public static void migrate(DataSource dataSource) {
        Migrations.ofOwn(NAME, "db/migration").run(dataSource);
    }
}
