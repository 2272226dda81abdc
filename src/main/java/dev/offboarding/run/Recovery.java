package dev.offboarding.run;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.OpenIntent;
import dev.offboarding.cases.Cases;
import dev.offboarding.lists.ListReception;
import dev.offboarding.report.ReportFolder;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.Runs;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Takes up what an earlier run of this job left: looks up what became of writes whose answers it never recorded, ends its row so
 * that it can write nothing any more, and writes the report that it could not write itself.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final RunContext context;
    private final JdbcTemplate jdbc;
    private final Runs runs;
    private final AuditEvents audit;
    private final UnansweredWrites unanswered;
    private final MissingReport missingReport;
    private final ListReception lists;

    Recovery(
            RunContext context,
            JdbcTemplate jdbc,
            Runs runs,
            AuditEvents audit,
            UnansweredWrites unanswered,
            MissingReport missingReport,
            ListReception lists) {
        this.context = context;
        this.jdbc = jdbc;
        this.runs = runs;
        this.audit = audit;
        this.unanswered = unanswered;
        this.missingReport = missingReport;
        this.lists = lists;
    }

    /**
     * Notes in this run's report each run that was taken up, and where that run's own report is written already, each write that was
     * looked up.
     *
     * <p>A write is looked up only on the platform identity to which it was sent, or on the one that has adopted its case: any other knows
     * nothing of it, and its answer would pass for what became of the write. What was sent elsewhere stays open until the job works there
     * again, or its case is adopted; everything else continues.
     *
     * @return whether there was any
     */
    boolean recover() throws InterruptedException {
        String job = context.run().jobFile().job();
        List<Runs.Unfinished> unfinished = runs.unfinished(job, context.run().runId());
        for (Runs.Unfinished dead : unfinished) {
            boolean there = ReportFolder.isThere(context.run().jobFile().reports(), job, dead.runId());
            if (!there && !dead.reported()) {
                // from here on its fence is shut: even a run that only lost its lock writes no more
                runs.interrupted(dead.runId(), context.clock().instant());
            }
            // not before: until then it may ask for more
            List<OpenIntent> open = audit.openIntents(dead.runId());
            List<OpenIntent> here = open.isEmpty() ? open : unanswered.sentHere(dead, open);
            if (!here.isEmpty()) {
                // a report that is written already was written before anyone could know
                unanswered.settle(dead.runId(), here, there || dead.reported());
            }
            if (!dead.reported()) {
                missingReport.write(dead, there);
            }
            lists.discard(dead.runId());
            note(dead, writes(here), writes(open) - writes(here), there);
            if (here.size() < open.size()) {
                // its cases are needed when they are looked up
                continue;
            }
            if (dead.mode() != Mode.PLAN) {
                new Cases(jdbc, dead.runId(), true).forget();
            }
            // last, so that whatever ends this run before leaves the rest of it to the next
            runs.settled(dead.runId());
        }
        return !unfinished.isEmpty();
    }

    private static int writes(List<OpenIntent> open) {
        return open.stream().mapToInt(intent -> intent.writes().size()).sum();
    }

    private void note(Runs.Unfinished dead, int here, int elsewhere, boolean there) {
        String lookedUp = elsewhere > 0 && here == 0 ? "" : "%d of its writes were looked up".formatted(here);
        if (elsewhere > 0) {
            lookedUp +=
                    "%s%d of its writes were sent to %s %s and are looked up once this job works there again, or its cases were adopted where it works"
                            .formatted(here > 0 ? ", " : "", elsewhere, dead.platform(), dead.identity());
        }
        String note = "run %s had been %s: %s, its report %s"
                .formatted(
                        dead.runId(),
                        dead.reported() ? "left without all its answers" : "interrupted",
                        lookedUp,
                        there || dead.reported() ? "was there already" : "is written");
        LOG.info("{}", note);
        Path report = ReportFolder.of(
                context.run().jobFile().reports(), context.run().jobFile().job(), dead.runId());
        context.progress()
                .message("Taken up: %s: %s"
                        .formatted(note, report.toAbsolutePath().normalize().resolve("report.html")));
        runs.notedToo(context.run().runId(), List.of(note));
    }
}
