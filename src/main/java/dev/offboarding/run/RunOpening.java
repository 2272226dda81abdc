package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.Adoptions;
import dev.offboarding.database.Database;
import dev.offboarding.database.RetryingTransactions;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.Runs;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The first that is recorded of a run, before any of its steps. */
final class RunOpening {

    private static final Logger LOG = LoggerFactory.getLogger(RunOpening.class);

    private final LoadedJobFile loaded;
    private final RunInfo run;
    private final Runs runs;
    private final AuditTrail trail;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    /** By hand, before there is anything else of the run that could fail. */
    RunOpening(LoadedJobFile loaded, RunInfo run, Database database, Clock clock, RetryPolicy retryPolicy) {
        this.loaded = loaded;
        this.run = run;
        this.jdbc = new JdbcTemplate(database.dataSource());
        this.runs = new Runs(jdbc);
        this.trail = StepsConfiguration.trail(jdbc, clock, run);
        this.transaction = new RetryingTransactions(database.dataSource(), retryPolicy);
    }

    /**
     * Records that it began.
     *
     * @param identity which ledger or tenant it works on; null if that is not known yet
     * @param notes what its report is to say whatever becomes of the steps, which add their own
     */
    void record(@Nullable String identity, List<String> notes) {
        if (!notes.isEmpty()) {
            notes.forEach(note -> LOG.warn("{}", note));
            runs.noted(run.runId(), notes);
        }
        transaction.executeWithoutResult(status -> {
            int claimed = run.mode() == Mode.RUN && identity != null ? claim(identity) : 0;
            if (claimed > 0) {
                runs.notedToo(run.runId(), List.of(claimed(claimed, identity)));
            }
            trail.append(List.of(started(identity, claimed)));
        });
    }

    /** What an earlier version left, which did not know about identities. */
    private int claim(String identity) {
        JobFile jobFile = run.jobFile();
        runs.claim(jobFile.job(), jobFile.platform(), identity);
        return new Adoptions(jdbc)
                .claim(new Adoptions.Owner(jobFile.job(), jobFile.platform().text(), identity));
    }

    private String claimed(int cases, @Nullable String identity) {
        return "%d cases of this job, made by an earlier version, did not say on which %s they were opened: they count as cases of this one, %s"
                .formatted(
                        cases, run.jobFile().platform() == PlatformName.PARTNER_CENTER ? "tenant" : "ledger", identity);
    }

    /** @param claimed cases of an earlier version, which did not know which platform they belonged to */
    private NewEvent started(@Nullable String identity, int claimed) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("mode", run.mode().text());
        data.put("started_at", run.startedAt().toString());
        data.put("job_file", loaded.path().toString());
        data.put("job_file_sha256", loaded.sha256());
        data.put("platform_identity", identity);
        if (claimed > 0) {
            data.put("claimed_cases", claimed);
        }
        return NewEvent.ofRun(EventKind.RUN_STARTED, data);
    }
}
