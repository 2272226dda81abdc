package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.MeasuredRun.Measured;
import dev.offboarding.runs.ExitCode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long whole runs take: figures, and no limit on them. It fails only where what the run did is not right.
 * {@code -Dbench.customers=300000} tries another size, {@code -Dbench.jvm=…} hands other options than the script's to the measured program, and
 * {@code -Dbench.wal=true} says of which tables the write-ahead log is, {@code -Dbench.statements=true} which statements took how long.
 */
@Tag("bench")
class WholeRunBench {

    private static final int CUSTOMERS = Integer.getInteger("bench.customers", 100_000);
    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final int MEGABYTES = 256;

    @TempDir
    Path folder;

    @Test
    void everyCustomerOfTheListIsOffboardedIn256Megabytes() throws IOException {
        try (BenchDatabase database = BenchDatabase.with(CUSTOMERS)) {
            Path list = list(CUSTOMERS);
            double floorBefore = floor(database);
            String name = database.copy("whole");
            long walBefore = database.walBytes();

            Measured run = MeasuredRun.in(MEGABYTES, database.jobFile(folder, name, file(list), ""));
            long wal = database.walBytes() - walBefore;
            database.walByTable(name, walBefore).forEach(System.out::println);
            database.statements(name).forEach(System.out::println);

            assertThat(run.exitCode()).isEqualTo(ExitCode.OK.name());
            assertThat(run.outcomes()).isEqualTo("{OFFBOARDED=" + CUSTOMERS + "}");
            assertThat(run.balanced()).isTrue();
            JdbcClient jdbc = database.jdbc(name);
            Map<String, Long> events = events(jdbc);
            // one for each chunk of customers and kind of write
            long intents = Objects.requireNonNull(events.remove("INTENT"));
            assertThat(intents).isBetween(2L, CUSTOMERS / 50L);
            assertThat(events)
                    .isEqualTo(Map.of(
                            "RUN_STARTED",
                            1L,
                            "LIST",
                            1L,
                            "DECIDED",
                            (long) CUSTOMERS,
                            "LIMITS",
                            1L,
                            "OUTCOME",
                            2L * CUSTOMERS,
                            "VERIFIED",
                            (long) CUSTOMERS,
                            "RUN_ENDED",
                            1L));
            everyoneIsGone(jdbc);
            assertThat(lines(run.report(), "customers.csv")).isEqualTo(CUSTOMERS + 1L);
            assertThat(lines(run.report(), "actions.csv"))
                    .isEqualTo((BenchDatabase.SUBSCRIPTIONS + 1L) * CUSTOMERS + 1);
            assertThat(lines(run.report(), "events.jsonl")).isEqualTo(4L * CUSTOMERS + intents + 4);
            long bytes = jdbc.sql("select pg_total_relation_size('offboarding.event')")
                    .query(Long.class)
                    .single();
            double floorAfter = floor(database);
            double oneByOne = database.oneTransactionPerCustomer(database.copy("onebyone"));
            everyoneIsGone(database.jdbc("onebyone"));
            print(run, (floorBefore + floorAfter) / 2, floorBefore, floorAfter, bytes, wal);
            System.out.printf(
                    "one transaction a customer, no evidence %.1f s %,.0f customers/s; the whole run takes %.2f x as long, and %.1f x the floor%n",
                    oneByOne,
                    CUSTOMERS / oneByOne,
                    run.seconds() / oneByOne,
                    2 * run.seconds() / (floorBefore + floorAfter));
        }
    }

    @Test
    void aListOfAMillionRowsIsReceivedIn256Megabytes() throws IOException {
        try (BenchDatabase database = BenchDatabase.with(1)) {
            // it is stopped once it has received, and reports a million customers with which nothing was done yet
            Measured run = MeasuredRun.in(
                    MEGABYTES, database.jobFile(folder, "seed", file(list(ROWS)), "offboarding.max-duration: '1ms'\n"));

            assertThat(run.exitCode()).isEqualTo(ExitCode.STOPPED_EARLY.name());
            assertThat(run.outcomes()).isEqualTo("{PLANNED=" + ROWS + "}");
            assertThat(run.balanced()).isTrue();
            assertThat(events(database.jdbc("seed"))).containsEntry("RECEIVED", (long) ROWS);
            assertThat(lines(run.report(), "customers.csv")).isEqualTo(ROWS + 1L);
            System.out.printf(
                    "%na list of %,d rows, heap of %d MB%n%s%,.0f rows a second received%n",
                    ROWS, MEGABYTES, steps(run, ROWS), ROWS / run.seconds("receive"));
        }
    }

