package io.arkestra.vector.search.internal;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Rows that lie in clusters around a common direction, as text embeddings do, and exact answers computed without any of our kernels. */
final class TestVectors {
    private TestVectors() {}

    /** Rows that follow each other; the same seed gives the same clusters, the same stream other rows of them. */
    static float[] clustered(int count, int dimension, long seed, long stream) {
        Random clusters = new Random(seed);
        float[] common = gaussian(clusters, dimension);
        float[][] centres = new float[40][];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = gaussian(clusters, dimension);
        }
        Random random = new Random(31 * seed + stream);
        float[] rows = new float[count * dimension];
        for (int row = 0; row < count; row++) {
            float[] centre = centres[random.nextInt(centres.length)];
            float[] other = centres[random.nextInt(centres.length)];
            float share = random.nextFloat() / 2;
            for (int i = 0; i < dimension; i++) {
                rows[row * dimension + i] = 0.3f * common[i]
                        + (1 - share) * centre[i]
                        + share * other[i]
                        + 0.8f * (float) random.nextGaussian();
            }
            normalize(rows, row * dimension, dimension);
        }
        return rows;
    }

    static float[] row(float[] rows, int dimension, int ordinal) {
        return Arrays.copyOfRange(rows, ordinal * dimension, (ordinal + 1) * dimension);
    }

    /** The ordinals of the best rows among those accepted. */
    static int[] truth(float[] rows, int dimension, float[] query, int limit, RowBits accept) {
        double[] scores = new double[rows.length / dimension];
        for (int row = 0; row < scores.length; row++) {
            for (int i = 0; i < dimension; i++) {
                scores[row] += (double) query[i] * rows[row * dimension + i];
            }
        }
        return IntStream.range(0, scores.length)
                .filter(accept::get)
                .boxed()
                .sorted((a, b) -> scores[a] == scores[b] ? a - b : Double.compare(scores[b], scores[a]))
                .limit(limit)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The share of the expected ordinals that were found. */
    static double recall(int[] expected, Found found) {
        long hits = IntStream.range(0, found.size())
                .filter(i -> Arrays.stream(expected).anyMatch(ordinal -> ordinal == found.ordinal(i)))
                .count();
        return (double) hits / expected.length;
    }

    private static float[] gaussian(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static void normalize(float[] rows, int from, int dimension) {
        double squares = 0;
        for (int i = from; i < from + dimension; i++) {
            squares += (double) rows[i] * rows[i];
        }
        for (int i = from; i < from + dimension; i++) {
            rows[i] /= (float) Math.sqrt(squares);
        }
    }
}
