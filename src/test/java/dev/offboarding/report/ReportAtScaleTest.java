package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.ReportDatabase.Run;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A figure, not a rule: 100,000 customers and 400,000 events, written by a program of its own that has 256 MB. */
@Tag("bench")
class ReportAtScaleTest {
    private static final int CUSTOMERS = 100_000;

    @TempDir
    Path reports;

    @Test
    void aHundredThousandCustomersFitInto256Megabytes() throws Exception {
        Run run = new Run().file("november.csv", "TAKEN", CUSTOMERS, 0, 0);
        fill(run);

        Path output = reports.resolve("output.txt");
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + Integer.getInteger("report.heap", 256) + "m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        classPath(),
                        Alone.class.getName(),
                        ReportDatabase.URL,
                        reports.toString(),
                        run.id)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        int exit = writer.waitFor();
        try (Stream<String> lines = Files.lines(output)) {
            lines.filter(line -> !line.contains("DEBUG")).forEach(System.out::println);
        }
        assertThat(exit).isZero();
        Path folder = reports.resolve(run.job).resolve(run.id);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                System.out.printf("%-14s %,14d bytes%n", file.getFileName(), Files.size(file));
            }
        }
        try (Stream<String> lines = Files.lines(folder.resolve("customers.csv"))) {
            assertThat(lines).hasSize(CUSTOMERS + 1);
        }
        try (Stream<String> lines = Files.lines(folder.resolve("events.jsonl"))) {
            assertThat(lines).hasSize(4 * CUSTOMERS);
        }
    }

    /** What the heap is measured of. */
    static final class Alone {
        private Alone() {}

        public static void main(String[] args) {
            PGSimpleDataSource database = new PGSimpleDataSource();
            database.setUrl(args[0]);
            long begin = System.nanoTime();
            ReportSummary summary = new ReportWriter(database, Path.of(args[1])).write(args[2]);
            long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .mapToLong(pool -> pool.getPeakUsage().getUsed())
                    .sum();
            System.out.printf(
                    "%s, problems %s, unplanned %d, %.1f s, heap of %d MB, peaks of its pools %d MB%n",
                    summary.outcomes(),
                    summary.totals().problems(),
                    summary.unplanned().size(),
                    (System.nanoTime() - begin) / 1e9,
                    Runtime.getRuntime().maxMemory() >> 20,
                    peak >> 20);
            if (!summary.totals().balance() || !summary.unplanned().isEmpty()) {
                System.exit(1);
            }
        }
    }

    private static String classPath() {
        String tests = System.getProperty("surefire.test.class.path");
        return Objects.requireNonNullElseGet(
                tests, () -> System.getProperty("java.class.path", "").replace(';', File.pathSeparatorChar));
    }

    private static void fill(Run run) {
        ReportDatabase.JDBC.update("""
                insert into offboarding.run_case (run_id, position, customer_id, case_id, source, line, company_name, domain, others,
                  contents, listed, listed_anew, state, outcome, active_before, suspended, planned, holdings, effects, removed_at)
                select ?, n, md5(n::text)::uuid, n, 'november.csv', n + 1, 'Customer Nº ' || n, 'c' || n || '.example',
                  '{"Cost center":"4711","Region":"south"}', '\\x00', true, true, 'OFFBOARDED', 'OFFBOARDED', 3, 3,
                  (select json_agg(json_build_object('action', 'SUSPEND', 'target', md5(n || '-' || s)::uuid))
                   from generate_series(1, 3) s)::jsonb || jsonb_build_array(
                     jsonb_build_object('action', 'REMOVE', 'target', md5(n::text)::uuid)),
                  (select json_agg(json_build_object('id', md5(n || '-' || s)::uuid, 'name', 'Office ' || s, 'kind', 'license',
                    'status', 'active')) from generate_series(1, 3) s),
                  (select json_object_agg(e, json_build_object('result', 'CONFIRMED', 'at', '2026-11-22T03:32:00Z', 'proof',
                    'no row in ' || e)) from unnest(array['customer_list', 'support_contact', 'delegated_admin', 'purchasing']) e),
                  now()
                from generate_series(1, ?) n
                """, run.id, CUSTOMERS);
        ReportDatabase.JDBC.update("""
                with head as (select last_sequence from offboarding.chain_head)
                insert into offboarding.event (sequence, at, job, run_id, platform, customer_id, kind, action, answers, data, hash)
                select last_sequence + 4 * (n - 1) + k, now(), ?, ?, 'ledger', md5(n::text)::uuid,
                  case when k <= 2 then 'INTENT' else 'OUTCOME' end,
                  case when k % 2 = 1 then 'SUSPEND' else 'REMOVE' end,
                  case when k > 2 then last_sequence + 4 * (n - 1) + k - 2 end,
                  (select json_build_object('writes', json_agg(json_build_object('target',
                     case when k % 2 = 1 then md5(n || '-' || s) else md5(n::text) end::uuid, 'attempt', 1, 'correlation_id',
                     md5(n::text || k::text || s::text)::uuid, 'at', '2026-11-22T03:31:00Z', 'result', 'DONE', 'before', 'active', 'after',
                     'suspended', 'message', ''))) from generate_series(1, case when k % 2 = 1 then 3 else 1 end) s)::text,
                  sha256(n::text::bytea)
                from head, generate_series(1, ?) n, generate_series(1, 4) k
                """, run.job, run.id, CUSTOMERS);
        ReportDatabase.JDBC.update(
                "update offboarding.chain_head set last_sequence = last_sequence + ?", 4 * CUSTOMERS);
        ReportDatabase.JDBC.execute("analyze offboarding.event");
        ReportDatabase.JDBC.execute("analyze offboarding.run_case");
    }
}
