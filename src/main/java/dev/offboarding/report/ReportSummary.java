package dev.offboarding.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A report in a few figures, for the terminal.
 *
 * @param folder where the report is
 * @param manifestSha256 the hash of its manifest, which the job's next report names
 * @param holds those with outcome {@code HELD}, by the hold reason that is shown, most frequent first
 * @param filesRefused files of the list that were refused as a whole
 * @param reactivated subscriptions that were made active again, or whose terms were put back
 * @param unplanned writes that no plan has
 * @param findings what is off in what was written, read back and checked as {@code verify-report} does; empty, or something is very wrong
 */
public record ReportSummary(
        Path folder,
        String manifestSha256,
        ControlTotals totals,
        Map<String, Long> holds,
        long filesRefused,
        long reactivated,
        List<UnplannedWrite> unplanned,
        List<String> findings) {

    /** Customers by outcome, only those that occur. */
    public Map<String, Long> outcomes() {
        return totals.outcomes();
    }

    /** Where the rows are that were set aside; a report has this file only if there are any. */
    public Path rejects() {
        return folder.resolve(RejectsPart.FILE);
    }

    /** Rows set aside or in a refused file. */
    public long rowsRejected() {
        return totals.rows().rejected();
    }
}
