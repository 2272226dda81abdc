package dev.offboarding.platform.ledger;

/**
 * Rows are not shown any more after a write, and not as many were counted: whether the write has hidden them, or someone else right
 * before it, cannot be determined for the set as a whole.
 */
final class UnprovenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnprovenException() {
        super("rows that are not shown any more are not all counted as written");
    }
}
