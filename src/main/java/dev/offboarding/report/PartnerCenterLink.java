package dev.offboarding.report;

import dev.offboarding.cases.CaseRow;
import dev.offboarding.kit.JsonText;
import dev.offboarding.runs.RunRow;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where Partner Center's own pages show a customer, as long as they do: not after the relationship has ended. */
final class PartnerCenterLink {

    private static final String PAGE = "https://partner.microsoft.com/commerce/customers/%s/subscriptions";
    /** The service whose pages these are: national clouds have others. */
    private static final String API = "https://api.partnercenter.microsoft.com";

    private static final Set<String> GONE = Set.of("OFFBOARDED", "ALREADY_OFFBOARDED", "REMOVED");

    private PartnerCenterLink() {}

    /** Null where there is none. */
    static @Nullable String of(RunRow run, CaseRow row) {
        if (!run.platform().equals("partner-center") || GONE.contains(row.outcome())) {
            return null;
        }
        String api = JsonText.of(ReportJson.MAPPER
                .readTree(run.facts())
                .path("job_file_keys")
                .path("offboarding.partner-center.api-url"));
        return api == null || api.startsWith(API) ? PAGE.formatted(row.customerId()) : null;
    }
}
