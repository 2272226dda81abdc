package dev.offboarding.lists;

import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row that has passed the row gate.
 *
 * @param others cells under columns that mean nothing to us, in their order
 * @param again lists the customer again where it differs from the one before
 * @param contents SHA-256 in hexadecimal of what the understood columns say, as understood: two entries say the same if and only if it
 *     is equal. What is only carried through says nothing
 */
record Entry(
        long line,
        UUID customerId,
        @Nullable String companyName,
        @Nullable String domain,
        @Nullable LocalDate effectiveDate,
        @Nullable String reason,
        @Nullable String ticket,
        @Nullable String requestedBy,
        @Nullable String again,
        Map<String, String> others,
        String contents)
        implements RowVerdict {

    /** The company's name as it is compared; null where there is none. */
    @Nullable
    String companyKey() {
        return companyName == null ? null : CanonicalValue.companyName(companyName);
    }

    /** The domain as it is compared; null where there is none. */
    @Nullable
    String domainKey() {
        return domain == null ? null : CanonicalValue.domain(domain);
    }
}
