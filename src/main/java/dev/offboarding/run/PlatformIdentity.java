package dev.offboarding.run;

import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RequestListener;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Which ledger or tenant a job file works on, for commands that only read what its job has done there. */
public final class PlatformIdentity {

    private PlatformIdentity() {}

    /** Null where it cannot be asked. */
    public static @Nullable String of(JobFile jobFile, Database database) {
        try (LazyPlatform platform = new LazyPlatform(
                jobFile,
                database,
                Clock.systemUTC(),
                CancellationToken.none(),
                RetryPolicy.none(),
                RequestListener.UNCOUNTED)) {
            return platform.identity();
        } catch (PlatformUnavailableException | DatabaseUnavailableException | DatabaseConfigurationException e) {
            return null;
        }
    }
}
