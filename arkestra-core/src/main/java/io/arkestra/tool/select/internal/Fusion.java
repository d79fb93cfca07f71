package io.arkestra.tool.select.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Makes one order of two: of words and of vectors. The scores of each are stretched to reach from 0 to 1 and added up, because ranks alone do not
 * tell a clear first place from a close one; ranks are fused reciprocally (Cormack, Clarke and Büttcher, 2009) beside them.
 */
final class Fusion {
    private static final double K = 60;
    private static final double WORDS = 0.35;
    private static final double VECTORS = 1;
    /** How much ranks count against scores. */
    private static final double RANKS = 0.15;
    /** The same of words where tools are compared with each other rather than ordered. */
    private static final double WORDS_COMPARED = 0.5;

    private Fusion() {}

    /**
     * @param words scores by words, not negative
     * @param vectors cosines; empty when there are none
     * @return scores by which to order, 0 to 1
     */
    static double[] fuse(double[] words, double[] vectors) {
        double[] fused = new double[words.length];
        add(fused, words, WORDS);
        double most = WORDS * (1 + RANKS);
        if (vectors.length > 0) {
            add(fused, vectors, VECTORS);
            most += VECTORS * (1 + RANKS);
        }
        for (int i = 0; i < fused.length; i++) {
            fused[i] = Math.max(0, fused[i] / most);
        }
        return fused;
    }

    private static void add(double[] fused, double[] scores, double weight) {
        if (best(scores) <= 0) {
            return;
        }
        double[] shares = shares(scores);
        int[] ranks = ranks(scores);
        for (int i = 0; i < fused.length; i++) {
            fused[i] += weight * (shares[i] + (scores[i] > 0 ? RANKS * (K + 1) / (K + 1 + ranks[i]) : 0));
        }
    }

    /** Scores stretched to reach from 0 to 1; all 1 when all are alike, all 0 when none is positive. */
    static double[] shares(double[] scores) {
        double best = best(scores);
        double worst = Arrays.stream(scores).min().orElse(0);
        return Arrays.stream(scores)
                .map(score -> best > worst ? (score - worst) / (best - worst) : best > 0 ? 1 : 0)
                .toArray();
    }

    /** Scores alone, each as a share of its best: for comparing how well tools fit rather than for ordering them. */
    static double[] scores(double[] words, double[] vectors) {
        double mostWords = best(words);
        double mostVectors = best(vectors);
        double[] sums = new double[words.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = (mostWords > 0 ? WORDS_COMPARED * words[i] / mostWords : 0)
                    + (mostVectors > 0 ? VECTORS * Math.max(0, vectors[i]) / mostVectors : 0);
        }
        return sums;
    }

    /** The place of one, from 1. */
    static int place(double[] scores, int of) {
        int place = 1;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > scores[of] || (scores[i] == scores[of] && i < of)) {
                place++;
            }
        }
        return place;
    }

    static double best(double[] scores) {
        double best = 0;
        for (double score : scores) {
            best = Math.max(best, score);
        }
        return best;
    }

    /** The place of each, from 0; equal ones in the order they stand in. */
    static int[] ranks(double[] scores) {
        List<Integer> order = order(scores);
        int[] ranks = new int[scores.length];
        for (int place = 0; place < ranks.length; place++) {
            ranks[order.get(place)] = place;
        }
        return ranks;
    }

    /** Best first; equal ones in the order they stand in. */
    static List<Integer> order(double[] scores) {
        List<Integer> order = new ArrayList<>(scores.length);
        for (int i = 0; i < scores.length; i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingDouble((Integer i) -> -scores[i]));
        return order;
    }
}
