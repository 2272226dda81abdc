package dev.offboarding.platform.ledger;

import java.sql.SQLException;

/** A whole table is locked by someone else: smaller chunks would not get through either. */
final class TableBusyException extends SQLException {
    private static final long serialVersionUID = 1;

    TableBusyException(SQLException cause) {
        super(cause.getMessage(), cause.getSQLState(), cause);
    }
}
