package io.arkestra.memory.semantic.internal;

import io.arkestra.spi.ProviderContext;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorFilter;
import io.arkestra.vector.VectorHit;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexProvider;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorResult;
import io.arkestra.vector.VectorStats;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A vector index that compares everything and keeps nothing: what the real one has to agree with. */
public final class ExactVectors implements VectorIndexProvider {
    final Map<VectorPartition, Partition> open = new ConcurrentHashMap<>();

    @Override
    public String id() {
        return "exact";
    }

    @Override
    public VectorIndexes open(ProviderContext context) {
        return new VectorIndexes() {
            @Override
            public VectorIndex open(VectorPartition partition) {
                return open.computeIfAbsent(partition, Partition::new);
            }

            @Override
            public List<VectorPartition> partitions() {
                return List.copyOf(open.keySet());
            }

            @Override
            public void drop(VectorPartition partition) {
                open.remove(partition);
            }

            @Override
            public void drop(Owner owner) {
                open.keySet().removeIf(partition -> partition.owner().equals(owner));
            }

            @Override
            public List<String> describe() {
                return List.of("exact");
            }

            @Override
            public void close() {
                open.clear();
            }
        };
    }

    /** Everything of one owner, by model and entry. */
    Map<String, List<Float>> contents(Owner owner) {
        Map<String, List<Float>> contents = new TreeMap<>();
        open.forEach((partition, index) -> {
            if (partition.owner().equals(owner)) {
                index.entries.forEach((id, vector) -> {
                    List<Float> values = new ArrayList<>();
                    for (float value : vector) {
                        values.add(value);
                    }
                    contents.put(partition.model() + " " + id, values);
                });
            }
        });
        return contents;
    }

    /** As when files turn out to be damaged: content and sequence are gone without anybody having been told. */
    void lose(Owner owner) {
        of(owner).forEach(Partition::lose);
    }

    private List<Partition> of(Owner owner) {
        return open.values().stream()
                .filter(index -> index.partition().owner().equals(owner))
                .toList();
    }

    static final class Partition implements VectorIndex {
        private final VectorPartition partition;
        private final Map<String, float[]> entries = new ConcurrentHashMap<>();
        private long applied;
        private boolean lost;
        /** Loses everything right after the follower has asked how far the feed was applied. */
        volatile boolean losesOnceAsked;

        Partition(VectorPartition partition) {
            this.partition = partition;
        }

        @Override
        public VectorPartition partition() {
            return partition;
        }

        @Override
        public synchronized void upsert(long sequence, List<VectorEntry> batch) {
            if (sequence > applied) {
                batch.forEach(entry -> entries.put(entry.id(), entry.vector()));
            }
        }

        @Override
        public synchronized void remove(long sequence, Collection<String> ids) {
            if (sequence > applied) {
                entries.keySet().removeAll(ids);
            }
        }

        @Override
        public synchronized void advance(long sequence) {
            if (!lost) {
                applied = Math.max(applied, sequence);
            }
        }

        @Override
        public synchronized void clear() {
            entries.clear();
            applied = 0;
            lost = false;
        }

        private synchronized void lose() {
            clear();
            lost = true;
        }

        @Override
        public VectorResult search(VectorQuery query) {
            List<VectorHit> hits = new ArrayList<>();
            double sum = 0;
            double squares = 0;
            for (Map.Entry<String, float[]> entry : entries.entrySet()) {
                double cosine = 0;
                for (int i = 0; i < partition.dimension(); i++) {
                    cosine += (double) entry.getValue()[i] * query.vector()[i];
                }
                sum += cosine;
                squares += cosine * cosine;
                if (passes(query.filter(), entry.getKey())) {
                    hits.add(VectorHit.of(entry.getKey(), cosine));
                }
            }
            hits.sort(Comparator.comparingDouble(VectorHit::score).reversed().thenComparing(VectorHit::id));
            int count = entries.size();
            double mean = count == 0 ? 0 : sum / count;
            double deviation = count < 2 ? 0 : Math.sqrt(Math.max(0, squares / count - mean * mean));
            return VectorResult.of(hits.subList(0, Math.min(query.limit(), hits.size())), mean, deviation);
        }

        private static boolean passes(VectorFilter filter, String id) {
            if (filter instanceof VectorFilter.Where where) {
                return where.test().test(id);
            }
            return !(filter instanceof VectorFilter.Ids ids) || ids.ids().contains(id);
        }

        @Override
        public Map<String, float[]> vectors(Collection<String> ids) {
            Map<String, float[]> vectors = new HashMap<>();
            for (String id : ids) {
                float[] vector = entries.get(id);
                if (vector != null) {
                    vectors.put(id, vector);
                }
            }
            return vectors;
        }

        @Override
        public synchronized long appliedSequence() {
            lost = false;
            long asked = applied;
            if (losesOnceAsked) {
                losesOnceAsked = false;
                lose();
            }
            return asked;
        }

        @Override
        public CompletionStage<Void> checkpoint() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> compact() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public synchronized VectorStats stats() {
            return VectorStats.of(entries.size(), 0, 0, 0, 0, 0, applied, applied);
        }

        @Override
        public void close() {}
    }
}
