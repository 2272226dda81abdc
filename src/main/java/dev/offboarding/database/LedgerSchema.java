package dev.offboarding.database;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The schema {@code ledger}: the tables of a reseller that has none, and what is there already of one that has. */
public final class LedgerSchema {
    public static final String NAME = "ledger";

    private LedgerSchema() {}

    /**
     * Makes what is missing, once, and leaves what is there, tables and views alike. Where nothing is missing the whole schema is left
     * alone.
     *
     * @throws DatabaseUnavailableException if something is missing and cannot be made, or was there before
     */
    public static void migrate(DataSource dataSource) {
        if (isComplete(dataSource)) {
            return;
        }
        Migrations.ofShared(NAME, "db/ledger").run(dataSource);
        requireComplete(dataSource);
    }

    /**
     * Of a ledger that was complete before, nothing is made again: an empty table where a view has gone would say about every customer that it
     * has nothing there any more.
     *
     * @throws DatabaseUnavailableException if something is missing
     */
    public static void requireComplete(DataSource dataSource) {
        List<String> missing = missing(dataSource);
        if (!missing.isEmpty()) {
            throw new DatabaseUnavailableException(
                    "The schema 'ledger' lacks what was there before: %s. Put it back as it was; it is not made again, since an empty table says that every customer is gone."
                            .formatted(String.join(", ", missing)),
                    null);
        }
    }

    /** @throws DatabaseUnavailableException if that cannot be read */
    public static boolean isComplete(DataSource dataSource) {
        return missing(dataSource).isEmpty();
    }

    private static List<String> missing(DataSource dataSource) {
        try {
            return JdbcClient.create(dataSource).sql("""
                select relation from unnest(array['customer', 'subscription', 'support_contact', 'delegated_admin', 'purchase_authority'])
                       with ordinality as wanted (relation, n)
                 where not exists (select from pg_class c join pg_namespace s on s.oid = c.relnamespace
                                    where s.nspname = 'ledger' and c.relkind in ('r', 'v', 'p', 'f', 'm') and c.relname = relation)
                 order by n""").query(String.class).list();
        } catch (DataAccessException e) {
            throw new DatabaseUnavailableException(
                    "The schema 'ledger' could not be read: "
                            + e.getMostSpecificCause().getMessage(),
                    e);
        }
    }
}
