package dev.offboarding.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * What Flyway has written down of a schema.
 *
 * @param scripts that were run
 * @param ordinary whether there is nothing else but the marks of how it began, and nothing that failed
 */
record MigrationHistory(Set<MigrationScript> scripts, boolean ordinary) {

    static MigrationHistory read(Connection connection, String table) throws SQLException {
        Set<MigrationScript> scripts = new HashSet<>();
        boolean ordinary = true;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select script, version, description, checksum, success, type = 'SQL' as run,
                               type = 'SCHEMA' or type = 'BASELINE' and version = '0' as mark
                          from %s""".formatted(table))) {
            while (row.next()) {
                if (row.getBoolean("run")) {
                    // the same one twice is not ordinary either
                    ordinary &= scripts.add(new MigrationScript(
                            row.getString("script"),
                            row.getString("version"),
                            row.getString("description"),
                            row.getObject("checksum", Integer.class)));
                } else {
                    ordinary &= row.getBoolean("mark");
                }
                ordinary &= row.getBoolean("success");
            }
        }
        return new MigrationHistory(scripts, ordinary);
    }

    /** Whether these were run, and nothing else ever was. */
    boolean isOf(Set<MigrationScript> all) {
        return ordinary && scripts.equals(all);
    }
}
