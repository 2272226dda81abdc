package dev.offboarding.run;

import dev.offboarding.report.ReportSummary;
import dev.offboarding.report.Retention;
import dev.offboarding.runs.CutBacks;
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
     * Decides, and has tonight's report say it.
     *
     * @param stop what stopped the run: a wrong clock, say, by which nothing is old
     */
    void announce(Instant now, @Nullable Stop stop) {
        RunInfo run = context.run();
        Period keep = run.jobFile().report().keep();
        if (keep == null || stop != null || !run.writes() || !run.receives()) {
            return;
        }
        ZoneId zone = run.jobFile().zone();
        Retention.Decision decision = retention.decide(
                now.atZone(zone).toLocalDate().minus(keep).atStartOfDay(zone).toInstant());
        if (!decision.reports().isEmpty()) {
            cutBacks.announced(run.runId(), decision.reports());
            announced = decision.reports();
        }
        if (!decision.notes().isEmpty()) {
            runs.notedToo(run.runId(), decision.notes());
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
        String problem = retention.carryOut(announced, context.clock().instant());
        if (problem != null) {
            LOG.warn("{}", problem);
            context.progress().message("Note: " + problem);
        }
    }
}
