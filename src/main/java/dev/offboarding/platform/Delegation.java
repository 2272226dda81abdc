package dev.offboarding.platform;

/**
 * A relationship of delegated administration (GDAP) between reseller and customer.
 *
 * @param status in the platform's own words, such as {@code active} or {@code approvalPending}
 */
public record Delegation(String id, String name, String status) {

    /** The status given to one that was there and no longer exists. */
    public static final String DELETED = "deleted";
}
