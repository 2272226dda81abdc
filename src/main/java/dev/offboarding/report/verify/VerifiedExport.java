package dev.offboarding.report.verify;

import java.nio.file.Path;
import java.util.List;

/**
 * The result of checking one export against reports.
 *
 * @param findings what is wrong; empty if it is in order
 * @param notes what the check could not say
 * @param customers how many rows it has
 * @param compared how many of them were found in the report that they name, and say what it says
 * @param reports how many of the period's reports were counted and compared
 */
public record VerifiedExport(
        Path folder, List<Finding> findings, List<String> notes, long customers, long compared, long reports) {

    public boolean inOrder() {
        return findings.isEmpty();
    }
}
