package io.arkestra.memory.graph.internal;

import io.arkestra.memory.GraphEdge;
import io.arkestra.memory.GraphNode;
import java.util.Locale;

/** The graph in the DOT language. */
final class DotPicture {
    private DotPicture() {}

    static String of(GraphPart.Picture picture) {
        StringBuilder dot = new StringBuilder("graph memory {\n  layout=neato; overlap=false; splines=true;\n"
                + "  node [shape=ellipse, style=filled, fontname=\"sans-serif\"];\n");
        for (GraphNode node : picture.nodes()) {
            dot.append(String.format(
                    Locale.ROOT,
                    "  %s [label=%s, fillcolor=\"%s\", tooltip=\"%s\", fontsize=%.1f];%n",
                    quoted(node.id()),
                    quoted(node.name()),
                    SvgPicture.colour(node.type()),
                    node.type().name().toLowerCase(Locale.ROOT),
                    10 + 10 * node.weight()));
        }
        for (GraphEdge edge : picture.edges()) {
            boolean together = edge.relation().equals(GraphUpdate.WITH);
            dot.append(String.format(
                    Locale.ROOT,
                    "  %s -- %s [label=%s, penwidth=%.2f, style=%s];%n",
                    quoted(edge.from()),
                    quoted(edge.to()),
                    quoted(together ? "" : edge.relation()),
                    0.5 + 3 * edge.weight(),
                    together ? "dotted" : "solid"));
        }
        return dot.append("}\n").toString().replace("\r\n", "\n");
    }

    /** A quoted id of DOT; backslashes would begin an escape, and line ends would end the line. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else {
                out.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
            }
        });
        return out.append('"').toString();
    }
}
