package dev.offboarding.database;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The schema {@code ledger}: the tables of a reseller that has none, and what is there already of one that has. */
public final class LedgerSchema {
    public static final String NAME = "ledger";
    private static final int RELATIONS = 5;

    private LedgerSchema() {}

    /**
     * Makes what is missing and leaves what is there, tables and views alike. A user who may not make anything is
     * welcome where nothing is missing.
     *
     * @throws DatabaseUnavailableException if something is missing and cannot be made
     */
    public static void migrate(DataSource dataSource) {
        try {
            Migrations.run(NAME, "classpath:db/ledger", dataSource);
        } catch (DatabaseUnavailableException e) {
            if (!Migrations.deniedBy(e) || !complete(dataSource)) {
                throw e;
            }
        }
    }

    private static boolean complete(DataSource dataSource) {
        return JdbcClient.create(dataSource).sql("""
                                select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                                where n.nspname = 'ledger' and c.relkind in ('r', 'v', 'p', 'f', 'm')
                                and c.relname in ('customer', 'subscription', 'support_contact', 'delegated_admin', 'purchase_authority')""").query(Integer.class).single() == RELATIONS;
    }
}
