package dev.offboarding.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Where the boxes and ribbons of a {@link PageFlow} are in a drawing. Heights are in proportion to counts, but nothing is too thin
 * to be seen. No ribbon crosses another, because what the parts come from and lead to is in one order in each column; and none crosses a
 * label but that of the box that it leaves: beside its box a ribbon stays level for as long as labels are.
 *
 * @param name class of the style sheet
 */
record FlowDiagram(String name, double width, double height, List<Box> boxes, List<Ribbon> ribbons) {
    private static final double BOX = 10;
    private static final double THINNEST = 1.5;
    /** Of all customers together. */
    private static final double HIGHEST = 96;
    /** For a label, one below the other. */
    private static final double ROOM = 18;

    private static final double GAP = 3;
    /** How wide a letter is, of those that are wide. */
    private static final double LETTER = 7.5;
    /** Room for a ribbon to rise or fall. */
    private static final double LEAST_BETWEEN = 24;

    private static final int LAST = PageFlow.COLUMNS - 1;

    /**
     * All numbers are in the drawing's own units.
     *
     * @param address where the page shows what is in it; empty if it does not
     */
    record Box(
            double x,
            double y,
            double width,
            double height,
            String tone,
            double labelX,
            double labelY,
            String count,
            String label,
            String address) {}

    /** @param path the outline, as SVG has it */
    record Ribbon(String path, String tone) {}

    /** For a page that has room. */
    static FlowDiagram wide(PageFlow flow) {
        return new Layout(flow, 1080, 0).draw("wide");
    }

    /** For a tablet: without rows, whose figures the accepted ones add up to. */
    static FlowDiagram medium(PageFlow flow) {
        return new Layout(flow, 720, 1).draw("medium");
    }

    /** For a phone: only what became of customers, and why they wait. */
    static FlowDiagram narrow(PageFlow flow) {
        return new Layout(flow, 345, flow.innermost()).draw("narrow");
    }

    /** One drawing, as it comes about. */
    private static final class Layout {
        private final double width;
        private final List<PageFlow.Node> nodes;
        private final List<PageFlow.Link> links;
        private final double scale;
        private final Map<Integer, Double> columns = new HashMap<>();
        private final Map<Integer, Double> labels = new HashMap<>();
        private final Map<PageFlow.Node, Box> boxes = new HashMap<>();

        /**
         * @param least it is as wide as this, or as wide as its labels ask for
         * @param first columns before this one are left out
         */
        Layout(PageFlow flow, double least, int first) {
            this.nodes = flow.nodes().stream()
                    .filter(node -> node.column() >= first)
                    .sorted(Comparator.comparingInt(PageFlow.Node::column))
                    .toList();
            this.links = flow.ribbons().stream()
                    .filter(link -> link.from().column() >= first)
                    .toList();
            this.scale = HIGHEST / Math.max(1, tallest());
            this.width = place(least);
        }

        private double tallest() {
            Map<Integer, Long> sums = new HashMap<>();
            nodes.forEach(node -> sums.merge(node.column(), node.count(), Long::sum));
            return sums.values().stream().mapToLong(sum -> sum).max().orElse(0);
        }

        /** Columns as far apart as their labels ask for, and what is left for the ribbons between them. */
        private double place(double least) {
            List<Integer> used =
                    nodes.stream().map(PageFlow.Node::column).distinct().toList();
            for (PageFlow.Node node : nodes) {
                labels.merge(node.column(), labelWidth(node), Math::max);
            }
            double needed = labels.values().stream().mapToDouble(label -> label).sum() + used.size() * BOX;
            double between = Math.max(LEAST_BETWEEN, (least - needed) / Math.max(1, used.size() - 1));
            double x = 0;
            for (int column : used) {
                columns.put(column, x);
                x += BOX + labels.getOrDefault(column, 0.0) + between;
            }
            return Math.ceil(Math.max(least, x - between));
        }

        private double labelWidth(PageFlow.Node node) {
            return 14
                    + LETTER
                            * (PageText.number(node.count()).length()
                                    + 1
                                    + node.label().length());
        }

