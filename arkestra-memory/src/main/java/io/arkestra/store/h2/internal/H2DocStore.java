package io.arkestra.store.h2.internal;

import io.arkestra.common.Subscription;
import io.arkestra.store.Change;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link DocStore} on H2. What happens on disk is the business of {@link Engine}; this class runs transactions on it. */
final class H2DocStore implements DocStore {
    private static final Logger LOG = LoggerFactory.getLogger(H2DocStore.class);
    private static final int BATCH = 1_000;
    private static final int REWRAPPED = 100;

    private final Engine engine;
    private final Clock clock;
    private final Vault vault;
    private final Catalogue catalogue = new Catalogue();
    private final Set<Thread> inside = ConcurrentHashMap.newKeySet();
    private final Map<String, List<Runnable>> watchers = new ConcurrentHashMap<>();

    H2DocStore(Engine engine, Clock clock) {
        this(engine, clock, Vault.of(Optional.empty()));
    }

    H2DocStore(Engine engine, Clock clock, Vault vault) {
        this.vault = vault;
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public void define(CollectionSpec collection) {
        outsideTransaction("define");
        if (collection.name().equals(Vault.KEYS.name())) {
            throw new StoreException(
                    "reserved", "The collection '" + collection.name() + "' is the store's own; choose another name");
        }
        Defined defined = definedBy(collection);
        if (defined.expired()) {
            notifyWatchers(collection.name());
        }
        if (defined.sealed() > 0) {
            // What was in the clear is still in the file, in parts that are no longer used.
            engine.compact();
            engine.deleteOldBackups();
        }
    }

    private record Defined(boolean expired, long sealed) {}

    private Defined definedBy(CollectionSpec collection) {
        Defined defined = engine.use(database -> {
            Writer writer = engine.writer();
            writer.begin();
            try {
                long before = writer.lastCommitted();
                long sealed = database.with(
                        "Defining collection '" + collection.name() + "'",
                        handle -> catalogue.define(handle, collection, writer, Micros.of(clock.instant()), vault));
                return new Defined(writer.lastCommitted() > before, sealed);
            } finally {
                writer.rolledBack();
                writer.end();
            }
        });
        engine.touched();
        return defined;
    }

    /** Readies the keys of a store that encrypts: the system's is made, those under earlier ring keys are wrapped anew. */
    H2DocStore prepareKeys() {
        if (!vault.encrypts()) {
            return this;
        }
        definedBy(Vault.KEYS);
        withKeys((keys, now) -> keys.begin(engine.writer(), now) ? 1 : 0);
        boolean rotated = false;
        while (withKeys((keys, now) -> keys.rewrap(REWRAPPED, engine.writer(), now)) > 0) {
            rotated = true;
        }
        if (rotated) {
            engine.sync();
            engine.compact();
        }
        return this;
    }

    private interface KeyWork {
        int apply(Keys keys, long now);
    }

    private int withKeys(KeyWork work) {
        int done = engine.use(database -> {
            Writer writer = engine.writer();
            writer.begin();
            try {
                return database.with("Preparing the keys", handle -> {
                    Keys keys = new Keys(vault, handle);
                    int count = work.apply(keys, Micros.of(clock.instant()));
                    Engine.recordSequence(handle, writer);
                    Database.commit(handle);
                    writer.committed();
                    keys.committed();
                    return count;
                });
            } finally {
                writer.rolledBack();
                writer.end();
            }
        });
        engine.touched();
        return done;
    }

    @Override
    public <R> R inTransaction(Function<DocTransaction, R> work) {
        return transaction(work::apply);
    }

    private record Done<T>(T result, Set<String> changed, List<Runnable> afterwards, Engine.@Nullable Doubt doubt) {}

    private <R> R transaction(Function<H2Transaction, R> work) {
        outsideTransaction("inTransaction");
        inside.add(Thread.currentThread());
        Done<R> done;
        try {
            done = engine.use(database -> run(database, work));
        } finally {
            inside.remove(Thread.currentThread());
        }
        if (done.doubt() != null && !engine.committedAfterAll(done.doubt())) {
            throw done.doubt().failure();
        }
        if (!done.changed().isEmpty()) {
            engine.touched();
            done.changed().forEach(this::notifyWatchers);
        }
        done.afterwards().forEach(H2DocStore::runAfterCommit);
        return done.result();
    }

    private <R> Done<R> run(Database database, Function<H2Transaction, R> work) {
        Handle handle = database.borrow();
        H2Transaction transaction =
                new H2Transaction(database, handle, catalogue, engine.writer(), clock, vault, engine::expungeLater);
        boolean usable = false;
        try {
            R value = work.apply(transaction);
            try {
                transaction.commit();
            } catch (StoreException e) {
                if (!transaction.doubtful()) {
                    throw e;
                }
                return new Done<>(value, transaction.changed(), transaction.afterwards(), engine.doubt(e));
            }
            usable = true;
            return new Done<>(value, transaction.changed(), transaction.afterwards(), null);
        } finally {
            if (!usable) {
                usable = database.rollback(handle) && !transaction.failed();
            }
            transaction.end();
            database.giveBack(handle, usable);
        }
    }

    private static void runAfterCommit(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("What was to be done after a commit failed; the commit stands", e);
        }
    }

