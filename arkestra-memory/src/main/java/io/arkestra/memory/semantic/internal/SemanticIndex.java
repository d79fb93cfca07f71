package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Health;
import io.arkestra.common.Subscription;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.memory.Message;
import io.arkestra.memory.record.internal.Chunk;
import io.arkestra.memory.record.internal.IndexContext;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorFilter;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorIndexProvider;
import io.arkestra.vector.VectorIndexes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Search by meaning over messages, memories and chunks of documents. Without a model it finds nothing and says so. Thread-safe. */
public final class SemanticIndex implements AutoCloseable {
    /** What is searched together. */
    public enum Space {
        /** Item keys {@code m:ID} of messages and {@code k:ID} of memories. */
        CONVERSATION,
        /** Item keys {@code d:ID} of chunks. */
        DOCUMENT
    }

    /** Changes that may wait to be embedded before bulk imports have to. */
    static final long ROOM = 4_096;
    /** Batches of rows that one search applies at most; the thread does the rest. */
    private static final int SHARE = 16;
    /** So few are embedded before anybody looks for them. */
    private static final int WORTH_A_NOTE = 64;

    private final DocStore store;
    private final TextModels models;
    private final EmbeddingWork work;
    private final EmbeddingThread thread;
    private final @Nullable VectorPartitions partitions;
    private final boolean withoutIndex;
    private final QueryVectors queries = new QueryVectors();
    private final Set<String> searchFailures = ConcurrentHashMap.newKeySet();
    private final List<Subscription> watches;
    private volatile boolean swept;

    private SemanticIndex(ProviderContext context, DocStore store, long room) {
        this.store = store;
        store.define(EmbeddingRows.SPEC);
        store.define(EmbeddingRows.CURSORS);
        store.define(Chunk.COLLECTION);
        Optional<Embedders> embedders = context.find(Embedders.class);
        Optional<VectorIndexes> indexes = embedders.isEmpty()
                ? Optional.empty()
                : context.find(VectorIndexProvider.class)
                        .map(provider -> provider.open(IndexContext.of(context).in("vectors")));
        this.withoutIndex = embedders.isPresent() && indexes.isEmpty();
        this.models = new TextModels(indexes.isPresent() ? embedders : Optional.empty(), context::warn);
        this.partitions = indexes.map(opened -> new VectorPartitions(store, opened, context::warn))
                .orElse(null);
        this.work = new EmbeddingWork(store, models, context::warn);
        this.thread = new EmbeddingThread(work, room, this::settled, context::warn);
        this.watches = work.isIdle()
                ? List.of()
                : List.of(
                        store.watch(Message.COLLECTION.name(), thread::wake),
                        store.watch(MemoryCollection.NAME, thread::wake),
                        store.watch(Chunk.NAME, thread::wake),
                        store.watch(EmbeddingRows.NAME, this::rowsChanged));
        if (withoutIndex) {
            context.warn(NO_INDEX);
        }
    }

    private static final String SHORTENED =
            "The query is very long: only its beginning and its end were searched by meaning.";

    private static final String NO_INDEX = "There is an embedding model but no vector index, so nothing is found by"
            + " meaning; add the artifact arkestra-memory with its vector index or name one in providers.vector";

    /** Opens it on what the context offers: models, vector index. */
    public static SemanticIndex open(ProviderContext context, DocStore store) {
        return open(context, store, ROOM);
    }

    static SemanticIndex open(ProviderContext context, DocStore store, long room) {
        SemanticIndex index = new SemanticIndex(context, store, room);
        if (!index.watches.isEmpty()) {
            index.thread.start();
        }
        return index;
    }

    private void rowsChanged() {
        if (partitions != null) {
            partitions.changed();
        }
    }

    /** The model of a space, for whoever has to count or cut by its tokens. */
    public Optional<Embedder> model(Space space) {
        return models.of(space);
    }

