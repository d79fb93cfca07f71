package io.arkestra.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingStore;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.VectorPartition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Partitions of vectors in one LangChain4j {@link EmbeddingStore}, told apart by metadata. The store gets vectors, digests and internal ids:
 * no text and no name of a user. Thread-safe, if the store is; the store belongs to who made it and is not closed.
 *
 * <p>A store that does not filter, remove and return vectors cannot keep what belongs to somebody: opening a partition is refused then,
 * with what is missing. What can be done is found out by trying, see {@link StoreAbilities}.
 *
 * <p>A store keeps no sequence, so nothing is taken over from an earlier process: a partition that is opened is emptied and filled again from
 * the feed, with the vectors that Arkestra keeps itself. Ids and a sample of at most 512 vectors per partition are held in the heap.
 */
public final class EmbeddingStoreIndexes implements VectorIndexes {
    private final EmbeddingStore<TextSegment> store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<VectorPartition, EmbeddingStoreIndex> open = new LinkedHashMap<>();
    private @Nullable StoreAbilities abilities;

    private EmbeddingStoreIndexes(EmbeddingStore<TextSegment> store) {
        this.store = Objects.requireNonNull(store, "store");
    }

    public static EmbeddingStoreIndexes of(EmbeddingStore<TextSegment> store) {
        return new EmbeddingStoreIndexes(store);
    }

    /** What the store can do; empty until the first partition was opened. */
    public Optional<StoreAbilities> abilities() {
        lock.lock();
        try {
            return Optional.ofNullable(abilities);
        } finally {
            lock.unlock();
        }
    }

    /** @throws VectorIndexException with code {@code vector.io} when the store cannot do what a partition needs, or fails */
    @Override
    public VectorIndex open(VectorPartition partition) {
        lock.lock();
        try {
            EmbeddingStoreIndex known = open.get(partition);
            if (known != null && !known.closed()) {
                return known;
            }
            refuseUnfit(partition);
            EmbeddingStoreIndex fresh = new EmbeddingStoreIndex(partition, new PartitionRows(store, partition));
            fresh.clear();
            open.put(partition, fresh);
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    private void refuseUnfit(VectorPartition partition) {
        StoreAbilities can = abilities;
        if (can == null) {
            can = StoreAbilities.of(store, partition.dimension());
            abilities = can;
        }
        if (!can.fitForUsers()) {
            throw new VectorIndexException(
                    "io",
                    "The embedding store " + store.getClass().getName()
                            + " cannot keep vectors of a user, who must be kept apart and can be forgotten: "
                            + String.join(", ", can.missing())
                            + ". Use another store, or Arkestra's own index (leave the vector index unnamed)",
                    null);
        }
    }

    @Override
    public List<VectorPartition> partitions() {
        lock.lock();
        try {
            return List.copyOf(open.keySet());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void drop(VectorPartition partition) {
        lock.lock();
        try {
            EmbeddingStoreIndex known = open.remove(partition);
            if (known != null) {
                known.close();
            }
            new PartitionRows(store, partition).removeAll();
        } finally {
            lock.unlock();
        }
    }

    /** Also of partitions that this process has not opened. */
    @Override
    public void drop(Owner owner) {
        lock.lock();
        try {
            open.entrySet().removeIf(entry -> {
                boolean theirs = entry.getKey().owner().equals(owner);
                if (theirs) {
                    entry.getValue().close();
                }
                return theirs;
            });
            PartitionRows.removeAll(store, owner);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<String> describe() {
        lock.lock();
        try {
            return List.of("vectors in the embedding store " + store.getClass().getName() + ", " + open.size()
                    + " partitions, filled again from the feed at every start");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            open.values().forEach(EmbeddingStoreIndex::close);
        } finally {
            lock.unlock();
        }
    }
}