    /** All of them wait for the ends of terms, the next of which is far away; the list says what it said the night before. */
    @Test
    void aNightOnWhichNothingIsDue() throws IOException {
        try (BenchDatabase database = BenchDatabase.with(CUSTOMERS)) {
            String name = database.copy("held");
            JdbcClient jdbc = database.jdbc(name);
            jdbc.sql(
                            "update ledger.subscription set kind = 'new_commerce', term_end = current_date + 300, cancellable_until = now() - interval '1 day'")
                    .update();
            jdbc.sql("vacuum analyze").update();
            Path job = database.jobFile(folder, name, file(list(CUSTOMERS)), "");
            // the first opens the cases; after the second, tables that a run fills and empties have the room that one
            // needs
            for (int night = 1; night <= 2; night++) {
                assertThat(MeasuredRun.in(MEGABYTES, job).outcomes()).isEqualTo("{HELD=" + CUSTOMERS + "}");
                jdbc.sql("vacuum").update();
            }
            long walBefore = database.walBytes();
            Sizes before = Sizes.of(jdbc);
            Map<String, Long> tables = tables(jdbc);

            Measured night = MeasuredRun.in(MEGABYTES, job);
            Sizes after = Sizes.of(jdbc);
            long wal = database.walBytes() - walBefore;
            // as autovacuum does: what a run has worked on is deleted by its end, and its room is used again
            jdbc.sql("vacuum").update();
            Sizes vacuumed = Sizes.of(jdbc);
            database.statements(name).forEach(System.out::println);
            tables(jdbc).forEach((table, size) -> {
                long grown = size - tables.getOrDefault(table, 0L);
                if (grown != 0) {
                    System.out.printf("  %s %+,d kB%n", table, grown >> 10);
                }
            });

            assertThat(night.exitCode()).isEqualTo(ExitCode.OK.name());
            assertThat(night.outcomes()).isEqualTo("{HELD=" + CUSTOMERS + "}");
            assertThat(night.balanced()).isTrue();
            System.out.printf(
                    "%nnothing due, %,d customers held, heap of %d MB%n%swork after the start, but for the report %.1f s%n"
                            + "trail %+,d kB, database %+,d kB (before a vacuum %+,d kB), write-ahead log %,d kB, report %,d kB%n%s",
                    CUSTOMERS,
                    MEGABYTES,
                    steps(night, CUSTOMERS),
                    night.seconds() - night.seconds("start", "report"),
                    after.trail() - before.trail() >> 10,
                    vacuumed.database() - before.database() >> 10,
                    after.database() - before.database() >> 10,
                    wal >> 10,
                    bytes(night.report()) >> 10,
                    files(night.report()));
        }
    }

    private record Sizes(long trail, long database) {
        static Sizes of(JdbcClient jdbc) {
            return jdbc.sql(
                            "select pg_total_relation_size('offboarding.event') as trail, pg_database_size(current_database()) as database")
                    .query(Sizes.class)
                    .single();
        }
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static Map<String, Long> tables(JdbcClient jdbc) {
        Map<String, Long> sizes = new TreeMap<>();
        jdbc.sql("select oid::regclass::text, pg_total_relation_size(oid) from pg_class where relkind = 'r'")
                .query(row -> {
                    sizes.put(row.getString(1), row.getLong(2));
                });
        return sizes;
    }

