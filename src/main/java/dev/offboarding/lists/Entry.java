package dev.offboarding.lists;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row that has passed the row gate.
 *
 * @param cells under columns that are understood, but for the customer's id; what is empty is not there
 * @param others cells under columns that mean nothing to us, in their order
 * @param contents SHA-256 in hexadecimal of what the understood columns say, as understood: two entries say the same if and only if it
 *     is equal. What is only carried through says nothing
 */
record Entry(long line, UUID customerId, Map<Column, String> cells, Map<String, String> others, String contents)
        implements RowVerdict {

    /** The company's name as it is compared; null where there is none. */
    @Nullable
    String companyKey() {
        String name = cells.get(Column.COMPANY_NAME);
        return name == null ? null : CanonicalValue.companyName(name);
    }

    /** The domain as it is compared; null where there is none. */
    @Nullable
    String domainKey() {
        String domain = cells.get(Column.DOMAIN);
        return domain == null ? null : CanonicalValue.domain(domain);
    }
}
