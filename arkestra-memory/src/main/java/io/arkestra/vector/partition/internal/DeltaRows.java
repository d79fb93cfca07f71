package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.VectorKernels;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rows that came last, on the heap, in the order in which they came. Replacing an entry appends a row and buries the old one. One
 * writer, who holds the partition's lock; readers use a {@link DeltaView}.
 */
final class DeltaRows {
    /** Fewer rows are compared in full precision: that is as fast, and they have no mean yet to take signs around. */
    static final int CODED = 512;

    private static final int NONE = -1;

    private final VectorKernels kernels;
    private final HeapRows rows;
    private final Map<String, Integer> newest = new ConcurrentHashMap<>();
    private OneBitCodes codes;
    private String[] ids = new String[16];
    private int[] previous = new int[16];
    private long[] live = new long[1];
    private int liveCount;
    private int retrainAt;

    /** @param book of a segment of the same partition, whose rows have much the same mean; none in a new partition */
    DeltaRows(int dimension, VectorKernels kernels, Optional<Codebook> book) {
        this.kernels = kernels;
        this.rows = new HeapRows(dimension, kernels);
        this.codes = OneBitCodes.growing(book.orElseGet(() -> Codebook.of(new float[dimension])));
        this.retrainAt = book.isPresent() ? Integer.MAX_VALUE : CODED;
    }

    /** Appends a row of length 1 and buries the one that the id had here. */
    void put(String id, float[] row) {
        int ordinal = rows.append(row, 0);
        codes.append(row, 0);
        if (ordinal == ids.length) {
            // Readers keep the arrays of their view.
            ids = Arrays.copyOf(ids, 2 * ordinal);
            previous = Arrays.copyOf(previous, 2 * ordinal);
        }
        if (ordinal >>> 6 == live.length) {
            live = Arrays.copyOf(live, 2 * live.length);
        }
        Integer before = newest.get(id);
        if (before != null) {
            bury(before);
        }
        ids[ordinal] = id;
        previous[ordinal] = before == null ? NONE : before;
        live[ordinal >>> 6] |= 1L << ordinal;
        liveCount++;
        newest.put(id, ordinal);
        if (ordinal + 1 == retrainAt) {
            retrain(ordinal + 1);
        }
    }

    /** The mean of the first rows may be far from that of all, so it is taken again, less and less often. */
    private void retrain(int count) {
        OneBitCodes fresh = OneBitCodes.growing(Codebook.train(rows, count));
        float[] row = new float[rows.dimension()];
        for (int ordinal = 0; ordinal < count; ordinal++) {
            rows.read(ordinal, row);
            fresh.append(row, 0);
        }
        codes = fresh;
        retrainAt = count < 4 * CODED ? 4 * CODED : Integer.MAX_VALUE;
    }

    /** The ordinal of the id's living row, or -1. */
    int find(String id) {
        Integer ordinal = newest.get(id);
        return ordinal != null && (live[ordinal >>> 6] & 1L << ordinal) != 0 ? ordinal : NONE;
    }

    void read(int ordinal, float[] target) {
        rows.read(ordinal, target);
    }

    /** Whether there was a live row of this id. */
    boolean remove(String id) {
        Integer ordinal = newest.get(id);
        return ordinal != null && bury(ordinal);
    }

    private boolean bury(int ordinal) {
        long bit = 1L << ordinal;
        if ((live[ordinal >>> 6] & bit) == 0) {
            return false;
        }
        live[ordinal >>> 6] &= ~bit;
        liveCount--;
        return true;
    }

    int count() {
        return rows.size();
    }

    int liveCount() {
        return liveCount;
    }

    /** The state as of now. Whatever the writer does later, it stays as it is. */
    DeltaView view() {
        return new DeltaView(rows, codes, newest, ids, previous, RowBits.of(rows.size(), live), liveCount);
    }

    /** The living rows alone, for a delta that is mostly dead. */
    DeltaRows compacted() {
        DeltaRows fresh = new DeltaRows(rows.dimension(), kernels, Optional.of(codes.book()));
        fresh.retrainAt = retrainAt;
        float[] row = new float[rows.dimension()];
        for (int ordinal : RowBits.of(rows.size(), live).toOrdinals()) {
            rows.read(ordinal, row);
            fresh.put(ids[ordinal], row);
        }
        return fresh;
    }

    Codebook book() {
        return codes.book();
    }
}
