package dev.offboarding.database;

import dev.offboarding.kit.OneLine;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What an error of a PostgreSQL server means to people who have to do something about it, by its SQLSTATE. */
public final class ServerFault {

    private ServerFault() {}

    /**
     * In plain words, with the server's own after them.
     *
     * @return null if no server is at fault, nor its data or rights, nor the way to it, as far as is known
     */
    public static @Nullable String inWords(Throwable error) {
        return inWords(error, true);
    }

    /** As {@link #inWords(Throwable)}, of what is somebody else's: what would help with the job's own tables does not help there. */
    public static @Nullable String inWordsOfOthers(Throwable error) {
        return inWords(error, false);
    }

    private static @Nullable String inWords(Throwable error, boolean own) {
        for (Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                String words = inWords(sql, own);
                if (words != null) {
                    return "%s It answered: %s (SQLSTATE %s)"
                            .formatted(words, OneLine.joined(String.valueOf(sql.getMessage())), sql.getSQLState());
                }
            }
        }
        return null;
    }

    private static @Nullable String inWords(SQLException e, boolean own) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "25006" ->
                "The database only reads: it is a standby, or was set to read only, as some hosts do when its disk is full. Use the primary's address, or have that undone.";
            case "3D000" -> "The server has no database of this name. Create it, or correct the address.";
            case "42501" ->
                "The database's user lacks a right there. Grant it"
                        + (own ? "; for the job's own database run run-role.sql again, as after an update." : ".");
            case "42P01", "42703", "3F000" ->
                "Something that is to be in the database is not there. Bring it back, from a backup if need be.";
            case "53100" -> "The database's disk is full. Make room there.";
            case "53200" -> "The database's server has no memory left.";
            case "53300" -> Connections.NONE_LEFT;
            case "57014" ->
                "The database cancelled a statement: it took too long (statement_timeout), or someone ended it.";
            default -> byClass(state);
        };
    }

    private static @Nullable String byClass(String state) {
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08", "57" -> "The database cannot be reached, or ended the connection. See that it runs.";
            case "28" ->
                "The database refused the user: the password is wrong, or this user may not connect from here.";
            case "53", "54" -> "A limit that is set in the database was reached.";
            case "58", "XX" ->
                "The database's server has trouble with its disk or its data. Its log says more; ask the people who run it.";
            default -> null;
        };
    }
}