    /**
     * Searches by meaning. Empty when there is no model or it does not understand the query; a note for people is added in the latter
     * case.
     *
     * @param limit how many parts of items at most
     * @param filter over item keys
     */
    public Optional<DenseSearch> search(
            Owner owner, Space space, String query, int limit, VectorFilter filter, List<String> notes) {
        try {
            Optional<Embedder> embedder = models.of(space);
            if (embedder.isEmpty() || query.isBlank()) {
                return Optional.empty();
            }
            if (!models.understands(embedder.get(), query)) {
                notes.add(TextModels.note(embedder.get(), query));
                return Optional.empty();
            }
            QueryVectors.QueryVector asked = queries.of(owner, embedder.get(), query);
            if (asked.shortened() && !notes.contains(SHORTENED)) {
                notes.add(SHORTENED);
            }
            VectorModel model = VectorModel.of(embedder.get().info());
            return search(owner, space, model, asked.vector(), limit, filter, notes);
        } catch (EmbeddingException | VectorIndexException e) {
            return failed(e, notes);
        }
    }

    /**
     * Searches once more, for what is near the query and near what was found to be good (Rocchio's relevance feedback, without asking
     * anybody). Empty when {@link #search} is.
     *
     * @param good vectors of the best items
     * @param share how much their mean counts beside the query
     */
    public Optional<DenseSearch> searchAgain(
            Owner owner,
            Space space,
            String query,
            Collection<float[]> good,
            double share,
            int limit,
            VectorFilter filter) {
        List<String> notes = new ArrayList<>();
        try {
            Optional<Embedder> embedder = models.of(space);
            if (embedder.isEmpty() || !models.understands(embedder.get(), query)) {
                return Optional.empty();
            }
            float[] vector = QueryVectors.towards(
                    queries.of(owner, embedder.get(), query).vector(), good, share);
            return search(owner, space, VectorModel.of(embedder.get().info()), vector, limit, filter, notes);
        } catch (EmbeddingException | VectorIndexException e) {
            return failed(e, notes);
        }
    }

    /**
     * Searches by letters (hashed character n-grams) among texts that the model does not understand: what takes the place of
     * {@link #search} when that is empty because of the language. Its cosines are of another kind: compare them by mean and deviation
     * only. Empty when there is no model, when it understands the query, and when there is nothing to search.
     */
    public Optional<DenseSearch> letters(Owner owner, Space space, String query, int limit, VectorFilter filter) {
        List<String> notes = new ArrayList<>();
        try {
            Optional<Embedder> embedder = models.of(space);
            if (embedder.isEmpty() || query.isBlank() || models.understands(embedder.get(), query)) {
                return Optional.empty();
            }
            return CharGrams.vector(query)
                    .flatMap(vector -> search(owner, space, CharGrams.MODEL, vector, limit, filter, notes))
                    .filter(found -> !found.scores().isEmpty());
        } catch (EmbeddingException | VectorIndexException e) {
            return failed(e, notes);
        }
    }

    private Optional<DenseSearch> search(
            Owner owner,
            Space space,
            VectorModel model,
            float[] vector,
            int limit,
            VectorFilter filter,
            List<String> notes) {
        VectorPartitions all = partitions;
        if (all == null) {
            return Optional.empty();
        }
        Runnable rebuilt = () -> notes.add("The vector index was damaged and has been built anew.");
        PartitionSearch found = all.with(owner, space, model, rebuilt, follower -> {
            if (!follower.catchUp(SHARE)) {
                notes.add("The vector index is still being built; something may be missing.");
                thread.wake();
            }
            return PartitionSearch.run(
                    store,
                    follower.index(),
                    entries -> all.with(
                            owner,
                            space,
                            model,
                            () -> {},
                            later -> later.index().vectors(entries)),
                    vector,
                    limit,
                    filter);
        });
        if (thread.failure() == null && work.isBehindBy(WORTH_A_NOTE)) {
            notes.add("Some texts are not embedded yet; they are found by words only.");
        }
        return Optional.of(found);
    }

    private Optional<DenseSearch> failed(RuntimeException cause, List<String> notes) {
        searchFailures.add("Search by meaning does not work: " + cause.getMessage());
        notes.add("Searched by words only, because the search by meaning failed: " + cause.getMessage());
        return Optional.empty();
    }

