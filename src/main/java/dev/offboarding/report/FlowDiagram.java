package dev.offboarding.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Where the boxes and ribbons of a {@link PageFlow} are in a drawing. Heights are in proportion to counts, but nothing is too thin
 * to be seen.
 *
 * @param name class of the style sheet
 * @param twoLines whether a label is below its count instead of beside it
 */
record FlowDiagram(String name, double width, double height, boolean twoLines, List<Box> boxes, List<Ribbon> ribbons) {
    private static final double BOX = 10;
    private static final double THINNEST = 1.5;
    private static final double HIGHEST = 230;
    private static final double GAP = 8;
    private static final int LAST = PageFlow.COLUMNS - 1;

    /** All numbers are in the drawing's own units. */
    record Box(
            double x,
            double y,
            double width,
            double height,
            String tone,
            double labelX,
            double labelY,
            String count,
            String label) {}

    /** @param path the outline, as SVG has it */
    record Ribbon(String path, String tone) {}

    /** For a page that has room. */
    static FlowDiagram wide(PageFlow flow) {
        return new Layout(new double[] {0, 250, 540, 860}, 22, false).of(flow, "wide", 1080);
    }

    /** For a phone: without the first column, whose figures the next one adds up to. */
    static FlowDiagram narrow(PageFlow flow) {
        return new Layout(new double[] {-1, 0, 92, 218}, 38, true).of(flow, "narrow", 384);
    }

    private record Layout(double[] columns, double room, boolean twoLines) {

        FlowDiagram of(PageFlow flow, String name, double width) {
            List<PageFlow.Node> nodes = flow.nodes().stream()
                    .filter(node -> columns[node.column()] >= 0)
                    .toList();
            List<PageFlow.Link> links = flow.links().stream()
                    .filter(link -> columns[link.from().column()] >= 0)
                    .toList();
            double scale = HIGHEST / Math.max(1, tallest(nodes));
            Map<PageFlow.Node, Double> heights = new HashMap<>();
            for (PageFlow.Node node : nodes) {
                double in = thickness(links, node, false, scale);
                double out = thickness(links, node, true, scale);
                heights.put(node, Math.max(Math.max(in, out), Math.max(3, node.count() * scale)));
            }
            Map<PageFlow.Node, Box> boxes = new HashMap<>();
            List<Box> inOrder = new ArrayList<>();
            double[] next = new double[PageFlow.COLUMNS];
            double bottom = 0;
            boolean beside = false;
            for (PageFlow.Node node : nodes) {
                double height = heights.getOrDefault(node, 3.0);
                if (node.column() == LAST && !beside) {
                    beside = true;
                    next[LAST] = startOfLast(nodes, links, heights, boxes, bottom);
                }
                double y = next[node.column()];
                double slot = Math.max(height, room);
                Box box = box(node, y + (slot - height) / 2, height, y + slot / 2);
                boxes.put(node, box);
                inOrder.add(box);
                next[node.column()] = y + slot + GAP;
                bottom = Math.max(bottom, y + slot);
            }
            return new FlowDiagram(name, width, Math.ceil(bottom), twoLines, inOrder, ribbons(links, boxes, scale));
        }

        /** Beside what it comes from, as far as that makes the drawing no higher: ribbons then cross no label. */
        private double startOfLast(
                List<PageFlow.Node> nodes,
                List<PageFlow.Link> links,
                Map<PageFlow.Node, Double> heights,
                Map<PageFlow.Node, Box> boxes,
                double bottom) {
            double height = -GAP;
            for (PageFlow.Node node : nodes) {
                height += node.column() == LAST ? Math.max(heights.getOrDefault(node, 3.0), room) + GAP : 0;
            }
            double middle = links.stream()
                    .filter(link -> link.to().column() == LAST)
                    .map(link -> boxes.get(link.from()))
                    .filter(Objects::nonNull)
                    .mapToDouble(from -> from.y() + from.height() / 2)
                    .average()
                    .orElse(0);
            return Math.max(0, Math.min(middle - height / 2, bottom - height));
        }

        private static double tallest(List<PageFlow.Node> nodes) {
            double[] sums = new double[PageFlow.COLUMNS];
            nodes.forEach(node -> sums[node.column()] += node.count());
            double tallest = 0;
            for (double sum : sums) {
                tallest = Math.max(tallest, sum);
            }
            return tallest;
        }

        private static double thickness(List<PageFlow.Link> links, PageFlow.Node node, boolean out, double scale) {
            return links.stream()
                    .filter(link -> node.equals(out ? link.from() : link.to()))
                    .mapToDouble(link -> thickness(link, scale))
                    .sum();
        }

        private static double thickness(PageFlow.Link link, double scale) {
            return Math.max(THINNEST, link.count() * scale);
        }

        private Box box(PageFlow.Node node, double y, double height, double middle) {
            double x = columns[node.column()];
            return new Box(
                    rounded(x),
                    rounded(y),
                    BOX,
                    rounded(height),
                    node.tone(),
                    rounded(x + BOX + 7),
                    rounded(twoLines ? middle - 3 : middle + 5),
                    PageText.number(node.count()),
                    node.label());
        }

        /** Links come by their first node and then by their second, so none crosses another at its own box. */
        private static List<Ribbon> ribbons(List<PageFlow.Link> links, Map<PageFlow.Node, Box> boxes, double scale) {
            Map<Box, Double> left = new HashMap<>();
            Map<Box, Double> entered = new HashMap<>();
            List<Ribbon> ribbons = new ArrayList<>();
            for (PageFlow.Link link : links) {
                Box from = boxes.get(link.from());
                Box to = boxes.get(link.to());
                if (from == null || to == null) {
                    continue;
                }
                double thickness = thickness(link, scale);
                double y0 = from.y() + left.merge(from, thickness, Double::sum) - thickness;
                double y1 = to.y() + entered.merge(to, thickness, Double::sum) - thickness;
                ribbons.add(new Ribbon(outline(from.x() + BOX, y0, to.x(), y1, thickness), to.tone()));
            }
            return ribbons;
        }

        private static String outline(double x0, double y0, double x1, double y1, double thickness) {
            double middle = (x0 + x1) / 2;
            return String.format(
                    Locale.ROOT,
                    "M%1$.1f %2$.1fC%3$.1f %2$.1f %3$.1f %4$.1f %5$.1f %4$.1fV%6$.1fC%3$.1f %6$.1f %3$.1f %7$.1f %1$.1f %7$.1fZ",
                    x0,
                    y0,
                    middle,
                    y1,
                    x1,
                    y1 + thickness,
                    y0 + thickness);
        }

        private static double rounded(double value) {
            return Math.round(value * 10) / 10.0;
        }
    }
}
