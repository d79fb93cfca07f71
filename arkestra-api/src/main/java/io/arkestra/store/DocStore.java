package io.arkestra.store;

import io.arkestra.common.Subscription;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    /**
     * Changes of one owner's documents in one collection, with the same order and promise as {@link #changes(String, long, int)}: for
     * derived indexes that have a part per owner.
     */
    List<Change> changes(String collection, Owner owner, long afterSequence, int limit);

    /**
     * Sequence of the latest change that a collection ever had; 0 when there was none. Never goes back while the store is the same:
     * a follower that is further than this follows another store, or one that was restored. The change itself may have been
     * erased, so a follower has everything when {@link #changes(String, long, int)} gives nothing, not when it arrived here.
     */
    long lastSequence(String collection);

    /** Names of all collections that the store holds, declared by this process or not. */
    List<String> collections();

    /** How this process declared a collection; empty when it did not. */
    Optional<CollectionSpec> declaration(String collection);

    /** Everybody who has a document in any collection, the system included, in order of their keys. */
    List<Owner> owners();

    /**
     * Erases everything of an owner in every collection: documents, what the feed keeps of deleted ones, and the owner's key. The feed
     * does not tell: whoever keeps derived data about the owner has to be told otherwise. Works in small transactions; one that was
     * cut off is finished by calling it again. The same owner may be used again afterwards: sequences go on.
     * Bytes of what was erased stay in the store's files until {@link #compact}; copies that the store made by itself are deleted.
     *
     * @return how many documents there were
     * @throws StoreException with code {@code store.erase-system} for owner system
     */
    long erase(Owner owner);

    /** The documents behind changes, for derived indexes; those that are gone meanwhile are left out. */
    List<Doc> fetch(String collection, List<Change> changes);

    /** Calls the action after each commit that changed the collection, on the committing thread; it must be quick. */
    Subscription watch(String collection, Runnable action);

    /** Deletes every matching document of an owner in small transactions. Returns how many. */
    long deleteAll(String collection, Owner owner, Filter filter);

    /** Removes documents whose time ran out, in small transactions, and says so in the feed. Returns how many. */
    long expire();

    /**
     * Gives space back. May take seconds; other calls wait. Afterwards nothing of what was deleted with
     * {@link DocTransaction#expunge} is in the store's files any more.
     */
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

    /**
     * Closes the store; idempotent. Takes as long as {@link #compact} when something is to be taken out of its files
     * ({@link DocTransaction#expunge}). Calls that come later throw {@link StoreException} with code
     * {@code store.closed}.
     */
    @Override
    void close();
}
