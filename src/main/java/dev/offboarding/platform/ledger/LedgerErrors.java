package dev.offboarding.platform.ledger;

import dev.offboarding.kit.OneLine;
import dev.offboarding.platform.PlatformUnavailableException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an error of the database means here, and how it is said to people. */
final class LedgerErrors {

    /** Passing obstacles, after which a transaction may simply be made again: lock not available, deadlock, serialization. */
    private static final Set<String> BUSY = Set.of("55P03", "40P01", "40001");

    /** The server ends the connection: administrator, crash, starting or shutting down, idle too long. */
    private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "25P04");

    private static final int LONGEST = 300;

    private LedgerErrors() {}

    static boolean busy(SQLException e) {
        return BUSY.contains(state(e));
    }

    static boolean lost(SQLException e) {
        return state(e).startsWith("08") || ENDED.contains(state(e));
    }

    /**
     * The server itself said that the statement failed: then nothing of the transaction is kept, even where a pool throws the
     * connection away for it, as HikariCP does after some errors that have nothing to do with the connection.
     */
    static boolean answered(SQLException e) {
        return !lost(e) && e instanceof PSQLException server && server.getServerErrorMessage() != null;
    }

    static boolean tookTooLong(SQLException e) {
        return state(e).equals("57014");
    }

    static boolean rowsCannotBeLocked(SQLException e) {
        return Set.of("0A000", "42809", "42501").contains(state(e));
    }

    /** A table, a column or a right is missing: that is not a single customer's fault. */
    static boolean notALedger(SQLException e) {
        return state(e).startsWith("42") || state(e).equals("3F000");
    }

    /** Waiting does not produce a password or a database. */
    static boolean waitingHelps(SQLException e) {
        return !state(e).startsWith("28") && !state(e).equals("3D000");
    }

    static String state(SQLException e) {
        String state = e.getSQLState();
        if (state == null && e.getCause() instanceof SQLException cause) {
            return state(cause);
        }
        return state == null ? "" : state;
    }

    /** The first SQL error beneath, if there is one: pools wrap them. */
    static @Nullable SQLException sqlBeneath(@Nullable Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    static PlatformUnavailableException unavailable(SQLException e) {
        // without the cause: a driver may quote the whole URL, and a URL may carry a password
        return new PlatformUnavailableException(
                "The ledger's database cannot be used: " + whatToDo(e) + " It answered: " + words(e), null);
    }

    private static String whatToDo(SQLException e) {
        String state = state(e);
        if (state.startsWith("28")) {
            return "it refused the user name or the password. Check them where the job file takes them from.";
        }
        if (state.equals("3D000")) {
            return "there is no database of that name. Check the URL of the ledger.";
        }
        if (state.equals("25006")) {
            return "it only reads: it is a standby, or was set to read only, as some hosts do when its disk is full. Use the primary's"
                    + " address, or have that undone.";
        }
        if (state.equals("53100")) {
            return "its disk is full. Make room there.";
        }
        if (state.startsWith("53")) {
            return "it has no room for another connection, or no memory or disk left. Ask the people who run it.";
        }
        if (notALedger(e)) {
            return "a table, view or column of the schema `ledger` is missing, or this user has no right to it. Compare it with the"
                    + " section on the ledger in the documentation.";
        }
        if (state.startsWith("22")) {
            return "a row of the schema `ledger` holds what a view there cannot make a value of, and without it the customers cannot be"
                    + " counted. Correct that row, or have the view show null instead.";
        }
        if (busy(e) || tookTooLong(e)) {
            return "it did not answer in time because others keep it busy. Nothing has to be fixed; see what locks it if that continues.";
        }
        return "it could not be reached, or ended the connection. Check that it is running and that this machine may connect to it.";
    }

    /** The database's own words on one line, without details, which may quote data. */
    static String words(SQLException e) {
        String message = e.getMessage();
        if (e instanceof PSQLException server) {
            ServerErrorMessage answer = server.getServerErrorMessage();
            message = answer == null ? message : answer.getMessage();
        }
        String text = message == null ? "" : OneLine.words(message);
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("jdbc:") || lower.contains("password=")) {
            text = "(not shown, it quotes the connection's settings)";
        }
        text = OneLine.cut(text, LONGEST);
        return state(e).isEmpty() ? text : text + " (SQLSTATE " + state(e) + ")";
    }
}
