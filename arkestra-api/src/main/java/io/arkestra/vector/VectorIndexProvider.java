package io.arkestra.vector;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/** Brings a kind of vector index. */
public interface VectorIndexProvider extends Provider {
    /** Opens the partitions in the context's data directory, or in memory when it has none. */
    VectorIndexes open(ProviderContext context);
}
