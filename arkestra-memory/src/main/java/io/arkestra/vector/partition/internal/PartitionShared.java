package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.VectorKernels;
import java.util.function.Consumer;

/** What all partitions of an engine use together. */
record PartitionShared(
        PartitionTuning tuning,
        VectorKernels kernels,
        VectorThreads threads,
        BuildAdmission admission,
        SearchRooms rooms,
        Consumer<String> warnings,
        WriteSteps steps) {}
