package io.arkestra.vector.search.internal;

import io.arkestra.vector.VectorQuery.Effort;
import java.util.Arrays;

/**
 * Search without a graph: a cascade over all rows, each stage over fewer of them and more exact. First the Hamming distance to the sign
 * of the query, then its four bits, then the full vectors. Stateless: any number of threads, each with its own room.
 */
public final class ScanSearch {
    /** Estimates are sorted into so many buckets between -1 and 1; what falls outside goes into the first or the last. */
    private static final int BUCKETS = 2048;
    /** Below this share of accepted rows it is cheaper to name them than to pass over the others. */
    private static final int SPARSE = 8;

    private static final int BLOCK = 256;

    private ScanSearch() {}

    /**
     * The best of the accepted rows.
     *
     * @param query of length 1
     * @param accept of the rows to look at; its size is how many rows there are, so it is also the snapshot of rows that grow
     */
    public static Found search(
            OneBitCodes codes,
            RowSource rows,
            float[] query,
            int limit,
            Effort effort,
            RowBits accept,
            SearchRoom room) {
        int accepted = accept.count();
        if (accepted < accept.size() / SPARSE) {
            return search(codes, rows, query, limit, effort, accept.toOrdinals(), accepted, room);
        }
        if (effort == Effort.EXACT || accepted <= exactRows(effort, limit, accepted, rows.dimension())) {
            return exact(rows, query, limit, accept, room);
        }
        int total = accept.size();
        BitQuery bits = codes.book().query(query);
        float[] scores = room.scores(total);
        codes.coarse(bits, 0, total, scores);
        drop(scores, total, accept.words());
        int wanted = Math.min(accepted, coarseRows(effort, limit, accepted, rows.dimension()));
        float least = least(scores, total, wanted, bits.withCentre, room);
        int[] chosen = room.ordinals(Math.min(total, 2 * wanted + 64));
        int count = 0;
        for (int i = 0; i < total; i++) {
            if (scores[i] >= least) {
                if (count == chosen.length) {
                    chosen = Arrays.copyOf(chosen, Math.min(total, 2 * count));
                }
                chosen[count++] = i;
            }
        }
        room.ordinals = chosen;
        return refine(
                codes,
                bits,
                rows,
                query,
                limit,
                exactRows(effort, limit, accepted, rows.dimension()),
                chosen,
                count,
                room);
    }

    /** The best of the named rows; distinct, in any order. */
    public static Found search(
            OneBitCodes codes,
            RowSource rows,
            float[] query,
            int limit,
            Effort effort,
            int[] allowed,
            int count,
            SearchRoom room) {
        int wanted = exactRows(effort, limit, count, rows.dimension());
        if (effort == Effort.EXACT || count <= 2 * wanted) {
            return exact(rows, query, limit, allowed, count, room);
        }
        int[] chosen = room.ordinals(count);
        System.arraycopy(allowed, 0, chosen, 0, count);
        return refine(codes, codes.book().query(query), rows, query, limit, wanted, chosen, count, room);
    }

    /** The cosines of the named rows with the query; {@code scores[i]} belongs to {@code ordinals[i]}. */
    public static float[] scores(RowSource rows, float[] query, int[] ordinals) {
        float[] scores = new float[ordinals.length];
        rows.dots(query, ordinals, ordinals.length, scores, new float[rows.dimension()]);
        return scores;
    }

    /** How many rows the first stage leaves. Measured on text embeddings of 384 dimensions. */
    private static int coarseRows(Effort effort, int limit, int rows, int dimension) {
        double growth = growth(rows, dimension);
        return switch (effort) {
            case FAST -> (int) (growth * Math.max(300, 20L * limit));
            case BALANCED -> (int) (growth * Math.max(500, 30L * limit));
            case HIGH -> (int) (growth * Math.max(900, 50L * limit));
            case EXACT -> rows;
        };
    }

    /** How many rows are compared in full precision. */
    private static int exactRows(Effort effort, int limit, int rows, int dimension) {
        double growth = growth(rows, dimension);
        return switch (effort) {
            case FAST -> (int) (growth * Math.max(40, 4L * limit));
            case BALANCED -> (int) (growth * Math.max(60, 6L * limit));
            case HIGH -> (int) (growth * Math.max(120, 10L * limit));
            case EXACT -> rows;
        };
    }

    /** More rows have more that look near, and fewer bits tell them apart less well. */
    private static double growth(int rows, int dimension) {
        return Math.sqrt(Math.max(1, rows / 20_000.0) * Math.max(1, 384.0 / dimension));
    }

    private static Found refine(
            OneBitCodes codes,
            BitQuery bits,
            RowSource rows,
            float[] query,
            int limit,
            int wanted,
            int[] chosen,
            int count,
            SearchRoom room) {
        float[] scores = room.scores(count);
        codes.estimates(bits, chosen, count, scores);
        int left = count;
        if (count > wanted) {
            float least = least(scores, count, wanted, 0, room);
            left = 0;
            for (int i = 0; i < count; i++) {
                if (scores[i] >= least) {
                    chosen[left++] = chosen[i];
                }
            }
        }
        return exact(rows, query, limit, chosen, left, room);
    }

    static Found exact(RowSource rows, float[] query, int limit, int[] ordinals, int count, SearchRoom room) {
        float[] scores = room.scores(count);
        rows.dots(query, ordinals, count, scores, room.row(rows.dimension()));
        room.best.reset(Math.min(limit, count));
        for (int i = 0; i < count; i++) {
            room.best.offer(scores[i], ordinals[i]);
        }
        return room.best.toFound();
    }

    private static Found exact(RowSource rows, float[] query, int limit, RowBits accept, SearchRoom room) {
        float[] scores = room.scores(BLOCK);
        float[] row = room.row(rows.dimension());
        room.best.reset(Math.min(limit, accept.count()));
        for (int from = 0; from < accept.size(); from += BLOCK) {
            int count = Math.min(BLOCK, accept.size() - from);
            rows.dotsFrom(query, from, count, scores, row);
            for (int i = 0; i < count; i++) {
                if (accept.get(from + i)) {
                    room.best.offer(scores[i], from + i);
                }
            }
        }
        return room.best.toFound();
    }

    /** Gives the rows that are not accepted a score below all others. */
    private static void drop(float[] scores, int total, long[] accept) {
        for (int w = 0; w < accept.length; w++) {
            for (long not = ~accept[w]; not != 0; not &= not - 1) {
                int ordinal = (w << 6) + Long.numberOfTrailingZeros(not);
                if (ordinal >= total) {
                    break;
                }
                scores[ordinal] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    /** A score that at least {@code wanted} of the scores reach, and as a rule few more. */
    private static float least(float[] scores, int count, int wanted, float offset, SearchRoom room) {
        if (room.buckets.length == 0) {
            room.buckets = new int[BUCKETS];
        }
        int[] buckets = room.buckets;
        Arrays.fill(buckets, 0);
        float shift = offset + 1;
        for (int i = 0; i < count; i++) {
            buckets[bucket(scores[i], shift)]++;
        }
        int bucket = BUCKETS;
        for (int sum = 0; bucket > 0 && sum < wanted; ) {
            sum += buckets[--bucket];
        }
        if (bucket == 0) {
            return Float.NEGATIVE_INFINITY;
        }
        // A little lower than the bucket begins, so that rounding loses none of its scores.
        return bucket * (2f / BUCKETS) - shift - 1e-6f;
    }

    private static int bucket(float score, float shift) {
        return Math.max(0, Math.min(BUCKETS - 1, (int) ((score + shift) * (BUCKETS / 2f))));
    }
}
