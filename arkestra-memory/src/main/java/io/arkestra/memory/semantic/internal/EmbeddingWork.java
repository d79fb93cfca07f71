package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.embedding.Embedder;
import io.arkestra.memory.record.internal.Attempts;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.store.Change;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Follows the feeds and keeps the rows right. Each step takes some changes and commits their vectors together with the place up to
 * which the feed was followed, so a process may end at any moment and nothing is left out or done twice for good. Thread-safe; one step
 * at a time.
 */
final class EmbeddingWork {
    /** Changes that are embedded and committed together. */
    private static final int BATCH = 32;

    private static final int SWEEP = 1_000;
    /** Items whose vectors go in one transaction. */
    private static final int STRIP = 100;

    private final DocStore store;
    private final TextModels models;
    private final FeedCursors cursors;
    private final ItemReader reader;
    private final EmbeddingPass pass;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Map<Feed, Long> positions = new ConcurrentHashMap<>();
    private final Map<Feed, String> tags = new EnumMap<>(Feed.class);
    private boolean swept;

    EmbeddingWork(DocStore store, TextModels models, Consumer<String> warnings) {
        this.store = store;
        this.models = models;
        this.cursors = new FeedCursors(store);
        this.reader = new ItemReader(store, warnings);
        this.pass = new EmbeddingPass(store, models, warnings);
    }

    /** Whether nothing was ever embedded, so that without a model there is nothing to do either. */
    boolean isIdle() {
        return !models.any() && cursors.all().isEmpty();
    }

    /** Does the next step. Returns whether there is more; false also when it was cancelled. */
    boolean step(Cancellation cancel) {
        lock.lock();
        try {
            boolean more = false;
            for (Feed feed : Feed.values()) {
                if (cancel.isCancelled()) {
                    return false;
                }
                more |= step(feed, cancel);
            }
            if (!more && !cancel.isCancelled()) {
                sweep();
            }
            return more && !cancel.isCancelled();
        } finally {
            lock.unlock();
        }
    }

    private boolean step(Feed feed, Cancellation cancel) {
        String tag = tag(feed);
        Long known = positions.get(feed);
        long position = known == null ? cursors.read(feed, tag) : known;
        positions.put(feed, position);
        List<Change> changes = store.changes(feed.collection(), position, BATCH);
        if (changes.isEmpty()) {
            return false;
        }
        long last = changes.get(changes.size() - 1).sequence();
        if (tag.equals(FeedCursors.NO_MODEL)) {
            store.inTransaction(transaction -> {
                changes.forEach(change -> strip(transaction, feed, change));
                cursors.write(transaction, feed, tag, last);
                return last;
            });
            positions.put(feed, last);
            return changes.size() == BATCH;
        }
        List<Item> items = reader.read(feed, changes);
        if (pass.run(items, cancel, transaction -> cursors.write(transaction, feed, tag, last))) {
            positions.put(feed, last);
        }
        return changes.size() == BATCH;
    }

    /**
     * Without a model nothing can be embedded anew, but what a deleted text has left must go. The rows stay as marks of where it
     * stood, for the model that may come back.
     */
    private static void strip(DocTransaction transaction, Feed feed, Change change) {
        if (change.kind() == Change.Kind.PUT) {
            return;
        }
        List<Doc> rows = new ArrayList<>(ItemReader.rows(transaction, change.owner(), "item", feed.key(change.id())));
        if (feed == Feed.MESSAGES) {
            rows.addAll(ItemReader.rows(transaction, change.owner(), "previous", change.id()));
        }
        for (Doc row : rows) {
            if (row.blob().isPresent()) {
                // Of this version only: a step may be writing what takes its place.
                transaction.put(
                        EmbeddingRows.NAME,
                        DocWrite.of(change.owner(), row.id(), row.body().with("hash", Json.of("")))
                                .expectVersion(row.version()));
            }
        }
    }

    private String tag(Feed feed) {
        return tags.computeIfAbsent(
                feed,
                key -> models.of(key.space())
                        .map(embedder -> VectorModel.of(embedder.info()).tag())
                        .orElse(FeedCursors.NO_MODEL));
    }

