package io.arkestra.vector.search.internal;

/**
 * The arrays that a search writes to, kept to be used again. One search at a time; whoever searches from many threads keeps one for each
 * search under way.
 */
public final class SearchRoom {
    final BestRows best = new BestRows();
    float[] scores = new float[0];
    int[] ordinals = new int[0];
    float[] row = new float[0];
    int[] buckets = new int[0];
    long[] beam = new long[0];
    long[] visited = new long[0];

    float[] scores(int length) {
        if (scores.length < length) {
            scores = new float[Math.max(length, scores.length * 2)];
        }
        return scores;
    }

    int[] ordinals(int length) {
        if (ordinals.length < length) {
            ordinals = new int[Math.max(length, ordinals.length * 2)];
        }
        return ordinals;
    }

    float[] row(int dimension) {
        if (row.length < dimension) {
            row = new float[dimension];
        }
        return row;
    }
}
