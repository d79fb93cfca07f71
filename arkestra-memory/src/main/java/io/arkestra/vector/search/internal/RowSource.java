package io.arkestra.vector.search.internal;

/** The rows of a partition's part in full precision, each of length 1. Safe to read from many threads. */
public interface RowSource {
    int dimension();

    /** Copies a row. */
    void read(int ordinal, float[] target);

    /**
     * The exact dot products of the query with the named rows.
     *
     * @param room for one row; a source that cannot be read in place copies there
     */
    void dots(float[] query, int[] ordinals, int count, float[] scores, float[] room);

    /** The exact dot products of the query with {@code count} rows from an ordinal on, into {@code scores} from 0. */
    void dotsFrom(float[] query, int ordinal, int count, float[] scores, float[] room);
}
