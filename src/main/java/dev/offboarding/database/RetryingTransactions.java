package dev.offboarding.database;

import dev.offboarding.kit.RetryPolicy;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions of this job's own database, repeated as a whole where the database became unavailable in the middle of one. Whether a commit
 * whose answer was lost took place is not guessed: the server is asked, by the transaction's number. What a transaction does outside of
 * the database has to bear being done twice.
 *
 * <p>The ledger's adapter asks otherwise on purpose: it ends the server process that had the connection, for that holds rows of others,
 * and then reads what the rows show, which is what the trail has to say of a lost write, whoever wrote it.
 */
public final class RetryingTransactions extends TransactionTemplate {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(RetryingTransactions.class);

    private final transient JdbcTemplate jdbc;
    private final transient RetryPolicy retryPolicy;

    public RetryingTransactions(DataSource dataSource, RetryPolicy retryPolicy) {
        super(new JdbcTransactionManager(dataSource));
        this.jdbc = new JdbcTemplate(dataSource);
        this.retryPolicy = retryPolicy;
    }

    private static final class Made<T extends @Nullable Object> {
        private @Nullable T result;
        /** Known as soon as only the commit is left; null before that, or where nothing was written. */
        private @Nullable String number;
    }

    @Override
    @SuppressWarnings("NullAway") // whether a result may be null is what T says
    public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
        RetryPolicy.Attempts attempts = retryPolicy.attempts();
        while (true) {
            Made<T> made = new Made<>();
            try {
                return super.execute(status -> {
                    made.result = action.doInTransaction(status);
                    made.number = jdbc.queryForObject("select pg_current_xact_id_if_assigned()::text", String.class);
                    return made.result;
                });
            } catch (DataAccessException | TransactionException e) {
                boolean away = TransientFault.in(e);
                if (!away && !rolledBackForAnother(e) || !attempts.again()) {
                    throw e;
                }
                LOG.warn(
                        away
                                ? "the database went away in the middle of a transaction"
                                : "a transaction gave way to another one",
                        e);
                if (made.number != null && committed(made.number, attempts, e)) {
                    return made.result;
                }
            }
        }
    }

    /** A deadlock, or two that cannot be put in an order: one of them goes on, and the other can be made again. */
    private static boolean rolledBackForAnother(RuntimeException error) {
        for (Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql
                    && ("40P01".equals(sql.getSQLState()) || "40001".equals(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private boolean committed(String number, RetryPolicy.Attempts attempts, RuntimeException lost) {
        while (true) {
            List<@Nullable String> status = jdbc.queryForList("select pg_xact_status(?::xid8)", String.class, number);
            String known = status.get(0);
            if ("committed".equals(known) || "aborted".equals(known)) {
                return known.equals("committed");
            }
            // its server process has not found out yet that no one is listening, or the number is too old to be known
            if (known == null || !attempts.again()) {
                throw lost;
            }
        }
    }
}
