package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.opencsv.CSVReader;
import com.opencsv.CSVReaderBuilder;
import com.opencsv.RFC4180ParserBuilder;
import com.opencsv.exceptions.CsvException;
import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.database.TestDatabase;
import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.QuickFolders;
import dev.offboarding.kit.SettableClock;
import dev.offboarding.platform.Action;
import dev.offboarding.report.PublishedSchemas;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A reseller with a ledger, an operations team with an inbox, and runs of a job over both: what a test of the whole needs. */
public final class Scene implements AutoCloseable {

    public static final Instant TONIGHT = Instant.parse("2026-03-10T02:30:00Z");

    /** What takes one statement is not worth four: most tests begin with it. */
    private static final String CUSTOMERS = """
            with made as (select n, ('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id from generate_series(:from, :to) n),
                 one as (insert into ledger.customer
                         select id, 'Customer ' || n, 'customer-' || n || '.example', :relationship, null from made),
                 ours as (select id from made where :relationship = 'reseller'),
                 two as (insert into ledger.support_contact select id, 'support@reseller.example' from ours),
                 three as (insert into ledger.delegated_admin
                           select id, role from ours cross join unnest(array['helpdesk', 'service support']) role)
            insert into ledger.purchase_authority select id from ours""";

    public final SettableClock clock = new SettableClock(TONIGHT);
    private final TestDatabase database;
    private final Path folder;
    private final Map<String, String> keys = new LinkedHashMap<>();
    private final ReadJobFiles jobFiles = new ReadJobFiles();
    public Duration betweenLooks = Duration.ZERO;
    private int files;
    private boolean renamed;

    private Scene(TestDatabase database, Path folder) {
        this.database = database;
        this.folder = folder;
        keys.put("job", "nightly");
        keys.put("zone", "Europe/Berlin");
        keys.put("list.csv.inbox", folder.resolve("inbox").toString());
        keys.put("platform", "ledger");
        keys.put("limits.max-customers", "1000");
        keys.put("limits.max-share", "100%");
        keys.put("limits.per-30-days", "100%");
        keys.put("protected-customers", "none");
        keys.put("reports", folder.resolve("reports").toString());
    }

    public static Scene set() {
        return on(TestDatabase.create());
    }

