package dev.offboarding.run;

import dev.offboarding.report.EvidenceException;
import dev.offboarding.report.LatestReport;
import dev.offboarding.report.ReportSummary;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What leads people to a job's reports. It is written anew after each run, and a night on which it could not be is a good night otherwise. */
final class Overview {

    private static final Logger LOG = LoggerFactory.getLogger(Overview.class);

    private final RunContext context;

    Overview(RunContext context) {
        this.context = context;
    }

    /** @param summary of the run's own report; null if there is none */
    void write(@Nullable ReportSummary summary) {
        if (summary == null) {
            return;
        }
        try {
            LatestReport.is(
                    summary.folder(), context.run().jobFile().report().rights());
        } catch (EvidenceException e) {
            LOG.warn("the report itself is there", e);
            context.progress().message("Note: " + Failures.reason(e));
        }
    }
}
