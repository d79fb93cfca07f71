package io.arkestra.guard.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Subscription;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.store.Change;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A store whose every document passes the guard on its way in, so that no part of the engine, built in or not, can write down what
 * must not be kept. Binary parts, which hold vectors, pass as they are. Thread-safe.
 */
public final class GuardedStore implements DocStore {

    private static final GuardContext TO_STORE = GuardContext.of(GuardContext.Direction.TO_STORE);

    private final DocStore store;
    private final Guard guard;

    public GuardedStore(DocStore store, Guard guard) {
        this.store = store;
        this.guard = guard;
    }

    @Override
    public <R> R inTransaction(Function<DocTransaction, R> work) {
        return store.inTransaction(tx -> work.apply(new GuardedTransaction(tx)));
    }

    private DocWrite guarded(DocWrite write) {
        Json body = GuardedJson.of(guard, write.body(), TO_STORE);
        if (body.equals(write.body())) {
            return write;
        }
        DocWrite guarded = DocWrite.of(write.owner(), write.id(), body);
        if (write.expectedVersion().isPresent()) {
            guarded = guarded.expectVersion(write.expectedVersion().getAsLong());
        }
        if (write.expiresAt().isPresent()) {
            guarded = guarded.expiresAt(write.expiresAt().get());
        }
        return write.blob().isPresent() ? guarded.blob(write.blob().get()) : guarded;
    }

    private final class GuardedTransaction implements DocTransaction {

        private final DocTransaction tx;

        GuardedTransaction(DocTransaction tx) {
            this.tx = tx;
        }

        @Override
        public Optional<Doc> get(String collection, Owner owner, String id) {
            return tx.get(collection, owner, id);
        }

        @Override
        public DocPage find(String collection, Owner owner, DocQuery query) {
            return tx.find(collection, owner, query);
        }

        @Override
        public long count(String collection, Owner owner, Filter filter) {
            return tx.count(collection, owner, filter);
        }

        @Override
        public Doc put(String collection, DocWrite write) {
            return tx.put(collection, guarded(write));
        }

        @Override
        public boolean delete(String collection, Owner owner, String id) {
            return tx.delete(collection, owner, id);
        }

        @Override
        public int deleteBatch(String collection, Owner owner, Filter filter, int limit) {
            return tx.deleteBatch(collection, owner, filter, limit);
        }

        @Override
        public void expunge() {
            tx.expunge();
        }

        @Override
        public void afterCommit(Runnable work) {
            tx.afterCommit(work);
        }
    }

    @Override
    public void define(CollectionSpec collection) {
        store.define(collection);
    }

    @Override
    public List<Change> changes(String collection, long afterSequence, int limit) {
        return store.changes(collection, afterSequence, limit);
    }

    @Override
    public List<Change> changes(String collection, Owner owner, long afterSequence, int limit) {
        return store.changes(collection, owner, afterSequence, limit);
    }

    @Override
    public long lastSequence(String collection) {
        return store.lastSequence(collection);
    }

    @Override
    public List<String> collections() {
        return store.collections();
    }

    @Override
    public Optional<CollectionSpec> declaration(String collection) {
        return store.declaration(collection);
    }

    @Override
    public List<Owner> owners() {
        return store.owners();
    }

    @Override
    public long erase(Owner owner) {
        return store.erase(owner);
    }

    @Override
    public List<Doc> fetch(String collection, List<Change> changes) {
        return store.fetch(collection, changes);
    }

    @Override
    public Subscription watch(String collection, Runnable action) {
        return store.watch(collection, action);
    }

    @Override
    public long deleteAll(String collection, Owner owner, Filter filter) {
        return store.deleteAll(collection, owner, filter);
    }

    @Override
    public long expire() {
        return store.expire();
    }

    @Override
    public void compact() {
        store.compact();
    }

    @Override
    public Instant now() {
        return store.now();
    }

    @Override
    public void sync() {
        store.sync();
    }

    @Override
    public void backup(Path file) {
        store.backup(file);
    }

    @Override
    public void close() {
        store.close();
    }
}
