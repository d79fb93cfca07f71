package io.arkestra.vector.search.internal;

import java.util.Objects;

/**
 * How the rows of one part become bits: around which centre the signs are taken. Fixed for the part, because codes around different
 * centres cannot be compared. Immutable.
 *
 * <p>The code of a row x is the signs of x' = x - c, with two correction terms: the factor |x'|²/|x'|₁, which makes the product of the
 * signs with a query an estimate of the product of x' with it, and the product of x' and c. After RaBitQ (Gao and Long, 2024) without
 * its rotation: centring is what text embeddings need.
 */
public final class Codebook {
    /** More rows do not make a better mean. */
    private static final int SAMPLE = 20_000;

    private final float[] centre;

    private Codebook(float[] centre) {
        this.centre = centre;
    }

    /** Around this centre; copied. */
    public static Codebook of(float[] centre) {
        return new Codebook(centre.clone());
    }

    /** Around the mean of the rows below {@code count}, or of an even sample of them. With no rows, around zero. */
    public static Codebook train(RowSource rows, int count) {
        double[] sum = new double[rows.dimension()];
        float[] row = new float[rows.dimension()];
        int step = Math.max(1, count / SAMPLE);
        int used = 0;
        for (int ordinal = 0; ordinal < count; ordinal += step) {
            rows.read(ordinal, row);
            for (int i = 0; i < row.length; i++) {
                sum[i] += row[i];
            }
            used++;
        }
        float[] centre = new float[sum.length];
        for (int i = 0; i < centre.length; i++) {
            centre[i] = used == 0 ? 0 : (float) (sum[i] / used);
        }
        return new Codebook(centre);
    }

    public int dimension() {
        return centre.length;
    }

    /** A copy. */
    public float[] centre() {
        return centre.clone();
    }

    /** Longs of signs. */
    int words() {
        return centre.length + 63 >>> 6;
    }

    /** Longs that a row takes: the signs, then the two terms. */
    public int stride() {
        return words() + 1;
    }

    /** Writes the code of the row that begins at the offset. */
    void encode(float[] row, int from, long[] target, int to) {
        double squares = 0;
        double absolutes = 0;
        double withCentre = 0;
        int words = words();
        for (int w = 0; w < words; w++) {
            long bits = 0;
            int end = Math.min(centre.length, (w + 1) << 6);
            for (int i = w << 6; i < end; i++) {
                float value = row[from + i] - centre[i];
                if (value >= 0) {
                    bits |= 1L << i;
                }
                squares += value * value;
                absolutes += Math.abs(value);
                withCentre += value * centre[i];
            }
            target[to + w] = bits;
        }
        float factor = absolutes == 0 ? 0 : (float) (squares / absolutes);
        target[to + words] = terms(factor, (float) withCentre);
    }

    static long terms(float factor, float withCentre) {
        return (long) Float.floatToRawIntBits(factor) << 32 | Float.floatToRawIntBits(withCentre) & 0xffffffffL;
    }

    static float factor(long terms) {
        return Float.intBitsToFloat((int) (terms >> 32));
    }

    static float withCentre(long terms) {
        return Float.intBitsToFloat((int) terms);
    }

    /** A query of length 1, prepared for codes of this book. */
    BitQuery query(float[] query) {
        Objects.requireNonNull(query, "query");
        return new BitQuery(query, centre);
    }
}
