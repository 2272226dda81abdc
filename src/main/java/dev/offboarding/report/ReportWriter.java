package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.cases.RunCases;
import dev.offboarding.kit.CsvText;
import dev.offboarding.kit.Rights;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.report.verify.Finding;
import dev.offboarding.report.verify.FollowedReport;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.report.verify.TrustedKey;
import dev.offboarding.report.verify.VerifiedReport;
import dev.offboarding.runs.RunRow;
import dev.offboarding.runs.Runs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.core.JacksonException;

/**
 * Writes the report of a run. The database alone is enough: whatever wrote the database may be dead. Holds some hundred rows in memory
 * at a time, however many there are.
 */
public final class ReportWriter {
    private final DataSource dataSource;
    private final Path reports;
    private final UnaryOperator<OutputStream> disk;
    private final Rights rights;
    private final @Nullable SigningKey key;

    /**
     * @param dataSource the job's own database
     * @param reports the folder that has a folder for each job
     */
    public ReportWriter(DataSource dataSource, Path reports) {
        this(dataSource, reports, Rights.USER_AND_GROUP, null);
    }

    /**
     * Writes with a key, too.
     *
     * @param rights of what is written
     * @param key signs what is written; null if nothing does
     */
    public ReportWriter(DataSource dataSource, Path reports, Rights rights, @Nullable SigningKey key) {
        this(dataSource, reports, rights, key, UnaryOperator.identity());
    }

    /** @param disk is between the report and its files */
    ReportWriter(
            DataSource dataSource,
            Path reports,
            Rights rights,
            @Nullable SigningKey key,
            UnaryOperator<OutputStream> disk) {
        this.rights = rights;
        this.key = key;
        this.dataSource = dataSource;
        this.reports = reports;
        this.disk = disk;
    }

    /**
     * Writes what is committed of this run to {@code reports/<job>/<run-id>/}. The folder appears whole or not at all.
     *
     * @throws EvidenceException if it could not be written, or is there already
     * @throws org.springframework.dao.DataAccessException if the database could not be read
     */
    public ReportSummary write(String runId) {
        return write(runId, null);
    }

