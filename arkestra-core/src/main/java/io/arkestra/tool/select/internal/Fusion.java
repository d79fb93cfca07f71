package io.arkestra.tool.select.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes one order of two: of words and of vectors. Ranks are fused reciprocally (Cormack, Clarke and Büttcher, 2009), and the scores, each as a
 * share of its best, are added to them, because ranks alone do not tell a clear first place from a close one.
 */
final class Fusion {
    private static final double K = 60;
    private static final double WORDS = 0.5;
    private static final double VECTORS = 1;
    /** How much ranks count against scores. */
    private static final double RANKS = 0.3;

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
        double best = best(scores);
        if (best <= 0) {
            return;
        }
        int[] ranks = ranks(scores);
        for (int i = 0; i < fused.length; i++) {
            if (scores[i] > 0) {
                fused[i] += weight * (scores[i] / best + RANKS * (K + 1) / (K + 1 + ranks[i]));
            }
        }
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
