package dev.offboarding.report.verify;

import dev.offboarding.report.verify.VerifiedReport.Link;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether several reports of a job are a chain: each names the manifest of the one before it, and is signed as that one is. */
public final class RunChain {
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** What is off, in words; empty if nothing is. */
    public List<Finding> findings() {
        return findings;
    }

    /** What these reports cannot show. */
    public List<String> notes() {
        return notes;
    }

    /** @param reports in any order, of any jobs */
    public static RunChain of(Collection<VerifiedReport> reports) {
        var byJob = new TreeMap<String, List<Link>>();
        for (VerifiedReport report : reports) {
            Link link = report.link();
            if (link != null) {
                byJob.computeIfAbsent(link.job(), job -> new ArrayList<>()).add(link);
            }
        }
        RunChain chain = new RunChain();
        byJob.values().forEach(chain::check);
        return chain;
    }

    private void check(List<Link> links) {
        links.sort(Comparator.comparing(Link::runId));
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            if (i > 0 && links.get(i - 1).runId().equals(link.runId())) {
                Link twin = links.get(i - 1);
                if (!twin.manifestHash().equals(link.manifestHash())) {
                    off(link, "run_id", "one report of this run", "a second one, with another manifest");
                }
                continue;
            }
            check(link, links);
        }
        Link last = links.get(links.size() - 1);
        notes.add(
                "nothing in these reports shows that run %s is the last of job %s: reports after it may have been taken away; its manifest_sha256 is %s"
                        .formatted(last.runId(), last.job(), last.manifestHash()));
    }

    private void check(Link link, List<Link> all) {
        Link before = before(link, all);
        if (before == null) {
            String previous = link.previousRun();
            if (previous != null) {
                notes.add("run %s of job %s follows run %s, whose report was not given"
                        .formatted(link.runId(), link.job(), previous));
            }
        } else if (!Objects.equals(before.runId(), link.previousRun())) {
            String previous = link.previousRun();
            if (previous != null && previous.compareTo(before.runId()) > 0 && previous.compareTo(link.runId()) < 0) {
                notes.add("between run %s and run %s of job %s there is a gap: the report of run %s was not given"
                        .formatted(before.runId(), link.runId(), link.job(), previous));
            } else {
                off(link, "previous_run", before.runId(), previous == null ? "none" : previous);
            }
        } else if (!before.manifestHash().equals(link.previousHash())) {
            off(
                    link,
                    "manifest_sha256 of the previous run " + before.runId(),
                    before.manifestHash() + " (its own)",
                    String.valueOf(link.previousHash()));
        }
        if (!link.previousNote().isEmpty()) {
            notes.add("run %s of job %s says: %s".formatted(link.runId(), link.job(), link.previousNote()));
        }
        checkSigner(link, all);
        for (Link other : all) {
            if (link.firstSequence() > 0 && other.headSequence() == link.firstSequence() - 1) {
                if (!other.head().equals(link.beforeFirst())) {
                    off(
                            link,
                            "previous of its first event",
                            other.head() + " (head of the trail in run " + other.runId() + ")",
                            link.beforeFirst());
                }
            }
        }
    }

    /** Whoever has no key can make any report but a signed one: once one is signed, each after it has to be, by the same key. */
    private void checkSigner(Link link, List<Link> all) {
        all.stream()
                .filter(other -> other.runId().compareTo(link.runId()) < 0)
                .filter(other -> other.fingerprint() != null && !writtenLater(other, link, all))
                .max(Comparator.comparing(Link::runId))
                .filter(signed -> !Objects.equals(signed.fingerprint(), link.fingerprint()))
                .ifPresent(signed -> off(
                        link,
                        "key that signed it",
                        signed.fingerprint() + " (as run " + signed.runId() + " before it)",
                        link.fingerprint() == null ? "no signature" : link.fingerprint()));
    }

    /**
     * Whether the report of an earlier run was written after this one: that run had died, and meanwhile a key was named. Where a report
     * stands in the trail is only what it says itself, so another one of that key has to vouch for it.
     */
    private static boolean writtenLater(Link earlier, Link link, List<Link> all) {
        return earlier.headSequence() > link.headSequence()
                && all.stream()
                        .anyMatch(other -> Objects.equals(other.fingerprint(), earlier.fingerprint())
                                && link.runId().equals(other.previousRun())
                                && link.manifestHash().equals(other.previousHash()));
    }

    /**
     * The report that was there when this one was written, of the newest run before it. A run that died has its report written later, by
     * the next run; how far the trail had come tells which was written first.
     */
    private static @Nullable Link before(Link link, List<Link> all) {
        return all.stream()
                .filter(other -> other.runId().compareTo(link.runId()) < 0)
                .filter(other -> other.headSequence() <= link.headSequence())
                .max(Comparator.comparing(Link::runId))
                .orElse(null);
    }

    private void off(Link link, String what, String expected, String found) {
        findings.add(Finding.of(link.runId() + "/" + ManifestFile.FILE, 0, what, expected, found));
    }
}