    /** About how many changes were not followed yet; never fewer than there are. */
    long backlog() {
        long sum = 0;
        for (Feed feed : Feed.values()) {
            sum += Math.max(0, store.lastSequence(feed.collection()) - position(feed));
        }
        return sum;
    }

    /** Where the next step goes on; before the first, which may still be loading a model, the least that is known. */
    private long position(Feed feed) {
        Long known = positions.get(feed);
        return known == null ? cursors.least(feed) : known;
    }

    /**
     * Whether more changes than this wait. Sequences are shared by all collections, so the difference that {@link #backlog} takes may be
     * large where a single change waits; this counts where that matters.
     */
    boolean isBehindBy(int limit) {
        if (backlog() <= limit) {
            return false;
        }
        int waiting = 0;
        for (Feed feed : Feed.values()) {
            waiting += store.changes(feed.collection(), position(feed), limit + 1 - waiting)
                    .size();
            if (waiting > limit) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes the vectors of items that are gone from the store out at once, and those of their neighbours, into which they went. Asks no
     * model and waits for none: the steps that follow embed the neighbours anew.
     */
    void removed(Owner owner, Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        for (int from = 0; from < all.size(); from += STRIP) {
            List<String> some = all.subList(from, Math.min(all.size(), from + STRIP));
            Attempts.inTransaction(store, transaction -> {
                for (String key : some) {
                    Change gone = Change.of(0, Change.Kind.DELETED, owner, Feed.id(key), store.now());
                    strip(transaction, Feed.of(key), gone);
                }
                return some.size();
            });
        }
    }

    /** As {@link #removed(Owner, Collection)}, for everything of the owner that was deleted and no step has come to yet. */
    void removed(Owner owner) {
        for (Feed feed : Feed.values()) {
            long after = position(feed);
            List<Change> changes;
            do {
                changes = store.changes(feed.collection(), owner, after, SWEEP);
                List<String> gone = changes.stream()
                        .filter(change -> change.kind() != Change.Kind.PUT)
                        .map(change -> feed.key(change.id()))
                        .toList();
                removed(owner, gone);
                after = changes.isEmpty()
                        ? after
                        : changes.get(changes.size() - 1).sequence();
            } while (changes.size() == SWEEP);
        }
    }

    /** Runs while no step does. */
    void between(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** The models in use now, by space; without those that could not be asked for yet. */
    Map<Space, VectorModel> current() {
        Map<Space, VectorModel> current = new EnumMap<>(Space.class);
        for (Space space : Space.values()) {
            Optional<Embedder> embedder = models.of(space);
            embedder.ifPresent(model -> current.put(space, VectorModel.of(model.info())));
        }
        return current;
    }

    /** Removes what models that are no longer in use have left, once the present ones have everything. */
    private void sweep() {
        if (swept || !models.any()) {
            return;
        }
        List<String> stale = new ArrayList<>();
        for (String id : cursors.all()) {
            boolean used = false;
            for (Feed feed : Feed.values()) {
                used |= FeedCursors.belongs(id, feed, tag(feed));
            }
            if (!used) {
                stale.add(id);
            }
        }
        if (!stale.isEmpty()) {
            sweepRows();
            cursors.delete(stale);
        }
        swept = true;
    }

    private void sweepRows() {
        Map<Space, VectorModel> current = current();
        long after = 0;
        while (true) {
            List<Change> changes = store.changes(EmbeddingRows.NAME, after, SWEEP);
            if (changes.isEmpty()) {
                return;
            }
            store.inTransaction(transaction -> {
                for (Change change : changes) {
                    if (change.kind() == Change.Kind.PUT && isStale(change.id(), current)) {
                        transaction.delete(EmbeddingRows.NAME, change.owner(), change.id());
                    }
                }
                return changes.size();
            });
            after = changes.get(changes.size() - 1).sequence();
        }
    }

    private static boolean isStale(String id, Map<Space, VectorModel> current) {
        Set<String> used = new HashSet<>(Set.of(EmbeddingRows.MARK, CharGrams.MODEL.tag()));
        VectorModel model = current.get(EmbeddingRows.space(EmbeddingRows.entryOf(id)));
        if (model == null) {
            return false;
        }
        used.add(model.tag());
        return !used.contains(EmbeddingRows.tagOf(id));
    }
}
