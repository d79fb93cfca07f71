package io.arkestra.vector.search.internal;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops on the Vector API. Compiled against the incubator module of JDK 17; only what later JDKs kept is used. Four rows at
 * a time: the numbers of the query are loaded once for them, and four sums are under way at once.
 */
final class PanamaKernels implements VectorKernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    /** As many bytes as there are floats in a vector; the smallest vector of bytes has eight. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

    PanamaKernels() {}

    @Override
    public String describe() {
        return "Vector API, " + FLOATS.vectorBitSize() + " bits";
    }

    @Override
    public boolean fastCodes() {
        return LANES >= 8;
    }

    @Override
    public float dot(float[] a, int aFrom, float[] b, int bFrom, int length) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        int i = 0;
        for (int end = length - 2 * LANES; i <= end; i += 2 * LANES) {
            s0 = FloatVector.fromArray(FLOATS, a, aFrom + i).fma(FloatVector.fromArray(FLOATS, b, bFrom + i), s0);
            s1 = FloatVector.fromArray(FLOATS, a, aFrom + i + LANES)
                    .fma(FloatVector.fromArray(FLOATS, b, bFrom + i + LANES), s1);
        }
        for (; i <= length - LANES; i += LANES) {
            s0 = FloatVector.fromArray(FLOATS, a, aFrom + i).fma(FloatVector.fromArray(FLOATS, b, bFrom + i), s0);
        }
        float sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            sum += a[aFrom + i] * b[bFrom + i];
        }
        return sum;
    }

    @Override
    public void dots(float[] query, float[] rows, int rowsFrom, int count, float[] scores, int scoresFrom) {
        int length = query.length;
        int bound = FLOATS.loopBound(length);
        int r = 0;
        for (; r + 3 < count; r += 4) {
            int o0 = rowsFrom + r * length;
            int o1 = o0 + length;
            int o2 = o1 + length;
            int o3 = o2 + length;
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int i = 0; i < bound; i += LANES) {
                FloatVector q = FloatVector.fromArray(FLOATS, query, i);
                s0 = FloatVector.fromArray(FLOATS, rows, o0 + i).fma(q, s0);
                s1 = FloatVector.fromArray(FLOATS, rows, o1 + i).fma(q, s1);
                s2 = FloatVector.fromArray(FLOATS, rows, o2 + i).fma(q, s2);
                s3 = FloatVector.fromArray(FLOATS, rows, o3 + i).fma(q, s3);
            }
            float t0 = s0.reduceLanes(VectorOperators.ADD);
            float t1 = s1.reduceLanes(VectorOperators.ADD);
            float t2 = s2.reduceLanes(VectorOperators.ADD);
            float t3 = s3.reduceLanes(VectorOperators.ADD);
            for (int i = bound; i < length; i++) {
                t0 += query[i] * rows[o0 + i];
                t1 += query[i] * rows[o1 + i];
                t2 += query[i] * rows[o2 + i];
                t3 += query[i] * rows[o3 + i];
            }
            scores[scoresFrom + r] = t0;
            scores[scoresFrom + r + 1] = t1;
            scores[scoresFrom + r + 2] = t2;
            scores[scoresFrom + r + 3] = t3;
        }
        // Added up in the same order as the four above: equal rows get equal scores wherever they are.
        for (; r < count; r++) {
            int o0 = rowsFrom + r * length;
            FloatVector s0 = FloatVector.zero(FLOATS);
            for (int i = 0; i < bound; i += LANES) {
                s0 = FloatVector.fromArray(FLOATS, rows, o0 + i).fma(FloatVector.fromArray(FLOATS, query, i), s0);
            }
            float t0 = s0.reduceLanes(VectorOperators.ADD);
            for (int i = bound; i < length; i++) {
                t0 += query[i] * rows[o0 + i];
            }
            scores[scoresFrom + r] = t0;
        }
    }

    @Override
    public void dotsOfCodes(float[] query, byte[] codes, int[] ordinals, int count, float[] scores) {
        if (LANES < 8) {
            PlainKernels.INSTANCE.dotsOfCodes(query, codes, ordinals, count, scores);
            return;
        }
        int length = query.length;
        int bound = FLOATS.loopBound(length);
        int r = 0;
        for (; r + 3 < count; r += 4) {
            int o0 = ordinals[r] * length;
            int o1 = ordinals[r + 1] * length;
            int o2 = ordinals[r + 2] * length;
            int o3 = ordinals[r + 3] * length;
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int i = 0; i < bound; i += LANES) {
                FloatVector q = FloatVector.fromArray(FLOATS, query, i);
                s0 = floats(codes, o0 + i).fma(q, s0);
                s1 = floats(codes, o1 + i).fma(q, s1);
                s2 = floats(codes, o2 + i).fma(q, s2);
                s3 = floats(codes, o3 + i).fma(q, s3);
            }
            scores[r] = s0.reduceLanes(VectorOperators.ADD) + tail(query, codes, o0, bound);
            scores[r + 1] = s1.reduceLanes(VectorOperators.ADD) + tail(query, codes, o1, bound);
            scores[r + 2] = s2.reduceLanes(VectorOperators.ADD) + tail(query, codes, o2, bound);
            scores[r + 3] = s3.reduceLanes(VectorOperators.ADD) + tail(query, codes, o3, bound);
        }
        for (; r < count; r++) {
            int o0 = ordinals[r] * length;
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = s0;
            int i = 0;
            for (; i <= bound - 2 * LANES; i += 2 * LANES) {
                s0 = floats(codes, o0 + i).fma(FloatVector.fromArray(FLOATS, query, i), s0);
                s1 = floats(codes, o0 + i + LANES).fma(FloatVector.fromArray(FLOATS, query, i + LANES), s1);
            }
            if (i < bound) {
                s0 = floats(codes, o0 + i).fma(FloatVector.fromArray(FLOATS, query, i), s0);
            }
            scores[r] = s0.add(s1).reduceLanes(VectorOperators.ADD) + tail(query, codes, o0, bound);
        }
    }

    private static FloatVector floats(byte[] codes, int from) {
        return (FloatVector) ByteVector.fromArray(BYTES, codes, from).castShape(FLOATS, 0);
    }

    private static float tail(float[] query, byte[] codes, int from, int bound) {
        float sum = 0;
        for (int i = bound; i < query.length; i++) {
            sum += query[i] * codes[from + i];
        }
        return sum;
    }
}
