package io.arkestra.memory;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/** Brings a kind of memory, built on the store and the keyword index of the context. */
public interface MemoryProvider extends Provider {
    Memory open(ProviderContext context);
}
