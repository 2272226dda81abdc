package dev.offboarding.platform.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offboarding.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** One PostgreSQL for all tests of this JVM, and an empty ledger in it for each. */
final class LedgerDatabase {
    static final String TABLES = """
            create table ledger.customer (customer_id uuid primary key, company_name text not null, domain text not null,
              relationship text not null, relationship_ended_at timestamptz);
            create table ledger.subscription (subscription_id uuid primary key, customer_id uuid not null, name text not null,
              kind text not null, status text not null, term_end date, cancellable_until timestamptz,
              parent_subscription_id uuid, changed_at timestamptz);
            create table ledger.support_contact (customer_id uuid, contact text);
            create table ledger.delegated_admin (customer_id uuid, role text);
            create table ledger.purchase_authority (customer_id uuid);
            create index on ledger.subscription (customer_id);
            create index on ledger.support_contact (customer_id);
            create index on ledger.delegated_admin (customer_id);
            create index on ledger.purchase_authority (customer_id);
            """;

    /** A new one each time, without what the tests' own database is told about planning: a reseller's is not. */
    private static final DataSource CONNECTIONS = new SimpleDriverDataSource(
            new Driver(), TestDatabase.createEmpty().url().replaceFirst("&prepareThreshold=.*", ""));

    /** A single connection: whoever needs two at once, or keeps one, waits in vain. */
    private static final HikariDataSource POOL = pool(1);

    /** For whoever sets the scene. */
    private static final JdbcTemplate SQL = new JdbcTemplate(pool(4));

    private LedgerDatabase() {}

    static HikariDataSource pool(int connections) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(CONNECTIONS);
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(1_000);
        return new HikariDataSource(config);
    }

    /** What the platform under test is given. */
    static HikariDataSource dataSource() {
        return POOL;
    }

    /** What others have: a new connection each time. */
    static DataSource others() {
        return CONNECTIONS;
    }

    static Connection other() throws SQLException {
        Connection connection = others().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    static JdbcTemplate sql() {
        return SQL;
    }

    static void empty() {
        sql().execute(
                        "drop schema if exists ledger cascade; drop schema if exists crm cascade; create schema ledger; create schema crm");
    }

    static void emptyTables() {
        empty();
        sql().execute(TABLES);
    }

    static UUID customer(String relationship) {
        UUID id = UUID.randomUUID();
        JdbcTemplate sql = sql();
        sql.update(
                "insert into ledger.customer values (?, ?, ?, ?)",
                id,
                "Company " + id,
                id.toString().substring(0, 8) + ".example",
                relationship);
        sql.update("insert into ledger.support_contact values (?, 'help@reseller.example')", id);
        sql.update("insert into ledger.delegated_admin values (?, 'Helpdesk'), (?, 'Admin')", id, id);
        sql.update("insert into ledger.purchase_authority values (?)", id);
        return id;
    }

    static String subscription(UUID customer, String kind, String status) {
        UUID id = UUID.randomUUID();
        sql().update(
                        "insert into ledger.subscription (subscription_id, customer_id, name, kind, status) values (?, ?, 'Seats', ?, ?)",
                        id,
                        customer,
                        kind,
                        status);
        return id.toString();
    }

    static String status(String subscription) {
        return text("select status from ledger.subscription where subscription_id = ?::uuid", subscription);
    }

    static String relationship(UUID customer) {
        return text("select relationship from ledger.customer where customer_id = ?::uuid", customer);
    }

    /** How many rows the customer has in the three tables that a removal empties. */
    static long rows(UUID customer) {
        return Long.parseLong(text("""
                select (select count(*) from ledger.support_contact where customer_id = i.id)
                     + (select count(*) from ledger.delegated_admin where customer_id = i.id)
                     + (select count(*) from ledger.purchase_authority where customer_id = i.id) from (select ?::uuid as id) i""", customer));
    }

    static long count(String sql, Object... arguments) {
        return sql().query(sql, (row, number) -> row.getLong(1), arguments).get(0);
    }

    private static String text(String sql, Object argument) {
        return String.valueOf(sql().queryForObject(sql, String.class, argument));
    }
}
