package dev.offboarding.report.verify;

import dev.offboarding.report.verify.VerifiedReport.Link;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reports of which a run has left only the manifest, because their time was over. That is what a report looks like, too, whose files
 * somebody has taken away; so it is believed only where the manifest of a later run of the job, which is in order itself, names it with its
 * hash. That one may have been cut back since, and then needs another to say so.
 */
public final class CutBackReports {

    private CutBackReports() {}

    /** The same reports, in their order: those among them for which another one vouches are in order. */
    public static List<VerifiedReport> among(Collection<VerifiedReport> reports) {
        List<VerifiedReport> latestFirst = reports.stream()
                .filter(report -> link(report) != null)
                .sorted(Comparator.comparing((VerifiedReport report) -> runId(report))
                        .reversed())
                .toList();
        Map<String, String> vouchers = new HashMap<>();
        Map<VerifiedReport, VerifiedReport> accepted = new IdentityHashMap<>();
        for (VerifiedReport report : latestFirst) {
            Link link = link(report);
            if (link == null) {
                continue;
            }
            String voucher =
                    report.inOrder() ? link.runId() : vouchers.get(key(link.job(), link.runId(), link.manifestHash()));
            if (voucher == null) {
                continue;
            }
            if (!report.inOrder()) {
                accepted.put(report, report.cutBackBy(voucher));
            }
            link.cutBack().forEach((run, hash) -> {
                // no run speaks for a later one
                if (run.compareTo(link.runId()) < 0) {
                    vouchers.putIfAbsent(key(link.job(), run, hash), link.runId());
                }
            });
        }
        return reports.stream()
                .map(report -> accepted.getOrDefault(report, report))
                .toList();
    }

    private static @Nullable Link link(VerifiedReport report) {
        return report.inOrder() ? report.link() : report.rest();
    }

    private static String runId(VerifiedReport report) {
        Link link = link(report);
        return link == null ? "" : link.runId();
    }

    private static String key(String job, String runId, String manifestHash) {
        return job + " " + runId + " " + manifestHash;
    }
}
