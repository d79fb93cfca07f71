package io.arkestra.vector.partition.internal;

import io.arkestra.testkit.TestProviderContext;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexes;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Indexes as the provider opens them, with small sizes, and what they warned about. */
final class Indexes implements AutoCloseable {
    /** Seals at 200 rows; graphs from 600. */
    static final PartitionTuning SMALL = new PartitionTuning(200, 600, 4, 4, 0.25, 256L << 20);

    private final TestProviderContext context;
    private final VectorIndexes indexes;

    private Indexes(TestProviderContext context, PartitionTuning tuning, WriteSteps steps) {
        this.context = context;
        this.indexes = new ArkestraVectorIndexProvider().open(context, tuning, steps);
    }

    static Indexes in(Path home) {
        return in(home, SMALL, WriteSteps.NONE);
    }

    static Indexes in(Path home, PartitionTuning tuning, WriteSteps steps) {
        return new Indexes(TestProviderContext.builder().dataDirectory(home).build(), tuning, steps);
    }

    static Indexes inMemory() {
        return new Indexes(TestProviderContext.builder().build(), SMALL, WriteSteps.NONE);
    }

    VectorIndexes all() {
        return indexes;
    }

    PartitionIndex open(io.arkestra.vector.VectorPartition partition) {
        return (PartitionIndex) indexes.open(partition);
    }

    List<String> warnings() {
        return context.warnings();
    }

    /** Waits until nothing is due in the background. */
    static void settle(VectorIndex index) throws Exception {
        ((PartitionIndex) index).settled().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        indexes.close();
        context.close();
    }
}
