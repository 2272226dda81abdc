package dev.offboarding.run;

import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Runs;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What needs attention in one night (exit code 4) and is only noted in the nights after it. It is used up by a run that wrote its
 * report and was not stopped; a plan uses up nothing, and neither does a run that died.
 */
final class OneTimeNotices {

    private final JdbcTemplate jdbc;
    private final Failures failures;
    private final Runs runs;
    private final RunInfo run;
    private final Set<String> raised = new LinkedHashSet<>();

    OneTimeNotices(JdbcTemplate jdbc, Runs runs, RunInfo run, Failures failures) {
        this.jdbc = jdbc;
        this.failures = failures;
        this.runs = runs;
        this.run = run;
    }

    /**
     * Reports it: as something that needs attention where it was never reported before, as a note where it was.
     *
     * @param subject what it is about, the same each night: by this it is known again
     * @param message what is the matter and what to do
     */
    synchronized void raise(String step, String subject, String message) {
        raised.add(subject);
        if (isReported(subject)) {
            runs.notedToo(run.runId(), List.of(message));
        } else {
            failures.add(step, ExitCode.NEEDS_ATTENTION, message);
        }
    }

    private boolean isReported(String subject) {
        return !jdbc.queryForList(
                        "select 1 from offboarding.told_once where job = ? and subject = ?",
                        run.jobFile().job(),
                        subject)
                .isEmpty();
    }

    /** The report that says so exists, and nothing has stopped the run. */
    synchronized void usedUp() {
        for (String subject : raised) {
            jdbc.update(
                    "insert into offboarding.told_once (job, subject, run_id) values (?, ?, ?) on conflict do nothing",
                    run.jobFile().job(),
                    subject,
                    run.runId());
        }
    }
}
