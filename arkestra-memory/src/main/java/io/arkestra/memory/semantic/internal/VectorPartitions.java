package io.arkestra.memory.semantic.internal;

import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.store.Change;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;

/** The partitions that are in use, each opened when it is first needed. Thread-safe. */
final class VectorPartitions implements AutoCloseable {
    private static final int MAX_OPEN = 128;
    private static final Duration LAST_SAVE = Duration.ofSeconds(5);

    private final DocStore store;
    private final VectorIndexes indexes;
    private final Consumer<String> warnings;
    private final AtomicLong version = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock completing = new ReentrantLock();
    /** Shared by those who use partitions, exclusive for those who close them. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock(true);

    /** Up to which sequence of the rows all partitions were completed; negative while nobody knows. */
    private long completed = -1;

    /**
     * Up to which sequence of the rows the open partitions that are level were settled. What was there before the first of them was opened
     * is read by each itself before it is level.
     */
    private final AtomicLong settled;

    private final Map<VectorPartition, PartitionFollower> open = new LinkedHashMap<>(16, 0.75f, true);

    /** @param store in which {@link EmbeddingRows#SPEC} is defined */
    VectorPartitions(DocStore store, VectorIndexes indexes, Consumer<String> warnings) {
        this.store = store;
        this.indexes = indexes;
        this.warnings = warnings;
        this.settled = new AtomicLong(store.lastSequence(EmbeddingRows.NAME));
    }

    /** Rows have changed. */
    void changed() {
        version.incrementAndGet();
    }

    /**
     * Uses a partition. One whose files turn out to be unusable is dropped and made anew from the rows.
     *
     * @param rebuilt told when that happened
     */
    <T> T with(Owner owner, Space space, VectorModel model, Runnable rebuilt, Function<PartitionFollower, T> action) {
        VectorPartition partition =
                VectorPartition.of(owner, EmbeddingRows.collection(space), model.id(), model.dimension());
        try {
            return with(partition, action);
        } catch (VectorIndexException e) {
            if (!e.code().equals("vector.io")) {
                throw e;
            }
            warnings.accept("The vectors of " + partition.collection() + " are indexed anew: " + e.getMessage());
            rebuilt.run();
            drop(partition);
            return with(partition, action);
        }
    }

    private <T> T with(VectorPartition partition, Function<PartitionFollower, T> action) {
        use.readLock().lock();
        try {
            return action.apply(follower(partition));
        } finally {
            use.readLock().unlock();
        }
    }

