package io.arkestra.vector;

import io.arkestra.store.Owner;
import java.util.List;

/** The partitions of an engine. Thread-safe. */
public interface VectorIndexes extends AutoCloseable {
    /**
     * A partition, opened when it is not yet, empty when it is new. The same partition gives the same index until that is closed. What
     * is damaged on disk is left out with a warning: the sequence is then lower or 0, and replaying the feed mends it.
     */
    VectorIndex open(VectorPartition partition);

    /** Partitions that are open or on disk. */
    List<VectorPartition> partitions();

    /** Removes a partition, files included. */
    void drop(VectorPartition partition);

    /** Removes everything of an owner, files included. */
    void drop(Owner owner);

    /** Lines for {@code describe()}. */
    List<String> describe();

    /**
     * Closes all partitions. Afterwards nothing of them writes to files any more, unless a build that was cancelled does not hear of it
     * for long. Idempotent.
     */
    @Override
    void close();
}
