package dev.offboarding.jobfile;

import dev.offboarding.lists.Identifier;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.notice.NoticeSettings;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.BrakeSettings;
import dev.offboarding.plan.LimitSettings;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.VerificationSettings;
import dev.offboarding.platform.ledger.LedgerSettings;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * One job: which list, which platform, which limits, when. Paths are as written, relative to the working directory.
 *
 * @param job names the run, its folder and its lock
 * @param zone of dates and of the schedule
 * @param schedule null if the job is only started by hand
 * @param database how what goes to a configured database is protected on its way
 * @param partnerCenter null unless the platform is Partner Center
 * @param protectedCustomers the file of customers never to be offboarded, or {@code none} to say on purpose that there are none
 * @param identity which second identifiers an entry may carry; at least one of them it must
 * @param gracePeriod between suspending and removing, in days
 * @param remindAfter how long a hold waits for a person, without a change, before there is a reminder, and another one
 * @param withdrawWhenUnlisted whether a row that is gone from a database list or a standing file withdraws its case
 * @param report what is done to a report beside writing it
 * @param notice who is notified of how a run ended; called {@code notify} in the file, a name that Java reserves
 * @param metrics where the figures of a run go
 * @param maxDuration after which a run stops early; null if it may take as long as it takes
 */
public record JobFile(
        @Pattern(
                regexp = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
                message = "it names a folder; write up to 64 letters, digits, -, _ and ., a letter or a digit first")
        String job,

        ZoneId zone,
        @Nullable Schedule schedule,
        ListSettings list,
        PlatformName platform,
        @DefaultValue LedgerSettings ledger,
        @DefaultValue DatabaseSecurity database,
        @Valid @Nullable PartnerCenterSettings partnerCenter,
        @Valid @DefaultValue LimitSettings limits,
        @Valid @DefaultValue BrakeSettings failureBrake,
        @Nullable Path protectedCustomers,
        @DefaultValue({"domain", "company-name"}) Set<Identifier> identity,
        @Valid @DefaultValue VerificationSettings verification,
        @DefaultValue("0d") Period gracePeriod,
        @DefaultValue("14d") Period remindAfter,
        @DefaultValue("false") boolean withdrawWhenUnlisted,
        @DefaultValue("none") Approval approval,
        @DefaultValue("reports") Path reports,
        @DefaultValue ReportSettings report,
        @Name("notify") @Valid @DefaultValue NoticeSettings notice,

        @DurationMin(millis = 1, message = "write more than 0, like 4h") @Nullable
        Duration maxDuration,

        @DefaultValue MetricsSettings metrics) {

    public JobFile {
        if (identity.isEmpty()) {
            throw new IllegalArgumentException("identity is empty");
        }
        identity = Collections.unmodifiableSet(EnumSet.copyOf(identity));
    }

    /** The job's name only: what is below may carry a password. */
    @Override
    public String toString() {
        return "JobFile[" + job + "]";
    }
}
