package dev.offboarding.run;

import dev.offboarding.database.Database;
import dev.offboarding.database.TransientFault;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.ledger.LedgerPlatform;
import dev.offboarding.platform.ledger.LedgerSettings;
import dev.offboarding.platform.partnercenter.PartnerCenterPlatform;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The platform that a job file names. Opened when it is first asked for: one that cannot be opened still leads to a report. */
final class LazyPlatform implements AutoCloseable {

    private final JobFile jobFile;
    private final Database jobDatabase;
    private final Clock clock;
    private final CancellationToken cancellation;
    private final RetryPolicy retryPolicy;
    private final RequestListener traffic;
    private @Nullable Database ledgerDatabase;
    private @Nullable ResellerPlatform platform;
    private @Nullable String identity;

    LazyPlatform(
            JobFile jobFile,
            Database jobDatabase,
            Clock clock,
            CancellationToken cancellation,
            RetryPolicy retryPolicy,
            RequestListener traffic) {
        this.jobFile = jobFile;
        this.jobDatabase = jobDatabase;
        this.clock = clock;
        this.cancellation = cancellation;
        this.retryPolicy = retryPolicy;
        this.traffic = traffic;
    }

    /** How many customers the platform takes at a time; known before it is opened. */
    int chunkSize() {
        return jobFile.platform() == PlatformName.PARTNER_CENTER
                ? PartnerCenterPlatform.chunkSize(partnerCenter())
                : LedgerPlatform.CHUNK_SIZE;
    }

    /** Which ledger or tenant it is. Of Partner Center it is known without opening anything. */
    synchronized String identity() {
        String known = identity;
        if (known == null) {
            known = jobFile.platform() == PlatformName.PARTNER_CENTER
                    ? PartnerCenterPlatform.identity(partnerCenter())
                    : get().identity();
            identity = known;
        }
        return known;
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
            return PartnerCenterPlatform.open(partnerCenter(), jobFile.verification(), clock, cancellation, traffic);
        }
        LedgerSettings settings = jobFile.ledger();
        return retryPolicy.retry(TransientFault::isOf, () -> ledger(settings));
    }

    private ResellerPlatform ledger(LedgerSettings settings) {
        Database database = jobDatabase;
        if (settings.url() != null) {
            if (ledgerDatabase == null) {
                ledgerDatabase = OtherDatabases.ledger(settings.url(), jobFile);
            }
            database = ledgerDatabase;
        }
        // it has a retry policy of its own
        LedgerPlatform ledger = new LedgerPlatform(database.pool(), clock, cancellation);
        LedgerTables.makeMissing(database, ledger, jobDatabase);
        return ledger;
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
