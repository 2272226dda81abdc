package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.BenchDatabase;
import dev.offboarding.run.MeasuredRun;
import dev.offboarding.run.MeasuredRun.Measured;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * What the report of a run costs: its own report is written again and again, in a virtual machine with as much memory as a whole run has, the
 * first time with nothing compiled yet, as in a run of few customers. {@code -Dbench.customers=} tries another size, {@code -Dbench.jvm=…}
 * hands options to the measured program.
 */
@Tag("bench")
class ReportBench {

    private static final int CUSTOMERS = Integer.getInteger("bench.customers", 20_000);
    private static final int MEGABYTES = 256;
    private static final int TIMES = 5;
    private static final String NAME = "night";

    @TempDir
    Path folder;

    @Test
    void theReportOfARunAgainAndAgain() throws Exception {
        try (BenchDatabase database = BenchDatabase.with(CUSTOMERS)) {
            Measured run = aRun(database, folder);
            assertThat(run.balanced()).isTrue();
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + MEGABYTES + "m"));
            command.addAll(List.of(
                    System.getProperty("bench.jvm", MeasuredRun.BY_SCRIPT).split(" ")));
            command.removeIf(String::isEmpty);
            command.addAll(List.of(
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    ReportBench.class.getName(),
                    database.url(NAME),
                    run.report().toString(),
                    folder.resolve("again").toString()));
            Process process = new ProcessBuilder(command).inheritIO().start();
            assertThat(process.waitFor()).isZero();
        }
    }

    private static Measured aRun(BenchDatabase database, Path folder) throws IOException {
        database.copy(NAME);
        // a run drops these once its report is there
        for (String table : List.of("entry", "list_file", "run_case", "run_listing", "run_plan")) {
            database.jdbc(NAME)
                    .sql("create rule kept as on delete to offboarding.%s do instead nothing".formatted(table))
                    .update();
        }
        Path list = folder.resolve("list.csv");
        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            out.write("customer_id,domain,company_name,ticket,Cost center\n");
            database.jdbc(NAME)
                    .sql("select customer_id || ',' || domain || ',' || company_name from ledger.customer")
                    .query(String.class)
                    .list()
                    .forEach(row -> write(out, row + ",T-" + row.substring(0, 4) + "," + row.charAt(0) + "\n"));
        }
        return MeasuredRun.in(
                MEGABYTES, database.jobFile(folder, NAME, "offboarding.list.csv.file: '%s'".formatted(list), ""));
    }

    private static void write(BufferedWriter out, String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** {@code URL REPORT FOLDER}: writes that report again into the folder, some times, and checks it as often. */
    public static void main(String[] args) throws IOException {
        SimpleDriverDataSource dataSource = new SimpleDriverDataSource(new Driver(), args[0]);
        Path report = Path.of(args[1]);
        String runId = report.getFileName().toString();
        System.out.printf("%n%-28s %8s %8s%n", "report of " + runId, "seconds", "CPU");
        for (int n = 1; n <= Integer.getInteger("bench.times", TIMES); n++) {
            ReportWriter writer = new ReportWriter(dataSource, Path.of(args[2], String.valueOf(n)));
            Path[] written = new Path[1];
            measured("written and checked, " + n, () -> {
                ReportSummary summary = writer.write(runId);
                assertThat(summary.findings()).isEmpty();
                written[0] = summary.folder();
            });
            measured(
                    "checked once more, " + n,
                    () -> assertThat(new ReportVerifier(null)
                                    .verify(Objects.requireNonNull(written[0]))
                                    .inOrder())
                            .isTrue());
            if (n > 1) {
                assertThat(Files.mismatch(
                                Path.of(args[2], "1")
                                        .resolve(Objects.requireNonNull(report.getParent())
                                                .getFileName())
                                        .resolve(runId)
                                        .resolve(Manifest.FILE),
                                written[0].resolve(Manifest.FILE)))
                        .isEqualTo(-1);
            }
        }
    }

    private static void measured(String what, Runnable work) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long begun = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        work.run();
        System.out.printf(
                "%-28s %8.2f %8.2f%n",
                what, (System.nanoTime() - begun) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
    }
}