    private void notifyWatchers(String collection) {
        for (Runnable watcher : watchers.getOrDefault(collection, List.of())) {
            try {
                watcher.run();
            } catch (RuntimeException e) {
                LOG.error("A watcher of collection '{}' failed; the commit stands", collection, e);
            }
        }
    }

    @Override
    public List<Change> changes(String collection, long afterSequence, int limit) {
        return readFeed(collection, null, afterSequence, limit);
    }

    @Override
    public List<Change> changes(String collection, Owner owner, long afterSequence, int limit) {
        return readFeed(collection, owner, afterSequence, limit);
    }

    private List<Change> readFeed(String collection, @Nullable Owner owner, long afterSequence, int limit) {
        CollectionTable table = feed(collection);
        if (limit < 1 || limit > DocQuery.MAX_LIMIT) {
            throw new StoreException("query", "The limit is " + limit + "; expected 1 to " + DocQuery.MAX_LIMIT);
        }
        return engine.use(database -> database.with(
                "Reading the feed of '" + collection + "'",
                handle -> Feed.changes(handle, table, owner, afterSequence, limit)));
    }

    @Override
    public long lastSequence(String collection) {
        CollectionTable table = feed(collection);
        return engine.use(database -> database.with(
                "Reading the end of the feed of '" + collection + "'", handle -> Feed.last(handle, table)));
    }

    @Override
    public List<String> collections() {
        return engine.use(database -> database.with("Listing the collections", Erasure::collections));
    }

    @Override
    public Optional<CollectionSpec> declaration(String collection) {
        engine.checkOpen();
        return catalogue
                .find(collection)
                .filter(table -> !table.name.equals(Vault.KEYS.name()))
                .map(table -> table.spec);
    }

    @Override
    public List<Owner> owners() {
        return engine.use(database -> database.with("Listing the owners", Feed::owners));
    }

    @Override
    public long erase(Owner owner) {
        outsideTransaction("erase");
        if (owner.equals(Owner.SYSTEM)) {
            throw new StoreException(
                    "erase-system", "The documents of owner 'system' cannot be erased; name the owner of a user");
        }
        long erased = 0;
        List<String> names = engine.use(database -> database.with("Erasing an owner", Erasure::collections));
        for (String name : names) {
            Erasure.Piece piece;
            do {
                piece = erasing("Erasing from '" + name + "'", handle -> Erasure.piece(handle, name, owner));
                erased += piece.documents();
            } while (piece.more());
        }
        // What came meanwhile, and the keys, together: nothing may be left that was encrypted by a key that is gone.
        erased += erasing("Erasing the keys", handle -> {
                    Erasure.Piece rest = Erasure.rest(handle, names, owner);
                    vault.forget(owner);
                    return rest;
                })
                .documents();
        engine.deleteOldBackups();
        return erased;
    }

