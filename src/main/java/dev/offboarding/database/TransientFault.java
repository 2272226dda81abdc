package dev.offboarding.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionSystemException;

/** Whether an error says that the database is away, so that waiting may help. */
public final class TransientFault {

    /**
     * The server ends the connection or takes none: administrator, crash, starting or shutting down, a transaction that stood still too long,
     * as when this machine slept; or it has none left.
     */
    private static final Set<String> PASSING = Set.of("57P01", "57P02", "57P03", "25P03", "53300");

    /** What the pool says, without a state, of a connection that it has thrown away. */
    private static final String CLOSED = "Connection is closed";

    private TransientFault() {}

    /** Whether what could not be opened may be opened by waiting. */
    public static boolean isOf(RuntimeException error) {
        return error instanceof DatabaseUnavailableException && in(error);
    }

    /** Whether it is among the causes. A refused password, or a database that does not exist, is not a matter of waiting. */
    public static boolean in(@Nullable Throwable error) {
        boolean away = false;
        for (Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof TransactionSystemException tidyingUp && in(tidyingUp.getApplicationException())) {
                // a rollback that fails, too, hides what it was for
                return true;
            }
            if (t instanceof SQLException sql) {
                String state = sql.getSQLState() == null ? "" : sql.getSQLState();
                if (state.startsWith("28") || state.equals("3D000")) {
                    return false;
                }
                away |= state.startsWith("08")
                        || CLOSED.equals(sql.getMessage())
                        || PASSING.contains(state)
                        || sql instanceof SQLTransientConnectionException;
            }
        }
        return away;
    }
}
