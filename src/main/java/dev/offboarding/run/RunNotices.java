package dev.offboarding.run;

import dev.offboarding.notice.NotReached;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Sends a run's notices before its report is written, so that the report can say which could not be sent. */
final class RunNotices {

    private final RunContext context;
    private final Notices notices;
    private final Runs runs;
    private final JdbcTemplate jdbc;

    RunNotices(RunContext context, Notices notices, Runs runs, JdbcTemplate jdbc) {
        this.context = context;
        this.notices = notices;
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /** @param stop what stopped the run; null if nothing did */
    void send(ExitCode exitCode, @Nullable Stop stop, List<Failure> failures) {
        String runId = context.run().runId();
        List<NotReached> notSent = notices.beforeTheReport(
                runId, () -> RunStory.of(jdbc, runId), exitCode, stop, failures, context.guard()::isStopRequested);
        if (!notSent.isEmpty()) {
            runs.notedToo(runId, notSent.stream().map(NotReached::toString).toList());
        }
    }
}
