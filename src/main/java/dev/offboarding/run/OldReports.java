package dev.offboarding.run;

import dev.offboarding.report.ReportSummary;
import dev.offboarding.report.Retention;
import dev.offboarding.runs.CutBacks;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Cuts reports back that are older than the job file says they are kept: which is decided before tonight's report is written, which says so,
 * and done after it. A night on which it could not be done is a good night otherwise.
 */
final class OldReports {

    private static final Logger LOG = LoggerFactory.getLogger(OldReports.class);

    private final RunContext context;
    private final Runs runs;
    private final CutBacks cutBacks;
    private final Retention retention;
    private List<CutBacks.Due> announced = List.of();

    OldReports(RunContext context, JdbcTemplate jdbc, Runs runs) {
        this.context = context;
        this.runs = runs;
        this.cutBacks = new CutBacks(jdbc);
        this.retention = new Retention(
                jdbc, context.run().jobFile().reports(), context.run().jobFile().job());
    }

    /**
     * Decides, and has tonight's report say it. Nothing is old by a clock that nobody has confirmed, nor to a run that did not get through.
     *
     * @param stop what stopped the run; null if nothing did
     */
    void announce(Instant now, ExitCode exitCode, @Nullable Stop stop) {
        RunInfo run = context.run();
        Period keep = run.jobFile().report().keep();
        if (keep == null || stop != null || !run.writes() || !run.receives() || !exitCode.finished()) {
            return;
        }
        try {
            if (runs.acceptedByConfirmedClock(run.runId())) {
                decide(keptSince(now, keep));
            }
        } catch (RuntimeException e) {
            LOG.error("which reports are old", e);
            say("retention: which reports are old enough to be cut back could not be found out: " + Failures.reason(e));
        }
    }

    /** A clock that has leapt ahead makes nothing older than it was at the end of the last run whose clock was right. */
    private Instant keptSince(Instant now, Period keep) {
        ZoneId zone = context.run().jobFile().zone();
        Instant sure = runs.lastConfirmedEnd(context.run().runId())
                .map(Runs.Ended::at)
                .filter(now::isAfter)
                .orElse(now);
        return sure.atZone(zone).toLocalDate().minus(keep).atStartOfDay(zone).toInstant();
    }

    private void decide(Instant before) {
        Retention.Decision decision = retention.decide(before);
        if (!decision.reports().isEmpty()) {
            cutBacks.announced(context.run().runId(), decision.reports());
            announced = decision.reports();
        }
        if (!decision.notes().isEmpty()) {
            runs.notedToo(context.run().runId(), decision.notes());
            decision.notes().forEach(note -> {
                LOG.info("{}", note);
                context.progress().message("Note: " + note);
            });
        }
    }

    /** @param summary of tonight's report; null if there is none: then nothing is done */
    void cutBack(@Nullable ReportSummary summary) {
        if (summary == null || !summary.findings().isEmpty() || announced.isEmpty()) {
            return;
        }
        try {
            String problem = retention.carryOut(announced, context.clock());
            if (problem != null) {
                say(problem);
            }
        } catch (RuntimeException e) {
            LOG.error("old reports", e);
            say("retention: old reports could not be cut back: " + Failures.reason(e));
        }
    }

    private void say(String problem) {
        LOG.warn("{}", problem);
        context.progress().message("Note: " + problem);
    }
}
