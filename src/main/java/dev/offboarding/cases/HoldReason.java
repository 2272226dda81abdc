package dev.offboarding.cases;

import java.util.Arrays;

/** Why a case cannot move tonight. */
public enum HoldReason {
    NOT_DUE(false),
    GRACE_PERIOD(false),
    TERM_COMMITMENT(false),
    RESERVED_INSTANCE(false),
    SOFTWARE_PURCHASE(false),
    AZURE_PLAN(false),
    MARKETPLACE(false),
    PENDING_OPERATION(false),
    /** Its row is gone from a database list. */
    NOT_LISTED(false),

    PROTECTED(true),
    IDENTITY_MISMATCH(true),
    NOT_A_RESELLER_CUSTOMER(true),
    UNKNOWN_STATUS(true),
    /** A subscription that this program suspended is active again, or a relationship that it removed is there again. */
    REACTIVATED(true),
    CHANGED_SINCE_APPROVAL(true);

    private final boolean somebodyHasToLook;

    HoldReason(boolean somebodyHasToLook) {
        this.somebodyHasToLook = somebodyHasToLook;
    }

    /** Whether the case goes on only when its customer is listed again; if not, it goes on by itself. */
    public boolean somebodyHasToLook() {
        return somebodyHasToLook;
    }

    /** The names of those that somebody has to look at, for queries. */
    public static String[] somebodyHasToLookNames() {
        return Arrays.stream(values())
                .filter(HoldReason::somebodyHasToLook)
                .map(HoldReason::name)
                .toArray(String[]::new);
    }
}
