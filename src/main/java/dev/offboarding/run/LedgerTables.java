package dev.offboarding.run;

import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.database.LedgerSchema;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.ledger.LedgerPlatform;
import dev.offboarding.runs.Runs;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The ledger's tables: what is missing of them is made by whatever uses the database that they are in. */
public final class LedgerTables {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerTables.class);

    private LedgerTables() {}

    /**
     * Makes what is missing in the job's own database, if its ledger is there. For commands that do not work on the platform, and go on where
     * it cannot be made: the next run says why.
     */
    public static void makeMissing(JobFile jobFile, Database jobDatabase) {
        if (jobFile.platform() != PlatformName.LEDGER || jobFile.ledger().url() != null) {
            return;
        }
        try (LedgerPlatform ledger =
                new LedgerPlatform(jobDatabase.pool(), Clock.systemUTC(), CancellationToken.none())) {
            // which ledger it is need not be known of one that lacks nothing
            if (!LedgerSchema.isComplete(jobDatabase.pool())) {
                makeMissing(jobDatabase, ledger, jobDatabase);
            }
        } catch (DatabaseUnavailableException | PlatformUnavailableException | DataAccessException e) {
            LOG.info("the ledger's tables could not be made: {}", Failures.reason(e));
        }
    }

    /** @throws DatabaseUnavailableException if something is missing and cannot be made, or was there when a run worked on this ledger */
    static void makeMissing(Database ledgerDatabase, LedgerPlatform ledger, Database jobDatabase) {
        if (new Runs(new JdbcTemplate(jobDatabase.pool())).workedOn(ledger.identity())) {
            LedgerSchema.requireComplete(ledgerDatabase.pool());
        } else {
            LedgerSchema.migrate(ledgerDatabase.pool());
        }
    }
}
