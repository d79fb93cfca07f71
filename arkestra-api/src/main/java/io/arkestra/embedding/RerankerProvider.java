package io.arkestra.embedding;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/** Brings a reranker. Never picked by itself: the host names one, because it costs time at every recall. */
public interface RerankerProvider extends Provider {
    Reranker open(ProviderContext context);
}
