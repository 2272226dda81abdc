package dev.offboarding.report.verify;

/** What a report may say has become of a customer. */
enum Outcome {
    OFFBOARDED,
    ALREADY_OFFBOARDED,
    REMOVED,
    SUSPENDED,
    HELD,
    FAILED,
    WITHDRAWN,
    CLOSED,
    RE_ESTABLISHED,
    PLANNED,
    NOT_READ;

    boolean offboarded() {
        return this == OFFBOARDED || this == ALREADY_OFFBOARDED;
    }

    /** Whether the trail has to report it; the others may be how a case was before the run. */
    boolean happened() {
        return this == FAILED || this == WITHDRAWN || this == CLOSED || this == RE_ESTABLISHED;
    }
}
