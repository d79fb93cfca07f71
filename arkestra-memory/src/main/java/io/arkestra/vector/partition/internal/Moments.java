package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.ScanSearch;
import java.util.Arrays;
import java.util.List;

/**
 * Mean and standard deviation of the cosines of all living rows with a query: exact as long as they are few, else from rows that are
 * spread evenly over each part, so that the same state gives the same figures.
 */
record Moments(double mean, double deviation) {
    /** A standard error of a sixteenth of the deviation, for the time of 256 dot products. */
    private static final int SAMPLE = 256;
    /** Even a small part has a say. */
    private static final int LEAST = 8;

    static Moments of(List<Part> parts, float[] query) {
        long live = parts.stream().mapToLong(Part::liveCount).sum();
        if (live == 0) {
            return new Moments(0, 0);
        }
        double mean = 0;
        double square = 0;
        for (Part part : parts) {
            int wanted = live <= SAMPLE
                    ? part.liveCount()
                    : (int) Math.min(part.liveCount(), Math.max(LEAST, (long) SAMPLE * part.liveCount() / live));
            float[] scores = ScanSearch.scores(part.rows(), query, sample(part, wanted));
            double sum = 0;
            double squares = 0;
            for (float score : scores) {
                sum += score;
                squares += (double) score * score;
            }
            double share = part.liveCount() / (double) live / scores.length;
            mean += sum * share;
            square += squares * share;
        }
        return new Moments(mean, live < 2 ? 0 : Math.sqrt(Math.max(0, square - mean * mean)));
    }

    private static int[] sample(Part part, int wanted) {
        RowBits live = part.live();
        if (wanted == part.liveCount()) {
            return live.toOrdinals();
        }
        int[] ordinals = new int[wanted];
        int count = 0;
        int last = -1;
        for (int i = 0; i < wanted; i++) {
            int ordinal = Math.max(last + 1, (int) ((long) i * part.count() / wanted));
            while (ordinal < part.count() && !live.get(ordinal)) {
                ordinal++;
            }
            if (ordinal == part.count()) {
                break;
            }
            last = ordinal;
            ordinals[count++] = ordinal;
        }
        return Arrays.copyOf(ordinals, count);
    }
}
