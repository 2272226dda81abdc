package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.cases.RunCases;
import dev.offboarding.kit.CsvText;
import dev.offboarding.kit.Rights;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.report.verify.Finding;
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
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the report of a run, from the database alone: whatever wrote the database may be dead. Holds some hundred rows in memory
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
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            RunRow run = new Runs(snapshot.jdbc())
                    .find(runId)
                    .orElseThrow(
                            () -> new EvidenceException(
                                    "There is no run \"" + CsvText.visible(runId)
                                            + "\" in the job's own database, so there is nothing to report. Check which database is configured."));
            try {
                return write(snapshot.jdbc(), run);
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

    private ReportSummary write(JdbcTemplate jdbc, RunRow run) throws IOException {
        ReportFolder folder = ReportFolder.begin(reports, run.job(), run.runId(), rights, disk);
        try {
            ControlTotals totals = Evidence.totals(jdbc, run.runId());
            List<UnplannedWrite> unplanned = Evidence.unplannedWrites(jdbc, run.runId());
            try (JsonGenerator json = ReportJson.generator(folder.create("report.json"))) {
                json.writeStartObject();
                writeRun(json, run, totals);
                writeFindings(json, jdbc, run, totals, unplanned);
                long customers =
                        new CustomersPart(new RunCases(jdbc), new ReceivedLists(jdbc), run.runId()).write(folder, json);
                if (customers != totals.customers()) {
                    throw new EvidenceException("The report of run %s has %d customers, but its totals count %d."
                            .formatted(run.runId(), customers, totals.customers()));
                }
                new ActionsPart(new AuditEvents(jdbc), run.runId()).write(folder, json);
                new RejectsPart(new ReceivedLists(jdbc), run.runId()).write(folder, json);
                json.writeEndObject();
            }
            new EventsPart(new AuditEvents(jdbc), run.runId()).write(folder);
            new PagePart(jdbc, run, totals, unplanned).write(folder);
            // every other view of the record goes here: the manifest hashes all that is there before it
            String manifest = new Manifest(jdbc, run, reports, key).write(folder);
            ReportSummary summary = summary(
                    jdbc, run.runId(), folder.target(), manifest, totals, unplanned, verified(folder, manifest));
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
    private List<String> verified(ReportFolder folder, String manifest) {
        TrustedKey own = key == null ? null : new TrustedKey(key.fingerprint());
        VerifiedReport found = new ReportVerifier(own).verify(folder.writing());
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

    private static void writeRun(JsonGenerator json, RunRow run, ControlTotals totals) {
        ReportJson.property(json, "job", run.job());
        ReportJson.property(json, "run_id", run.runId());
        ReportJson.property(json, "mode", run.mode());
        ReportJson.property(json, "started_at", run.startedAt());
        ReportJson.property(json, "ended_at", run.endedAt());
        ReportJson.property(json, "exit_code", run.exitCode());
        ReportJson.property(json, "interrupted", run.interrupted());
        ReportJson.property(json, "plan_id", run.planId());
        json.writeName("totals").writeStartObject();
        json.writeName("rows").writeStartObject();
        ReportJson.property(json, "read", totals.rows().read());
        ReportJson.property(json, "accepted", totals.rows().accepted());
        ReportJson.property(json, "duplicates", totals.rows().duplicates());
        ReportJson.property(json, "rejected", totals.rows().rejected());
        json.writeEndObject();
        json.writeName("customers").writeStartObject();
        ReportJson.property(json, "total", totals.customers());
        totals.outcomes().forEach((outcome, count) -> ReportJson.property(json, outcome, count));
        json.writeEndObject();
        json.writeName("subscriptions").writeStartObject();
        ReportJson.property(json, "active_before", totals.subscriptions().activeBefore());
        ReportJson.property(json, "suspended", totals.subscriptions().suspended());
        ReportJson.property(json, "cancelled", totals.subscriptions().cancelled());
        ReportJson.property(json, "failed", totals.subscriptions().failed());
        ReportJson.property(json, "left", totals.subscriptions().left());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeFindings(
            JsonGenerator json, JdbcTemplate jdbc, RunRow run, ControlTotals totals, List<UnplannedWrite> unplanned) {
        ReportJson.stored(json, "limits", run.limits());
        json.writeName("files").writeStartArray();
        new ReceivedLists(jdbc).eachFile(run.runId(), file -> {
            json.writeStartObject();
            ReportJson.property(json, "name", file.name());
            ReportJson.property(json, "path", file.path());
            ReportJson.property(json, "sha256", file.sha256());
            ReportJson.property(json, "status", file.status());
            ReportJson.property(json, "rows_read", file.rowsRead());
            ReportJson.property(json, "rows_rejected", file.rowsRejected());
            ReportJson.property(json, "rows_duplicate", file.rowsDuplicate());
            ReportJson.stored(json, "columns_understood", file.columnsUnderstood());
            ReportJson.stored(json, "columns_carried", file.columnsCarried());
            ReportJson.property(json, "reason", file.reason());
            ReportJson.property(json, "moved_at", file.movedAt());
            json.writeEndObject();
        });
        json.writeEndArray();
        ReportJson.stored(json, "facts", run.facts());
        ReportJson.stored(json, "failures", run.failures());
        ReportJson.stored(json, "notes", run.notes());
        ReportJson.stored(json, "due_ahead", run.dueAhead());
        json.writeName("problems").writeStartArray();
        totals.problems().forEach(json::writeString);
        unplanned.forEach(write -> json.writeString(write.inWords()));
        json.writeEndArray();
        ReportJson.property(json, "stop_reason", run.stopReason());
        ReportJson.property(json, "stop_message", run.stopMessage());
        ReportJson.property(json, "platform", run.platform());
        ReportJson.property(json, "population", run.population());
        ReportJson.property(json, "population_complete", run.populationComplete());
    }

    private static ReportSummary summary(
            JdbcTemplate jdbc,
            String runId,
            Path folder,
            String manifest,
            ControlTotals totals,
            List<UnplannedWrite> unplanned,
            List<String> findings) {
        Map<String, Long> holds = new RunCases(jdbc).heldByReason(runId);
        long refused = new ReceivedLists(jdbc).rows(runId).filesRefused();
        return new ReportSummary(folder, manifest, totals, holds, refused, unplanned, findings);
    }
}
