package io.arkestra.store;

import io.arkestra.common.Subscription;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * Versioned JSON documents with an optional binary part, always scoped to an owner. Thread-safe.
 *
 * <p>A transaction that returned survives the end of the process, however abrupt; after {@link #sync()} it survives the loss of power
 * as far as the operating system and the disk keep their promises.
 */
public interface DocStore extends AutoCloseable {
    /**
     * Makes a collection usable, creating or extending what the store needs for it. Idempotent.
     *
     * @throws StoreException when the stored collection is of a newer schema version, or was declared with another type of a field
     */
    void define(CollectionSpec collection);

    /**
     * Runs the work in one transaction and commits when it returns; any exception rolls everything back and is passed on. Reads see
     * committed data and this transaction's own writes; two transactions that both read, then write with
     * {@link DocWrite#expectVersion}, cannot both succeed. Must not be nested.
     */
    <R> R inTransaction(Function<DocTransaction, R> work);

    /**
     * Changes of one collection across all owners, oldest first: for derived indexes and maintenance, which run as the system.
     *
     * <p>Gap-free: once a change with some sequence has been returned, no change with a lower sequence appears later. Includes
     * deletions and expiries.
     *
     * @param afterSequence 0 for everything
     * @param limit 1 to {@link DocQuery#MAX_LIMIT}
     */
    List<Change> changes(String collection, long afterSequence, int limit);

    /** The documents behind changes, for derived indexes; those that are gone meanwhile are left out. */
    List<Doc> fetch(String collection, List<Change> changes);

    /** Calls the action after each commit that changed the collection, on the committing thread; it must be quick. */
    Subscription watch(String collection, Runnable action);

    /** Deletes every matching document of an owner in small transactions. Returns how many. */
    long deleteAll(String collection, Owner owner, Filter filter);

    /** Removes documents whose time ran out, in small transactions, and says so in the feed. Returns how many. */
    long expire();

    /** Gives space back. May take seconds; other calls wait. */
    void compact();

    /** The store's clock: one clock for all that share the store. */
    Instant now();

    /** Returns once everything committed so far has been handed to the disk. */
    void sync();

    /**
     * Writes a complete, consistent copy into a new file while the store is in use. {@link DocStoreProvider#restore} reads it.
     *
     * @throws StoreException when the file exists already or cannot be written
     */
    void backup(Path file);

    /** Closes the store; idempotent. Calls that come later throw {@link StoreException} with code {@code store.closed}. */
    @Override
    void close();
}