    /** The vectors of items as they are kept, of length 1, the first part of a long one; without those the model does not understand. */
    public Map<String, float[]> vectors(Owner owner, Space space, Collection<String> itemKeys) {
        Map<String, float[]> vectors = new HashMap<>();
        models.of(space).map(embedder -> VectorModel.of(embedder.info())).ifPresent(model -> {
            for (String item : itemKeys) {
                Optional<Doc> row = store.inTransaction(transaction ->
                        transaction.get(EmbeddingRows.NAME, owner, EmbeddingRows.id(model.tag(), item, 0)));
                row.flatMap(doc -> EmbeddingRows.vector(doc, model.dimension()))
                        .ifPresent(vector -> vectors.put(item, vector));
            }
        });
        return vectors;
    }

    /** The store has changed; cheap, from any thread. */
    public void changed() {
        thread.wake();
    }

    /**
     * Waits while so much is still to be embedded that more should not be brought in; for bulk imports, outside of any transaction.
     *
     * @throws InterruptedException when interrupted; nothing is lost by going on
     */
    public void awaitRoom() throws InterruptedException {
        if (models.any()) {
            thread.awaitRoom();
        }
    }

    /** As {@link #awaitRoom}; whoever is interrupted goes on: it only takes longer until all can be found by meaning. */
    public void awaitRoomCalmly() {
        try {
            awaitRoom();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Embeds whatever is pending, applies it and makes that survive a restart. Afterwards nothing of what was removed is left in the
     * files of the vector index.
     */
    public void complete() {
        if (watches.isEmpty()) {
            return;
        }
        try {
            while (work.step(thread.stop())) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
            }
        } catch (EmbeddingException e) {
            // What is embedded already can still be searched; the rest waits in the feed.
            thread.fail(e);
        }
        settle(true);
    }

    private void settled() {
        settle(false);
    }

    private void settle(boolean save) {
        if (partitions == null) {
            return;
        }
        if (!swept) {
            work.between(() -> partitions.keepOnly(work.current()));
            swept = true;
        }
        if (save) {
            partitions.complete();
        } else {
            partitions.settle();
        }
    }

    /**
     * Items that were forgotten: their vectors, and those into which they went, are found by no search when this returns. Embeds
     * nothing; what is left of them in files goes with the next {@link #complete}.
     */
    public void removed(Owner owner, Collection<String> itemKeys) {
        if (!watches.isEmpty()) {
            work.removed(owner, itemKeys);
            flush(owner);
        }
    }

    /** As {@link #removed(Owner, Collection)}, for whatever of the owner was deleted from the store. */
    public void removed(Owner owner) {
        if (!watches.isEmpty()) {
            work.removed(owner);
            flush(owner);
        }
    }

    private void flush(Owner owner) {
        if (partitions != null) {
            partitions.settle(owner);
        }
        thread.wake();
    }

    public Health health() {
        List<String> findings = new ArrayList<>(models.findings());
        String failure = thread.failure();
        if (failure != null) {
            findings.add(failure);
        }
        findings.addAll(searchFailures);
        if (withoutIndex) {
            findings.add(NO_INDEX);
        }
        return findings.isEmpty() ? Health.green() : Health.yellow(findings);
    }

    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        if (withoutIndex) {
            lines.add(NO_INDEX);
        } else {
            lines.addAll(models.describe());
        }
        if (partitions != null) {
            lines.addAll(partitions.describe());
            lines.add("still to be embedded, at most: " + work.backlog());
        }
        return List.copyOf(lines);
    }

    /** Drops everything about an owner who was erased from the store. */
    public void erase(Owner owner) {
        queries.forget(owner);
        work.between(() -> {
            // What a step has written for the owner in the moment of erasing.
            store.deleteAll(EmbeddingRows.NAME, owner, Filter.all());
            if (partitions != null) {
                partitions.drop(owner);
            }
        });
    }

    /** Drops the partitions of an owner, which are made anew from the rows when they are next needed. Returns how many rows there are. */
    public long renew(Owner owner) {
        queries.forget(owner);
        work.between(() -> {
            if (partitions != null) {
                partitions.drop(owner);
            }
        });
        return store.inTransaction(tx -> tx.count(EmbeddingRows.NAME, owner, Filter.all()));
    }

    /** Finishes the running text, leaves the rest to the next open. */
    @Override
    public void close() {
        watches.forEach(Subscription::close);
        thread.close();
        if (partitions != null) {
            partitions.close();
        }
    }
}
