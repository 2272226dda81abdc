package dev.offboarding.report;

import dev.offboarding.cases.RunCases.Became;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of the list became what: rows read, what was accepted of them together with what earlier nights left open, what became of
 * those, and why some are held.
 *
 * @param links each with its count, for a table
 * @param ribbons for a drawing: what was accepted now and earlier comes together before it parts again, and a reason is there once for each
 *     outcome, so that none of them crosses another
 */
record PageFlow(List<Node> nodes, List<Link> links, List<Link> ribbons) {
    static final int COLUMNS = 5;

    private static final int TRUNK = 2;
    private static final int OUTCOMES = 3;
    private static final int HOLDS = 4;

    /**
     * @param column from 0 to {@link #COLUMNS} - 1
     * @param address where the page shows what it stands for; empty if it does not
     */
    record Node(String id, int column, String label, long count, String tone, String address) {}

    record Link(Node from, Node to, long count) {}

    /** @param plan whether nothing of it has happened */
    static PageFlow of(ControlTotals totals, List<Became> became, boolean plan) {
        return new Drawing().draw(totals, became, plan);
    }

    boolean empty() {
        return links.isEmpty();
    }

    /** The first of the last two columns that anything is in. */
    int innermost() {
        List<Integer> used =
                nodes.stream().map(Node::column).distinct().sorted().toList();
        return used.isEmpty() ? 0 : used.get(Math.max(0, used.size() - 2));
    }

    private static final class Drawing {
        private final Map<String, Node> nodes = new LinkedHashMap<>();
        private final Map<List<String>, Link> links = new LinkedHashMap<>();
        private final Map<List<String>, Link> ribbons = new LinkedHashMap<>();

        PageFlow draw(ControlTotals totals, List<Became> became, boolean plan) {
            ControlTotals.Rows rows = totals.rows();
            long newlyListed = sum(became, true);
            long carried = sum(became, false);
            long elsewhere = rows.accepted() - newlyListed;
            node("read", 0, "Rows read", rows.read(), "plain", "files");
            node("accepted", 1, "Accepted", Math.max(rows.accepted(), 0), "plain", "change=NEW");
            node("carried", 1, "Carried over", carried, "plain", "");
            node("duplicates", 1, "Duplicates", rows.duplicates(), "idle", "files");
            node("rejected", 1, "Set aside", rows.rejected(), "look", "files");
            // another job opened their cases, or this run ended before it got to them
            node("elsewhere", TRUNK, "Not in this run", elsewhere, "idle", "");
            String trunk = newlyListed > 0 ? "accepted" : "carried";
            if (newlyListed > 0 && carried > 0 || newlyListed + carried > 0 && elsewhere > 0) {
                trunk = "trunk";
                node(trunk, TRUNK, "Customers", newlyListed + carried, "plain", "customers");
            }
            both("read", "accepted", rows.accepted());
            both("read", "duplicates", rows.duplicates());
            both("read", "rejected", rows.rejected());
            ribbon("accepted", "trunk", newlyListed);
            ribbon("carried", "trunk", carried);
            for (Map.Entry<String, Long> outcome : totals.outcomes().entrySet()) {
                outcome(outcome.getKey(), outcome.getValue(), trunk, became, plan);
            }
            both("accepted", "elsewhere", elsewhere);
            for (String outcome : totals.outcomes().keySet()) {
                holds(outcome, became);
            }
            return new PageFlow(
                    List.copyOf(nodes.values()), List.copyOf(links.values()), List.copyOf(ribbons.values()));
        }

        private void outcome(String outcome, long count, String trunk, List<Became> became, boolean plan) {
            PageWords.Word word = PageWords.outcome(outcome, plan);
            node(outcome, OUTCOMES, word.label(), count, word.tone(), "outcome=" + outcome);
            for (Became b : became) {
                if (b.outcome().equals(outcome)) {
                    link(links, b.listedAnew() ? "accepted" : "carried", outcome, b.count());
                    ribbon(trunk, outcome, b.count());
                }
            }
        }

        /** The most frequent first, as they come. */
        private void holds(String outcome, List<Became> became) {
            Map<String, Long> counts = new LinkedHashMap<>();
            for (Became b : became) {
                if (b.outcome().equals(outcome) && b.hold() != null) {
                    counts.merge(b.hold(), b.count(), Long::sum);
                }
            }
            counts.forEach((hold, count) -> {
                HoldTexts words = HoldTexts.of(hold);
                String id = "hold " + hold + " of " + outcome;
                node(
                        id,
                        HOLDS,
                        words.label(),
                        count,
                        words.look() ? "look" : "wait",
                        "outcome=" + outcome + "&hold=" + hold);
                both(outcome, id, count);
            });
        }

        private static long sum(List<Became> became, boolean listedAnew) {
            return became.stream()
                    .filter(b -> b.listedAnew() == listedAnew)
                    .mapToLong(Became::count)
                    .sum();
        }

        private void node(String id, int column, String label, long count, String tone, String address) {
            if (count > 0) {
                nodes.putIfAbsent(id, new Node(id, column, label, count, tone, address));
            }
        }

        private void both(String from, String to, long count) {
            link(links, from, to, count);
            ribbon(from, to, count);
        }

        private void ribbon(String from, String to, long count) {
            link(ribbons, from, to, count);
        }

        private void link(Map<List<String>, Link> into, String from, String to, long count) {
            Node start = nodes.get(from);
            Node end = nodes.get(to);
            if (start != null && end != null && count > 0) {
                into.merge(
                        List.of(from, to),
                        new Link(start, end, count),
                        (a, b) -> new Link(start, end, a.count() + b.count()));
            }
        }
    }
}