    /**
     * The same, without reading the whole trail of the run once more to compare it with its plan.
     *
     * @param compared what came of that once the run's steps were over; null where nobody has compared it
     */
    public ReportSummary write(String runId, @Nullable TrailCompared compared) {
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            RunRow run = new Runs(snapshot.jdbc())
                    .find(runId)
                    .orElseThrow(
                            () -> new EvidenceException(
                                    "There is no run \"" + CsvText.visible(runId)
                                            + "\" in the job's own database, so there is nothing to report. Check which database is configured."));
            try {
                return write(snapshot.jdbc(), run, compared);
            } catch (IOException e) {
                throw couldNotBeWritten(run, e);
            } catch (UncheckedIOException e) {
                throw couldNotBeWritten(run, Objects.requireNonNull(e.getCause()));
            } catch (JacksonException e) {
                if (e.getCause() instanceof IOException cause) {
                    throw couldNotBeWritten(run, cause);
                }
                throw e;
            }
        }
    }

    /** The hash of the manifest of a report that is there; null if it has none that can be read. */
    public @Nullable String manifestSha256(String job, String runId) {
        return Manifest.hash(ReportFolder.of(reports, job, runId));
    }

    private EvidenceException couldNotBeWritten(RunRow run, IOException e) {
        return EvidenceException.because(
                "The report of run " + run.runId() + " could not be written", reports.resolve(run.job()), e);
    }

    private ReportSummary write(JdbcTemplate jdbc, RunRow run, @Nullable TrailCompared compared) throws IOException {
        ReportFolder folder = ReportFolder.begin(reports, run.job(), run.runId(), rights, disk);
        TrustedKey own = key == null ? null : new TrustedKey(key.fingerprint());
        try (FollowedReport followed = new ReportVerifier(own).follow(folder.writing(), folder)) {
            TrailCompared trail =
                    compared != null && compared.answered() ? compared : Evidence.compare(jdbc, run.runId());
            Evidence.Found evidence = Evidence.found(jdbc, run.runId(), trail);
            ControlTotals totals = evidence.totals();
            List<UnplannedWrite> unplanned = trail.unplanned();
            long reactivated = Evidence.reactivated(jdbc, run.runId());
            try (RecordWriter json = new RecordWriter(folder.create("report.json"))) {
                json.startObject();
                writeRun(json, run, totals, reactivated);
                writeFindings(json, jdbc, run, evidence.problems());
                long customers =
                        new CustomersPart(new RunCases(jdbc), new ReceivedLists(jdbc), run.runId()).write(folder, json);
                if (customers != totals.customers()) {
                    throw new EvidenceException("The report of run %s has %d customers, but its totals count %d."
                            .formatted(run.runId(), customers, totals.customers()));
                }
                new TrailPart(new AuditEvents(jdbc), run.runId()).write(folder, json);
                new RejectsPart(new ReceivedLists(jdbc), run.runId()).write(folder, json);
                json.endObject();
            }
            new PagePart(jdbc, run, totals, unplanned).write(folder);
            // every other view of the record goes here: the manifest hashes all that is there before it
            folder.complete();
            String manifest = new Manifest(jdbc, run, reports, key).write(folder);
            ReportSummary summary = new ReportSummary(
                    folder.target(),
                    manifest,
                    totals,
                    new RunCases(jdbc).heldByReason(run.runId()),
                    new ReceivedLists(jdbc).rows(run.runId()).filesRefused(),
                    reactivated,
                    unplanned,
                    verified(followed, manifest));
            folder.publish(); // last, so that nothing that fails leaves a report behind
            return summary;
        } catch (IOException | RuntimeException | Error e) {
            folder.discard(e);
            throw e;
        }
    }

    /**
     * A report that is not in order is published, too: it is all that there is, and the run's caller is notified.
     *
     * @param manifest the hash of the one that was written: someone may have made another one, which fits, since
     */
    private static List<String> verified(FollowedReport followed, String manifest) {
        VerifiedReport found = followed.verified();
        List<Finding> findings = new ArrayList<>(found.findings());
        VerifiedReport.Link link = found.link();
        if (link != null && !link.manifestHash().equals(manifest)) {
            findings.add(new Finding(
                    Manifest.FILE, 0, "manifest_sha256", manifest + " (as it was written)", link.manifestHash()));
        }
        return findings.stream()
                .map(finding -> "The report was written, and is not in order: " + finding.inWords())
                .toList();
    }

    private static void writeRun(RecordWriter json, RunRow run, ControlTotals totals, long reactivated) {
        json.property("job", run.job());
        json.property("run_id", run.runId());
        json.property("mode", run.mode());
        json.property("started_at", run.startedAt());
        json.property("ended_at", run.endedAt());
        json.property("exit_code", run.exitCode());
        json.property("interrupted", run.interrupted());
        json.property("plan_id", run.planId());
        json.name("totals");
        json.startObject();
        json.name("rows");
        json.startObject();
        json.property("read", totals.rows().read());
        json.property("accepted", totals.rows().accepted());
        json.property("duplicates", totals.rows().duplicates());
        json.property("rejected", totals.rows().rejected());
        json.endObject();
        json.name("customers");
        json.startObject();
        json.property("total", totals.customers());
        totals.outcomes().forEach((outcome, count) -> json.property(outcome, count));
        json.endObject();
        json.name("subscriptions");
        json.startObject();
        json.property("active_before", totals.subscriptions().activeBefore());
        json.property("suspended", totals.subscriptions().suspended());
        json.property("cancelled", totals.subscriptions().cancelled());
        json.property("failed", totals.subscriptions().failed());
        json.property("left", totals.subscriptions().left());
        json.endObject();
        json.endObject();
        json.property("reactivated", reactivated);
    }

    private static void writeFindings(RecordWriter json, JdbcTemplate jdbc, RunRow run, List<String> problems) {
        json.stored("limits", run.limits());
        json.name("files");
        json.startArray();
        new ReceivedLists(jdbc).eachFile(run.runId(), file -> {
            json.startObject();
            json.property("name", file.name());
            json.property("path", file.path());
            json.property("sha256", file.sha256());
            json.property("status", file.status());
            json.property("rows_read", file.rowsRead());
            json.property("rows_rejected", file.rowsRejected());
            json.property("rows_duplicate", file.rowsDuplicate());
            json.stored("columns_understood", file.columnsUnderstood());
            json.stored("columns_carried", file.columnsCarried());
            json.property("reason", file.reason());
            json.property("moved_at", file.movedAt());
            json.endObject();
        });
        json.endArray();
        json.stored("facts", run.facts());
        json.stored("failures", run.failures());
        json.stored("notes", run.notes());
        json.stored("due_ahead", run.dueAhead());
        json.name("problems");
        json.startArray();
        problems.forEach(json::string);
        json.endArray();
        json.property("stop_reason", run.stopReason());
        json.property("stop_message", run.stopMessage());
        json.property("platform", run.platform());
        json.property("population", run.population());
        json.property("population_complete", run.populationComplete());
        if (run.planBasis() != null) {
            json.stored("plan_basis", run.planBasis());
        }
        if (run.approval() != null) {
            json.stored("approval", run.approval());
        }
        WayBack wayBack = WayBack.of(run);
        json.name("way_back");
        json.startObject();
        json.property("link", wayBack.link());
        json.property("how", wayBack.how());
        json.property("until", wayBack.until());
        json.endObject();
    }
}
