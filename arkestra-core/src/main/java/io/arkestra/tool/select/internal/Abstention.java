package io.arkestra.tool.select.internal;

import java.util.List;

/** Decides whether any tool fits at all. */
final class Abstention {
    private Abstention() {}

    static ToolSelector.Fit judge(double[] words, double[] cosines, WordIndex index, List<String> query) {
        double possible = 0;
        for (String word : query) {
            possible += index.rarity(word);
        }
        double covered = possible == 0 ? 0 : Math.min(1, Fusion.best(words) / (2.2 * possible));
        double evidence = cosines.length == 0 ? covered : Fusion.best(cosines);
        double confidence = 1 / (1 + Math.exp(-12 * (evidence - (cosines.length == 0 ? 0.12 : 0.35))));
        boolean fits = confidence >= 0.5;
        return new ToolSelector.Fit(fits, fits ? confidence : 1 - confidence);
    }
}
