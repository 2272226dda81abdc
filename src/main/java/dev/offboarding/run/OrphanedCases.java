package dev.offboarding.run;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Cases that nobody works any more because their job was renamed. That is how it looks when another job has open cases on the same platform
 * identity, and either this job file was that job's when it last ran, or that job has not run for days.
 */
final class OrphanedCases {

    /** A job that runs weekly is not one that is gone. */
    private static final Duration SILENCE = Duration.ofDays(8);

    private record Job(String name, long cases, Instant lastRun) {}

    private final JdbcTemplate jdbc;
    private final RunInfo run;
    private final OneTimeNotices told;

    OrphanedCases(JdbcTemplate jdbc, RunInfo run, OneTimeNotices told) {
        this.jdbc = jdbc;
        this.run = run;
        this.told = told;
    }

    void tell() {
        ZoneId zone = run.jobFile().zone();
        for (Job job : jobs()) {
            told.raise(
                    "receive",
                    "left behind: " + job.name(),
                    "job %s has %d open %s here, and last ran on %s: nobody works them. If this job has taken its place, take them over with: adopt JOBFILE --job %s --reason TEXT; if not, run that job again"
                            .formatted(
                                    job.name(),
                                    job.cases(),
                                    job.cases() == 1 ? "case" : "cases",
                                    job.lastRun().atZone(zone).toLocalDate(),
                                    job.name()));
        }
    }

    private List<Job> jobs() {
        return jdbc.query(
                """
                select c.job, count(*), max(last.started_at)
                  from offboarding.offboarding_case c
                  join lateral (select r.started_at, r.facts::jsonb as facts
                                  from offboarding.run r where r.job = c.job and r.mode = 'run'
                                 order by r.run_id desc limit 1) last on true
                  join offboarding.run me on me.run_id = ?
                 where c.closed_at is null and c.job <> me.job and c.platform = me.platform
                   and c.platform_identity is not distinct from me.platform_identity
                   and (last.started_at < ?
                     or (last.facts -> 'job_file', last.facts -> 'working_directory', last.facts -> 'host')
                        = (me.facts::jsonb -> 'job_file', me.facts::jsonb -> 'working_directory', me.facts::jsonb -> 'host'))
                 group by c.job order by c.job
                """,
                (row, i) -> new Job(
                        row.getString(1),
                        row.getLong(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()),
                run.runId(),
                run.startedAt().minus(SILENCE).atOffset(ZoneOffset.UTC));
    }
}