        FlowDiagram draw(String name) {
            List<Box> inOrder = new ArrayList<>();
            Map<Integer, Double> next = new HashMap<>();
            double bottom = 0;
            for (PageFlow.Node node : nodes) {
                double height = height(node);
                if (node.column() == LAST && !next.containsKey(LAST)) {
                    next.put(LAST, startOfLast(bottom));
                }
                double y = next.getOrDefault(node.column(), 0.0);
                double slot = Math.max(height, ROOM - GAP);
                Box box = box(node, y + (slot - height) / 2, height, y + slot / 2);
                boxes.put(node, box);
                inOrder.add(box);
                next.put(node.column(), y + slot + GAP);
                bottom = Math.max(bottom, y + slot);
            }
            return new FlowDiagram(name, width, Math.ceil(bottom), inOrder, ribbons());
        }

        private double height(PageFlow.Node node) {
            return Math.max(Math.max(thickness(node, false), thickness(node, true)), Math.max(3, node.count() * scale));
        }

        /** Beside what it comes from, as far as that makes the drawing no higher. */
        private double startOfLast(double bottom) {
            double height = nodes.stream()
                            .filter(node -> node.column() == LAST)
                            .mapToDouble(node -> Math.max(height(node), ROOM - GAP) + GAP)
                            .sum()
                    - GAP;
            double middle = links.stream()
                    .filter(link -> link.to().column() == LAST)
                    .map(link -> boxes.get(link.from()))
                    .filter(Objects::nonNull)
                    .mapToDouble(from -> from.y() + from.height() / 2)
                    .average()
                    .orElse(0);
            return Math.max(0, Math.min(middle - height / 2, bottom - height));
        }

        private double thickness(PageFlow.Node node, boolean out) {
            return links.stream()
                    .filter(link -> node.equals(out ? link.from() : link.to()))
                    .mapToDouble(this::thickness)
                    .sum();
        }

        private double thickness(PageFlow.Link link) {
            return Math.max(THINNEST, link.count() * scale);
        }

        private Box box(PageFlow.Node node, double y, double height, double middle) {
            double x = columns.getOrDefault(node.column(), 0.0);
            return new Box(
                    rounded(x),
                    rounded(y),
                    BOX,
                    rounded(height),
                    node.tone(),
                    rounded(x + BOX + 6),
                    rounded(middle + 4.5),
                    PageText.number(node.count()),
                    node.label(),
                    node.address());
        }

        /** By the order of what they leave, and then of what they enter. */
        private List<Ribbon> ribbons() {
            Map<PageFlow.Node, Integer> places = new HashMap<>();
            nodes.forEach(node -> places.put(node, places.size()));
            Map<Box, Double> left = new HashMap<>();
            Map<Box, Double> entered = new HashMap<>();
            List<Ribbon> ribbons = new ArrayList<>();
            links.stream()
                    .sorted(Comparator.comparing((PageFlow.Link link) -> places.getOrDefault(link.from(), 0))
                            .thenComparing(link -> places.getOrDefault(link.to(), 0)))
                    .forEach(link -> {
                        Box from = boxes.get(link.from());
                        Box to = boxes.get(link.to());
                        if (from != null && to != null) {
                            double thickness = thickness(link);
                            double y0 = from.y() + left.merge(from, thickness, Double::sum) - thickness;
                            double y1 = to.y() + entered.merge(to, thickness, Double::sum) - thickness;
                            double level = from.x()
                                    + BOX
                                    + labels.getOrDefault(link.from().column(), 0.0);
                            ribbons.add(
                                    new Ribbon(outline(from.x() + BOX, level, y0, to.x(), y1, thickness), to.tone()));
                        }
                    });
            return ribbons;
        }

        /** @param level as far as there it stays level */
        private static String outline(double x0, double level, double y0, double x1, double y1, double thickness) {
            double middle = (level + x1) / 2;
            return String.format(
                    Locale.ROOT,
                    "M%1$.1f %2$.1fH%8$.1fC%3$.1f %2$.1f %3$.1f %4$.1f %5$.1f %4$.1fV%6$.1fC%3$.1f %6$.1f %3$.1f %7$.1f %8$.1f %7$.1fH%1$.1fZ",
                    x0,
                    y0,
                    middle,
                    y1,
                    x1,
                    y1 + thickness,
                    y0 + thickness,
                    level);
        }

        private static double rounded(double value) {
            return Math.round(value * 10) / 10.0;
        }
    }
}
