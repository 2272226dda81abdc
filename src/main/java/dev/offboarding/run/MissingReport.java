package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.ReceivedRows;
import dev.offboarding.cases.RunCases;
import dev.offboarding.lists.ListReception;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.report.ReportWriter;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.RunLog;
import dev.offboarding.runs.Runs;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes the report that an earlier run could not write itself. */
final class MissingReport {

    private final RunContext context;
    private final JdbcTemplate jdbc;
    private final Runs runs;
    private final TransactionTemplate transaction;
    private final ReportWriter writer;
    private final Failures failures;
    private final ListReception lists;

    MissingReport(
            RunContext context,
            JdbcTemplate jdbc,
            Runs runs,
            TransactionTemplate transaction,
            ReportWriter writer,
            Failures failures,
            ListReception lists) {
        this.context = context;
        this.jdbc = jdbc;
        this.runs = runs;
        this.transaction = transaction;
        this.writer = writer;
        this.failures = failures;
        this.lists = lists;
    }

    /** @param there whether it is there, whole, and only was not noted before the run died */
    void write(Runs.Unfinished dead, boolean there) {
        String job = context.run().jobFile().job();
        Cases cases = new Cases(jdbc, dead.runId(), true);
        if (!there) {
            lists.dropHalfRead(dead.runId());
            transaction.executeWithoutResult(status -> {
                if (dead.mode() == Mode.WITHDRAW) {
                    cases.tellWhatWasAsked(job);
                } else {
                    cases.tellAll(job);
                }
                AuditTrail trail = new AuditTrail(jdbc, context.clock(), job, dead.runId(), dead.platform());
                new ReceivedRows(jdbc, dead.runId())
                        .undecided(page -> trail.append(
                                page.stream().map(CaseEvents::received).toList()));
            });
            if (dead.mode() != Mode.PLAN) {
                lists.notAccepted(dead.runId());
            }
        }
        Instant now = context.clock().instant();
        String manifest = manifest(job, dead.runId(), there);
        new RunLog(jdbc).outcomes(dead.runId(), new RunCases(jdbc).outcomes(dead.runId()));
        if (dead.mode() != Mode.PLAN) {
            lists.tellResults(dead.runId(), job);
        }
        if (runs.reported(dead.runId(), now, manifest)) {
            cases.reported(now);
        }
    }

    private @Nullable String manifest(String job, String runId, boolean there) {
        if (there) {
            return writer.manifestSha256(job, runId);
        }
        ReportSummary summary = writer.write(runId);
        summary.findings().forEach(finding -> failures.add("receive", ExitCode.EVIDENCE_BROKEN, finding));
        return summary.manifestSha256();
    }
}
