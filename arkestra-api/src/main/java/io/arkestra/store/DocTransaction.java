package io.arkestra.store;

import java.util.Optional;

/**
 * Reads and writes that become visible and durable together or not at all. Sees its own writes. Confined to the thread that runs the
 * work; unusable afterwards. Every method throws {@link StoreException} when the collection was not defined.
 */
public interface DocTransaction {
    /** The document, unless it is absent or expired. */
    Optional<Doc> get(String collection, Owner owner, String id);

    /** Documents of one owner. Expired ones are not found. */
    DocPage find(String collection, Owner owner, DocQuery query);

    /** How many documents of one owner match. Expired ones do not count. */
    long count(String collection, Owner owner, Filter filter);

    /**
     * Writes a document. An expired document counts as absent.
     *
     * @return the document as stored
     * @throws VersionConflictException when it is not at the expected version
     * @throws UniqueKeyException when another document of the owner has the same unique key
     * @throws StoreException with code {@code store.field-value} when a member does not fit its declared field, {@code store.too-large},
     *     or {@code store.disk-full}. After a refusal (conflict, unique key, value) the transaction can go on without the write
     */
    Doc put(String collection, DocWrite write);

    /** Deletes a document; the feed says so. Returns false when there was none. */
    boolean delete(String collection, Owner owner, String id);

    /**
     * Deletes at most {@code limit} documents that match. Large deletions are made of many small transactions
     * ({@link DocStore#deleteAll}), because one large one makes the file grow.
     *
     * @return how many were deleted
     */
    int deleteBatch(String collection, Owner owner, Filter filter, int limit);

    /**
     * Says that what this transaction takes away, and what was taken away before it, is to go from the store's files as well, where
     * deleted documents otherwise stay as bytes until their space is used again. That is done by the next {@link DocStore#compact}, by
     * {@link DocStore#close}, or by the next opening when the process ends before. Copies that the store made by itself go with it.
     * A store that keeps nothing of what is deleted has nothing to do.
     *
     * @throws StoreException when that cannot be written down
     */
    default void expunge() {}

    /**
     * Does something outside of the store that belongs to this transaction, for example deletes a file: once it is committed, on the same
     * thread, before {@link DocStore#inTransaction} returns; never when it is rolled back. The work must not use this transaction. Work
     * that fails is logged and keeps nothing else from being done: the commit stands. A store that cannot tell does it at once.
     */
    default void afterCommit(Runnable work) {
        work.run();
    }
}
