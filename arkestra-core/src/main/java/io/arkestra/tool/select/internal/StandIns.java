package io.arkestra.tool.select.internal;

import java.util.Arrays;

/**
 * Stands in for the vectors that are still being made, so that the other tools are ranked by words and vectors meanwhile. What words say of a
 * tool is taken for what its vector would say: one that has no word in common with the message comes as near as half of the others do, the one
 * that fits best by words as near as the nearest.
 */
final class StandIns {
    private StandIns() {}

    /**
     * @param words scores by words, not negative
     * @param cosines the same tools by vectors; not a number where there is no vector yet
     * @return the cosines, without gaps; empty when no tool has a vector
     */
    static double[] filled(double[] words, double[] cosines) {
        double[] known = Arrays.stream(cosines)
                .filter(cosine -> !Double.isNaN(cosine))
                .sorted()
                .toArray();
        if (known.length == 0) {
            return new double[0];
        }
        if (known.length == cosines.length) {
            return cosines;
        }
        double middle = known[known.length / 2];
        double nearest = known[known.length - 1];
        double mostWords = Fusion.best(words);
        double[] filled = cosines.clone();
        for (int i = 0; i < filled.length; i++) {
            if (Double.isNaN(filled[i])) {
                filled[i] = middle + (mostWords > 0 ? words[i] / mostWords * (nearest - middle) : 0);
            }
        }
        return filled;
    }
}
