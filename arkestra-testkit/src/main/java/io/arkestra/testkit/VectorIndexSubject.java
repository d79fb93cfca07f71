package io.arkestra.testkit;

import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.VectorQuery;
import java.nio.file.Path;
import java.util.List;

/** What the parts of {@link VectorIndexContract} work on. */
interface VectorIndexSubject {
    /** Dimension of the vectors, unless a test says otherwise. */
    int DIMENSION = 48;

    /** The open indexes of this test. */
    VectorIndexes indexes();

    /** The directory of this test's indexes. */
    Path directory();

    /** Closes the indexes and opens them again in the same place. */
    VectorIndexes reopen();

    /** Whether indexes that are closed and opened again have kept what was checkpointed. */
    boolean keeps();

    /** A partition of Alice. */
    default VectorIndex alice() {
        return indexes().open(VectorIndexFixture.partition(VectorIndexFixture.ALICE, DIMENSION));
    }

    static VectorQuery query(VectorEntry entry) {
        return VectorQuery.of(VectorIndexFixture.MODEL, entry.vector());
    }

    static void add(VectorIndex index, long sequence, List<VectorEntry> entries) {
        index.upsert(sequence, entries);
        index.advance(sequence);
    }
}
