package dev.offboarding.platform.partnercenter;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Partner Center is reached, as whom, and how fast.
 *
 * @param tenantId the partner's own tenant: its GUID, or one of its domains, the same one in every job
 * @param clientSecret of the application; null if it shows a certificate
 * @param clientCertificateFile PEM, for a client assertion in place of a secret; null with a secret
 * @param clientKeyFile PEM, the certificate's private key; null with a secret
 * @param apiUrl this and the two other addresses: without a slash at the end, query, fragment or user
 * @param resellers of an indirect provider: the partner ids of the resellers whose subscriptions may be touched; else null
 * @param requestsPerMinute for each resource
 * @param inFlight calls under way at once
 */
public record PartnerCenterSettings(
        @DefaultValue("direct") Account account,
        @Nullable Set<String> resellers,

        @Pattern(regexp = GUID + "|" + DOMAIN, message = TENANT)
        String tenantId,

        @Pattern(
                regexp = GUID,
                message = "write the application's id, a GUID like 11111111-2222-3333-4444-555555555555")
        String clientId,

        @Nullable String clientSecret,
        @Nullable Path clientCertificateFile,
        @Nullable Path clientKeyFile,
        @DefaultValue("secrets/refresh-token") Path refreshTokenFile,

        @DefaultValue("https://api.partnercenter.microsoft.com")
        URI apiUrl,

        @DefaultValue("https://login.microsoftonline.com") URI loginUrl,
        @DefaultValue("https://graph.microsoft.com") URI graphUrl,

        @DefaultValue("https://api.partnercenter.microsoft.com")
        String apiAudience,

        @DefaultValue("https://graph.microsoft.com") String graphAudience,

        @DefaultValue("300") @Min(value = 1, message = "write 1 or more")
        int requestsPerMinute,

        @DefaultValue("8") @Min(value = 1, message = "write 1 or more")
        int inFlight,

        @DefaultValue("10s") @DurationMin(millis = 1, message = "write more than 0, like 10s")
        Duration connectTimeout,

        @DefaultValue("100s") @DurationMin(millis = 1, message = "write more than 0, like 100s")
        Duration readTimeout,

        @DefaultValue("hold") NewCommerce newCommerce) {

    /** What Microsoft allows per minute; a caller that asks for more has to wait. */
    public static final int MICROSOFTS_REQUESTS_PER_MINUTE = 500;

    /** What to write for it, in words. */
    public static final String TENANT =
            "write your own tenant's GUID; one of its domains will do if every job writes the same one";

    private static final String GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final String DOMAIN =
            "([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\\.)+[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]";

    /** Who removes relationships: an indirect reseller cannot. */
    public enum Account {
        DIRECT,
        INDIRECT_PROVIDER
    }

    /** What is done about a new-commerce term that still runs. */
    public enum NewCommerce {
        /** Waits until it is over. */
        HOLD,
        /** Schedules the cancellation at the end of the term, and waits. */
        END_AT_TERM,
        /** Cancels inside the cancellation window, otherwise as {@link #END_AT_TERM}. */
        CANCEL
    }

    @Override
    public String toString() {
        return "PartnerCenterSettings[account=%s, tenantId=%s, clientId=%s, clientSecret=%s, apiUrl=%s]"
                .formatted(account, tenantId, clientId, clientSecret == null ? "(none)" : "***", apiUrl);
    }
}
