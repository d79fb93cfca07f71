package io.arkestra.langchain4j;

import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorFilter;
import io.arkestra.vector.VectorHit;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorResult;
import io.arkestra.vector.VectorStats;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One partition in an embedding store. Searches share a lock, a batch has it alone: a search sees all of a batch or nothing. */
final class EmbeddingStoreIndex implements VectorIndex {
    private final VectorPartition partition;
    private final PartitionRows rows;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<String> ids = new HashSet<>();
    private final VectorSample sample = new VectorSample();
    private long applied;
    private volatile boolean closed;

    EmbeddingStoreIndex(VectorPartition partition, PartitionRows rows) {
        this.partition = partition;
        this.rows = rows;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public VectorPartition partition() {
        return partition;
    }

    @Override
    public void upsert(long sequence, List<VectorEntry> entries) {
        Map<String, float[]> vectors = new LinkedHashMap<>();
        entries.forEach(entry -> vectors.put(entry.id(), unit(entry.vector())));
        alone(() -> {
            if (sequence > applied && !vectors.isEmpty()) {
                forget(vectors.keySet());
                rows.add(vectors);
                ids.addAll(vectors.keySet());
                vectors.forEach(sample::put);
            }
            return null;
        });
    }

    @Override
    public void remove(long sequence, Collection<String> gone) {
        alone(() -> {
            if (sequence > applied) {
                forget(gone);
            }
            return null;
        });
    }

    private void forget(Collection<String> gone) {
        Set<String> there = new HashSet<>(gone);
        there.retainAll(ids);
        if (!there.isEmpty()) {
            rows.remove(there);
            ids.removeAll(there);
            there.forEach(sample::remove);
        }
    }

    @Override
    public void advance(long sequence) {
        alone(() -> {
            applied = Math.max(applied, sequence);
            return null;
        });
    }

    @Override
    public void clear() {
        alone(() -> {
            rows.removeAll();
            ids.clear();
            sample.clear();
            applied = 0;
            return null;
        });
    }

    @Override
    public VectorResult search(VectorQuery query) {
        if (!query.model().equals(partition.model())) {
            throw new VectorIndexException(
                    "model",
                    "The query is of the model " + query.model() + "; the partition has " + partition.model(),
                    null);
        }
        float[] wanted = unit(query.vector());
        return shared(() -> {
            query.cancel().throwIfCancelled();
            if (ids.isEmpty()) {
                return VectorResult.of(List.of(), 0, 0);
            }
            List<VectorHit> hits = hits(query, wanted).stream()
                    .filter(hit -> hit.score() >= query.minimum())
                    .limit(query.limit())
                    .toList();
            return VectorResult.of(hits, sample.mean(wanted), sample.deviation(wanted));
        });
    }

    private List<VectorHit> hits(VectorQuery query, float[] wanted) {
        VectorFilter filter = query.filter();
        if (filter instanceof VectorFilter.All) {
            return nearest(query, wanted, id -> true);
        }
        Predicate<String> test =
                filter instanceof VectorFilter.Ids some ? some.ids()::contains : ((VectorFilter.Where) filter).test();
        List<String> allowed = ids.stream().filter(test).toList();
        return allowed.size() <= PartitionRows.MOST_IDS
                ? ordered(rows(wanted, allowed), wanted)
                : nearest(query, wanted, Set.copyOf(allowed)::contains);
    }

    private List<PartitionRows.Row> rows(float[] wanted, List<String> some) {
        return some.isEmpty() ? List.of() : rows.rows(wanted, some);
    }

    /** Asks for more until enough of them pass, and until nothing further has the score of the last one: ties are ordered by id. */
    private List<VectorHit> nearest(VectorQuery query, float[] wanted, Predicate<String> allowed) {
        for (int asked = 2 * query.limit() + 16; ; asked *= 4) {
            query.cancel().throwIfCancelled();
            List<VectorHit> found = ordered(rows.nearest(wanted, Math.min(asked, ids.size())), wanted);
            List<VectorHit> passing =
                    found.stream().filter(hit -> allowed.test(hit.id())).toList();
            boolean all = asked >= ids.size();
            if (all || passing.size() >= query.limit() && beyond(found, passing.get(query.limit() - 1))) {
                return passing;
            }
        }
    }

    private static boolean beyond(List<VectorHit> found, VectorHit last) {
        return found.get(found.size() - 1).score() < last.score() - 1e-6;
    }

    private static List<VectorHit> ordered(List<PartitionRows.Row> rows, float[] wanted) {
        return rows.stream()
                .map(row -> VectorHit.of(row.id(), VectorSample.dot(row.vector(), wanted)))
                .sorted(Comparator.comparingDouble(VectorHit::score).reversed().thenComparing(VectorHit::id))
                .toList();
    }

    @Override
    public Map<String, float[]> vectors(Collection<String> some) {
        return shared(() -> {
            List<String> there = some.stream().distinct().filter(ids::contains).toList();
            Map<String, float[]> vectors = new LinkedHashMap<>();
            float[] any = new float[partition.dimension()];
            any[0] = 1;
            for (int from = 0; from < there.size(); from += PartitionRows.MOST_IDS) {
                List<String> group = there.subList(from, Math.min(there.size(), from + PartitionRows.MOST_IDS));
                rows.rows(any, group)
                        .forEach(row -> vectors.put(row.id(), row.vector().clone()));
            }
            return vectors;
        });
    }

    @Override
    public long appliedSequence() {
        return shared(() -> applied);
    }

    /** At once: nothing of it survives a restart anyway. */
    @Override
    public CompletionStage<Void> checkpoint() {
        return closed ? CompletableFuture.failedStage(closedFailure()) : CompletableFuture.completedStage(null);
    }

    /** At once: whether a store leaves anything of removed entries behind is its own business. */
    @Override
    public CompletionStage<Void> compact() {
        return checkpoint();
    }

    @Override
    public VectorStats stats() {
        return shared(() -> VectorStats.of(
                ids.size(), 0, ids.isEmpty() ? 0 : 1, 0, sample.bytes() + 64L * ids.size(), 0, applied, 0));
    }

    /** What is in the store stays there until the partition is opened again or dropped. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Of length 1. */
    private float[] unit(float[] vector) {
        if (vector.length != partition.dimension()) {
            throw new VectorIndexException(
                    "model",
                    "A vector has " + vector.length + " numbers; the partition has " + partition.dimension(),
                    null);
        }
        double squares = VectorSample.dot(vector, vector);
        if (!(squares > 0) || Double.isInfinite(squares)) {
            throw new VectorIndexException("value", "A vector is zero or holds what is no finite number", null);
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }

    private VectorIndexException closedFailure() {
        return new VectorIndexException("closed", "The partition is closed", null);
    }

    private <T extends @Nullable Object> void alone(Supplier<T> work) {
        locked(lock.writeLock(), work);
    }

    private <T extends @Nullable Object> T shared(Supplier<T> work) {
        return locked(lock.readLock(), work);
    }

    private <T extends @Nullable Object> T locked(Lock side, Supplier<T> work) {
        side.lock();
        try {
            if (closed) {
                throw closedFailure();
            }
            return work.get();
        } finally {
            side.unlock();
        }
    }
}
