package dev.offboarding.run;

import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the table of runs says of a job's earlier runs; plans do not count.
 *
 * @param lastThrough when the last run began that came to its end, whatever its exit code: a run that died has not; null if there is none
 * @param lastSuccess when the last run ended that finished, see {@link ExitCode#finished()}; null if there is none
 */
public record RunHistory(
        @Nullable Instant lastThrough, @Nullable Instant lastSuccess) {

    /**
     * Reads it.
     *
     * @param databaseFolder where an embedded database keeps its data
     * @throws RuntimeException if the job's own database cannot be used
     */
    public static RunHistory of(LoadedJobFile loaded, Path databaseFolder) {
        try (Database database = Database.open(loaded.environment(), databaseFolder, Access.READ)) {
            return read(
                    new JdbcTemplate(database.dataSource()), loaded.jobFile().job());
        }
    }

    static RunHistory read(JdbcTemplate jdbc, String job) {
        return jdbc.query(
                        """
                        select max(started_at) filter (where not interrupted and stop_reason is distinct from 'CLOCK'),
                               max(ended_at) filter (where exit_code = any(?))
                          from offboarding.run where job = ? and mode = 'run' and ended_at is not null
                        """,
                        (row, i) -> new RunHistory(instant(row, 1), instant(row, 2)),
                        ExitCode.finishedCodes(),
                        job)
                .get(0);
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
