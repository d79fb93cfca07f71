package io.arkestra.benchmarks.vector;

import io.arkestra.vector.VectorQuery.Effort;
import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.Found;
import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.ScanSearch;
import io.arkestra.vector.search.internal.SearchRoom;

/** Arkestra without a graph. Its efforts are those of a query; exact compares all rows in full precision. */
final class ArkestraScan implements VectorEngine {
    private static final Effort[] EFFORTS = {Effort.FAST, Effort.BALANCED, Effort.HIGH};

    private final boolean exact;
    private final SearchRoom room = new SearchRoom();
    private HeapRows rows = new HeapRows(1, io.arkestra.vector.search.internal.VectorKernels.best());
    private OneBitCodes codes = OneBitCodes.growing(Codebook.of(new float[1]));
    private RowBits all = RowBits.none(0);

    ArkestraScan(boolean exact) {
        this.exact = exact;
    }

    @Override
    public String name() {
        return exact ? "Arkestra exact float scan" : "Arkestra one-bit scan";
    }

    @Override
    public void build(float[][] vectors) {
        rows = Rows.of(vectors);
        codes = OneBitCodes.encode(Codebook.train(rows, rows.size()), rows, rows.size());
        all = RowBits.all(rows.size());
    }

    @Override
    public int[] search(float[] query, int limit, int effort) {
        return ids(ScanSearch.search(codes, rows, query, limit, exact ? Effort.EXACT : EFFORTS[effort], all, room));
    }

    static int[] ids(Found found) {
        int[] ids = new int[found.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = found.ordinal(i);
        }
        return ids;
    }

    @Override
    public int leastEffort() {
        return 0;
    }

    @Override
    public int mostEffort() {
        return exact ? 0 : EFFORTS.length - 1;
    }

    @Override
    public long bytes() {
        return exact ? rows.bytes() : codes.bytes();
    }

    @Override
    public void close() {}
}
