package io.arkestra.benchmarks.vector;

import io.arkestra.common.UserId;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexProvider;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorStats;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/** One partition of the vector index by its contract, files and all. */
final class ArkestraHome implements VectorHome {
    private static final String MODEL = "benchmark-000000000000";

    private final VectorPartition partition;
    private final VectorQuery.Effort effort;
    private final TestProviderContext context;
    private final VectorIndexes indexes;
    private VectorIndex index;
    private long sequence;

    ArkestraHome(Path directory, int dimension, VectorQuery.Effort effort) {
        this.effort = effort;
        partition = VectorPartition.of(Owner.of(UserId.of("bench")), "embeddings", MODEL, dimension);
        context = TestProviderContext.builder().dataDirectory(directory).build();
        indexes = ServiceLoader.load(VectorIndexProvider.class)
                .findFirst()
                .orElseThrow()
                .open(context);
        index = indexes.open(partition);
    }

    @Override
    public void put(String id, float[] vector) {
        index.upsert(++sequence, List.of(VectorEntry.of(id, vector)));
        index.advance(sequence);
    }

    @Override
    public void remove(String id) {
        index.remove(++sequence, List.of(id));
        index.advance(sequence);
    }

    @Override
    public int search(float[] query) {
        return index.search(VectorQuery.of(MODEL, query).effort(effort)).hits().size();
    }

    @Override
    public void save() {
        index.checkpoint().toCompletableFuture().join();
    }

    @Override
    public void reopen() {
        index.close();
        index = indexes.open(partition);
    }

    @Override
    public String size() {
        VectorStats stats = index.stats();
        return String.format(
                Locale.ROOT,
                "%d vectors: %.0f bytes in the heap and %.0f mapped for each, %d segments, %d graphs",
                stats.live(),
                stats.residentBytes() / (double) Math.max(1, stats.live()),
                stats.mappedBytes() / (double) Math.max(1, stats.live()),
                stats.segments(),
                stats.graphs());
    }

    @Override
    public void close() {
        indexes.close();
        context.close();
    }
}
