package io.arkestra.benchmarks;

import java.util.List;

/** How much a benchmark works on. A run in the process of JMH itself without warm-up only tells whether everything runs: little is enough. */
public final class Sizes {
    private static final String PROPERTY = "arkestra.bench.small";

    private Sizes() {}

    static void choose(List<String> options) {
        if (is(options, "-f") && is(options, "-wi")) {
            System.setProperty(PROPERTY, "true");
        }
    }

    private static boolean is(List<String> options, String name) {
        int at = options.indexOf(name);
        return at >= 0 && at + 1 < options.size() && options.get(at + 1).equals("0");
    }

    /** The full size where figures count. */
    public static int of(int full, int small) {
        return Boolean.getBoolean(PROPERTY) ? small : full;
    }
}
