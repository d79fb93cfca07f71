package io.arkestra.embedding;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/** Brings embedding models. Opened before the memory; an engine without one recalls by words alone. */
public interface EmbedderProvider extends Provider {
    /** Quick: loads no weights. The data directory is where models are unpacked, shared by all users. */
    Embedders open(ProviderContext context);
}
