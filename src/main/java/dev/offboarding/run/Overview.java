package dev.offboarding.run;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.Rights;
import dev.offboarding.report.JobIndex;
import dev.offboarding.report.LatestReport;
import dev.offboarding.report.ReportSummary;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What leads people to a job's reports. It is written anew after each run, and a night on which it could not be is a good night otherwise. */
final class Overview {

    private static final Logger LOG = LoggerFactory.getLogger(Overview.class);

    private final RunContext context;
    private final DataSource dataSource;

    Overview(RunContext context, DataSource dataSource) {
        this.context = context;
        this.dataSource = dataSource;
    }

    /** @param summary of the run's own report; null if there is none */
    void write(@Nullable ReportSummary summary) {
        if (summary == null) {
            return;
        }
        JobFile jobFile = context.run().jobFile();
        Rights rights = jobFile.report().rights();
        JobIndex index = new JobIndex(dataSource, jobFile.reports(), rights, jobFile.zone());
        orNote(() -> LatestReport.is(summary.folder(), rights));
        orNote(() -> index.write(jobFile.job(), context.clock().instant()));
    }

    private void orNote(Runnable writing) {
        try {
            writing.run();
        } catch (RuntimeException e) {
            LOG.warn("the report itself is there", e);
            context.progress().message("Note: " + Failures.reason(e));
        }
    }
}
