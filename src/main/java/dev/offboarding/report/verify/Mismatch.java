package dev.offboarding.report.verify;

/** Ends the check of a report's contents at the first thing that is off. */
final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Finding finding;

    Mismatch(Finding finding) {
        super(finding.what(), null, false, false);
        this.finding = finding;
    }

    Finding finding() {
        return finding;
    }
}
