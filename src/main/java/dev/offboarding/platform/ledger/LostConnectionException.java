package dev.offboarding.platform.ledger;

import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The connection went away in the middle of a transaction, and with it the answer. */
final class LostConnectionException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient @Nullable Backend backend;
    private final boolean wrote;
    private final SQLException error;

    LostConnectionException(@Nullable Backend backend, boolean wrote, SQLException error) {
        super(LedgerErrors.words(error));
        this.backend = backend;
        this.wrote = wrote;
        this.error = error;
    }

    /** Who executed the transaction; null where not even that was learnt, and so nothing was sent either. */
    @Nullable
    Backend backend() {
        return backend;
    }

    /** Whether anything was sent that could have changed something. */
    boolean wrote() {
        return wrote;
    }

    SQLException error() {
        return error;
    }

    /** A server process. Its number alone is not enough: numbers are used again. */
    record Backend(int pid, OffsetDateTime since) {}
}
