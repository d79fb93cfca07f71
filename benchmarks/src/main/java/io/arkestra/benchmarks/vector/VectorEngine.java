package io.arkestra.benchmarks.vector;

/**
 * The least that a vector index does: takes vectors of length 1, finds the nearest of a query by cosine. Used by one thread, except that
 * an engine may build with several. Public because one rival is loaded by a class loader of its own.
 */
public interface VectorEngine extends AutoCloseable {
    /** With the version. */
    String name();

    /** Takes the vectors; their places are their ids. Called once. */
    void build(float[][] vectors) throws Exception;

    /**
     * The ids of the nearest.
     *
     * @param effort what this engine calls ef, beam or re-rank count, {@link #leastEffort()} to {@link #mostEffort()}
     */
    int[] search(float[] query, int limit, int effort) throws Exception;

    int leastEffort();

    /** The same as the least where there is nothing to choose. */
    int mostEffort();

    /** Bytes that it keeps in memory, or maps, for a search; as it counts them itself. */
    long bytes() throws Exception;

    @Override
    void close() throws Exception;
}
