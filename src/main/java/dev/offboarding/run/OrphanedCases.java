package dev.offboarding.run;

import dev.offboarding.cases.Adoptions;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.runs.Runs;
import java.nio.file.Files;
import java.time.Duration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Cases that no job works on any more because their job was renamed. That is how it looks when another job has open cases on the same platform
 * identity, and either this job file was that job's when it last ran, or the one that was is not there any more, or that job has not run for
 * days.
 */
final class OrphanedCases {

    /** A job that runs weekly is not one that is gone. */
    private static final Duration SILENCE = Duration.ofDays(8);

    private final Adoptions cases;
    private final RunInfo run;
    private final Runs runs;
    private final OneTimeNotices oneTimeNotices;

    OrphanedCases(JdbcTemplate jdbc, RunInfo run, Runs runs, OneTimeNotices oneTimeNotices) {
        this.cases = new Adoptions(jdbc);
        this.run = run;
        this.runs = runs;
        this.oneTimeNotices = oneTimeNotices;
    }

    void tell() {
        JobFile jobFile = run.jobFile();
        cases.openOfOthers(run.runId())
                .forEach((job, open) -> runs.lastOfOther(job, run.runId())
                        .filter(this::isGone)
                        .ifPresent(last -> oneTimeNotices.raise(
                                "receive",
                                "left behind: " + job,
                                "job %s has %d open %s here, and last ran on %s: no job works on them. If this job has taken its place, take them over with: adopt JOBFILE --job %s --reason TEXT; if not, run that job again"
                                        .formatted(
                                                job,
                                                open,
                                                open == 1 ? "case" : "cases",
                                                last.startedAt()
                                                        .atZone(jobFile.zone())
                                                        .toLocalDate(),
                                                job))));
    }

    private boolean isGone(Runs.LastOfOther last) {
        return last.ofThisJobFile()
                || last.jobFile() != null && Files.notExists(last.jobFile())
                || last.startedAt().isBefore(run.startedAt().minus(SILENCE));
    }
}
