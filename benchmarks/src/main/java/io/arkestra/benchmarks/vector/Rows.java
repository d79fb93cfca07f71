package io.arkestra.benchmarks.vector;

import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.VectorKernels;

/** Vectors as the search of Arkestra takes them. */
final class Rows {
    private Rows() {}

    static HeapRows of(float[][] vectors) {
        HeapRows rows = new HeapRows(vectors[0].length, VectorKernels.best());
        for (float[] vector : vectors) {
            rows.append(vector, 0);
        }
        return rows;
    }
}
