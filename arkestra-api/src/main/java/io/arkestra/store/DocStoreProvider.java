package io.arkestra.store;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;
import java.nio.file.Path;

/** Brings a kind of document store. */
public interface DocStoreProvider extends Provider {
    /**
     * Opens the store in the context's data directory, or in memory when it has none.
     *
     * @throws StoreException with code {@code store.in-use} (naming the holder), {@code store.truncated} (also when the
     *     database is missing beside its ledger), {@code store.damaged},
     *     {@code store.foreign}, {@code store.newer-schema} or {@code store.not-writable}; nothing was changed then
     */
    DocStore open(ProviderContext context);

    /**
     * Fills the context's data directory, which must hold no store, from a {@link DocStore#backup}.
     *
     * @throws StoreException when the backup is incomplete or the directory already holds a store
     */
    void restore(Path backup, ProviderContext context);
}