    /** With the ledger and the job's own tables in this database. */
    public static Scene on(TestDatabase database) {
        try {
            Path folder = QuickFolders.make("scene");
            Files.createDirectories(folder.resolve("inbox"));
            return new Scene(database, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Back to the first night: nothing in the ledger, no case, no trail, no list. What else a test has made stays. */
    public Scene reset() {
        checkReports();
        List<String> tables = jdbc().sql("""
                        select format('%I.%I', schemaname, tablename) from pg_tables
                         where schemaname in ('offboarding', 'ledger') and tablename <> 'chain_head' and tablename not like '%history'
                        """).query(String.class).list();
        jdbc().sql("alter table offboarding.event disable trigger append_only").update();
        jdbc().sql("truncate %s restart identity cascade".formatted(String.join(", ", tables)))
                .update();
        jdbc().sql("alter table offboarding.event enable trigger append_only").update();
        jdbc().sql("alter table offboarding.chain_head disable trigger only_forward")
                .update();
        jdbc().sql("update offboarding.chain_head set last_sequence = 0, last_hash = decode(repeat('00', 32), 'hex')")
                .update();
        jdbc().sql("alter table offboarding.chain_head enable trigger only_forward")
                .update();
        for (Path below : List.of(inbox(), folder.resolve("reports"))) {
            FileSystemUtils.deleteRecursively(below.toFile());
        }
        inbox().toFile().mkdirs();
        clock.set(TONIGHT);
        return this;
    }

    // ---- the ledger

    /** The n-th customer's id. */
    public static UUID id(int n) {
        return UUID.fromString("a0000000-0000-4000-8000-%012d".formatted(n));
    }

    /** A reseller customer "Customer n" with the domain customer-n.example and all four things that a removal takes away. */
    public Scene customer(int n) {
        return customer(n, "reseller");
    }

    public Scene customer(int n, String relationship) {
        return customers(n, n, relationship);
    }

    public Scene customers(int from, int to) {
        return customers(from, to, "reseller");
    }

    private Scene customers(int from, int to, String relationship) {
        jdbc().sql(CUSTOMERS)
                .param("from", from)
                .param("to", to)
                .param("relationship", relationship)
                .update();
        return this;
    }

    /** A customer's subscription; its id is given back. */
    public UUID subscription(int customer, String kind, String status) {
        return subscription(customer, kind, status, null);
    }

    public UUID subscription(int customer, String kind, String status, @Nullable LocalDate termEnd) {
        UUID id = UUID.randomUUID();
        sql(
                "insert into ledger.subscription (subscription_id, customer_id, name, kind, status, term_end) values (?, ?, ?, ?, ?, ?)",
                id,
                id(customer),
                kind + " of " + customer,
                kind,
                status,
                termEnd);
        return id;
    }

    /** From now on the ledger shows active subscriptions only, and tells of no row that it has changed; the table is ledger.kept. */
    public void hidesWhatIsSuspended() {
        sql("alter table ledger.subscription rename to kept");
        sql("create view ledger.subscription as select * from ledger.kept where status = 'active'");
        sql("""
                create function ledger.write_subscription() returns trigger language plpgsql as $$ begin
                  update ledger.kept set status = new.status, changed_at = new.changed_at where subscription_id = old.subscription_id;
                  return null; end $$
                """);
        sql(
                "create trigger write instead of update on ledger.subscription for each row execute function ledger.write_subscription()");
    }

    public String statusOf(UUID subscription) {
        return jdbc().sql("select status from ledger.subscription where subscription_id = ?")
                .param(subscription)
                .query(String.class)
                .single();
    }

    public String relationshipOf(int customer) {
        return jdbc().sql("select relationship from ledger.customer where customer_id = ?")
                .param(id(customer))
                .query(String.class)
                .single();
    }

    /** Everything in the ledger, but for the times of its changes. */
    public Map<String, List<String>> ledger() {
        Map<String, List<String>> ledger = new TreeMap<>();
        for (String query : List.of(
                "customer: select customer_id::text || ' ' || relationship from ledger.customer order by 1",
                "subscription: select subscription_id::text || ' ' || customer_id || ' ' || status from ledger.subscription order by 1",
                "support_contact: select customer_id::text || ' ' || contact from ledger.support_contact order by 1",
                "delegated_admin: select customer_id::text || ' ' || role from ledger.delegated_admin order by 1",
                "purchase_authority: select customer_id::text from ledger.purchase_authority order by 1")) {
            String[] parts = query.split(": ", 2);
            ledger.put(parts[0], jdbc().sql(parts[1]).query(String.class).list());
        }
        return ledger;
    }

    /** Somebody else changes something in the database. */
    public Scene sql(String statement, @Nullable Object... parameters) {
        JdbcClient.StatementSpec prepared = jdbc().sql(statement);
        for (Object parameter : parameters) {
            prepared = prepared.param(parameter);
        }
        prepared.update();
        return this;
    }

    public JdbcClient jdbc() {
        return database.jdbc();
    }

    /**
     * Whoever writes such a row waits there until the gate is opened.
     *
     * @param event as in a trigger, such as {@code update on ledger.customer}
     */
    public Scene gateBefore(String event, String when) {
        jdbc().sql("create table if not exists public.gate (open boolean)").update();
        jdbc().sql("insert into public.gate select false where not exists (select from public.gate)")
                .update();
        jdbc().sql("""
                        create or replace function public.wait_at_gate() returns trigger language plpgsql as $$
                        begin
                          while not (select open from public.gate) loop
                            perform pg_sleep(0.02);
                          end loop;
                          return new;
                        end $$
                        """).update();
        jdbc().sql("create trigger gate before %s for each row when (%s) execute function public.wait_at_gate()"
                        .formatted(event, when))
                .update();
        return this;
    }

    /** Until somebody waits at the gate. */
    public void awaitSomebodyAtTheGate() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> jdbc().sql(
                                "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep')")
                        .query(Boolean.class)
                        .single());
    }

    /** Whoever is there stays until it is opened. */
    public void nobodyElseWaitsAtTheGate() {
        jdbc().sql(
                        "create or replace function public.wait_at_gate() returns trigger language plpgsql as 'begin return new; end'")
                .update();
    }

    public void openTheGate() {
        jdbc().sql("update public.gate set open = true").update();
    }

    /**
     * A database session of a program that is gone goes, too, and what it had not committed with it. Whoever waits at the gate is awake now
     * and then, for a moment.
     */
    public void endSessionsAtTheGate() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(
                        () -> jdbc().sql(
                                        "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'")
                                .query(Boolean.class)
                                .list(),
                        ended -> !ended.isEmpty());
    }