    private PartitionFollower follower(VectorPartition partition) {
        lock.lock();
        try {
            PartitionFollower known = open.get(partition);
            if (known == null) {
                known = new PartitionFollower(
                        store,
                        indexes.open(partition),
                        EmbeddingRows.spaceOf(partition.collection()).orElseThrow(),
                        version,
                        warnings);
                open.put(partition, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private List<PartitionFollower> followers() {
        lock.lock();
        try {
            return List.copyOf(open.values());
        } finally {
            lock.unlock();
        }
    }

    /** Applies everything to the open partitions, and saves those where that is worth it. */
    void settle() {
        use.readLock().lock();
        try {
            // Whose rows changed is asked once, not by each partition: many people may have one, and one of them spoke.
            Changes since = changedSince(settled.get());
            for (PartitionFollower follower : followers()) {
                if (follower.isLevel()
                        && !since.owners().contains(follower.index().partition().owner())) {
                    continue;
                }
                follower.follow();
                if (follower.isWorthSaving()) {
                    follower.save();
                }
            }
            settled.accumulateAndGet(since.last(), Math::max);
        } catch (VectorIndexException | CompletionException e) {
            behind(e);
        } finally {
            use.readLock().unlock();
        }
        closeIdle();
    }

    /** Applies everything to the partitions of an owner, on disk or open. */
    void settle(Owner owner) {
        for (VectorPartition partition : own()) {
            if (partition.owner().equals(owner)) {
                try {
                    with(partition, follower -> {
                        follower.follow();
                        return true;
                    });
                } catch (VectorIndexException e) {
                    behind(e);
                }
            }
        }
        closeIdle();
    }

    /**
     * Applies everything to all partitions that are open or whose rows have changed since this was last done, and makes it survive a
     * restart; nothing of removed and replaced rows is left in their files then.
     */
    void complete() {
        completing.lock();
        try {
            long end = store.lastSequence(EmbeddingRows.NAME);
            Optional<Set<Owner>> touched = completed < 0
                    ? Optional.empty()
                    : Optional.of(changedSince(completed).owners());
            boolean all = true;
            for (VectorPartition partition : own()) {
                if (touched.isEmpty() || touched.get().contains(partition.owner()) || isOpen(partition)) {
                    all &= complete(partition);
                    closeIdle();
                }
            }
            if (all) {
                completed = end;
            }
        } finally {
            completing.unlock();
        }
    }

    private boolean isOpen(VectorPartition partition) {
        lock.lock();
        try {
            return open.containsKey(partition);
        } finally {
            lock.unlock();
        }
    }

    private List<VectorPartition> own() {
        return indexes.partitions().stream()
                .filter(partition ->
                        EmbeddingRows.spaceOf(partition.collection()).isPresent())
                .toList();
    }

    private record Changes(Set<Owner> owners, long last) {}

    private Changes changedSince(long sequence) {
        Set<Owner> owners = new HashSet<>();
        List<Change> changes;
        long after = sequence;
        do {
            changes = store.changes(EmbeddingRows.NAME, after, DocQuery.MAX_LIMIT);
            for (Change change : changes) {
                owners.add(change.owner());
                after = change.sequence();
            }
        } while (!changes.isEmpty());
        return new Changes(owners, after);
    }

    /** What takes long is waited for without keeping others from their partitions. */
    private boolean complete(VectorPartition partition) {
        try {
            with(partition, follower -> {
                        follower.follow();
                        VectorStats stats = follower.index().stats();
                        return stats.dead() > 0
                                ? follower.index().compact()
                                : follower.index().checkpoint();
                    })
                    .toCompletableFuture()
                    .join();
            return true;
        } catch (VectorIndexException | CompletionException e) {
            behind(e);
            return false;
        }
    }

    private void behind(RuntimeException cause) {
        warnings.accept("A vector index could not be brought up to date: " + cause.getMessage()
                + "; the next search goes on with it");
    }

    private void closeIdle() {
        if (followers().size() <= MAX_OPEN) {
            // Searches need not be held up for nothing.
            return;
        }
        use.writeLock().lock();
        lock.lock();
        try {
            Iterator<PartitionFollower> followers = open.values().iterator();
            while (open.size() > MAX_OPEN) {
                followers.next().index().close();
                followers.remove();
            }
        } finally {
            lock.unlock();
            use.writeLock().unlock();
        }
    }

    private void drop(VectorPartition partition) {
        use.writeLock().lock();
        lock.lock();
        try {
            open.remove(partition);
            indexes.drop(partition);
        } finally {
            lock.unlock();
            use.writeLock().unlock();
        }
    }

    void drop(Owner owner) {
        use.writeLock().lock();
        lock.lock();
        try {
            open.keySet().removeIf(partition -> partition.owner().equals(owner));
            indexes.drop(owner);
        } finally {
            lock.unlock();
            use.writeLock().unlock();
        }
    }

    /** Drops partitions of models that are no longer in use. */
    void keepOnly(Map<Space, VectorModel> current) {
        for (VectorPartition partition : indexes.partitions()) {
            boolean known = false;
            boolean used = partition.model().equals(CharGrams.MODEL.id());
            for (Space space : Space.values()) {
                if (EmbeddingRows.collection(space).equals(partition.collection())) {
                    VectorModel model = current.get(space);
                    known |= model != null;
                    used |= model != null
                            && model.id().equals(partition.model())
                            && model.dimension() == partition.dimension();
                }
            }
            if (known && !used) {
                drop(partition);
            }
        }
    }

    List<String> describe() {
        List<String> lines = new ArrayList<>(indexes.describe());
        long live = 0;
        for (PartitionFollower follower : followers()) {
            live += follower.index().stats().live();
        }
        lines.add("vectors in use: " + live + " in " + followers().size() + " partitions");
        return lines;
    }

    /** Saves what took long to make, but waits no longer than that is worth. */
    @Override
    public void close() {
        use.writeLock().lock();
        lock.lock();
        try {
            List<CompletableFuture<Void>> saves = new ArrayList<>();
            for (PartitionFollower follower : open.values()) {
                if (follower.isWorthSaving()) {
                    saves.add(follower.index().checkpoint().toCompletableFuture());
                }
            }
            CompletableFuture.allOf(saves.toArray(CompletableFuture[]::new))
                    .get(LAST_SAVE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | VectorIndexException e) {
            warnings.accept("Not all vectors could be saved when the memory was closed: " + e.getMessage()
                    + "; the next start reads them from the store");
        } finally {
            open.clear();
            lock.unlock();
            use.writeLock().unlock();
            indexes.close();
        }
    }
}
