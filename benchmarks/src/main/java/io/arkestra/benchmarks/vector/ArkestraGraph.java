package io.arkestra.benchmarks.vector;

import io.arkestra.common.Cancellation;
import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.FrozenGraph;
import io.arkestra.vector.search.internal.GraphBuilder;
import io.arkestra.vector.search.internal.GraphSearch;
import io.arkestra.vector.search.internal.GraphSpec;
import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.Int8Codes;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.ReferenceSearch;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.SearchRoom;
import io.arkestra.vector.search.internal.VectorKernels;
import java.util.concurrent.ForkJoinPool;

/** Arkestra's frozen graph over int8 or one-bit codes. */
final class ArkestraGraph implements VectorEngine {
    private static final VectorKernels KERNELS = VectorKernels.best();

    private final boolean oneBit;
    private final SearchRoom room = new SearchRoom();
    private HeapRows rows = new HeapRows(1, KERNELS);
    private OneBitCodes bits = OneBitCodes.growing(Codebook.of(new float[1]));
    private Int8Codes bytes = Int8Codes.encode(rows, 0);
    private FrozenGraph graph =
            GraphBuilder.build(bytes, GraphSpec.DEFAULT, KERNELS, new ForkJoinPool(1), Cancellation.none());
    private RowBits all = RowBits.none(0);

    ArkestraGraph(boolean oneBit) {
        this.oneBit = oneBit;
    }

    @Override
    public String name() {
        return oneBit ? "Arkestra one-bit graph" : "Arkestra int8 graph";
    }

    @Override
    public void build(float[][] vectors) {
        rows = Rows.of(vectors);
        int count = rows.size();
        all = RowBits.all(count);
        ForkJoinPool pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors());
        try {
            if (oneBit) {
                bits = OneBitCodes.encode(Codebook.train(rows, count), rows, count);
            }
            if (!oneBit || KERNELS.fastCodes()) {
                bytes = Int8Codes.encode(rows, count);
                graph = GraphBuilder.build(bytes, GraphSpec.DEFAULT, KERNELS, pool, Cancellation.none());
            } else {
                graph = GraphBuilder.build(bits, rows, GraphSpec.DEFAULT, pool, Cancellation.none());
            }
        } finally {
            pool.shutdown();
        }
    }

    /** JVector's searcher on what was built. */
    ReferenceSearch reference() {
        return new ReferenceSearch(graph, bytes, rows, KERNELS);
    }

    @Override
    public int[] search(float[] query, int limit, int effort) {
        return ArkestraScan.ids(
                oneBit
                        ? GraphSearch.search(graph, bits, rows, query, limit, effort, effort, all, room)
                        : GraphSearch.search(graph, bytes, rows, KERNELS, query, limit, effort, 3 * limit, all, room));
    }

    @Override
    public int leastEffort() {
        return 10;
    }

    @Override
    public int mostEffort() {
        return 1_000;
    }

    @Override
    public long bytes() {
        return graph.bytes() + (oneBit ? bits.bytes() : bytes.bytes());
    }

    @Override
    public void close() {}
}
