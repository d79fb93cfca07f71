package io.arkestra.vector.partition.internal;

import io.arkestra.store.Owner;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The partitions of an engine: one directory each, or in memory. */
final class PartitionedVectorIndexes implements VectorIndexes {
    private final @Nullable Path home;
    private final PartitionShared shared;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<VectorPartition, PartitionIndex> open = new HashMap<>();
    private boolean closed;

    PartitionedVectorIndexes(@Nullable Path home, PartitionShared shared) {
        this.home = home;
        this.shared = shared;
    }

    @Override
    public VectorIndex open(VectorPartition partition) {
        lock.lock();
        try {
            requireOpen();
            PartitionIndex known = open.get(partition);
            if (known != null && !known.isClosed()) {
                return known;
            }
            if (known != null) {
                known.awaitIdle();
            }
            PartitionIndex index = new PartitionIndex(partition, files(partition), shared);
            open.put(partition, index);
            shared.threads().call(() -> {
                index.restore();
                return index;
            });
            return index;
        } finally {
            lock.unlock();
        }
    }

    private PartitionFiles files(VectorPartition partition) {
        return new PartitionFiles(
                partition,
                home == null ? null : new PartitionDirectory(home, partition),
                shared.kernels(),
                shared.steps());
    }

    @Override
    public List<VectorPartition> partitions() {
        lock.lock();
        try {
            requireOpen();
            Set<VectorPartition> all = new LinkedHashSet<>(shared.threads().call(this::onDisk));
            open.forEach((partition, index) -> {
                if (!index.isClosed()) {
                    all.add(partition);
                }
            });
            return List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    private List<VectorPartition> onDisk() throws IOException {
        List<VectorPartition> found = new ArrayList<>();
        if (home != null && Files.isDirectory(home)) {
            try (Stream<Path> entries = Files.list(home)) {
                entries.filter(entry -> String.valueOf(entry.getFileName()).startsWith(PartitionDirectory.PREFIX))
                        .sorted()
                        .forEach(entry -> PartitionDirectory.read(entry).ifPresent(found::add));
            }
        }
        return found;
    }

    @Override
    public void drop(VectorPartition partition) {
        lock.lock();
        try {
            requireOpen();
            PartitionIndex known = open.remove(partition);
            if (known != null) {
                known.close();
                known.awaitEnd();
            }
            shared.threads().call(() -> {
                files(partition).delete();
                return partition;
            });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void drop(Owner owner) {
        for (VectorPartition partition : partitions()) {
            if (partition.owner().equals(owner)) {
                drop(partition);
            }
        }
    }

    @Override
    public List<String> describe() {
        List<PartitionIndex> indexes;
        lock.lock();
        try {
            indexes = open.values().stream().filter(index -> !index.isClosed()).toList();
        } finally {
            lock.unlock();
        }
        long live = 0;
        long resident = 0;
        long mapped = 0;
        int graphs = 0;
        for (PartitionIndex index : indexes) {
            try {
                VectorStats stats = index.stats();
                live += stats.live();
                resident += stats.residentBytes();
                mapped += stats.mappedBytes();
                graphs += stats.graphs();
            } catch (VectorIndexException e) {
                // Closed meanwhile.
            }
        }
        return List.of(
                "vector index: " + indexes.size() + " partitions open, " + live + " vectors, " + graphs + " graphs, "
                        + (resident >> 10) + " kB in the heap, " + (mapped >> 10) + " kB mapped; "
                        + (home == null ? "in memory only" : "vectors are kept in the clear in " + home),
                "vector kernels: " + shared.kernels().describe());
    }

    private void requireOpen() {
        if (closed) {
            throw new VectorIndexException(
                    "closed", "The vector indexes are closed; they close together with their engine", null);
        }
    }

    @Override
    public void close() {
        List<PartitionIndex> indexes;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            indexes = List.copyOf(open.values());
        } finally {
            lock.unlock();
        }
        indexes.forEach(PartitionIndex::close);
        shared.threads().close();
    }
}
