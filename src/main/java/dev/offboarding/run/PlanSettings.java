package dev.offboarding.run;

import dev.offboarding.approvals.PlanBasis;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What of a job file decides what is done, in the order in which a plan's digest has it. */
final class PlanSettings {

    private PlanSettings() {}

    static PlanBasis basis(JobFile jobFile, String identity) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("platform", jobFile.platform().text());
        values.put("platform-identity", identity);
        values.put("identity", sorted(jobFile.identity()));
        values.put("grace-period", jobFile.gracePeriod().getDays() + "d");
        PartnerCenterSettings partnerCenter = jobFile.partnerCenter();
        if (jobFile.platform() == PlatformName.PARTNER_CENTER && partnerCenter != null) {
            values.put("account", String.valueOf(partnerCenter.account()));
            values.put("new-commerce", String.valueOf(partnerCenter.newCommerce()));
            values.put("resellers", partnerCenter.resellers() == null ? "any" : sorted(partnerCenter.resellers()));
        }
        return new PlanBasis(values);
    }

    private static String sorted(Collection<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.toCollection(TreeSet::new)).stream()
                .collect(Collectors.joining(","));
    }
}