    public TestDatabase database() {
        return database;
    }

    // ---- the list

    public Path folder() {
        return folder;
    }

    public Path inbox() {
        return folder.resolve("inbox");
    }

    /** A file in the inbox that lists customers by id and domain. */
    public Scene listed(int... customers) {
        StringBuilder csv = new StringBuilder("customer_id,domain,ticket\n");
        for (int n : customers) {
            csv.append(id(n))
                    .append(",customer-")
                    .append(n)
                    .append(".example,T-")
                    .append(files)
                    .append('\n');
        }
        return inboxFile("list-" + (++files) + ".csv", csv.toString());
    }

    public Scene inboxFile(String name, String text) {
        return write(inbox().resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    public Scene inboxFile(String name, byte[] bytes) {
        return write(inbox().resolve(name), bytes);
    }

    /** All files in the inbox and in its folders, by their paths from there, but for those that say what became of a list's rows. */
    public List<String> inboxFiles() {
        try (Stream<Path> all = Files.walk(inbox())) {
            return all.filter(Files::isRegularFile)
                    .map(path -> inbox().relativize(path).toString())
                    .filter(name -> !name.endsWith(".result.csv"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String inboxText(String name) {
        try {
            return Files.readString(inbox().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Customers that are never to be touched. */
    public Scene protectedBy(String csv) {
        write(folder.resolve("protected.csv"), csv.getBytes(StandardCharsets.UTF_8));
        return with("protected-customers", folder.resolve("protected.csv").toString());
    }

    public Scene write(Path path, byte[] bytes) {
        try {
            Files.createDirectories(path.getParent());
            Files.write(path, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    // ---- the job file

    /** Sets a key of the job file, below {@code offboarding}. */
    public Scene with(String key, String value) {
        keys.put(key, value);
        return this;
    }

    public Scene without(String key) {
        keys.remove(key);
        return this;
    }

    /** The list is the rows of a query. */
    public Scene listedBy(String query) {
        without("list.csv.inbox");
        return with("list.database.query", query);
    }

    /** The job is called otherwise from now on, and keeps its job file. */
    public Scene renamed(String job) {
        renamed = true;
        return with("job", job);
    }

    private String jobFileName() {
        String job = String.valueOf(keys.get("job"));
        return renamed || job.equals("nightly") ? "job.yaml" : job + ".yaml";
    }

    /** This scene's job file, as a run reads it. */
    public LoadedJobFile read() {
        return jobFiles.read(jobFile());
    }

    public Path jobFile() {
        StringBuilder yaml = new StringBuilder();
        keys.forEach((key, value) -> yaml.append("offboarding.")
                .append(key)
                .append(": '")
                .append(value.replace("'", "''"))
                .append("'\n"));
        yaml.append("spring.datasource.url: '").append(database.url()).append("'\n");
        Path path = folder.resolve(jobFileName());
        write(path, yaml.toString().getBytes(StandardCharsets.UTF_8));
        return path;
    }

    // ---- the run

    public RunResult run() {
        return start(Mode.RUN);
    }

    public RunResult plan() {
        return start(Mode.PLAN);
    }

    /** A run that only carries out what people have asked for. */
    public RunResult carriesOut() {
        return start(Mode.WITHDRAW);
    }

    /** The same, as a run whose job file has been read. */
    public OffboardingRun toCarryOut() {
        return loaded(Mode.WITHDRAW);
    }

    /** Somebody asks for something of a customer, beside the list. */
    public InterventionOrder.Result asks(InterventionKind kind, int customer, String reason) {
        return asks(kind, new InterventionOrder.Target.Customer(id(customer)), reason);
    }

    public InterventionOrder.Result asks(InterventionKind kind, InterventionOrder.Target whom, String reason) {
        return asks(new InterventionOrder.Request(kind, whom, reason, "Ada", null));
    }

    public InterventionOrder.Result asks(InterventionOrder.Request request) {
        return new InterventionOrder(read(), folder.resolve(".offboarding"), clock).record(request);
    }

    private RunResult start(Mode mode) {
        return loaded(mode).start();
    }

    /** A run whose job file has been read, to be started whenever it suits. */
    public OffboardingRun loaded() {
        return loaded(Mode.RUN);
    }

    /** The same, as a plan. */
    public OffboardingRun planned() {
        return loaded(Mode.PLAN);
    }

    private OffboardingRun loaded(Mode mode) {
        return loadedFrom(jobFile(), mode);
    }

    /** A run of a job file that the test has changed. */
    public OffboardingRun loadedFrom(Path jobFile) {
        return loadedFrom(jobFile, Mode.RUN);
    }

    /** A run of which Spring Batch tells somebody how long it takes. */
    public OffboardingRun observed(ObservationRegistry observations) {
        return loadedFrom(jobFile(), Mode.RUN, observations);
    }

    /** A run that somebody follows, and that is to report nights that were missed. */
    public OffboardingRun followed(Progress progress, String... missed) {
        return loadedFrom(jobFile(), Mode.RUN, ObservationRegistry.NOOP, progress, List.of(missed));
    }

    private OffboardingRun loadedFrom(Path jobFile, Mode mode) {
        return loadedFrom(jobFile, mode, ObservationRegistry.NOOP);
    }

    private OffboardingRun loadedFrom(Path jobFile, Mode mode, ObservationRegistry observations) {
        return loadedFrom(jobFile, mode, observations, Progress.NONE, List.of());
    }

    private OffboardingRun loadedFrom(
            Path jobFile, Mode mode, ObservationRegistry observations, Progress progress, List<String> notes) {
        return new OffboardingRun(
                jobFiles.read(jobFile),
                mode,
                folder.resolve(".offboarding"),
                RunTimes.madeUp(clock, betweenLooks),
                progress,
                notes,
                observations);
    }

    /** Somebody approves a plan, by this scene's clock. */
    public Approving.Result approve(String plan, @Nullable String by, boolean spread, @Nullable String lift) {
        return approve(plan, by, spread, lift, clock);
    }

    /** The same, by another clock. */
    public Approving.Result approve(
            String plan, @Nullable String by, boolean spread, @Nullable String lift, Clock clock) {
        return new Approving(read(), folder.resolve(".offboarding"), clock)
                .approve(new Approving.Request(plan, "looked at it", by, spread, lift));
    }

    /** Ada approves a plan. */
    public void adaApproves(String plan) {
        Approving.Result result = approve(plan, "Ada", false, null);
        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.OK);
    }

    /** Runs and expects an exit code. */
    public Report runs(ExitCode expected) {
        RunResult result = run();
        assertThat(result.exitCode())
                .describedAs("%s %s %s", result.stopped(), result.failures(), told(result))
                .isEqualTo(expected);
        return report(result);
    }

    /** What a report says, for whoever wonders why a run ended otherwise than was expected. */
    public static String told(RunResult result) {
        if (result.summary() == null) {
            return "no report";
        }
        JsonNode json = report(result).json();
        StringBuilder told = new StringBuilder().append(json.get("files"));
        json.get("customers")
                .forEach(customer -> told.append("\n")
                        .append(customer.get("customer_id"))
                        .append(customer.get("outcome"))
                        .append(customer.get("hold_reason"))
                        .append(customer.get("message")));
        return told.append("\n").append(json.get("notes")).toString();
    }

    public Report plans(ExitCode expected) {
        RunResult result = plan();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return report(result);
    }

    public static Report report(RunResult result) {
        if (result.summary() == null) {
            throw new AssertionError("no report: " + result);
        }
        return new Report(result.summary().folder());
    }

    /** A CSV file as any other program would read it, each row by its headings. */
    public static List<Map<String, String>> csv(Path file) {
        try (CSVReader reader = new CSVReaderBuilder(Files.newBufferedReader(file))
                .withCSVParser(new RFC4180ParserBuilder().build())
                .build()) {
            List<String[]> rows = reader.readAll();
            String[] headings = rows.get(0);
            headings[0] = headings[0].replaceFirst("^\uFEFF", "");
            List<Map<String, String>> table = new ArrayList<>();
            for (String[] row : rows.subList(1, rows.size())) {
                assertThat(row).hasSameSizeAs(headings);
                Map<String, String> cells = new LinkedHashMap<>();
                for (int i = 0; i < row.length; i++) {
                    cells.put(headings[i], row[i]);
                }
                table.add(cells);
            }
            return table;
        } catch (IOException | CsvException e) {
            throw new AssertionError(file + " is no CSV file", e);
        }
    }

    /** A report, read as somebody from outside would. */
    public record Report(Path folder) {

        public JsonNode json() {
            return JsonMapper.shared().readTree(folder.resolve("report.json").toFile());
        }

        /** A customer's row, as in {@code customers.csv}. */
        public JsonNode customer(int n) {
            return json().get("customers")
                    .valueStream()
                    .filter(row -> row.get("customer_id").asString().equals(id(n).toString()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no row for customer " + n + " in " + folder));
        }

        public String outcome(int n) {
            return customer(n).get("outcome").asString();
        }

        public String state(int n) {
            return customer(n).get("state").asString();
        }

        public String hold(int n) {
            return customer(n).get("hold_reason").asString();
        }

        public List<String> holds(int n) {
            return customer(n)
                    .get("holds")
                    .valueStream()
                    .map(hold -> hold.get("reason").asString())
                    .toList();
        }

        /** Action and target of each attempted write, in order. */
        public List<String> actions() {
            return json().get("actions")
                    .valueStream()
                    .map(action -> action.get("action").asString() + " "
                            + action.get("target").asString())
                    .toList();
        }

        /** A CSV file of the report, each row by its headings. */
        public List<Map<String, String>> table(String file) {
            return csv(folder.resolve(file));
        }

        public int total(String of, String name) {
            return json().get("totals").get(of).path(name).asInt(0);
        }

        public String text(String file) {
            try {
                return Files.readString(folder.resolve(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * What a run that must not begin says. Neither ledger, nor cases, nor list may have been touched, and there is no report.
     */
    public List<String> refusesToBegin(ExitCode expected) {
        Map<String, List<String>> ledger = ledger();
        List<String> inbox = inboxFiles();
        RunResult result = run();
        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(expected);
        assertThat(result.summary()).isNull();
        assertThat(ledger()).isEqualTo(ledger);
        assertThat(inboxFiles()).isEqualTo(inbox);
        assertThat(count("offboarding.offboarding_case")).isZero();
        assertThat(reports()).isEmpty();
        return result.failures();
    }

    /** What no role of the program's may do: a run is made what it was before its report was noted, or by a version that noted less. */
    public void unwrite(String sql, @Nullable Object... parameters) {
        sql("alter table offboarding.run disable trigger once_written");
        sql(sql, parameters);
        sql("alter table offboarding.run enable trigger once_written");
    }

    /** As a run of that id does, whose answer nobody records: the intent to remove the first customer. */
    public void asksForARemoval(String runId) {
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        Map<String, Object> write = Map.of(
                "target", id(1).toString(),
                "attempt", 1,
                "correlation_id", UUID.randomUUID().toString());
        new TransactionTemplate(new JdbcTransactionManager(database.dataSource()))
                .executeWithoutResult(status -> new AuditTrail(jdbc, clock, "nightly", runId, "ledger")
                        .append(List.of(new NewEvent(
                                EventKind.INTENT, id(1), Action.REMOVE, null, Map.of("writes", List.of(write))))));
    }

    public long count(String table) {
        return jdbc().sql("select count(*) from " + table).query(Long.class).single();
    }

    public List<Path> reports() {
        Path reports = folder.resolve("reports").resolve(keys.get("job"));
        if (!Files.isDirectory(reports)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(reports)) {
            return all.filter(path -> Stream.of("logs", "latest", "index.html").noneMatch(path::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whatever a test was about: what its reports say is said as it is published. */
    private void checkReports() {
        try (Stream<Path> all = Files.walk(folder.resolve("reports"), 3)) {
            all.filter(path -> path.endsWith("manifest.json"))
                    .map(path -> Objects.requireNonNull(path.getParent()))
                    .filter(report -> !report.getFileName().toString().startsWith("."))
                    .forEach(PublishedSchemas::check);
        } catch (NoSuchFileException noReports) {
            // then there is nothing to check
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            checkReports();
        } finally {
            tidyUp();
        }
    }

    private void tidyUp() {
        database.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path :
                    new ArrayList<>(all.sorted(Comparator.reverseOrder()).toList())) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
