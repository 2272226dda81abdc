package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.audit.Trail;
import dev.offboarding.platform.Action;
import dev.offboarding.report.ReportDatabase.Run;
import dev.offboarding.report.verify.ReportVerifier;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A figure, not a rule: 100,000 customers and 700,000 events, written by a program of its own that has 256 MB. */
@Tag("bench")
class ReportAtScaleTest {
    private static final int CUSTOMERS = Integer.getInteger("bench.customers", 100_000);
    private static final int CHUNK = 1_000;

    @TempDir
    Path reports;

    @Test
    void aHundredThousandCustomersFitInto256Megabytes() throws Exception {
        Run run = new Run().set("plan_id", null).set("limits", null).file("november.csv", "TAKEN", CUSTOMERS, 0, 0);
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
            assertThat(lines).hasSize(7 * CUSTOMERS + 3);
        }
    }

    /** What the heap is measured of. */
    static final class Alone {
        private Alone() {}

        public static void main(String[] args) throws IOException {
            PGSimpleDataSource database = new PGSimpleDataSource();
            database.setUrl(args[0]);
            long begin = System.nanoTime();
            ReportSummary summary = new ReportWriter(database, Path.of(args[1])).write(args[2]);
            long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .mapToLong(pool -> pool.getPeakUsage().getUsed())
                    .sum();
            long written = System.nanoTime();
            List<?> findings = new ReportVerifier(null).verify(summary.folder()).findings();
            System.out.printf("checked once more in %.1f s: %s%n", (System.nanoTime() - written) / 1e9, findings);
            System.out.printf(
                    "%s, problems %s, unplanned %d, %.1f s, heap of %d MB, peaks of its pools %d MB%n",
                    summary.outcomes(),
                    summary.totals().problems(),
                    summary.unplanned().size(),
                    (written - begin) / 1e9,
                    Runtime.getRuntime().maxMemory() >> 20,
                    peak >> 20);
            System.out.printf("the page alone: %.1f s%n", page(database, Path.of(args[1]), args[2], summary));
            if (!summary.totals().balance()
                    || !summary.unplanned().isEmpty()
                    || !summary.findings().isEmpty()
                    || !findings.isEmpty()) {
                System.out.println(summary.findings());
                System.exit(1);
            }
        }
    }

    /** Writes the page once more, on its own. */
    private static double page(DataSource database, Path reports, String runId, ReportSummary summary)
            throws IOException {
        long begin = System.nanoTime();
        try (Snapshot snapshot = Snapshot.of(database)) {
            ReportFolder folder = ReportFolder.begin(reports, "page", runId, UnaryOperator.identity());
            RunRow run = RunRow.read(snapshot.jdbc(), runId);
            new PagePart(snapshot.jdbc(), run, summary.totals(), summary.unplanned()).write(folder);
        }
        return (System.nanoTime() - begin) / 1e9;
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
                    'status', 'ACTIVE')) from generate_series(1, 3) s),
                  (select json_object_agg(e, json_build_object('result', 'CONFIRMED', 'at', '2026-11-22T03:32:00Z', 'proof',
                    'no row in ' || e)) from unnest(array['customer_list', 'support_contact', 'delegated_admin', 'purchasing']) e),
                  now()
                from generate_series(1, ?) n
                """, run.id, CUSTOMERS);
        appendTrail(run);
        ReportDatabase.JDBC.execute("analyze offboarding.event");
        ReportDatabase.JDBC.execute("analyze offboarding.run_case");
    }

    /** What a run would have said of these customers, in one chain. */
    private static void appendTrail(Run run) {
        Trail trail = new Trail(ReportDatabase.JDBC, Clock.systemUTC(), run.job, run.id, "ledger");
        TransactionTemplate transaction =
                new TransactionTemplate(new JdbcTransactionManager(ReportDatabase.DATA_SOURCE));
        append(
                transaction,
                trail,
                List.of(
                        NewEvent.ofRun(EventKind.RUN_STARTED, Map.of("mode", "run")),
                        NewEvent.ofRun(
                                EventKind.LIST,
                                Map.of(
                                        "name",
                                        "november.csv",
                                        "status",
                                        "TAKEN",
                                        "sha256",
                                        "ab".repeat(32),
                                        "read",
                                        CUSTOMERS))));
        for (int from = 1; from <= CUSTOMERS; from += CHUNK) {
            List<NewEvent> first = new ArrayList<>();
            List<NewEvent> intents = new ArrayList<>();
            List<NewEvent> last = new ArrayList<>();
            for (int n = from; n < from + CHUNK; n++) {
                UUID customer = md5(Integer.toString(n));
                List<UUID> subscriptions = List.of(md5(n + "-1"), md5(n + "-2"), md5(n + "-3"));
                first.add(NewEvent.ofCustomer(EventKind.RECEIVED, customer, received(n)));
                List<Map<String, Object>> planned = new ArrayList<>();
                subscriptions.forEach(target -> planned.add(write("SUSPEND", target)));
                planned.add(write("REMOVE", customer));
                first.add(NewEvent.ofCustomer(
                        EventKind.DECIDED,
                        customer,
                        Map.of("state", "MARKED", "outcome", "PLANNED", "planned", planned)));
                intents.add(asked(customer, Action.SUSPEND, subscriptions));
                intents.add(asked(customer, Action.REMOVE, List.of(customer)));
                last.add(verified(customer));
            }
            append(transaction, trail, first);
            long intent = append(transaction, trail, intents);
            List<NewEvent> outcomes = new ArrayList<>();
            for (NewEvent asked : intents) {
                outcomes.add(answered(asked, intent++));
            }
            append(transaction, trail, outcomes);
            append(transaction, trail, last);
        }
        append(transaction, trail, List.of(NewEvent.ofRun(EventKind.RUN_ENDED, Map.of("exit_code", 0))));
    }

    private static long append(TransactionTemplate transaction, Trail trail, List<NewEvent> events) {
        return Objects.requireNonNull(transaction.execute(status -> trail.append(events)));
    }

    private static Map<String, Object> received(int n) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("source", "november.csv");
        entry.put("line", n + 1);
        entry.put("company_name", "Customer Nº " + n);
        entry.put("domain", "c" + n + ".example");
        Map<String, String> others = new LinkedHashMap<>();
        others.put("Cost center", "4711");
        others.put("Region", "south");
        entry.put("others", others);
        return entry;
    }

    private static Map<String, Object> write(String action, UUID target) {
        Map<String, Object> write = new LinkedHashMap<>();
        write.put("action", action);
        write.put("target", target.toString());
        return write;
    }

    private static NewEvent asked(UUID customer, Action action, List<UUID> targets) {
        return new NewEvent(
                EventKind.INTENT,
                customer,
                action,
                null,
                Map.of(
                        "writes",
                        targets.stream()
                                .map(target -> {
                                    Map<String, Object> write = new LinkedHashMap<>();
                                    write.put("target", target.toString());
                                    write.put("attempt", 1);
                                    write.put(
                                            "correlation_id", md5("c" + target).toString());
                                    return write;
                                })
                                .toList()));
    }

    private static NewEvent answered(NewEvent asked, long intent) {
        List<Map<String, Object>> writes = new ArrayList<>();
        for (Object write : (List<?>) Objects.requireNonNull(asked.data().get("writes"))) {
            Map<String, Object> answered = new LinkedHashMap<>();
            ((Map<?, ?>) write).forEach((name, value) -> answered.put(name.toString(), value));
            answered.put("at", "2026-11-22T03:31:00Z");
            answered.put("result", "DONE");
            answered.put("before", asked.action() == Action.REMOVE ? "reseller" : "active");
            answered.put("after", asked.action() == Action.REMOVE ? "none" : "suspended");
            answered.put("message", "");
            writes.add(answered);
        }
        return new NewEvent(EventKind.OUTCOME, asked.customerId(), asked.action(), intent, Map.of("writes", writes));
    }

    private static NewEvent verified(UUID customer) {
        Map<String, Object> effects = new LinkedHashMap<>();
        for (String effect : List.of("customer_list", "support_contact", "delegated_admin", "purchasing")) {
            Map<String, Object> reading = new LinkedHashMap<>();
            reading.put("result", "CONFIRMED");
            reading.put("at", "2026-11-22T03:32:00Z");
            reading.put("proof", "no row in " + effect);
            effects.put(effect, reading);
        }
        return NewEvent.ofCustomer(
                EventKind.VERIFIED,
                customer,
                Map.of("effects", effects, "state", "OFFBOARDED", "outcome", "OFFBOARDED"));
    }

    private static UUID md5(String text) {
        try {
            var bytes = ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
            return new UUID(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
