package dev.offboarding.platform;

/** The four effects of a removal. */
public enum Effect {
    CUSTOMER_LIST,
    SUPPORT_CONTACT,
    DELEGATED_ADMIN,
    PURCHASING;

    /** Column of {@code customers.csv} and key in the trail. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
