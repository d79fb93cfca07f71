package io.arkestra.benchmarks.vector;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** hnswlib in Java: 16 neighbours, beam 100. */
final class HnswlibEngine implements VectorEngine {
    private record Entry(Integer id, float[] vector) implements Item<Integer, float[]> {
        private static final long serialVersionUID = 1L;

        @Override
        public int dimensions() {
            return vector.length;
        }
    }

    private @Nullable HnswIndex<Integer, float[], Entry, Float> index;

    @Override
    public String name() {
        return "hnswlib-core 1.2.1";
    }

    @Override
    public void build(float[][] vectors) throws Exception {
        HnswIndex<Integer, float[], Entry, Float> built = HnswIndex.newBuilder(
                        vectors[0].length, DistanceFunctions.FLOAT_INNER_PRODUCT, vectors.length)
                .withM(16)
                .withEfConstruction(100)
                .build();
        List<Entry> entries = new ArrayList<>();
        for (int id = 0; id < vectors.length; id++) {
            entries.add(new Entry(id, vectors[id]));
        }
        built.addAll(entries, Runtime.getRuntime().availableProcessors(), (done, max) -> {}, vectors.length);
        index = built;
    }

    @Override
    public int[] search(float[] query, int limit, int effort) {
        HnswIndex<Integer, float[], Entry, Float> built = Objects.requireNonNull(index);
        built.setEf(effort);
        List<SearchResult<Entry, Float>> found = built.findNearest(query, limit);
        int[] ids = new int[found.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = found.get(i).item().id();
        }
        return ids;
    }

    @Override
    public int leastEffort() {
        return 10;
    }

    @Override
    public int mostEffort() {
        return 1_000;
    }

    /** It does not say; not counted. */
    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}
}
