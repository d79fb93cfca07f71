package io.arkestra.vector.partition.internal;

import io.arkestra.spi.ProviderContext;
import io.arkestra.vector.VectorIndexProvider;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.search.internal.VectorKernels;

/** The vector index of this engine: scans in plain Java for small partitions, graphs for large ones. */
public final class ArkestraVectorIndexProvider implements VectorIndexProvider {
    /** Builds are bound by memory and by the processor; two at once keep a small one from waiting for a large one. */
    private static final int BUILDS = 2;

    @Override
    public String id() {
        return "arkestra";
    }

    @Override
    public VectorIndexes open(ProviderContext context) {
        return open(context, PartitionTuning.standard(), WriteSteps.NONE);
    }

    /** With other sizes, and somebody who may refuse a step of writing. */
    VectorIndexes open(ProviderContext context, PartitionTuning tuning, WriteSteps steps) {
        int workers = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        return new PartitionedVectorIndexes(
                context.dataDirectory().orElse(null),
                new PartitionShared(
                        tuning,
                        VectorKernels.best(),
                        new VectorThreads(BUILDS, workers),
                        new BuildAdmission(tuning.buildBytes()),
                        new SearchRooms(),
                        context::warn,
                        steps));
    }
}
