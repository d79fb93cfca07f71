package io.arkestra.store;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;
import java.nio.file.Path;
import java.util.Optional;

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

    /**
     * A document of the store in the context's data directory, as it is, without opening the store and without changing anything in it.
     * While this looks, the store cannot be opened; a store may leave the file behind that it locks meanwhile.
     *
     * @return empty when the store has no such document
     * @throws StoreException with code {@code store.absent} when the directory holds no store, {@code store.in-use} when somebody has it
     *     open, {@code store.key-missing} when it is encrypted and the context has no key for it, {@code store.unsupported} when this kind
     *     of store can only be opened, and otherwise as {@link #open} does
     */
    default Optional<Doc> look(ProviderContext context, CollectionSpec collection, Owner owner, String id) {
        throw new StoreException("unsupported", "The store '" + id() + "' cannot be looked into without opening it");
    }
}
