package io.arkestra.vector.search.internal;

/**
 * A query in 4 bits a dimension, for products with sign codes. A number v becomes a level u of 0 to 15 that stands for
 * {@code step * (2u - 15)}; then the product with signs is {@code step * (15 n - 2 (h0 + 2 h1 + 4 h2 + 8 h3))}, where hj is the Hamming
 * distance between the code and the plane of the levels' bit j, so nothing but XOR and a population count is needed. Plane 3 is the sign
 * of the query.
 */
final class BitQuery {
    /** Beyond so many standard deviations a number is cut off: the others become finer. */
    private static final double CUT = 2.8;

    /** Word w of plane j is at 4 w + j. */
    final long[] planes;

    /** The four planes: product = base4 - slope4 * (h0 + 2 h1 + 4 h2 + 8 h3). */
    final float base4;

    final float slope4;

    /** The sign plane alone: product = base1 - slope1 * h3. */
    final float base1;

    final float slope1;

    /** The product of the query and the centre. */
    final float withCentre;

    BitQuery(float[] query, float[] centre) {
        int n = query.length;
        float[] shifted = new float[n];
        double squares = 0;
        double absolutes = 0;
        double product = 0;
        float largest = 0;
        for (int i = 0; i < n; i++) {
            float value = query[i] - centre[i];
            shifted[i] = value;
            squares += value * value;
            absolutes += Math.abs(value);
            largest = Math.max(largest, Math.abs(value));
            product += query[i] * centre[i];
        }
        withCentre = (float) product;
        float limit = Math.min(largest, (float) (CUT * Math.sqrt(squares / n)));
        float step = limit / 15;
        planes = new long[(n + 63 >>> 6) * 4];
        float inverse = step == 0 ? 0 : 1 / step;
        for (int i = 0; i < n; i++) {
            // Away from zero by half: 7 and 8 stand for -1 and +1 step.
            int level = Math.max(0, Math.min(15, (int) Math.floor((shifted[i] * inverse + 16) * 0.5f)));
            int at = i >>> 6 << 2;
            planes[at] |= (level & 1L) << i;
            planes[at + 1] |= (level >> 1 & 1L) << i;
            planes[at + 2] |= (level >> 2 & 1L) << i;
            planes[at + 3] |= (level >> 3 & 1L) << i;
        }
        base4 = step * 15 * n;
        slope4 = step * 2;
        base1 = (float) absolutes;
        slope1 = (float) (2 * absolutes / n);
    }

    /**
     * The product of two rows that are both in four bits, around the same centre; {@code centreSquared} is the centre's with itself. Sixteen
     * distances of planes in place of four, and nearly as exact as bytes.
     */
    static float product(BitQuery a, BitQuery b, int dimension, float centreSquared) {
        long[] p = a.planes;
        long[] q = b.planes;
        int distance = 0;
        for (int at = 0; at + 3 < p.length; at += 4) {
            long q0 = q[at];
            long q1 = q[at + 1];
            long q2 = q[at + 2];
            long q3 = q[at + 3];
            distance += weighted(p[at], q0, q1, q2, q3)
                    + 2 * weighted(p[at + 1], q0, q1, q2, q3)
                    + 4 * weighted(p[at + 2], q0, q1, q2, q3)
                    + 8 * weighted(p[at + 3], q0, q1, q2, q3);
        }
        float steps = a.slope4 * b.slope4 / 4;
        return steps * (225 * dimension - 2 * distance) + a.withCentre + b.withCentre - centreSquared;
    }

    private static int weighted(long plane, long q0, long q1, long q2, long q3) {
        return Long.bitCount(plane ^ q0)
                + 2 * Long.bitCount(plane ^ q1)
                + 4 * Long.bitCount(plane ^ q2)
                + 8 * Long.bitCount(plane ^ q3);
    }
}
