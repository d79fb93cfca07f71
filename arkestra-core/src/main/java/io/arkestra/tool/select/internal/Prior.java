package io.arkestra.tool.select.internal;

import io.arkestra.tool.CostClass;

/** What is thought of a tool before a message is read: a little, so that it decides only between tools that fit nearly as well. */
final class Prior {
    /** Two tools whose scores are further apart than twice this keep their order. */
    static final double MOST = 0.02;

    /** The success to be expected of a tool that was never called, and how many calls it takes to learn otherwise. */
    private static final double EXPECTED = 0.9;

    private static final double STRENGTH = 5;

    private Prior() {}

    /**
     * @param own figures of the user; what others called is none of this user's business
     * @return between minus {@link #MOST} and {@link #MOST}; 0 for a tool that costs nothing and was never called
     */
    static double of(CallFigures own, CostClass cost) {
        double mean = (own.succeeded() + STRENGTH * EXPECTED) / (own.made() + STRENGTH);
        double learned = mean >= EXPECTED ? (mean - EXPECTED) / (1 - EXPECTED) : (mean - EXPECTED) / EXPECTED;
        double price = switch (cost) {
            case FREE -> 0;
            case LOW -> 0.05;
            case MEDIUM -> 0.15;
            case HIGH -> 0.3;
        };
        return MOST * Math.max(-1, Math.min(1, learned - price));
    }
}
