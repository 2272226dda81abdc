package dev.offboarding.run;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.plan.NewCommerce;
import dev.offboarding.plan.Rules;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** By which rules a job file wants decisions to be made tonight. */
final class RunRules {

    private RunRules() {}

    static Rules of(JobFile jobFile, Set<UUID> protectedCustomers, Instant startedAt) {
        PartnerCenterSettings partnerCenter = jobFile.partnerCenter();
        return new Rules(
                jobFile.identity(),
                protectedCustomers,
                LocalDate.ofInstant(startedAt, jobFile.zone()),
                jobFile.gracePeriod().getDays(),
                newCommerce(jobFile.platform(), partnerCenter),
                partnerCenter == null ? null : partnerCenter.resellers(),
                jobFile.withdrawWhenUnlisted());
    }

    /** On the ledger there is nothing that could be cancelled or kept from renewing. */
    private static NewCommerce newCommerce(PlatformName platform, @Nullable PartnerCenterSettings partnerCenter) {
        if (platform != PlatformName.PARTNER_CENTER || partnerCenter == null) {
            return NewCommerce.HOLD;
        }
        return switch (partnerCenter.newCommerce()) {
            case HOLD -> NewCommerce.HOLD;
            case END_AT_TERM -> NewCommerce.END_AT_TERM;
            case CANCEL -> NewCommerce.CANCEL;
        };
    }
}
