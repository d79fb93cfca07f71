package io.arkestra.vector.partition.internal;

import io.arkestra.testkit.VectorIndexContract;
import io.arkestra.vector.VectorIndexes;
import java.nio.file.Path;

/** The contract, with sizes at which the tests reach seals, merges and graphs. */
class FileVectorIndexTest extends VectorIndexContract {
    @Override
    protected VectorIndexes open(Path directory) {
        return Indexes.in(directory).all();
    }

    @Override
    protected boolean persistent() {
        return true;
    }
}
