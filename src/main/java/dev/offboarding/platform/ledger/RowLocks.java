package dev.offboarding.platform.ledger;

import dev.offboarding.platform.ledger.Session.Row;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Whether rows of the ledger can be locked one by one. Not where a view in a table's place groups, or joins
 * outwards: such a ledger is written to without, and is as safe, but a locked row delays its whole chunk.
 */
final class RowLocks {
    private final Transactions transactions;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    RowLocks(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * The clause that locks the rows of a query on the table in the order of the query and leaves out those that others have
     * locked; empty where that is not possible.
     */
    private String clause(String table) {
        return known.computeIfAbsent(table, this::look) ? " for no key update skip locked" : "";
    }

    /** The clauses for several tables, by table. */
    Map<String, String> clauses(Collection<String> tables) {
        return tables.stream().collect(Collectors.toMap(table -> table, this::clause));
    }

    private boolean look(String table) {
        try {
            Row<Boolean> nothing = row -> true;
            transactions.write(
                    session -> session.query("explain select 1 from " + table + " for no key update", nothing));
            return true;
        } catch (SQLException e) {
            return !LedgerErrors.rowsCannotBeLocked(e);
        } catch (LostConnectionException e) {
            // the write itself will say what is wrong
            return true;
        }
    }
}
