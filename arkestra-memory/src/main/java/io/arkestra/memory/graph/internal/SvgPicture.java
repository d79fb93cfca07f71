package io.arkestra.memory.graph.internal;

import io.arkestra.memory.GraphEdge;
import io.arkestra.memory.GraphNode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The graph as an SVG document that stands by itself: no script, no font, nothing from elsewhere. */
final class SvgPicture {
    /** The most nodes that are still to be read. */
    static final int MOST = 200;

    private static final int LABEL = 24;

    private SvgPicture() {}

    static String colour(GraphNode.Type type) {
        return switch (type) {
            case PERSON -> "#f4a261";
            case PLACE -> "#8ecae6";
            case GOAL -> "#90be6d";
            case HABIT -> "#cdb4db";
            case STATE -> "#ffd166";
            case CONTEXT -> "#b0c4b1";
            default -> "#d9d9d9";
        };
    }

    static String of(GraphPart.Picture picture) {
        SvgLayout layout = SvgLayout.of(picture);
        double size = layout.size();
        StringBuilder svg = new StringBuilder();
        line(svg, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\""
                        + " font-family=\"sans-serif\">",
                size,
                size,
                size,
                size);
        line(svg, "<title>Memory graph</title>");
        line(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < picture.nodes().size(); i++) {
            places.put(picture.nodes().get(i).id(), i);
        }
        for (GraphEdge edge : picture.edges()) {
            edge(svg, edge, layout, places);
        }
        for (int i = 0; i < picture.nodes().size(); i++) {
            node(svg, picture.nodes().get(i), layout.x(i), layout.y(i));
        }
        legend(svg, picture.nodes(), size);
        return svg.append("</svg>\n").toString();
    }

    private static void edge(StringBuilder svg, GraphEdge edge, SvgLayout layout, Map<String, Integer> places) {
        int from = places.getOrDefault(edge.from(), 0);
        int to = places.getOrDefault(edge.to(), 0);
        boolean together = edge.relation().equals(GraphUpdate.WITH);
        line(
                svg,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.2f\"/>",
                layout.x(from),
                layout.y(from),
                layout.x(to),
                layout.y(to),
                together ? "#dddddd" : "#777777",
                0.6 + 3 * edge.weight());
        if (!together) {
            line(
                    svg,
                    "<text x=\"%.1f\" y=\"%.1f\" font-size=\"9\" fill=\"#555555\" text-anchor=\"middle\">%s</text>",
                    (layout.x(from) + layout.x(to)) / 2,
                    (layout.y(from) + layout.y(to)) / 2 - 2,
                    escaped(edge.relation()));
        }
    }

    private static void node(StringBuilder svg, GraphNode node, double x, double y) {
        double radius = 6 + 18 * node.weight();
        line(
                svg,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" stroke=\"#555555\"><title>%s (%s)</title></circle>",
                x,
                y,
                radius,
                colour(node.type()),
                escaped(node.name()),
                node.type().name().toLowerCase(Locale.ROOT));
        line(
                svg,
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"12\" text-anchor=\"middle\">%s</text>",
                x,
                y + radius + 12,
                escaped(cut(node.name())));
    }

    private static String cut(String name) {
        return name.codePointCount(0, name.length()) <= LABEL
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LABEL - 1)) + "…";
    }

    private static void legend(StringBuilder svg, List<GraphNode> nodes, double size) {
        Set<GraphNode.Type> types = new LinkedHashSet<>();
        nodes.stream().map(GraphNode::type).sorted().forEach(types::add);
        double y = size - 14.0 * types.size() - 4;
        for (GraphNode.Type type : types) {
            y += 14;
            line(svg, "<circle cx=\"14\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>", y - 4, colour(type));
            line(
                    svg,
                    "<text x=\"24\" y=\"%.1f\" font-size=\"11\">%s</text>",
                    y,
                    type.name().toLowerCase(Locale.ROOT));
        }
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** Text of XML 1.0: what has a meaning there is escaped, what may not be in it is replaced. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(allowed(c) ? c : 0xFFFD);
            }
        });
        return out.toString();
    }

    private static boolean allowed(int c) {
        return c == '\t'
                || c >= 0x20 && c <= 0xD7FF && !Character.isISOControl(c)
                || c >= 0xE000 && c <= 0xFFFD
                || c >= 0x10000;
    }
}
