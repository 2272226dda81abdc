package dev.offboarding.cases;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/** Why a case cannot move tonight. */
public enum HoldReason {
    NOT_DUE(Kind.WAITS),
    GRACE_PERIOD(Kind.WAITS),
    /** One that renews itself waits for a person: see {@link Hold#kind()}. */
    TERM_COMMITMENT(Kind.WAITS),
    PENDING_OPERATION(Kind.WAITS),
    /** The customer is about to move to another partner. */
    TRANSFER_PENDING(Kind.WAITS),
    /** Its row is gone from a database list or a standing file. */
    NOT_LISTED(Kind.WAITS),
    /** Its approved plan is spread over several nights. */
    LATER_NIGHT(Kind.WAITS),
    PAUSED(Kind.WAITS),
    /** Its case was opened on another platform identity than the one on which the job works tonight. */
    OTHER_PLATFORM(Kind.WAITS),
    /** Another job has this customer's case. */
    OTHER_JOB(Kind.WAITS),

    RESERVED_INSTANCE(Kind.WAITS_FOR_A_PERSON),
    SOFTWARE_PURCHASE(Kind.WAITS_FOR_A_PERSON),
    AZURE_PLAN(Kind.WAITS_FOR_A_PERSON),
    MARKETPLACE(Kind.WAITS_FOR_A_PERSON),

    PROTECTED(Kind.SOMEBODY_HAS_TO_LOOK),
    IDENTITY_MISMATCH(Kind.SOMEBODY_HAS_TO_LOOK),
    NOT_A_RESELLER_CUSTOMER(Kind.SOMEBODY_HAS_TO_LOOK),
    UNKNOWN_STATUS(Kind.SOMEBODY_HAS_TO_LOOK),
    /** A subscription that this program suspended is active again, or one is active that was not, or was not there. */
    REACTIVATED(Kind.SOMEBODY_HAS_TO_LOOK),
    /** A relationship that was seen to end has been re-established. */
    RE_ESTABLISHED(Kind.SOMEBODY_HAS_TO_LOOK),
    /** A removal was accepted, and no effect of it has shown since. */
    NO_EFFECT(Kind.SOMEBODY_HAS_TO_LOOK),
    /** A subscription belongs to a reseller that is not this job's business. */
    OTHER_RESELLER(Kind.SOMEBODY_HAS_TO_LOOK),
    CHANGED_SINCE_APPROVAL(Kind.SOMEBODY_HAS_TO_LOOK);

    /** What a held case waits for; a later kind is shown before an earlier one. */
    public enum Kind {
        /** A date or the platform: it continues on its own. */
        WAITS,
        /** Someone does something elsewhere; then it continues on its own. */
        WAITS_FOR_A_PERSON,
        /** The list or the plan is not right: it continues only when the customer is listed again. */
        SOMEBODY_HAS_TO_LOOK
    }

    private final Kind kind;

    HoldReason(Kind kind) {
        this.kind = kind;
    }

    /** What a hold of this reason waits for, where nothing about the single hold changes that. */
    public Kind kind() {
        return kind;
    }

    /**
     * What a hold of this reason waits for.
     *
     * @param renews whether it begins again unless someone does something: such a term ends only when someone does, any other on its own
     */
    Kind kind(boolean renews) {
        return this == TERM_COMMITMENT && renews ? Kind.WAITS_FOR_A_PERSON : kind;
    }

    /** The same of a reason that is stored; one that this version does not know has to be looked at. */
    static Kind kindOf(String name, boolean renews) {
        return named(name).map(reason -> reason.kind(renews)).orElse(Kind.SOMEBODY_HAS_TO_LOOK);
    }

    /** Empty for one that this version does not know. */
    public static Optional<HoldReason> named(String name) {
        return Arrays.stream(values())
                .filter(reason -> reason.name().equals(name))
                .findFirst();
    }

    /** Whether the case continues only when its customer is listed again; if not, it continues on its own. */
    public boolean somebodyHasToLook() {
        return kind == Kind.SOMEBODY_HAS_TO_LOOK;
    }

    /** Whether the effects of a held case's removal are read every night nevertheless. */
    public boolean watched() {
        return this == RE_ESTABLISHED || this == NO_EFFECT;
    }

    /** Whether the offboarding begins again once the customer is listed again: what was done before has been undone. */
    public boolean beginsAgain() {
        return watched() || this == REACTIVATED;
    }

    /** The names of those of which this holds, for queries. */
    public static String[] names(Predicate<HoldReason> which) {
        return Arrays.stream(values()).filter(which).map(HoldReason::name).toArray(String[]::new);
    }

    /** The names of those that wait for a person to do something elsewhere, for queries. */
    static String[] waitForAPersonNames() {
        return names(reason -> reason.kind() == Kind.WAITS_FOR_A_PERSON);
    }

    /** The names of those that somebody has to look at, for queries. */
    public static String[] somebodyHasToLookNames() {
        return names(HoldReason::somebodyHasToLook);
    }
}
