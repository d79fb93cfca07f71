package io.arkestra.vector.search.internal;

import java.util.Arrays;

/**
 * Rows in chunks on the heap that one writer appends to while others read. A reader may use the ordinals below a {@link #size()} that
 * it has asked for.
 */
public final class HeapRows implements RowSource {
    private static final int SHIFT = 9;
    private static final int ROWS = 1 << SHIFT;
    /** What the first chunk begins with; it doubles until it has all its rows. */
    private static final int FIRST = 16;

    private final int dimension;
    private final VectorKernels kernels;
    private volatile float[][] chunks = new float[0][];
    private volatile int size;

    public HeapRows(int dimension, VectorKernels kernels) {
        this.dimension = dimension;
        this.kernels = kernels;
    }

    /** Rows from one array, row after row; copied. */
    public static HeapRows of(int dimension, float[] rows, VectorKernels kernels) {
        HeapRows heap = new HeapRows(dimension, kernels);
        for (int from = 0; from < rows.length; from += dimension) {
            heap.append(rows, from);
        }
        return heap;
    }

    /** Appends the row of length 1 that begins at the offset; one writer at a time. Returns its ordinal. */
    public int append(float[] source, int from) {
        int ordinal = size;
        if (ordinal >>> SHIFT == chunks.length) {
            float[][] grown = Arrays.copyOf(chunks, chunks.length + 1);
            grown[chunks.length] = new float[(chunks.length == 0 ? FIRST : ROWS) * dimension];
            chunks = grown;
        } else if (ordinal < ROWS && (ordinal + 1) * dimension > chunks[0].length) {
            // Most partitions stay small. Readers keep the shorter array, which holds all that they may look at.
            float[][] grown = chunks.clone();
            grown[0] = Arrays.copyOf(grown[0], 2 * grown[0].length);
            chunks = grown;
        }
        System.arraycopy(source, from, chunks[ordinal >>> SHIFT], (ordinal & ROWS - 1) * dimension, dimension);
        size = ordinal + 1;
        return ordinal;
    }

    public int size() {
        return size;
    }

    /** Bytes on the heap. */
    public long bytes() {
        long floats = 0;
        for (float[] chunk : chunks) {
            floats += chunk.length;
        }
        return floats * Float.BYTES;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public void read(int ordinal, float[] target) {
        System.arraycopy(chunks[ordinal >>> SHIFT], (ordinal & ROWS - 1) * dimension, target, 0, dimension);
    }

    @Override
    public void dots(float[] query, int[] ordinals, int count, float[] scores, float[] room) {
        float[][] now = chunks;
        for (int i = 0; i < count; i++) {
            int ordinal = ordinals[i];
            scores[i] = kernels.dot(query, 0, now[ordinal >>> SHIFT], (ordinal & ROWS - 1) * dimension, dimension);
        }
    }

    @Override
    public void dotsFrom(float[] query, int ordinal, int count, float[] scores, float[] room) {
        float[][] now = chunks;
        for (int done = 0; done < count; ) {
            int row = ordinal + done;
            int within = row & ROWS - 1;
            int some = Math.min(count - done, ROWS - within);
            kernels.dots(query, now[row >>> SHIFT], within * dimension, some, scores, done);
            done += some;
        }
    }
}
