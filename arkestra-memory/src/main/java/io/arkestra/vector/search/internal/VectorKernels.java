package io.arkestra.vector.search.internal;

/**
 * The inner loops. Two implementations: plain Java, and the Vector API where the JVM was started with
 * {@code --add-modules jdk.incubator.vector}. Stateless and thread-safe.
 */
public interface VectorKernels {
    /** The fastest that works in this JVM; chosen once. */
    static VectorKernels best() {
        return KernelChoice.BEST;
    }

    /** Plain Java, whatever the JVM offers. */
    static VectorKernels plain() {
        return PlainKernels.INSTANCE;
    }

    /** What was chosen and why, for people. */
    String describe();

    /** Whether {@link #dotsOfCodes} is faster than a dot product of floats; int8 codes are not worth their memory otherwise. */
    boolean fastCodes();

    /** The dot product of {@code length} numbers from the offsets. */
    float dot(float[] a, int aFrom, float[] b, int bFrom, int length);

    /** The dot products of the query with {@code count} rows that follow each other, each as long as the query. */
    void dots(float[] query, float[] rows, int rowsFrom, int count, float[] scores, int scoresFrom);

    /** The dot products of the query with the signed bytes of the named rows; row {@code i} begins at {@code i * query.length}. */
    void dotsOfCodes(float[] query, byte[] codes, int[] ordinals, int count, float[] scores);
}
