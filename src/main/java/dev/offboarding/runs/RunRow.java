package dev.offboarding.runs;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A run, as its row says; what several rooms know the structure of is JSON. */
public record RunRow(
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
        String dueAhead,
        @Nullable String planBasis,
        @Nullable String approval,
        @Nullable String cutBack) {

    static RunRow of(ResultSet row) throws SQLException {
        return new RunRow(
                row.getString("run_id"),
                row.getString("job"),
                row.getString("mode"),
                row.getString("platform"),
                Runs.instant(row, "started_at"),
                Runs.maybeInstant(row, "ended_at"),
                number(row, "exit_code"),
                row.getBoolean("interrupted"),
                row.getString("plan_id"),
                row.getString("stop_reason"),
                row.getString("stop_message"),
                number(row, "population"),
                row.getObject("population_complete", Boolean.class),
                row.getString("limits"),
                row.getString("facts"),
                row.getString("failures"),
                row.getString("notes"),
                row.getString("due_ahead"),
                row.getString("plan_basis"),
                row.getString("approval"),
                row.getString("cut_back"));
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }
}
