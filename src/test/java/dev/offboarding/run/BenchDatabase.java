package dev.offboarding.run;

import dev.offboarding.database.LedgerSchema;
import dev.offboarding.database.OwnSchema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.postgresql.Driver;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** A PostgreSQL whose commits are on the disk, and databases in it with one and the same ledger. */
public final class BenchDatabase implements AutoCloseable {

    public static final int SUBSCRIPTIONS = 3;
    private static final String SEED = "seed";
    private static final boolean KEEPS_WAL = Boolean.getBoolean("bench.wal");
    private static final boolean COUNTS_STATEMENTS = Boolean.getBoolean("bench.statements");

    private final EmbeddedPostgres server;
    private final int customers;

    private BenchDatabase(EmbeddedPostgres server, int customers) {
        this.server = server;
        this.customers = customers;
    }

    /**
     * The settings are those of the embedded server of the program. With {@code -Dbench.wal=true} the server keeps its log, so that it can
     * be asked what is in it, and with {@code -Dbench.statements=true} it counts what each statement costs.
     */
    public static BenchDatabase with(int customers) {
        try {
            BenchDatabase database = new BenchDatabase(
                    EmbeddedPostgres.builder()
                            .setLocaleConfig("locale", "C")
                            .setLocaleConfig("locale-provider", "builtin")
                            .setLocaleConfig("builtin-locale", "C.UTF-8")
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .setServerConfig("full_page_writes", "on")
                            .setServerConfig("max_connections", "100")
                            .setServerConfig("max_wal_size", System.getProperty("bench.max_wal_size", "4GB"))
                            .setServerConfig("shared_buffers", System.getProperty("bench.shared_buffers", "256MB"))
                            .setServerConfig("wal_keep_size", KEEPS_WAL ? "100GB" : "0")
                            .setServerConfig("shared_preload_libraries", COUNTS_STATEMENTS ? "pg_stat_statements" : "")
                            .start(),
                    customers);
            database.seed();
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void seed() {
        jdbc("postgres").sql("create database " + SEED).update();
        SimpleDriverDataSource seed = dataSource(SEED);
        OwnSchema.migrate(seed);
        LedgerSchema.migrate(seed);
        JdbcClient jdbc = jdbc(SEED);
        jdbc.sql("""
                insert into ledger.customer
                select md5(n::text)::uuid, 'Customer ' || n, 'customer-' || n || '.example', 'reseller', null
                  from generate_series(1, ?) n
                """).param(customers).update();
        jdbc.sql("""
                insert into ledger.subscription (subscription_id, customer_id, name, kind, status, changed_at)
                select md5(n || '-' || s)::uuid, md5(n::text)::uuid, 'Office ' || s, 'license', 'active', now()
                  from generate_series(1, ?) n, generate_series(1, ?) s
                """).params(customers, SUBSCRIPTIONS).update();
        jdbc.sql(
                        "insert into ledger.support_contact select customer_id, 'support@reseller.example' from ledger.customer")
                .update();
        jdbc.sql("insert into ledger.delegated_admin select customer_id, 'helpdesk' from ledger.customer")
                .update();
        jdbc.sql("insert into ledger.purchase_authority select customer_id from ledger.customer")
                .update();
        jdbc.sql("vacuum analyze").update();
    }

    /** A new database with the ledger as it was at the beginning. */
    public String copy(String name) {
        jdbc("postgres")
                .sql("create database %s template %s".formatted(name, SEED))
                .update();
        // what is measured next does not pay for what was done before
        jdbc("postgres").sql("checkpoint").update();
        return name;
    }

    public void drop(String name) {
        jdbc("postgres").sql("drop database " + name).update();
    }

    /**
     * A job that may offboard everyone at once.
     *
     * @param list where its list is, as a line of the job file
     * @param more further lines
     */
    public Path jobFile(Path folder, String database, String list, String more) throws IOException {
        return Files.writeString(
                folder.resolve("job.yaml"),
                """
                offboarding.job: 'bench'
                %s
                offboarding.platform: 'ledger'
                offboarding.limits.max-customers: '%d'
                offboarding.limits.max-share: '100%%'
                offboarding.limits.per-30-days: '100%%'
                offboarding.protected-customers: 'none'
                offboarding.reports: '%s'
                spring.datasource.url: '%s'
                """.formatted(list, customers, folder.resolve("reports"), url(database)) + more);
    }

    /** How much the server has written to its log since it was made. */
    public long walBytes() {
        return jdbc("postgres")
                .sql("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
                .query(Long.class)
                .single();
    }

    /**
     * What of it is of which table or index, the most first, where the server keeps it: else nothing.
     *
     * @param from what the server had written before, in bytes
     */
    public List<String> walByTable(String database, long from) {
        if (!KEEPS_WAL) {
            return List.of();
        }
        JdbcClient jdbc = jdbc(database);
        jdbc.sql("create extension if not exists pg_walinspect").update();
        return jdbc.sql("""
                select format('%s %s: %s kB, of it %s kB pages, %s of them', c.relname, b.record_type, sum(b.record_length) / 1024,
                         coalesce(sum(b.block_fpi_length), 0) / 1024, count(*) filter (where b.block_fpi_length > 0))
                  from pg_get_wal_block_info('0/0'::pg_lsn + :from, pg_current_wal_lsn(), false) b
                  join pg_class c on pg_relation_filenode(c.oid) = b.relfilenode
                 group by c.relname, b.record_type order by sum(b.record_length) desc limit 25
                """).param("from", from).query(String.class).list();
    }

    /** The statements that took the longest, and how many rows of which tables were changed in place, where the server counts them. */
    public List<String> statements(String database) {
        if (!COUNTS_STATEMENTS) {
            return List.of();
        }
        JdbcClient jdbc = jdbc(database);
        jdbc.sql("create extension if not exists pg_stat_statements").update();
        List<String> lines = new ArrayList<>(jdbc.sql("""
                select format('%s ms in %s calls, %s kB of log: %s', round(total_exec_time), calls, (wal_bytes / 1024)::bigint,
                         left(regexp_replace(query, '[[:space:]]+', ' ', 'g'), 400))
                  from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
                 order by total_exec_time desc limit 50
                """).query(String.class).list());
        lines.addAll(jdbc.sql("""
                select format('%s: %s inserted, %s updated, %s of them in place, %s kB', relname, n_tup_ins, n_tup_upd, n_tup_hot_upd,
                         pg_total_relation_size(relid) / 1024)
                  from pg_stat_user_tables where n_tup_ins + n_tup_upd > 100 order by n_tup_upd desc
                """).query(String.class).list());
        return lines;
    }

    public String url(String database) {
        return server.getJdbcUrl("postgres", database);
    }

    public JdbcClient jdbc(String database) {
        return JdbcClient.create(dataSource(database));
    }

    private SimpleDriverDataSource dataSource(String database) {
        return new SimpleDriverDataSource(new Driver(), url(database));
    }

    /**
     * The least that PostgreSQL itself takes for the same changes: every subscription suspended, every relationship removed, and a
     * row of evidence for each, in one statement and one transaction.
     *
     * @return seconds
     */
    public double floor(String database) {
        JdbcClient jdbc = jdbc(database);
        jdbc.sql("""
                create table public.evidence (
                  sequence bigint generated always as identity primary key, at timestamptz not null, customer_id uuid not null,
                  target uuid not null, action text not null)
                """).update();
        jdbc.sql("create table public.listed as select customer_id from ledger.customer")
                .update();
        jdbc.sql("analyze public.listed").update();
        jdbc("postgres").sql("checkpoint").update();
        long begun = System.nanoTime();
        jdbc.sql("""
                with suspended as (
                  update ledger.subscription s set status = 'suspended', changed_at = now()
                    from public.listed l where s.customer_id = l.customer_id and s.status = 'active'
                  returning s.customer_id, s.subscription_id
                ), ended as (
                  update ledger.customer c set relationship = 'none', relationship_ended_at = now()
                    from public.listed l where c.customer_id = l.customer_id and c.relationship = 'reseller'
                  returning c.customer_id
                ), contacts as (
                  delete from ledger.support_contact k using public.listed l where k.customer_id = l.customer_id
                ), admins as (
                  delete from ledger.delegated_admin a using public.listed l where a.customer_id = l.customer_id
                ), purchasing as (
                  delete from ledger.purchase_authority p using public.listed l where p.customer_id = l.customer_id
                )
                insert into public.evidence (at, customer_id, target, action)
                select now(), customer_id, subscription_id, 'SUSPEND' from suspended
                union all select now(), customer_id, customer_id, 'REMOVE' from ended
                """).update();
        return (System.nanoTime() - begun) / 1e9;
    }

    /**
     * A job as it is often written: customer by customer, each in a transaction of its own, and without any evidence.
     *
     * @return seconds
     */
    public double oneTransactionPerCustomer(String database) {
        jdbc("postgres").sql("checkpoint").update();
        long begun = System.nanoTime();
        try (Connection connection = dataSource(database).getConnection();
                PreparedStatement next = connection.prepareStatement(
                        "select customer_id from ledger.customer where relationship = 'reseller' and customer_id > ? order by 1 limit 1000");
                PreparedStatement suspend = connection.prepareStatement(
                        "update ledger.subscription set status = 'suspended', changed_at = now() where customer_id = ? and status = 'active'");
                PreparedStatement end = connection.prepareStatement(
                        "update ledger.customer set relationship = 'none', relationship_ended_at = now() where customer_id = ? and relationship = 'reseller'");
                PreparedStatement contact =
                        connection.prepareStatement("delete from ledger.support_contact where customer_id = ?");
                PreparedStatement admin =
                        connection.prepareStatement("delete from ledger.delegated_admin where customer_id = ?");
                PreparedStatement purchasing =
                        connection.prepareStatement("delete from ledger.purchase_authority where customer_id = ?")) {
            connection.setAutoCommit(false);
            UUID last = new UUID(0, 0);
            while (true) {
                next.setObject(1, last);
                List<UUID> page = new ArrayList<>();
                try (ResultSet rows = next.executeQuery()) {
                    while (rows.next()) {
                        page.add(rows.getObject(1, UUID.class));
                    }
                }
                if (page.isEmpty()) {
                    connection.commit();
                    return (System.nanoTime() - begun) / 1e9;
                }
                for (UUID customer : page) {
                    for (PreparedStatement write : List.of(suspend, end, contact, admin, purchasing)) {
                        write.setObject(1, customer);
                        write.executeUpdate();
                    }
                    connection.commit();
                }
                last = page.get(page.size() - 1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
