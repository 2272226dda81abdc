package dev.offboarding.platform.ledger;

import java.util.List;

/** The ledger answered a write without an error and did not do it: a trigger, a rule or a view swallowed it. */
final class WriteSwallowedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<LedgerAnswer> refusals;

    WriteSwallowedException(List<LedgerAnswer> refusals) {
        super("not passed on by the ledger");
        this.refusals = List.copyOf(refusals);
    }

    List<LedgerAnswer> refusals() {
        return refusals;
    }
}