    private static String files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted()
                    .map(file -> "  %s %,d kB%n"
                            .formatted(file.getFileName(), file.toFile().length() >> 10))
                    .collect(Collectors.joining());
        }
    }

    private double floor(BenchDatabase database) {
        double seconds = database.floor(database.copy("floor"));
        assertThat(database.jdbc("floor")
                        .sql("select count(*) from public.evidence")
                        .query(Long.class)
                        .single())
                .isEqualTo((BenchDatabase.SUBSCRIPTIONS + 1L) * CUSTOMERS);
        everyoneIsGone(database.jdbc("floor"));
        database.drop("floor");
        return seconds;
    }

    private static void everyoneIsGone(JdbcClient jdbc) {
        Map<String, Object> left = jdbc.sql("""
                select (select count(*) from ledger.customer where relationship <> 'none') as customers,
                       (select count(*) from ledger.subscription where status <> 'suspended') as subscriptions,
                       (select count(*) from ledger.support_contact) + (select count(*) from ledger.delegated_admin)
                         + (select count(*) from ledger.purchase_authority) as others
                """).query().singleRow();
        assertThat(left.values()).containsOnly(0L);
    }

    private static Map<String, Long> events(JdbcClient jdbc) {
        Map<String, Long> events = new TreeMap<>();
        jdbc.sql("select kind, count(*) from offboarding.event group by 1").query(row -> {
            events.put(row.getString(1), row.getLong(2));
        });
        return events;
    }

    private static long lines(Path report, String file) throws IOException {
        try (Stream<String> lines = Files.lines(report.resolve(file))) {
            return lines.count();
        }
    }

    private static void print(
            Measured run, double floor, double floorBefore, double floorAfter, long eventBytes, long wal) {
        double working = run.seconds("suspend", "remove");
        System.out.printf(
                "%n%,d customers x %d subscriptions on the ledger, heap of %d MB%n%s",
                CUSTOMERS, BenchDatabase.SUBSCRIPTIONS, MEGABYTES, steps(run, CUSTOMERS));
        System.out.printf(
                "suspend + remove     %8.1f s %,10.0f customers/s  %5.1f x the floor%n",
                working, CUSTOMERS / working, working / floor);
        System.out.printf(
                "report               %8.1f %% of the run, read again and checked%n",
                100 * run.seconds("report") / run.seconds());
        System.out.printf(
                "one SQL statement    %8.1f s %,10.0f customers/s  (%.1f s before, %.1f s after)%n",
                floor, CUSTOMERS / floor, floorBefore, floorAfter);
        System.out.printf(
                "a customer: %,d bytes of trail with its indexes, %,d bytes of the server's write-ahead log%n",
                eventBytes / CUSTOMERS, wal / CUSTOMERS);
    }

    private static String steps(Measured run, int customers) {
        StringBuilder table = new StringBuilder();
        run.steps().values().forEach(step -> table.append(line(step, customers)));
        return table.append(line(
                        new MeasuredRun.Step("the whole", run.seconds(), run.cpuSeconds(), run.keptBytes()), customers))
                .toString();
    }

    private static String line(MeasuredRun.Step step, int customers) {
        return "%-20s %8.1f s %,10.0f customers/s  %6.1f s of CPU  %3d MB kept%n"
                .formatted(
                        step.name(),
                        step.seconds(),
                        customers / step.seconds(),
                        step.cpuSeconds(),
                        step.keptBytes() >> 20);
    }

    /** The customers of {@link BenchDatabase}, and more that it has not. */
    private Path list(int rows) throws IOException {
        Path list = folder.resolve("list.csv");
        var md5 = Md5.create();
        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            out.write("customer_id,domain,company_name,ticket,Cost center\n");
            for (int n = 1; n <= rows; n++) {
                out.write(md5.uuid(n) + ",customer-" + n + ".example,Customer " + n + ",T-" + n + "," + n % 100 + "\n");
            }
        }
        return list;
    }

    /** PostgreSQL's {@code md5(n::text)::uuid}: ids in no order, as real ones are. */
    private record Md5(java.security.MessageDigest digest) {
        static Md5 create() {
            try {
                return new Md5(java.security.MessageDigest.getInstance("MD5"));
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        UUID uuid(int n) {
            var bytes = java.nio.ByteBuffer.wrap(
                    digest.digest(Integer.toString(n).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            return new UUID(bytes.getLong(), bytes.getLong());
        }
    }

    private static String file(Path list) {
        return "offboarding.list.csv.file: '%s'".formatted(list);
    }
}
