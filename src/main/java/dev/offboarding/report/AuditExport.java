package dev.offboarding.report;

import dev.offboarding.approvals.Approvals;
import dev.offboarding.approvals.Given;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.AuditEvents.Unchanged;
import dev.offboarding.cases.KnownCase;
import dev.offboarding.cases.KnownCases;
import dev.offboarding.kit.CsvWriter;
import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.Rights;
import dev.offboarding.kit.Sha256;
import dev.offboarding.report.verify.ExportVerifier;
import dev.offboarding.runs.RunLog;
import dev.offboarding.runs.RunLog.Reported;
import dev.offboarding.runs.Runs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * A period for an auditor: every customer of a job that had something to do with it, once, with who asked for it, who approved it, what was
 * done and which report proves it. Read from one consistent snapshot of the database; {@code verify-report} checks it against the reports.
 */
public final class AuditExport {

    private static final String QUERY =
            "every customer of whom a run (mode run or withdraw) of job %s that began from %s to %s (%s) has recorded something, or of whom the job had an open case at any time between the first of these days and the end of the last";

    private final DataSource dataSource;
    private final Path reports;
    private final Rights rights;
    private final Clock clock;
    private final String program;
    private final @Nullable SigningKey key;

    /**
     * @param dataSource the job's own database
     * @param reports the folder that has a folder for each job
     * @param rights of what is written
     * @param program this program and its version
     * @param key signs it; null if it is not signed
     */
    public AuditExport(
            DataSource dataSource, Path reports, Rights rights, Clock clock, String program, @Nullable SigningKey key) {
        this.key = key;
        this.dataSource = dataSource;
        this.reports = reports;
        this.rights = rights;
        this.clock = clock;
        this.program = program;
    }

    /**
     * What was written.
     *
     * @param population how many customers the query found
     * @param customers how many of them are in it
     * @param sha256 of {@link ExportVerifier#FILE}, which has those of the other files
     * @param signedBy the SHA-256 of the public half of the key that signed it; null if none did
     * @param notes what is not in it yet, one sentence each
     * @param problems what does not balance, one sentence each; empty, or something is very wrong
     */
    public record Written(
            Path folder,
            String query,
            long population,
            long customers,
            long steps,
            int reports,
            String sha256,
            @Nullable String signedBy,
            List<String> notes,
            List<String> problems) {}

