package dev.offboarding.report.verify;

import dev.offboarding.report.verify.VerifiedReport.Link;
import dev.offboarding.report.verify.VerifiedReport.Stretch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether several reports of a job are a chain: each names the manifest of the one before it, and is signed as that one is. And whether no
 * two of whatever jobs contradict each other, where they are of one database.
 */
public final class RunChain {
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> together;
    /** Two reports that contradict each other do so once, however many events they have. */
    private final Set<Set<String>> contradicting = new HashSet<>();

    private long gaps;

    private RunChain(Set<String> together) {
        this.together = together;
    }

    /** How often at least one report is missing between others. */
    public long gaps() {
        return gaps;
    }

    /** What is wrong, in words; empty if nothing is. */
    public List<Finding> findings() {
        return findings;
    }

    /** What these reports cannot show. */
    public List<String> notes() {
        return notes;
    }

    /** @param reports in any order, of any jobs */
    public static RunChain of(Collection<VerifiedReport> reports) {
        return of(reports, List.of());
    }

    /** @param together those that were found in one folder: there, a missing one counts, while single ones are a sample */
    public static RunChain of(Collection<VerifiedReport> reports, Collection<VerifiedReport> together) {
        var byJob = new TreeMap<String, List<Link>>();
        for (VerifiedReport report : reports) {
            Link link = report.link();
            if (link != null) {
                byJob.computeIfAbsent(link.job(), job -> new ArrayList<>()).add(link);
            }
        }
        Set<String> keys = new HashSet<>();
        for (VerifiedReport report : together) {
            Link link = report.link();
            if (link != null) {
                keys.add(key(link));
            }
        }
        RunChain chain = new RunChain(keys);
        byJob.values().forEach(chain::check);
        chain.check(SharedTrails.of(reports));
        return chain;
    }

    /** The jobs of a database write one trail. */
    private void check(SharedTrails trails) {
        for (List<Link> ofOneTrail : trails.ofSeveralJobs()) {
            ofOneTrail.sort(Comparator.comparing(Link::runId));
            overlaps(placed(ofOneTrail));
        }
        trails.eachContradiction((one, other) -> {
            if (contradict(one.link(), other.link())) {
                off(
                        other.link(),
                        "hash of event %d of the trail".formatted(other.sequence()),
                        "%s (as in run %s of job %s)"
                                .formatted(
                                        one.hash(),
                                        one.link().runId(),
                                        one.link().job()),
                        other.hash());
            }
        });
        findings.addAll(trails.unreadable());
    }

    /** Whether that is news. Of two reports of one run it is said where they are compared. */
    private boolean contradict(Link one, Link other) {
        return !isSameRun(one, other) && contradicting.add(Set.of(key(one), key(other)));
    }

    private void check(List<Link> links) {
        links.sort(Comparator.comparing(Link::runId));
        contradictions(links);
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
                gaps++;
                if (together.contains(key(before)) && together.contains(key(link))) {
                    off(link, "report of the run before it", "that of run " + previous + ", which it names", "none");
                } else {
                    notes.add("between run %s and run %s of job %s there is a gap: the report of run %s was not given"
                            .formatted(before.runId(), link.runId(), link.job(), previous));
                }
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

    /**
     * Two reports of a job that cannot both be of the same past: a database that was restored from a backup writes other events under
     * numbers that were given before. Neither need be longer than the other; that the shorter does not name the longer proves nothing, for
     * the report of a run that died is written late.
     */
    private void contradictions(List<Link> links) {
        List<Placed> placed = placed(links);
        overlaps(placed);
        Placed furthest = null;
        for (Placed next : placed) {
            if (furthest != null
                    && next.stretch().from() == furthest.stretch().to() + 1
                    && furthest.link().headSequence() != furthest.stretch().to()
                    && !next.stretch().before().equals(furthest.stretch().hash())) {
                off(
                        next.link(),
                        "previous of event %d of the trail"
                                .formatted(next.stretch().from()),
                        furthest.stretch().hash() + " (in run "
                                + furthest.link().runId() + ")",
                        next.stretch().before());
            }
            furthest = further(furthest, next);
        }
        heads(links);
    }

    private static List<Placed> placed(List<Link> links) {
        List<Placed> placed = new ArrayList<>();
        links.forEach(link -> link.stretches().forEach(stretch -> placed.add(new Placed(link, stretch))));
        placed.sort(Comparator.comparingLong(it -> it.stretch().from()));
        return placed;
    }

    private static Placed further(@Nullable Placed furthest, Placed next) {
        return furthest == null || next.stretch().to() > furthest.stretch().to() ? next : furthest;
    }

    /** @param placed of one trail, where an event is of one run */
    private void overlaps(List<Placed> placed) {
        Placed furthest = null;
        for (Placed next : placed) {
            if (furthest != null
                    && next.stretch().from() <= furthest.stretch().to()
                    && contradict(furthest.link(), next.link())) {
                Link other = furthest.link();
                off(
                        next.link(),
                        "sequence %d of the trail".formatted(next.stretch().from()),
                        "an event that no other run has",
                        "one beside that of run " + other.runId()
                                + (other.job().equals(next.link().job()) ? "" : " of job " + other.job()));
            }
            furthest = further(furthest, next);
        }
    }

    private static boolean isSameRun(Link one, Link other) {
        return one.job().equals(other.job()) && one.runId().equals(other.runId());
    }

    private record Placed(Link link, Stretch stretch) {}

    /** What each says about the trail beyond its own events: where it began, and how far the trail had come. */
    private void heads(List<Link> links) {
        Map<Long, Link> heads = new HashMap<>();
        for (Link link : links) {
            Link other = heads.putIfAbsent(link.headSequence(), link);
            if (other != null && link.headSequence() > 0 && !other.head().equals(link.head())) {
                off(
                        link,
                        "hash of event %d of the trail".formatted(link.headSequence()),
                        other.head() + " (as in run " + other.runId() + ")",
                        link.head());
            }
        }
    }

    private static String key(Link link) {
        return link.job() + " " + link.runId() + " " + link.manifestHash();
    }

    /** Someone without the key can make any report but a signed one: once one is signed, each after it has to be, by the same key. */
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
     * is in the trail is only what it says itself, so another one of that key has to vouch for it.
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
