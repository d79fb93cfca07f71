package io.arkestra.memory.semantic.internal;

import io.arkestra.store.Change;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One partition of the vector index and how far it has followed its owner's rows. Thread-safe. */
final class PartitionFollower {
    private static final int BATCH = 512;
    /** Rows that were applied but would have to be read again after a restart. */
    private static final long WORTH_SAVING = 256;

    private final DocStore store;
    private final VectorIndex index;
    private final SemanticIndex.Space space;
    private final String tag;
    private final AtomicLong version;
    private final Consumer<String> warnings;
    private final ReentrantLock lock = new ReentrantLock();
    private long seen = -1;
    /** Up to which sequence rows were applied, as far as this knows. */
    private long reached;

    /** @param version changes whenever rows do, so that nobody asks the store in vain */
    PartitionFollower(
            DocStore store,
            VectorIndex index,
            SemanticIndex.Space space,
            AtomicLong version,
            Consumer<String> warnings) {
        this.store = store;
        this.index = index;
        this.space = space;
        this.tag = new VectorModel(index.partition().model(), index.partition().dimension()).tag();
        this.version = version;
        this.warnings = warnings;
        if (index.appliedSequence() > store.lastSequence(EmbeddingRows.NAME)) {
            // The store was restored from a backup: what came after it is not true any more.
            index.clear();
        }
    }

    VectorIndex index() {
        return index;
    }

    /**
     * Applies everything that is in the store, whether or not it was told of: rows can be read before those who watch them hear of it, and
     * whoever counts them as applied is not told again whose they were.
     */
    void follow() {
        lock.lock();
        try {
            seen = -1;
            catchUp(Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** Applies at most so many batches of rows; asks for none when none were told of. Returns whether everything is applied. */
    boolean catchUp(int batches) {
        lock.lock();
        try {
            for (int i = 0; i < batches; i++) {
                long now = version.get();
                // Files that turn out to be damaged empty the index; what was applied has to come again then.
                if (seen == now && index.stats().appliedSequence() >= reached) {
                    return true;
                }
                if (!step()) {
                    seen = now;
                    return true;
                }
            }
            seen = -1;
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether everything was applied when it was last caught up with, and is still there: files that turn out to be damaged empty the index. */
    boolean isLevel() {
        lock.lock();
        try {
            return seen >= 0 && index.stats().appliedSequence() >= reached;
        } finally {
            lock.unlock();
        }
    }

    /** Also says how far this got, so that an index that empties itself meanwhile is behind it. */
    private boolean step() {
        reached = index.appliedSequence();
        List<Change> changes =
                store.changes(EmbeddingRows.NAME, index.partition().owner(), reached, BATCH);
        if (changes.isEmpty()) {
            return false;
        }
        List<Change> own = changes.stream().filter(this::isOwn).toList();
        Map<String, Doc> docs = new HashMap<>();
        for (Doc doc : store.fetch(
                EmbeddingRows.NAME,
                own.stream().filter(change -> change.kind() == Change.Kind.PUT).toList())) {
            docs.put(doc.id(), doc);
        }
        // In runs of the same kind, in order: a sequence that was applied is never applied again.
        List<VectorEntry> upserts = new ArrayList<>();
        List<String> removals = new ArrayList<>();
        long last = 0;
        for (Change change : own) {
            Doc doc = docs.get(change.id());
            float[] vector = doc == null ? null : vector(doc);
            if (vector == null && !upserts.isEmpty() || vector != null && !removals.isEmpty()) {
                apply(last, upserts, removals);
            }
            String entry = EmbeddingRows.entryOf(change.id());
            if (vector == null) {
                removals.add(entry);
            } else {
                upserts.add(VectorEntry.of(entry, vector));
            }
            last = change.sequence();
        }
        apply(last, upserts, removals);
        reached = changes.get(changes.size() - 1).sequence();
        index.advance(reached);
        return changes.size() == BATCH;
    }

    private boolean isOwn(Change change) {
        return change.id().startsWith(tag + "/") && EmbeddingRows.space(EmbeddingRows.entryOf(change.id())) == space;
    }

    private void apply(long sequence, List<VectorEntry> upserts, List<String> removals) {
        if (!upserts.isEmpty()) {
            index.upsert(sequence, List.copyOf(upserts));
        }
        if (!removals.isEmpty()) {
            index.remove(sequence, List.copyOf(removals));
        }
        upserts.clear();
        removals.clear();
    }

    private float @org.jspecify.annotations.Nullable [] vector(Doc doc) {
        float[] vector =
                EmbeddingRows.vector(doc, index.partition().dimension()).orElse(null);
        if (vector == null) {
            if (doc.blob().isPresent()) {
                warnings.accept("Vector " + doc.id() + " does not have "
                        + index.partition().dimension() + " dimensions and is left out");
            }
            return null;
        }
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        if (!Double.isFinite(square) || square == 0) {
            warnings.accept("Vector " + doc.id() + " is zero or not finite and is left out");
            return null;
        }
        return vector;
    }

    /** Makes what was applied survive a restart. */
    void save() {
        index.checkpoint().toCompletableFuture().join();
    }

    boolean isWorthSaving() {
        VectorStats stats = index.stats();
        return stats.appliedSequence() - stats.savedSequence() > WORTH_SAVING;
    }
}
