package io.arkestra.vector.search.internal;

import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.NodesIterator;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.util.Bits;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * JVector's own searcher on a frozen graph over int8 codes, with the full vectors for the best: what {@link GraphSearch} is measured by,
 * in tests and benchmarks. The product never uses it. One search at a time.
 */
public final class ReferenceSearch implements AutoCloseable {
    private final Int8Codes codes;
    private final RowSource rows;
    private final VectorKernels kernels;
    private final GraphSearcher searcher;
    private final SearchRoom room = new SearchRoom();

    public ReferenceSearch(FrozenGraph graph, Int8Codes codes, RowSource rows, VectorKernels kernels) {
        GraphBuilder.settleJVector();
        this.codes = codes;
        this.rows = rows;
        this.kernels = kernels;
        searcher = new GraphSearcher(new Graph(graph, rows.dimension()));
    }

    /**
     * The best of all rows.
     *
     * @param beam how many candidates are kept
     * @param exact how many of the best of them are compared in full precision
     */
    public Found search(float[] query, int limit, int beam, int exact) {
        float[] scaled = codes.query(query);
        byte[] bytes = codes.array();
        int[] one = new int[1];
        float[] score = new float[1];
        ScoreFunction.ExactScoreFunction scores = other -> {
            one[0] = other;
            kernels.dotsOfCodes(scaled, bytes, one, 1, score);
            // JVector drops scores below zero.
            return 0.5f + 0.5f * score[0];
        };
        int wanted = Math.max(exact, limit);
        SearchResult result =
                searcher.search(new DefaultSearchScoreProvider(scores), wanted, Math.max(beam, wanted), 0, 0, Bits.ALL);
        int[] chosen = room.ordinals(result.getNodes().length);
        for (int i = 0; i < result.getNodes().length; i++) {
            chosen[i] = result.getNodes()[i].node;
        }
        return ScanSearch.exact(rows, query, limit, chosen, result.getNodes().length, room);
    }

    @Override
    public void close() throws IOException {
        searcher.close();
    }

    /** A frozen graph in the eyes of JVector: one level. */
    private record Graph(FrozenGraph graph, int dimension) implements ImmutableGraphIndex {
        @Override
        public NodesIterator getNodes(int level) {
            return NodesIterator.fromPrimitiveIterator(
                    IntStream.range(0, graph.size()).iterator(), graph.size());
        }

        @Override
        public View getView() {
            return new OneLevel(graph);
        }

        @Override
        public int maxDegree() {
            return graph.degree();
        }

        @Override
        public List<Integer> maxDegrees() {
            return List.of(graph.degree());
        }

        @Override
        public int getDimension() {
            return dimension;
        }

        @Override
        public boolean isHierarchical() {
            return false;
        }

        @Override
        public int getMaxLevel() {
            return 0;
        }

        @Override
        public int getDegree(int level) {
            return graph.degree();
        }

        @Override
        public double getAverageDegree(int level) {
            return IntStream.of(graph.array()).filter(one -> one >= 0).count() / (double) graph.size();
        }

        @Override
        public int size(int level) {
            return graph.size();
        }

        @Override
        public long ramBytesUsed() {
            return graph.bytes();
        }

        @Override
        public void close() {}
    }

    private record OneLevel(FrozenGraph graph) implements ImmutableGraphIndex.View {
        @Override
        public NodesIterator getNeighborsIterator(int level, int node) {
            int degree = graph.degree();
            int[] all = graph.array();
            int[] own = IntStream.range(node * degree, (node + 1) * degree)
                    .map(i -> all[i])
                    .takeWhile(neighbour -> neighbour >= 0)
                    .toArray();
            return new NodesIterator.ArrayNodesIterator(own);
        }

        @Override
        public void processNeighbors(
                int level,
                int node,
                ScoreFunction scores,
                ImmutableGraphIndex.IntMarker visited,
                ImmutableGraphIndex.NeighborProcessor neighbours) {
            int degree = graph.degree();
            int[] all = graph.array();
            for (int i = node * degree; i < (node + 1) * degree && all[i] >= 0; i++) {
                if (visited.mark(all[i])) {
                    neighbours.process(all[i], scores.similarityTo(all[i]));
                }
            }
        }

        @Override
        public int size() {
            return graph.size();
        }

        @Override
        public ImmutableGraphIndex.NodeAtLevel entryNode() {
            return new ImmutableGraphIndex.NodeAtLevel(0, graph.entryArray()[0]);
        }

        @Override
        public Bits liveNodes() {
            return Bits.ALL;
        }

        @Override
        public boolean contains(int level, int node) {
            return level == 0 && node >= 0 && node < graph.size();
        }

        @Override
        public void close() {}
    }
}
