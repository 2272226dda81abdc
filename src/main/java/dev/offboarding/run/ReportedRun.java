package dev.offboarding.run;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.cases.Cases;
import dev.offboarding.lists.ListReception;
import dev.offboarding.report.EvidenceException;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.report.ReportWriter;
import dev.offboarding.report.TrailCompared;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.RunLog;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The report of a run that has ended, and what follows from its being there: what it reported is reported, and what only the run needed goes. */
final class ReportedRun {

    private static final Logger LOG = LoggerFactory.getLogger(ReportedRun.class);

    private final RunContext context;
    private final Cases cases;
    private final Runs runs;
    private final RunLog runLog;
    private final ListReception lists;
    private final AuditEvents audit;
    private final OneTimeNotices oneTimeNotices;
    private final ReportWriter writer;

    ReportedRun(
            RunContext context,
            Cases cases,
            Runs runs,
            RunLog runLog,
            ListReception lists,
            AuditEvents audit,
            OneTimeNotices oneTimeNotices,
            ReportWriter writer) {
        this.context = context;
        this.cases = cases;
        this.runs = runs;
        this.runLog = runLog;
        this.lists = lists;
        this.audit = audit;
        this.oneTimeNotices = oneTimeNotices;
        this.writer = writer;
    }

    /** @throws EvidenceException if it could not be written; then the next run writes it */
    ReportSummary write(@Nullable Stop stop, TrailCompared trail) {
        RunInfo run = context.run();
        ReportSummary summary = writer.write(run.runId(), trail);
        Instant now = context.clock().instant();
        runLog.outcomes(run.runId(), summary.outcomes());
        if (run.writes()) {
            // before it counts as reported: of a run that has died the next one makes up for what was not
            lists.tellResults(run.runId(), run.jobFile().job());
        }
        if (runs.reported(run.runId(), now, summary.manifestSha256())) {
            cases.reported(now);
        }
        if (run.writes() && run.receives() && stop == null) {
            oneTimeNotices.usedUp();
            cases.reminded(
                    run.rules().today(),
                    run.jobFile().remindAfter().getDays(),
                    run.jobFile().zone());
        }
        if (run.writes()) {
            results(run);
        }
        tidyUp(run);
        return summary;
    }

    /** What has become of the rows of lists, beside them. */
    private void results(RunInfo run) {
        lists.writeResults(
                        run.jobFile().job(), run.jobFile().list(), run.jobFile().identity())
                .forEach(problem -> {
                    LOG.warn("{}", problem);
                    context.progress().message("Note: " + problem);
                });
    }

    /** Nothing was touched, and there is nothing to report. */
    void needsNone(Instant endedAt) {
        runs.settled(context.run().runId());
        runs.reported(context.run().runId(), endedAt, null);
    }

    /** The run's exit code now that its report is missing, or does not stand up to the check. */
    ExitCode broken(ExitCode exitCode) {
        ExitCode broken = ExitCode.weightiest(List.of(exitCode, ExitCode.EVIDENCE_BROKEN));
        runs.exitCode(context.run().runId(), broken);
        return broken;
    }

    /** What only this run needed goes, except what is needed to look up the answers that it did not get. */
    private void tidyUp(RunInfo run) {
        lists.discard(run.runId());
        if (audit.countOpenIntents(run.runId()) == 0) {
            if (run.writes()) {
                cases.forget();
            } else {
                cases.forgetPlansBefore(run.jobFile().job());
            }
            // last: otherwise no one would know that something is left
            runs.settled(run.runId());
        }
    }
}
