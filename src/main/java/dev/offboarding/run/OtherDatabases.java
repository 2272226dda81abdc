package dev.offboarding.run;

import dev.offboarding.database.ConnectionSecurity;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.jobfile.DatabaseSecurity;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.platform.ledger.LedgerSettings;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The databases that a job file names beside the job's own: the ledger's and the list's. */
final class OtherDatabases {

    private static final String LEDGER = "offboarding.ledger";

    private OtherDatabases() {}

    /**
     * Checks how they are to be reached, and connects to none.
     *
     * @throws DatabaseConfigurationException if the settings are wrong
     */
    static void check(JobFile jobFile) {
        ofTheList(jobFile, null);
        LedgerSettings ledger = jobFile.ledger();
        if (ledger.url() != null) {
            Database.unpooled(LEDGER, ledger.url(), ledger.username(), ledger.password(), security(jobFile));
        }
    }

    /** @param own what the list is read from where it has no database of its own */
    static @Nullable DataSource ofTheList(JobFile jobFile, @Nullable DataSource own) {
        ListSettings.Database list = jobFile.list().database();
        return list == null || list.url() == null
                ? own
                : Database.unpooled(
                        "offboarding.list.database", list.url(), list.username(), list.password(), security(jobFile));
    }

    /** @param url its own address; null has it in the job's own database */
    static Database ledger(String url, JobFile jobFile) {
        LedgerSettings ledger = jobFile.ledger();
        return Database.connect(LEDGER, url, ledger.username(), ledger.password(), security(jobFile));
    }

    private static ConnectionSecurity security(JobFile jobFile) {
        DatabaseSecurity wanted = jobFile.database();
        return new ConnectionSecurity(wanted.tls() == DatabaseSecurity.Tls.VERIFY_FULL, wanted.requireAuth());
    }
}