    /** Under the right to write, because a write of the same owner would be in its way. */
    private Erasure.Piece erasing(String doing, Function<Handle, Erasure.Piece> work) {
        Writer writer = engine.writer();
        Erasure.Piece piece = engine.use(database -> {
            writer.begin();
            try {
                return database.with(doing, work);
            } finally {
                writer.end();
            }
        });
        engine.touched();
        return piece;
    }

    @Override
    public List<Doc> fetch(String collection, List<Change> changes) {
        CollectionTable table = feed(collection);
        List<Change> wanted = List.copyOf(changes);
        return engine.use(database -> database.with("Fetching from '" + collection + "'", handle -> {
            long now = Micros.of(clock.instant());
            Keys keys = new Keys(vault, handle);
            List<Doc> docs = new ArrayList<>();
            for (Change change : wanted) {
                Doc doc = DocRows.get(handle, table, change.owner(), change.id(), now, keys);
                if (doc != null) {
                    docs.add(doc);
                }
            }
            return List.copyOf(docs);
        }));
    }

    private CollectionTable feed(String collection) {
        engine.checkOpen();
        CollectionTable table = catalogue.require(collection);
        if (!table.spec.feed()) {
            throw new StoreException(
                    "no-feed", "Collection '" + collection + "' was declared without a feed; declare it with feed()");
        }
        return table;
    }

    @Override
    public Subscription watch(String collection, Runnable action) {
        engine.checkOpen();
        catalogue.require(collection);
        List<Runnable> actions = watchers.computeIfAbsent(collection, name -> new CopyOnWriteArrayList<>());
        Runnable own = action::run; // the same action may be registered twice; each registration ends on its own
        actions.add(own);
        AtomicBoolean ended = new AtomicBoolean();
        return () -> {
            if (ended.compareAndSet(false, true)) {
                actions.removeIf(candidate -> candidate == own);
            }
        };
    }

    @Override
    public long deleteAll(String collection, Owner owner, Filter filter) {
        long deleted = repeated(() -> transaction(tx -> tx.deleteBatch(collection, owner, filter, BATCH)));
        // Expired documents no longer count as documents, but they must not outlive a deletion either.
        repeated(() -> transaction(tx -> tx.expireBatch(collection, owner, BATCH)));
        return deleted;
    }

    @Override
    public long expire() {
        engine.checkOpen();
        long expired = 0;
        for (CollectionTable table : catalogue.all()) {
            expired += repeated(() -> transaction(tx -> tx.expireBatch(table.name, null, BATCH)));
        }
        return expired;
    }

    private static long repeated(Supplier<Integer> batch) {
        long total = 0;
        int done;
        do {
            done = batch.get();
            total += done;
        } while (done == BATCH);
        return total;
    }

    @Override
    public void compact() {
        outsideTransaction("compact");
        engine.compact();
    }

    @Override
    public Instant now() {
        engine.checkOpen();
        return Micros.truncate(clock.instant());
    }

    @Override
    public void sync() {
        engine.sync();
    }

    @Override
    public void backup(Path file) {
        outsideTransaction("backup");
        engine.expunge();
        engine.backup(file, now());
    }

    @Override
    public void close() {
        outsideTransaction("close");
        engine.close();
    }

    /** For tests that look at plans. */
    <R> R onDatabase(Function<Handle, R> work) {
        return engine.use(database -> database.with("A test", work));
    }

    private void outsideTransaction(String method) {
        if (inside.contains(Thread.currentThread())) {
            throw new StoreException(
                    "nested",
                    "DocStore." + method
                            + " was called inside a transaction of the same thread; finish that transaction first,"
                            + " or use its DocTransaction");
        }
    }
}
