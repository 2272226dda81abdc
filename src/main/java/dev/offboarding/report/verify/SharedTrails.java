package dev.offboarding.report.verify;

import dev.offboarding.report.verify.VerifiedReport.Link;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which reports tell of one audit trail, whatever their jobs are: all jobs of a database share one. A report does not name its database, and
 * every trail begins at the same nothing and counts from one; so only a hash that both know shows it, of an event or of a report. Where
 * none is shared they may be of different databases, and nothing that they say contradicts anything.
 *
 * <p>A report says of what comes before, between and after its own events only how it is at their ends. What another says of the middle is
 * therefore looked up in its trail, which is read once more where there is something to look up, and not kept.
 */
final class SharedTrails {
    /** What every trail begins with. */
    private static final String NOTHING = "0".repeat(64);

    private final List<Link> links = new ArrayList<>();
    /** Of each link, another one that is of the same trail; the one that leads a trail has itself here. */
    private final List<Integer> leaders = new ArrayList<>();

    private final Map<String, Integer> firstWithHash = new HashMap<>();
    private final NavigableMap<Long, List<Said>> said = new TreeMap<>();
    /** By the two reports: one such event is enough. */
    private final Map<List<Integer>, Unlike> unlike = new LinkedHashMap<>();

    private final List<Finding> unreadable = new ArrayList<>();

    /** That an event of the trail has this hash. */
    record Said(Link link, int number, long sequence, String hash) {}

    /** An event that has another hash in the report of its own run than another report says. */
    private record Unlike(Said said, Link own, int number, String hash) {}

    private SharedTrails() {}

    /** @param reports of any jobs, in any order */
    static SharedTrails of(Collection<VerifiedReport> reports) {
        SharedTrails trails = new SharedTrails();
        List<VerifiedReport> chained =
                reports.stream().filter(report -> report.link() != null).toList();
        chained.forEach(report -> trails.add(Objects.requireNonNull(report.link())));
        for (int i = 0; i < chained.size(); i++) {
            trails.lookUp(chained.get(i), i);
        }
        return trails;
    }

    /** The reports of each trail of which there are several jobs'. */
    Collection<List<Link>> ofSeveralJobs() {
        Map<Integer, List<Link>> byTrail = new TreeMap<>();
        for (int i = 0; i < links.size(); i++) {
            byTrail.computeIfAbsent(leader(i), first -> new ArrayList<>()).add(links.get(i));
        }
        byTrail.values()
                .removeIf(trail -> trail.stream().map(Link::job).distinct().count() < 2);
        return byTrail.values();
    }

    /**
     * Each two that say something else of the same event of one trail. What those of one job say of their ends is compared where their chain
     * is.
     */
    void eachContradiction(BiConsumer<Said, Said> each) {
        for (List<Said> ofOneEvent : said.values()) {
            Map<Integer, Said> firstOfTrail = new HashMap<>();
            for (Said one : ofOneEvent) {
                Said first = firstOfTrail.putIfAbsent(leader(one.number()), one);
                if (first != null && !first.hash().equals(one.hash()) && !sameJob(first.link(), one.link())) {
                    each.accept(first, one);
                }
            }
        }
        for (Unlike one : unlike.values()) {
            if (leader(one.said().number()) == leader(one.number())) {
                each.accept(new Said(one.own(), one.number(), one.said().sequence(), one.hash()), one.said());
            }
        }
    }

    /** What could not be read a second time. */
    List<Finding> unreadable() {
        return unreadable;
    }

    private void add(Link link) {
        int number = links.size();
        links.add(link);
        leaders.add(number);
        knows(number, link.manifestHash());
        knows(number, link.previousHash());
        link.cutBack().values().forEach(hash -> knows(number, hash));
        says(link, number, link.headSequence(), link.head());
        link.stretches().forEach(stretch -> {
            says(link, number, stretch.from() - 1, stretch.before());
            says(link, number, stretch.to(), stretch.hash());
        });
    }

    private void says(Link link, int number, long sequence, String hash) {
        if (sequence > 0 && knows(number, hash)) {
            said.computeIfAbsent(sequence, at -> new ArrayList<>(2)).add(new Said(link, number, sequence, hash));
        }
    }

    private boolean knows(int number, @Nullable String hash) {
        if (hash == null || hash.equals(NOTHING) || !EventLines.isSha256(hash)) {
            return false;
        }
        Integer first = firstWithHash.putIfAbsent(hash, number);
        if (first != null) {
            join(first, number);
        }
        return true;
    }

    private void join(int one, int other) {
        leaders.set(leader(other), leader(one));
    }

    private int leader(int number) {
        int at = number;
        while (leaders.get(at) != at) {
            leaders.set(at, leaders.get(leaders.get(at)));
            at = leaders.get(at);
        }
        return at;
    }

    private static boolean sameJob(Link one, Link other) {
        return one.job().equals(other.job());
    }

    /** What others say of the middle of its own events. */
    private void lookUp(VerifiedReport report, int number) {
        Link own = links.get(number);
        long last = own.stretches().stream()
                .flatMap(stretch -> said.subMap(stretch.from(), stretch.to()).values().stream())
                .flatMap(List::stream)
                .filter(one -> one.number() != number)
                .mapToLong(Said::sequence)
                .max()
                .orElse(0);
        // of one that is not in order something else is said already
        if (last == 0 || !report.inOrder()) {
            return;
        }
        try (ReportFiles files = ReportFiles.in(report.folder());
                InputStream in = files.open(EventLines.FILE)) {
            if (in == null) {
                throw Place.in("").off(EventLines.FILE, "there", "missing");
            }
            EventLines events = new EventLines(in);
            for (Event event = events.next(); event != null && event.sequence() <= last; event = events.next()) {
                for (Said one : said.getOrDefault(event.sequence(), List.of())) {
                    compare(one, own, number, event.hash());
                }
            }
        } catch (Mismatch mismatch) {
            unreadable(own, mismatch);
        } catch (IOException | UncheckedIOException e) {
            unreadable(own, Place.in(EventLines.FILE).off("the file", "readable", ReportFiles.inWords(e)));
        }
    }

    /** It was in order a moment ago. */
    private void unreadable(Link own, Mismatch mismatch) {
        Finding found = mismatch.finding();
        unreadable.add(Finding.of(
                own.runId() + "/" + EventLines.FILE,
                found.line(),
                found.what() + ", read once more",
                found.expected(),
                found.found()));
    }

    private void compare(Said one, Link own, int number, String hash) {
        if (one.hash().equals(hash)) {
            join(number, one.number());
        } else {
            unlike.putIfAbsent(List.of(one.number(), number), new Unlike(one, own, number, hash));
        }
    }
}
