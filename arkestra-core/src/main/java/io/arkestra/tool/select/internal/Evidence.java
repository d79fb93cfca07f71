package io.arkestra.tool.select.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What speaks for each tool that there is, also for those that may not be offered.
 *
 * @param query the message
 * @param tools that there are
 * @param clauses of the message; empty when it is one
 * @param words scores by words: of the whole message, then of each clause
 * @param cosines the same by vectors; empty when there are none
 * @param described the vectors of the tools; words stand in for those that are missing
 * @param likeness what speaks for them by words of like meaning, when that is known
 */
record Evidence(
        String query,
        List<IndexedTool> tools,
        List<String> clauses,
        List<double[]> words,
        List<double[]> cosines,
        List<Optional<ToolVectors.Described>> described,
        Optional<LikeWords.Likeness> likeness) {
    /** Of the weight, so much is for the clause that a tool fits best; the rest for the whole message. */
    private static final double CLAUSE = 0.3;
    /** What words of like meaning count against everything else that is said. */
    private static final double LIKE_WORDS = 0.3;
    /** What it counts that a tool is broader than others, for each standard deviation. */
    private static final double BREADTH = 0.03;
    /** What each number counts that a tool cannot do without and the message does not give; only the first few, because it may follow. */
    private static final double MISSING_NUMBER = 0.08;

    private static final int MOST_MISSING = 3;
    private static final int MOST_REASON_WORDS = 5;

    /** How well each tool fits, 0 to about 1. */
    double[] fused() {
        double[] scores = clauses.isEmpty() ? fused(0) : withClauses(fused(0));
        double[] breadths = breadths();
        int numbers = Numbers.in(query);
        for (int i = 0; i < scores.length; i++) {
            int missing = Math.max(0, tools.get(i).numbers() - numbers);
            scores[i] += BREADTH * breadths[i] - MISSING_NUMBER * Math.min(MOST_MISSING, missing);
        }
        likeness.map(LikeWords.Likeness::scores).ifPresent(alike -> addAlike(scores, alike));
        return scores;
    }

    /** All that speaks for a tool, in numbers. */
    List<Double> of(int i) {
        List<Double> all = new ArrayList<>();
        words.forEach(scores -> all.add(scores[i]));
        cosines.forEach(scores -> all.add(scores[i]));
        described.get(i).ifPresent(tool -> all.add(tool.breadth()));
        likeness.ifPresent(alike -> all.add(alike.scores()[i]));
        all.add((double) tools.get(i).numbers());
        return all;
    }

    private static void addAlike(double[] scores, double[] alike) {
        double[] shares = Fusion.shares(alike);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (scores[i] + LIKE_WORDS * shares[i]) / (1 + LIKE_WORDS);
        }
    }

    /** How much broader than the mean each is, in standard deviations; 0 where that is not known. */
    private double[] breadths() {
        double[] breadths = new double[tools.size()];
        if (cosines.isEmpty()) {
            return breadths;
        }
        double[] known = described.stream()
                .flatMap(Optional::stream)
                .mapToDouble(ToolVectors.Described::breadth)
                .toArray();
        double mean = Arrays.stream(known).average().orElse(0);
        double deviation = Math.sqrt(Arrays.stream(known)
                .map(breadth -> (breadth - mean) * (breadth - mean))
                .average()
                .orElse(0));
        for (int i = 0; i < breadths.length && deviation > 1e-6; i++) {
            breadths[i] = described
                    .get(i)
                    .map(tool -> (tool.breadth() - mean) / deviation)
                    .orElse(0.0);
        }
        return breadths;
    }

    private double[] withClauses(double[] whole) {
        double[] best = new double[whole.length];
        for (int clause = 1; clause < words.size(); clause++) {
            double[] scores = fused(clause);
            for (int i = 0; i < best.length; i++) {
                best[i] = Math.max(best[i], scores[i]);
            }
        }
        for (int i = 0; i < best.length; i++) {
            best[i] = (1 - CLAUSE) * whole[i] + CLAUSE * best[i];
        }
        return best;
    }

    private double[] fused(int text) {
        return Fusion.fuse(words.get(text), cosines.isEmpty() ? new double[0] : cosines.get(text));
    }

    Abstention.Fit fit(List<Integer> candidates) {
        return Abstention.judge(words.get(0), cosines.isEmpty() ? new double[0] : cosines.get(0), candidates);
    }

    List<String> reasons(int i, double prior) {
        List<String> reasons = new ArrayList<>();
        List<String> shared = WordIndex.shared(ToolWords.of(query), tools.get(i).words());
        if (!shared.isEmpty()) {
            reasons.add("words in common: "
                    + String.join(", ", shared.stream().limit(MOST_REASON_WORDS).toList())
                    + " (place " + Fusion.place(words.get(0), i) + " by words)");
        }
        if (!cosines.isEmpty() && described.get(i).isPresent()) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "meaning %.2f (place %d by vectors)",
                    cosines.get(0)[i],
                    Fusion.place(cosines.get(0), i)));
        }
        likeness.map(alike -> alike.pairs(i))
                .filter(pairs -> !pairs.isEmpty())
                .ifPresent(pairs -> reasons.add("words of like meaning: " + String.join(", ", pairs)));
        clause(i).ifPresent(reasons::add);
        if (prior != 0) {
            reasons.add(prior > 0 ? "calls of it went well" : "calls of it failed or cost more");
        }
        if (reasons.isEmpty()) {
            reasons.add("nothing speaks for it but the order of names");
        }
        return reasons;
    }

    private Optional<String> clause(int i) {
        List<double[]> scores = cosines.isEmpty() ? words : cosines;
        for (int clause = 1; clause < scores.size(); clause++) {
            double[] all = scores.get(clause);
            if (all[i] > 0 && all[i] == Fusion.best(all)) {
                return Optional.of("fits '" + PlainText.of(clauses.get(clause - 1), 60) + "' best");
            }
        }
        return Optional.empty();
    }
}
