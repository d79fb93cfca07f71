package io.arkestra.vector.partition.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.vector.search.internal.RowSource;
import io.arkestra.vector.search.internal.VectorKernels;
import java.util.Arrays;
import java.util.List;

/** The living rows of several parts as those of the segment that is to replace them: in the order of their ids, without a copy. */
final class OrderedRows implements RowSource {
    /** How often cancelling is looked at, in rows. */
    private static final int LOOK = 1024;

    private final List<? extends Part> parts;
    private final short[] part;
    private final int[] ordinal;
    private final int dimension;
    private final VectorKernels kernels;

    private OrderedRows(List<? extends Part> parts, short[] part, int[] ordinal, int dimension, VectorKernels kernels) {
        this.parts = parts;
        this.part = part;
        this.ordinal = ordinal;
        this.dimension = dimension;
        this.kernels = kernels;
    }

    /** @param parts an id lives in one of them only */
    static OrderedRows merge(List<? extends Part> parts, int dimension, VectorKernels kernels, Cancellation cancel) {
        int[][] sorted = new int[parts.size()][];
        int total = 0;
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = parts.get(i).sorted();
            total += sorted[i].length;
        }
        short[] part = new short[total];
        int[] ordinal = new int[total];
        int[] next = new int[sorted.length];
        byte[][] heads = new byte[sorted.length][];
        for (int i = 0; i < sorted.length; i++) {
            heads[i] = head(parts.get(i), sorted[i], 0);
        }
        for (int row = 0; row < total; row++) {
            if (row % LOOK == 0) {
                cancel.throwIfCancelled();
            }
            int least = -1;
            for (int i = 0; i < heads.length; i++) {
                if (next[i] < sorted[i].length && (least < 0 || SegmentIds.compare(heads[i], heads[least]) < 0)) {
                    least = i;
                }
            }
            part[row] = (short) least;
            ordinal[row] = sorted[least][next[least]++];
            heads[least] = head(parts.get(least), sorted[least], next[least]);
        }
        return new OrderedRows(parts, part, ordinal, dimension, kernels);
    }

    private static byte[] head(Part part, int[] sorted, int next) {
        return next < sorted.length ? part.idBytes(sorted[next]) : new byte[0];
    }

    int count() {
        return ordinal.length;
    }

    byte[] id(int row) {
        return parts.get(part[row]).idBytes(ordinal[row]);
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public void read(int row, float[] target) {
        parts.get(part[row]).rows().read(ordinal[row], target);
    }

    @Override
    public void dots(float[] query, int[] ordinals, int count, float[] scores, float[] room) {
        for (int i = 0; i < count; i++) {
            read(ordinals[i], room);
            scores[i] = kernels.dot(query, 0, room, 0, dimension);
        }
    }

    @Override
    public void dotsFrom(float[] query, int row, int count, float[] scores, float[] room) {
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> row + i);
        dots(query, rows, count, scores, room);
    }
}
