package io.arkestra.benchmarks.vector;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** JVector as it comes: floats on the heap, its own searcher; 32 neighbours, beam 100, as its documents recommend. */
final class JVectorEngine implements VectorEngine {
    private static final VectorSimilarityFunction DOT = VectorSimilarityFunction.DOT_PRODUCT;

    private final VectorTypeSupport types = VectorizationProvider.getInstance().getVectorTypeSupport();
    private final ForkJoinPool pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors());
    private @Nullable RandomAccessVectorValues values;
    private @Nullable GraphIndexBuilder builder;
    private @Nullable GraphSearcher searcher;

    @Override
    public String name() {
        return "JVector 4.0.2";
    }

    @Override
    public void build(float[][] vectors) {
        List<VectorFloat<?>> list = new ArrayList<>();
        for (float[] vector : vectors) {
            list.add(types.createFloatVector(vector));
        }
        RandomAccessVectorValues all = new ListRandomAccessVectorValues(list, vectors[0].length);
        BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(all, DOT);
        GraphIndexBuilder graph =
                new GraphIndexBuilder(scores, vectors[0].length, 32, 100, 1.2f, 1.2f, true, true, pool, pool);
        ImmutableGraphIndex built = graph.build(all);
        values = all;
        builder = graph;
        searcher = new GraphSearcher(built);
    }

    @Override
    public int[] search(float[] query, int limit, int effort) {
        SearchResult result = java.util.Objects.requireNonNull(searcher)
                .search(
                        DefaultSearchScoreProvider.exact(
                                types.createFloatVector(query), DOT, java.util.Objects.requireNonNull(values)),
                        limit,
                        effort,
                        0,
                        0,
                        Bits.ALL);
        int[] ids = new int[result.getNodes().length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = result.getNodes()[i].node;
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

    @Override
    public long bytes() {
        RandomAccessVectorValues all = java.util.Objects.requireNonNull(values);
        return java.util.Objects.requireNonNull(builder).getGraph().ramBytesUsed()
                + (long) all.size() * all.dimension() * Float.BYTES;
    }

    @Override
    public void close() throws Exception {
        if (searcher != null) {
            searcher.close();
        }
        if (builder != null) {
            builder.close();
        }
        pool.shutdown();
    }
}
