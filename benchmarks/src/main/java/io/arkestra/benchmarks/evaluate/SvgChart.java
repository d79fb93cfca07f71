package io.arkestra.benchmarks.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A chart of lines or bars with axes, labels and a legend, as SVG. Not thread-safe. */
final class SvgChart {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 520;
    private static final int LEFT = 70;
    private static final int RIGHT = 210;
    private static final int TOP = 60;
    private static final int BOTTOM = 70;
    private static final int TICKS = 5;
    /** Tells ten lines apart, also for most people who see colours differently. */
    private static final List<String> COLOURS = List.of(
            "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8a6d3b", "#7b3294",
            "#999999");

    private record Line(String name, double[] x, double[] y) {}

    private record Rule(String name, double y) {}

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final double[] xRange;
    private final double[] yRange;
    private final List<Line> lines = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private double[] bars = new double[0];
    private int xTicks = TICKS;

    SvgChart(String title, String xLabel, double xMin, double xMax, String yLabel, double yMin, double yMax) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
        this.xRange = new double[] {xMin, xMax};
        this.yRange = new double[] {yMin, yMax};
    }

    /** @param name for the legend; each line of it gets a row */
    SvgChart line(String name, double[] x, double[] y) {
        lines.add(new Line(name, x.clone(), y.clone()));
        return this;
    }

    /** A level line across the chart. */
    SvgChart rule(String name, double y) {
        rules.add(new Rule(name, y));
        return this;
    }

    /** Into how many parts the marks divide the x axis; 5 unless set. */
    SvgChart xTicks(int parts) {
        xTicks = parts;
        return this;
    }

    /** One bar at each whole x from 1. */
    SvgChart bars(double[] heights) {
        bars = heights.clone();
        return this;
    }

    void write(Path file) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(file, svg());
        } catch (IOException e) {
            throw new UncheckedIOException("The chart could not be written to " + file, e);
        }
    }

    String svg() {
        StringBuilder out = new StringBuilder();
        out.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">%n",
                WIDTH, HEIGHT));
        out.append(format("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, HEIGHT));
        text(out, LEFT, 30, "start", 17, title);
        axes(out);
        for (int i = 0; i < bars.length; i++) {
            double width = (x(2) - x(1)) * 0.7;
            out.append(format(
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                    x(i + 1) - width / 2, y(bars[i]), width, y(yRange[0]) - y(bars[i]), COLOURS.get(0)));
        }
        int legend = TOP + 10;
        for (int i = 0; i < lines.size(); i++) {
            line(out, lines.get(i), COLOURS.get(i % COLOURS.size()), legend);
            legend += 8 + 15 * lines.get(i).name().split("\n").length;
        }
        for (Rule rule : rules) {
            out.append(format(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#aa0000\" stroke-dasharray=\"3 4\"/>%n",
                    LEFT, y(rule.y()), WIDTH - RIGHT, y(rule.y())));
            text(out, WIDTH - RIGHT - 6, y(rule.y()) - 5, "end", 12, rule.name());
        }
        return out.append("</svg>\n").toString();
    }

    private void axes(StringBuilder out) {
        for (int tick = 0; tick <= xTicks; tick++) {
            double x = xRange[0] + (xRange[1] - xRange[0]) * tick / xTicks;
            text(out, x(x), HEIGHT - BOTTOM + 20, "middle", 12, number(x));
        }
        for (int tick = 0; tick <= TICKS; tick++) {
            double y = yRange[0] + (yRange[1] - yRange[0]) * tick / TICKS;
            out.append(format(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
                    LEFT, y(y), WIDTH - RIGHT, y(y)));
            text(out, LEFT - 8, y(y) + 4, "end", 12, number(y));
        }
        out.append(format(
                "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#333333\"/>%n",
                LEFT, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT));
        text(out, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 24, "middle", 13, xLabel);
        out.append(format(
                "<text x=\"20\" y=\"%.1f\" text-anchor=\"middle\" transform=\"rotate(-90 20 %.1f)\">%s</text>%n",
                (TOP + HEIGHT - BOTTOM) / 2.0, (TOP + HEIGHT - BOTTOM) / 2.0, escaped(yLabel)));
    }

    private void line(StringBuilder out, Line line, String colour, int legend) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < line.x().length; i++) {
            points.append(format("%.1f,%.1f ", x(line.x()[i]), y(line.y()[i])));
        }
        out.append(format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
                points.toString().strip(), colour));
        int left = WIDTH - RIGHT + 16;
        out.append(format(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>%n",
                left, legend, left + 26, legend, colour));
        String[] rows = line.name().split("\n");
        for (int row = 0; row < rows.length; row++) {
            text(out, left + 34, legend + 4 + 15 * row, "start", 12, rows[row]);
        }
    }

    private static void text(StringBuilder out, double x, double y, String anchor, int size, String text) {
        out.append(format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>%n",
                x, y, anchor, size, escaped(text)));
    }

    private double x(double value) {
        return LEFT + (value - xRange[0]) / (xRange[1] - xRange[0]) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (value - yRange[0]) / (yRange[1] - yRange[0]) * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        return Math.abs(value - Math.rint(value)) < 1e-9 ? format("%.0f", value) : format("%.2f", value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
