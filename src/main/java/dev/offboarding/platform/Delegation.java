package dev.offboarding.platform;

/**
 * A relationship of delegated administration (GDAP) between reseller and customer.
 *
 * @param status in the platform's own words, such as {@code active} or {@code approvalPending}
 */
public record Delegation(String id, String name, String status) {

    /** What is said of one that was there and is no more. */
    public static final String DELETED = "deleted";
}
