package io.arkestra.benchmarks.vector;

import io.arkestra.vector.VectorQuery.Effort;
import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.ScanSearch;
import io.arkestra.vector.search.internal.SearchRoom;
import java.util.Arrays;
import java.util.OptionalInt;

/** Finds for an engine the least effort that reaches a recall, so that engines are timed at what they find and not at a setting. */
final class EqualRecall {
    static final int LIMIT = 10;

    private final float[][] queries;
    private final int[][] truth;

    /** Computes the exact answers. */
    EqualRecall(VectorData data) {
        queries = data.queries();
        HeapRows rows = Rows.of(data.base());
        OneBitCodes none = OneBitCodes.growing(Codebook.of(new float[rows.dimension()]));
        RowBits all = RowBits.all(rows.size());
        SearchRoom room = new SearchRoom();
        truth = new int[queries.length][];
        for (int i = 0; i < queries.length; i++) {
            truth[i] = ArkestraScan.ids(ScanSearch.search(none, rows, queries[i], LIMIT, Effort.EXACT, all, room));
            Arrays.sort(truth[i]);
        }
    }

    /** The share of the true nearest ten that an engine finds. */
    double recall(VectorEngine engine, int effort) throws Exception {
        int hits = 0;
        for (int i = 0; i < queries.length; i++) {
            for (int id : engine.search(queries[i], LIMIT, effort)) {
                if (Arrays.binarySearch(truth[i], id) >= 0) {
                    hits++;
                }
            }
        }
        return hits / (double) (LIMIT * queries.length);
    }

    /** Empty when even the most is not enough. */
    OptionalInt effort(VectorEngine engine, double target) throws Exception {
        int low = engine.leastEffort();
        int high = low;
        while (recall(engine, high) < target) {
            if (high == engine.mostEffort()) {
                return OptionalInt.empty();
            }
            low = high + 1;
            high = Math.min(engine.mostEffort(), Math.max(high + 1, 2 * high));
        }
        while (low < high) {
            int middle = low + high >>> 1;
            if (recall(engine, middle) >= target) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return OptionalInt.of(low);
    }
}
