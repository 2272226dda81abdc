package dev.offboarding.report;

import dev.offboarding.kit.CsvText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** A run, as its row says. */
record RunRow(
        String runId,
        String job,
        String mode,
        String platform,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Long exitCode,
        boolean interrupted,
        @Nullable String planId,
        @Nullable String stopReason,
        @Nullable String stopMessage,
        @Nullable Long population,
        @Nullable Boolean populationComplete,
        @Nullable String limits,
        String facts,
        String failures,
        String notes,
        String dueAhead) {

    /** @throws EvidenceException if there is no such run */
    static RunRow read(JdbcTemplate jdbc, String runId) {
        List<RunRow> runs = jdbc.query(
                "select * from offboarding.run where run_id = ?",
                (row, n) -> new RunRow(
                        row.getString("run_id"),
                        row.getString("job"),
                        row.getString("mode"),
                        row.getString("platform"),
                        row.getObject("started_at", java.time.OffsetDateTime.class)
                                .toInstant(),
                        ReportTimes.instant(row, "ended_at"),
                        ReportTimes.number(row, "exit_code"),
                        row.getBoolean("interrupted"),
                        row.getString("plan_id"),
                        row.getString("stop_reason"),
                        row.getString("stop_message"),
                        ReportTimes.number(row, "population"),
                        row.getObject("population_complete", Boolean.class),
                        row.getString("limits"),
                        row.getString("facts"),
                        row.getString("failures"),
                        row.getString("notes"),
                        row.getString("due_ahead")),
                runId);
        if (runs.isEmpty()) {
            throw new EvidenceException(
                    "There is no run \"" + CsvText.visible(runId)
                            + "\" in the job's own database, so there is nothing to report. Check which database is configured.");
        }
        return runs.get(0);
    }
}
