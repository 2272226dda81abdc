package dev.offboarding.report.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of checking one report.
 *
 * @param findings what is wrong, the most telling first; empty if the report is in order
 * @param notes what the check could not say, or what readers should know
 * @param figures what was checked; null if it did not get that far
 * @param link how it is chained to other reports of its job; null if its manifest could not be read, or files are missing
 * @param rest the same of a report of which files are missing, where its manifest and what is left of them are in order; else null
 * @param cutBackBy the run that says it has cut it back to its manifest; null if it is whole, or no run does
 */
public record VerifiedReport(
        Path folder,
        List<Finding> findings,
        List<String> notes,
        @Nullable Figures figures,
        @Nullable Link link,
        @Nullable Link rest,
        @Nullable String cutBackBy) {

    VerifiedReport(
            Path folder, List<Finding> findings, List<String> notes, @Nullable Figures figures, @Nullable Link link) {
        this(folder, findings, notes, figures, link, null, null);
    }

    /** That its files are missing is in order: a run says that it has taken them. */
    VerifiedReport cutBackBy(String runId) {
        return new VerifiedReport(folder, List.of(), notes, null, rest, null, runId);
    }

    /** @param otherJobs how often events of other jobs are between two of this run */
    public record Figures(long customers, long actions, long events, long removals, long otherJobs, int files) {}

    /**
     * Events of one run that follow each other without a gap.
     *
     * @param from the first sequence, with the hash of the event before it
     * @param to the last sequence, with that event's own hash
     */
    public record Stretch(long from, String before, long to, String hash) {}

    /**
     * @param manifestHash its own {@code manifest_sha256}
     * @param fingerprint of the key that signed it; null if it is not signed
     * @param previousRun the run that it follows, with the hash of that one's manifest; null if it says that there is none
     * @param headSequence of the trail when it was written, with the hash of that event
     * @param stretches its own events
     * @param cutBack the runs whose reports it says it has cut back to their manifests, with the hashes of these
     * @param firstSequence of its own events, with the hash of the event before it; 0 if it has none
     */
    public record Link(
            String job,
            String runId,
            String manifestHash,
            @Nullable String fingerprint,
            @Nullable String previousRun,
            @Nullable String previousHash,
            String previousNote,
            long headSequence,
            String head,
            long firstSequence,
            String beforeFirst,
            List<Stretch> stretches,
            Map<String, String> cutBack) {}

    public boolean inOrder() {
        return findings.isEmpty();
    }
}
