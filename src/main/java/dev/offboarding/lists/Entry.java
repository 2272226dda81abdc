package dev.offboarding.lists;

import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row that has passed the row gate.
 *
 * @param others cells under columns that mean nothing to us, in their order
 * @param contents SHA-256 in hexadecimal of everything the row says: two entries say the same if and only if it is equal
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
        Map<String, String> others,
        String contents)
        implements Checked {}
