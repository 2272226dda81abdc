package dev.offboarding.run;

import dev.offboarding.database.Database;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.runs.Mode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The first line of a run: a reader of this line alone sees whether it is about to work on the wrong thing. */
final class TargetLine {

    private TargetLine() {}

    /** @param identity null if the platform cannot be asked for it yet */
    static String line(JobFile jobFile, Mode mode, Database database, @Nullable String identity, Path databaseFolder) {
        String ownDatabase = database.embedded() ? "embedded, in " + databaseFolder : database.place();
        return "%s of job %s: database %s; %s%s"
                .formatted(
                        switch (mode) {
                            case RUN -> "Run";
                            case WITHDRAW -> "Withdrawals and closings";
                            case PLAN -> "Plan";
                        },
                        jobFile.job(),
                        ownDatabase,
                        platform(jobFile, identity),
                        jobFile.protectedCustomers() == null
                                ? "; no customer is protected (protected-customers: none)"
                                : "");
    }

    private static String platform(JobFile jobFile, @Nullable String identity) {
        String known = identity == null ? "which cannot be reached yet" : identity;
        if (jobFile.platform() == PlatformName.PARTNER_CENTER) {
            return "Partner Center tenant " + known;
        }
        String url = jobFile.ledger().url();
        return "ledger %s, in %s"
                .formatted(
                        known,
                        // what follows a question mark may be a password
                        url == null
                                ? "the same database"
                                : url.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//"));
    }
}
