package io.arkestra.benchmarks.vector;

import io.arkestra.vector.search.internal.ReferenceSearch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JVector's searcher over Arkestra's graph and int8 codes: what the walk alone makes of the difference. */
final class JVectorOnOurGraph implements VectorEngine {
    private final ArkestraGraph graph = new ArkestraGraph(false);
    private @Nullable ReferenceSearch search;

    @Override
    public String name() {
        return "JVector 4.0.2, search on our graph";
    }

    @Override
    public void build(float[][] vectors) {
        graph.build(vectors);
        search = graph.reference();
    }

    @Override
    public int[] search(float[] query, int limit, int effort) {
        return ArkestraScan.ids(
                Objects.requireNonNull(search).search(query, limit, effort, Math.min(effort, 3 * limit)));
    }

    @Override
    public int leastEffort() {
        return graph.leastEffort();
    }

    @Override
    public int mostEffort() {
        return graph.mostEffort();
    }

    @Override
    public long bytes() {
        return graph.bytes();
    }

    @Override
    public void close() throws Exception {
        if (search != null) {
            search.close();
        }
    }
}
