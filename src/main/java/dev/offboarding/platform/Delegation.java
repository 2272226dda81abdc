package dev.offboarding.platform;

/**
 * A relationship of delegated administration (GDAP) between reseller and customer.
 *
 * @param status in the platform's own words, such as {@code active} or {@code approvalPending}
 */
public record Delegation(String id, String name, String status) {

    /** Asked for and approved by nobody; the only one that can be deleted. */
    public static final String CREATED = "created";

    /** The status given to one that was there and no longer exists. */
    public static final String DELETED = "deleted";

    /** Whether nobody has approved it: it gives no access, and stays until it is deleted. */
    public boolean isRequest() {
        return status.equalsIgnoreCase(CREATED);
    }
}
