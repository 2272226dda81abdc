package dev.offboarding.platform.ledger;

/**
 * Rows are not shown any more after a write, and not as many were counted, or more were counted than it has brought about: whether the write
 * has hidden or changed them, or someone else right before it, cannot be determined for the set as a whole.
 */
final class UnprovenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnprovenException() {
        super("the rows that are counted as written are not those that it has brought about");
    }
}
