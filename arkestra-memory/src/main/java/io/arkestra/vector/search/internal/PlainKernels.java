package io.arkestra.vector.search.internal;

/** The inner loops in plain Java. Several sums at once, because the additions of one would wait for each other. */
final class PlainKernels implements VectorKernels {
    static final PlainKernels INSTANCE = new PlainKernels(
            "start the JVM with --add-modules jdk.incubator.vector to search large partitions about twice as fast");

    private final String reason;

    PlainKernels(String reason) {
        this.reason = reason;
    }

    @Override
    public String describe() {
        return "plain Java (" + reason + ")";
    }

    @Override
    public boolean fastCodes() {
        return false;
    }

    @Override
    public float dot(float[] a, int aFrom, float[] b, int bFrom, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            s0 += a[aFrom + i] * b[bFrom + i];
            s1 += a[aFrom + i + 1] * b[bFrom + i + 1];
            s2 += a[aFrom + i + 2] * b[bFrom + i + 2];
            s3 += a[aFrom + i + 3] * b[bFrom + i + 3];
        }
        for (; i < length; i++) {
            s0 += a[aFrom + i] * b[bFrom + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void dots(float[] query, float[] rows, int rowsFrom, int count, float[] scores, int scoresFrom) {
        for (int r = 0; r < count; r++) {
            scores[scoresFrom + r] = dot(query, 0, rows, rowsFrom + r * query.length, query.length);
        }
    }

    @Override
    public void dotsOfCodes(float[] query, byte[] codes, int[] ordinals, int count, float[] scores) {
        int length = query.length;
        for (int r = 0; r < count; r++) {
            int from = ordinals[r] * length;
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            int i = 0;
            for (; i + 3 < length; i += 4) {
                s0 += query[i] * codes[from + i];
                s1 += query[i + 1] * codes[from + i + 1];
                s2 += query[i + 2] * codes[from + i + 2];
                s3 += query[i + 3] * codes[from + i + 3];
            }
            for (; i < length; i++) {
                s0 += query[i] * codes[from + i];
            }
            scores[r] = (s0 + s1) + (s2 + s3);
        }
    }
}