    /**
     * Writes it to {@code reports/<job>/exports/}. The folder appears whole or not at all.
     *
     * @param sample null for all of them
     * @throws EvidenceException if it could not be written
     * @throws org.springframework.dao.DataAccessException if the database could not be read
     */
    public Written write(String job, String platform, ExportPeriod period, @Nullable ExportSample sample) {
        Instant now = clock.instant();
        Path place = reports.resolve(job).resolve("exports");
        Path folder = place.resolve(period.from() + "--" + period.to() + "-" + Runs.RUN_ID.format(now));
        Path writing = place.resolve("." + UUID.randomUUID());
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            rights.createFolders(place);
            rights.createFolder(writing);
            try {
                Written written =
                        new Writing(snapshot.jdbc(), writing, job, platform, period, sample, now).write(folder);
                DurableFile.sync(writing);
                if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw new FileAlreadyExistsException(folder.toString());
                }
                Files.move(writing, folder, StandardCopyOption.ATOMIC_MOVE);
                DurableFile.sync(place);
                return written;
            } finally {
                discard(writing);
            }
        } catch (IOException e) {
            throw EvidenceException.because("The export could not be written", place, e);
        } catch (UncheckedIOException e) {
            throw EvidenceException.because(
                    "The export could not be written", place, Objects.requireNonNull(e.getCause()));
        }
    }

    private static void discard(Path writing) throws IOException {
        if (!Files.exists(writing, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var files = Files.list(writing)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(writing);
    }

    private final class Writing {
        private final JdbcTemplate jdbc;
        private final Path writing;
        private final String job;
        private final String platform;
        private final ExportPeriod period;
        private final @Nullable ExportSample sample;
        private final Instant now;
        private final Map<String, String> hashes = new TreeMap<>();
        private long steps;

        Writing(
                JdbcTemplate jdbc,
                Path writing,
                String job,
                String platform,
                ExportPeriod period,
                @Nullable ExportSample sample,
                Instant now) {
            this.jdbc = jdbc;
            this.writing = writing;
            this.job = job;
            this.platform = platform;
            this.period = period;
            this.sample = sample;
            this.now = now;
        }

        Written write(Path folder) throws IOException {
            List<Reported> nights = new RunLog(jdbc).reported(job, period.firstRun(), period.endRun());
            SortedSet<UUID> population = new TreeSet<>(ExportSample.BY_ID);
            KnownCases known = new KnownCases(jdbc);
            Map<UUID, List<KnownCase>> cases = known.openWithin(job, period.firstRun(), period.endRun()).stream()
                    .collect(Collectors.groupingBy(KnownCase::customerId));
            AuditEvents events = new AuditEvents(jdbc);
            Map<UUID, Unchanged> unchanged = events.lastFoundUnchanged(job, period.firstRun(), period.endRun());
            population.addAll(events.customersOf(job, period.firstRun(), period.endRun()));
            population.addAll(unchanged.keySet());
            population.addAll(cases.keySet());
            SortedSet<UUID> chosen = sample == null ? population : sample.of(population);
            try (CsvWriter csv = csv("population.csv")) {
                csv.row(List.of("customer_id"));
                population.forEach(id -> csv.row(List.of(id)));
            }
            customers(chosen, nights, cases, unchanged);
            Map<String, Long> closed = known.closedWithin(job, period.firstRun(), period.endRun());
            List<String> notes = notes(known.closedUnreported(job, period.firstRun(), period.endRun()));
            List<String> problems = problems(closed, nights);
            String query = QUERY.formatted(job, period.from(), period.to(), period.zone());
            String hash = record(query, population, chosen, nights, closed, notes, problems);
            return new Written(
                    folder,
                    query,
                    population.size(),
                    chosen.size(),
                    steps,
                    nights.size(),
                    hash,
                    key == null ? null : key.fingerprint(),
                    notes,
                    problems);
        }

        private void customers(
                SortedSet<UUID> chosen,
                List<Reported> nights,
                Map<UUID, List<KnownCase>> cases,
                Map<UUID, Unchanged> unchanged)
                throws IOException {
            Map<String, String> manifests = new LinkedHashMap<>();
            String lastReport = null;
            for (Reported night : nights) {
                if (night.manifestSha256() != null) {
                    manifests.put(night.runId(), night.manifestSha256());
                    lastReport = night.mode().equals("run") ? night.runId() : lastReport;
                }
            }
            String proof = lastReport;
            Map<Long, Given> approvals = Approvals.usedFor(jdbc, job, period.endRun());
            try (CsvWriter rows = csv("customers.csv");
                    CsvWriter stepRows = csv("steps.csv")) {
                rows.row(ExportedCustomer.COLUMNS);
                stepRows.row(ExportedCustomer.STEP_COLUMNS);
                Consumer<ExportedCustomer> write = customer -> {
                    customer.endOfTrail(unchanged.get(customer.id()));
                    List<KnownCase> its = cases.getOrDefault(customer.id(), List.of());
                    Given approval = its.isEmpty()
                            ? null
                            : approvals.get(its.get(its.size() - 1).caseId());
                    rows.row(customer.row(its, approval, proof));
                    customer.steps().forEach(stepRows::row);
                    steps += customer.steps().size();
                };
                Deque<ExportedCustomer> waiting = new ArrayDeque<>();
                chosen.forEach(id -> waiting.add(new ExportedCustomer(id, period, manifests)));
                // both are in the order of ids, so that each customer is written once the trail has come to the next
                new AuditEvents(jdbc).ofCustomers(job, chosen, period.endRun(), recorded -> {
                    while (!waiting.element().id().equals(recorded.event().customerId())) {
                        write.accept(waiting.remove());
                    }
                    waiting.element().tell(recorded);
                });
                waiting.forEach(write);
            }
        }

        private List<String> notes(long closedUnreported) {
            List<String> notes = new ArrayList<>();
            if (period.isNotOverAt(now)) {
                notes.add("the period is not over: runs that begin later on its days are not in it");
            }
            if (closedUnreported > 0) {
                notes.add(
                        "%d %s closed by a run that has no report yet, and not counted: a run is under way, or has died, and the next one writes its report"
                                .formatted(closedUnreported, closedUnreported == 1 ? "case was" : "cases were"));
            }
            return notes;
        }

        /** Whoever was offboarded stands as that in exactly one report. */
        private List<String> problems(Map<String, Long> closed, List<Reported> nights) {
            List<String> problems = new ArrayList<>();
            if (nights.stream().anyMatch(night -> night.manifestSha256() != null && night.outcomes() == null)) {
                // a report of an earlier version; verify-report counts it
                return problems;
            }
            for (String outcome : List.of("OFFBOARDED", "ALREADY_OFFBOARDED")) {
                long inReports = nights.stream()
                        .filter(night -> night.manifestSha256() != null)
                        .map(Reported::outcomes)
                        .filter(Objects::nonNull)
                        .mapToLong(outcomes -> outcomes.getOrDefault(outcome, 0L))
                        .sum();
                long cases = closed.getOrDefault(outcome, 0L);
                if (inReports != cases) {
                    problems.add("%d cases were closed as %s, but the reports of the period have %d"
                            .formatted(cases, outcome, inReports));
                }
            }
            return problems;
        }

        private String record(
                String query,
                SortedSet<UUID> population,
                SortedSet<UUID> chosen,
                List<Reported> nights,
                Map<String, Long> closed,
                List<String> notes,
                List<String> problems)
                throws IOException {
            ObjectNode json = ReportJson.MAPPER.createObjectNode();
            json.put("job", job);
            json.put("platform", platform);
            json.put("from", period.from().toString());
            json.put("to", period.to().toString());
            json.put("zone", period.zone().getId());
            json.put("first_run", period.firstRun());
            json.put("end_run", period.endRun());
            json.put("made_at", now.toString());
            json.put("program", program);
            json.put("query", query);
            json.put("population", population.size());
            json.put("population_sha256", ExportedCustomer.digest(population));
            if (sample == null) {
                json.putNull("sample");
            } else {
                json.putObject("sample")
                        .put("size", sample.size())
                        .put("seed", sample.seed())
                        .put("algorithm", ExportSample.ALGORITHM);
            }
            json.put("customers", chosen.size());
            json.put("steps", steps);
            ObjectNode ended = json.putObject("closed");
            closed.forEach(ended::put);
            notes.forEach(json.putArray("notes")::add);
            problems.forEach(json.putArray("problems")::add);
            var all = json.putArray("reports");
            for (Reported night : nights) {
                ObjectNode one = all.addObject();
                one.put("run_id", night.runId());
                one.put("mode", night.mode());
                one.put("started_at", night.startedAt().toString());
                one.put("exit_code", night.exitCode());
                one.put("interrupted", night.interrupted());
                one.put("manifest_sha256", night.manifestSha256());
                if (night.outcomes() == null) {
                    one.putNull("outcomes");
                } else {
                    night.outcomes().forEach(one.putObject("outcomes")::put);
                }
            }
            ObjectNode files = json.putObject("files");
            hashes.forEach(files::put);
            SignedJson.prepare(json, key);
            SignedJson.sign(json, key);
            byte[] bytes = SignedJson.bytes(json);
            try (OutputStream out = create(ExportVerifier.FILE)) {
                out.write(bytes);
            }
            return Sha256.hexOf(bytes);
        }

        private CsvWriter csv(String name) throws IOException {
            return new CsvWriter(create(name));
        }

        /** A new file, which is on the disk, and its hash known, once it is closed. */
        private OutputStream create(String name) throws IOException {
            FileChannel channel = rights.createFile(writing.resolve(name));
            MessageDigest digest = Sha256.begin();
            return new DigestOutputStream(Channels.newOutputStream(channel), digest) {
                @Override
                public void close() throws IOException {
                    if (channel.isOpen()) {
                        try (channel) {
                            channel.force(true);
                        }
                        hashes.put(name, Sha256.hex(digest.digest()));
                    }
                }
            };
        }
    }
}
