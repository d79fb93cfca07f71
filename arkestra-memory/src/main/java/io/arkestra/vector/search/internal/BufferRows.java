package io.arkestra.vector.search.internal;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Rows in float buffers, as a rule mapped files. A row is copied before it is multiplied: reading a buffer number by number costs more
 * than the copy.
 */
public final class BufferRows implements RowSource {
    private final int dimension;
    private final int rowsPerBuffer;
    private final FloatBuffer[] buffers;
    private final VectorKernels kernels;

    /** @param rowsPerBuffer how many rows every buffer but the last one has */
    public BufferRows(int dimension, List<FloatBuffer> buffers, int rowsPerBuffer, VectorKernels kernels) {
        this.dimension = dimension;
        this.rowsPerBuffer = rowsPerBuffer;
        this.buffers = buffers.toArray(FloatBuffer[]::new);
        this.kernels = kernels;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public void read(int ordinal, float[] target) {
        buffers[ordinal / rowsPerBuffer].get(ordinal % rowsPerBuffer * dimension, target, 0, dimension);
    }

    @Override
    public void dots(float[] query, int[] ordinals, int count, float[] scores, float[] room) {
        for (int i = 0; i < count; i++) {
            read(ordinals[i], room);
            scores[i] = kernels.dot(query, 0, room, 0, dimension);
        }
    }

    @Override
    public void dotsFrom(float[] query, int ordinal, int count, float[] scores, float[] room) {
        for (int i = 0; i < count; i++) {
            read(ordinal + i, room);
            scores[i] = kernels.dot(query, 0, room, 0, dimension);
        }
    }
}
