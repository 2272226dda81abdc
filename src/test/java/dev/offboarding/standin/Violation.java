package dev.offboarding.standin;

/** A breach of protocol that the stand-in noticed on its own; {@code request} is the number of the request. */
public record Violation(Kind kind, long request, String what) {

    public enum Kind {
        NO_BEARER,
        HEADER,
        REQUEST_ID_OF_ANOTHER_REQUEST,
        REQUEST_ID_USED_AGAIN_AFTER_AN_ANSWER,
        TOO_EARLY,
        REMOVAL_WHILE_ACTIVE,
        CONCURRENT_WRITES,
        WRITE_REPEATED_BLINDLY,
        CUSTOMER_DELETED,
        NEW_COMMERCE_SUSPENDED,
        FIELDS_LOST,
        FIELDS_CHANGED,
        ORDER_TOUCHED,
        AZURE_SUBSCRIPTION_CANCELLED,
        SUPPORT_CONTACT_CHANGED,
        PAGE_WITHOUT_TOKEN,
        UNKNOWN_CALL,
        /** Not the client's fault: a mistake in the stand-in itself. */
        STAND_IN_FAILED
    }
}
