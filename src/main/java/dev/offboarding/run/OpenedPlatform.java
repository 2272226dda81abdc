package dev.offboarding.run;

import dev.offboarding.database.Database;
import dev.offboarding.database.LedgerSchema;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.ledger.LedgerPlatform;
import dev.offboarding.platform.ledger.LedgerSettings;
import dev.offboarding.platform.partnercenter.PartnerCenterPlatform;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The platform that a job file names. Opened when it is first asked for: one that cannot be opened still leads to a report. */
final class OpenedPlatform implements AutoCloseable {

    private final JobFile jobFile;
    private final Database jobDatabase;
    private final Clock clock;
    private @Nullable Database ledgerDatabase;
    private @Nullable ResellerPlatform platform;

    OpenedPlatform(JobFile jobFile, Database jobDatabase, Clock clock) {
        this.jobFile = jobFile;
        this.jobDatabase = jobDatabase;
        this.clock = clock;
    }

    /** How many customers the platform takes at a time; known before it is opened. */
    int chunkSize() {
        return jobFile.platform() == PlatformName.PARTNER_CENTER
                ? PartnerCenterPlatform.chunkSize(partnerCenter())
                : LedgerPlatform.CHUNK_SIZE;
    }

    synchronized ResellerPlatform get() {
        ResellerPlatform opened = platform;
        if (opened == null) {
            opened = open();
            platform = opened;
        }
        return opened;
    }

    private ResellerPlatform open() {
        if (jobFile.platform() == PlatformName.PARTNER_CENTER) {
            return PartnerCenterPlatform.open(partnerCenter(), jobFile.verification(), clock);
        }
        LedgerSettings settings = jobFile.ledger();
        Database database = jobDatabase;
        if (settings.url() != null) {
            database = Database.connect("offboarding.ledger", settings.url(), settings.username(), settings.password());
            ledgerDatabase = database;
        }
        LedgerSchema.migrate(database.dataSource());
        return new LedgerPlatform(database.dataSource(), clock);
    }

    private PartnerCenterSettings partnerCenter() {
        return Objects.requireNonNull(jobFile.partnerCenter(), "a job file for Partner Center says how to reach it");
    }

    @Override
    public synchronized void close() {
        if (platform != null) {
            platform.close();
        }
        if (ledgerDatabase != null) {
            ledgerDatabase.close();
        }
    }
}
