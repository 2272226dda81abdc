package dev.offboarding.report;

import dev.offboarding.cases.RunCases.Became;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of the list became what: rows read, what was accepted of them together with what earlier nights left open, what became of
 * those, and why some are held.
 */
record PageFlow(List<Node> nodes, List<Link> links) {
    static final int COLUMNS = 4;

    /** @param column from 0 to {@link #COLUMNS} - 1 */
    record Node(String id, int column, String label, long count, String tone) {}

    record Link(Node from, Node to, long count) {}

    /** @param plan whether nothing of it has happened */
    static PageFlow of(ControlTotals totals, List<Became> became, boolean plan) {
        return new Drawing().draw(totals, became, plan);
    }

    boolean empty() {
        return links.isEmpty();
    }

    private static final class Drawing {
        private final Map<String, Node> nodes = new LinkedHashMap<>();
        private final Map<List<String>, Link> links = new LinkedHashMap<>();

        PageFlow draw(ControlTotals totals, List<Became> became, boolean plan) {
            ControlTotals.Rows rows = totals.rows();
            long newlyListed = sum(became, true);
            node("read", 0, "Rows read", rows.read(), "plain");
            node("accepted", 1, "Accepted", Math.max(rows.accepted(), 0), "plain");
            node("carried", 1, "Carried over", sum(became, false), "plain");
            node("duplicates", 1, "Duplicates", rows.duplicates(), "idle");
            node("rejected", 1, "Set aside", rows.rejected(), "look");
            link("read", "accepted", rows.accepted());
            link("read", "duplicates", rows.duplicates());
            link("read", "rejected", rows.rejected());
            for (String outcome : totals.outcomes().keySet()) {
                PageWords.Word word = PageWords.outcome(outcome, plan);
                node(outcome, 2, word.label(), totals.outcomes().get(outcome), word.tone());
                for (Became b : became) {
                    if (b.outcome().equals(outcome)) {
                        link(b.listedAnew() ? "accepted" : "carried", outcome, b.count());
                    }
                }
            }
            // another job opened their cases, or this run ended before it got to them
            node("elsewhere", 2, "Not in this run", rows.accepted() - newlyListed, "idle");
            link("accepted", "elsewhere", rows.accepted() - newlyListed);
            for (Became b : became) {
                String hold = b.hold();
                if (hold != null) {
                    HoldTexts words = HoldTexts.of(hold);
                    long all = became.stream()
                            .filter(other -> hold.equals(other.hold()))
                            .mapToLong(Became::count)
                            .sum();
                    node("hold " + hold, 3, words.label(), all, words.look() ? "look" : "wait");
                    link(b.outcome(), "hold " + hold, b.count());
                }
            }
            return new PageFlow(List.copyOf(nodes.values()), List.copyOf(links.values()));
        }

        private static long sum(List<Became> became, boolean listedAnew) {
            return became.stream()
                    .filter(b -> b.listedAnew() == listedAnew)
                    .mapToLong(Became::count)
                    .sum();
        }

        private void node(String id, int column, String label, long count, String tone) {
            if (count > 0) {
                nodes.putIfAbsent(id, new Node(id, column, label, count, tone));
            }
        }

        private void link(String from, String to, long count) {
            Node start = nodes.get(from);
            Node end = nodes.get(to);
            if (start != null && end != null && count > 0) {
                links.merge(
                        List.of(from, to),
                        new Link(start, end, count),
                        (a, b) -> new Link(start, end, a.count() + b.count()));
            }
        }
    }
}
