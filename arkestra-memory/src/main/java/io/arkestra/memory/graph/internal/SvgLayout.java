package io.arkestra.memory.graph.internal;

import io.arkestra.memory.GraphEdge;
import java.util.HashMap;
import java.util.Map;

/**
 * Where nodes are drawn: begun on a spiral, the heaviest inside, then pushed and pulled (Fruchterman and Reingold, 1991) for a fixed
 * number of rounds. The same graph gives the same picture.
 */
final class SvgLayout {
    private static final int ROUNDS = 150;
    private static final int SEPARATIONS = 60;
    private static final double MARGIN = 60;
    private static final double APART = 44;
    private static final double GRAVITY = 0.05;
    private static final double GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

    private final double size;
    private final double[] x;
    private final double[] y;

    private SvgLayout(int nodes) {
        x = new double[nodes];
        y = new double[nodes];
        size = Math.max(480, 2 * MARGIN + 95 * Math.sqrt(nodes));
    }

    double size() {
        return size;
    }

    double x(int node) {
        return x[node];
    }

    double y(int node) {
        return y[node];
    }

    static SvgLayout of(GraphPart.Picture picture) {
        SvgLayout layout = new SvgLayout(picture.nodes().size());
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < picture.nodes().size(); i++) {
            places.put(picture.nodes().get(i).id(), i);
        }
        layout.spiral();
        int[][] edges = new int[picture.edges().size()][];
        double[] pulls = new double[edges.length];
        for (int i = 0; i < edges.length; i++) {
            GraphEdge edge = picture.edges().get(i);
            edges[i] = new int[] {places.getOrDefault(edge.from(), 0), places.getOrDefault(edge.to(), 0)};
            pulls[i] = 0.3 + edge.weight();
        }
        for (int round = 0; round < ROUNDS; round++) {
            layout.move(edges, pulls, layout.size / 10 * (1 - round / (double) ROUNDS));
        }
        layout.fit();
        layout.separate();
        return layout;
    }

    private void spiral() {
        double step = (size / 2 - MARGIN) / Math.sqrt(Math.max(1, x.length));
        for (int i = 0; i < x.length; i++) {
            x[i] = size / 2 + step * Math.sqrt(i) * Math.cos(i * GOLDEN_ANGLE);
            y[i] = size / 2 + step * Math.sqrt(i) * Math.sin(i * GOLDEN_ANGLE);
        }
    }

    /** One round in which no node goes further than the limit. */
    private void move(int[][] edges, double[] pulls, double limit) {
        int n = x.length;
        double ideal = 0.8 * (size - 2 * MARGIN) / Math.sqrt(Math.max(1, n));
        double[] dx = new double[n];
        double[] dy = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (i != j) {
                    double distance = Math.max(0.01, Math.hypot(x[i] - x[j], y[i] - y[j]));
                    double push = ideal * ideal / (distance * distance);
                    dx[i] += (x[i] - x[j]) * push;
                    dy[i] += (y[i] - y[j]) * push;
                }
            }
        }
        for (int e = 0; e < edges.length; e++) {
            int a = edges[e][0];
            int b = edges[e][1];
            double pull = pulls[e] * Math.hypot(x[a] - x[b], y[a] - y[b]) / ideal;
            dx[a] -= (x[a] - x[b]) * pull;
            dy[a] -= (y[a] - y[b]) * pull;
            dx[b] += (x[a] - x[b]) * pull;
            dy[b] += (y[a] - y[b]) * pull;
        }
        for (int i = 0; i < n; i++) {
            // What hangs together with nothing must not drift away.
            dx[i] += (size / 2 - x[i]) * GRAVITY;
            dy[i] += (size / 2 - y[i]) * GRAVITY;
            double length = Math.max(0.01, Math.hypot(dx[i], dy[i]));
            x[i] += dx[i] / length * Math.min(length, limit);
            y[i] += dy[i] / length * Math.min(length, limit);
        }
    }

    /** Fills the frame with what was laid out. */
    private void fit() {
        fit(x);
        fit(y);
    }

    private void fit(double[] values) {
        double min = java.util.Arrays.stream(values).min().orElse(0);
        double max = java.util.Arrays.stream(values).max().orElse(0);
        for (int i = 0; i < values.length; i++) {
            values[i] = max - min < 1 ? size / 2 : MARGIN + (values[i] - min) / (max - min) * (size - 2 * MARGIN);
        }
    }

    /** Moves apart what lies on each other. */
    private void separate() {
        for (int round = 0; round < SEPARATIONS; round++) {
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < i; j++) {
                    double distance = Math.hypot(x[i] - x[j], y[i] - y[j]);
                    if (distance < APART) {
                        double angle = distance < 0.01 ? i * GOLDEN_ANGLE : Math.atan2(y[i] - y[j], x[i] - x[j]);
                        double step = (APART - distance) / 2;
                        x[i] = inside(x[i] + step * Math.cos(angle));
                        y[i] = inside(y[i] + step * Math.sin(angle));
                        x[j] = inside(x[j] - step * Math.cos(angle));
                        y[j] = inside(y[j] - step * Math.sin(angle));
                    }
                }
            }
        }
    }

    private double inside(double value) {
        return Math.min(size - MARGIN, Math.max(MARGIN, value));
    }
}
