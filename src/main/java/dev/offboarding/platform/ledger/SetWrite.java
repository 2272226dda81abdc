package dev.offboarding.platform.ledger;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One kind of write, made for many targets at once in a constant number of statements. */
interface SetWrite {

    /**
     * What became of it.
     *
     * @param busy those that someone else has locked at the moment
     */
    record Attempt(List<LedgerAnswer> verdicts, List<NumberedWrite> busy) {}

    /**
     * Writes, in one transaction. Each target occurs once. A customer that is not as it was read any more is not written to.
     *
     * @param locks what locks the rows of a query, by table, see {@link RowLocks}
     * @param again whether these are one customer's, about whom the last attempt could not tell: what cannot be decided now stays undecided
     * @throws UnprovenException it cannot be determined which of them were written; nothing may be committed. Not thrown when made again
     * @throws WriteSwallowedException the ledger took the write without an error and did not do it; nothing may be committed
     */
    Attempt attempt(Session session, List<NumberedWrite> asked, Map<String, String> locks, Instant at, boolean again)
            throws SQLException;

    /** The tables whose rows it locks before it writes. */
    List<String> tables();

    /** Reads what the targets are now; a target that is not there is not in the answer. */
    Map<UUID, String> found(Session session, List<NumberedWrite> asked) throws SQLException;

    /** What a target is as long as the write was not applied. */
    String untouched();

    /** How many to write at once. */
    int size();
}
