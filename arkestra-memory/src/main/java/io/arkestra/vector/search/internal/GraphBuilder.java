package io.arkestra.vector.search.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.NodesIterator;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Builds graphs with JVector, and is the only class of the product that knows it. What JVector needs of the vectors is a score of two rows; it gets it
 * from codes, which is a third faster than from floats and finds as much. Its own search is not used: {@link GraphSearch} walks the
 * exported neighbours several times as fast.
 */
public final class GraphBuilder {
    private static final String PROVIDER_PROPERTY = "jvector.vectorization_provider";
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;
    /** The oldest JDK that JVector has vector code for. */
    private static final int PANAMA_SINCE = 20;

    static {
        settleJVector();
    }

    private GraphBuilder() {}

    /**
     * Chooses what JVector computes with, before it is loaded. Left alone, it unpacks a native library to the temporary directory; what we
     * use of it does not get faster by that.
     */
    static void settleJVector() {
        if (System.getProperty(PROVIDER_PROPERTY) == null) {
            boolean panama =
                    KernelChoice.vectorModulePresent() && Runtime.version().feature() >= PANAMA_SINCE;
            System.setProperty(PROVIDER_PROPERTY, panama ? "panama" : "default");
        }
    }

    /**
     * Builds a graph of the rows below {@code count}, scored by int8 codes; takes 0.2 to 0.4 ms of processor time a row where the kernels
     * have {@link VectorKernels#fastCodes()}.
     *
     * @param pool whose threads do the work; the caller waits
     * @throws CancelledException soon after it is cancelled
     */
    public static FrozenGraph build(
            Int8Codes codes, GraphSpec spec, VectorKernels kernels, ForkJoinPool pool, Cancellation cancel) {
        byte[] bytes = codes.array();
        return build(
                codes.size(),
                codes.dimension(),
                spec,
                ordinal -> {
                    float[] query = codes.query(ordinal);
                    int[] one = new int[1];
                    float[] score = new float[1];
                    return other -> {
                        one[0] = other;
                        kernels.dotsOfCodes(query, bytes, one, 1, score);
                        return score[0];
                    };
                },
                pool,
                cancel);
    }

    /**
     * The same without {@link VectorKernels#fastCodes()}, for a walk over one-bit codes. The rows are scored in four bits, which takes
     * about 250 bytes a row of 384 dimensions meanwhile: one bit against four chooses worse neighbours, floats take longer.
     */
    public static FrozenGraph build(
            OneBitCodes codes, RowSource rows, GraphSpec spec, ForkJoinPool pool, Cancellation cancel) {
        int dimension = rows.dimension();
        float[] centre = codes.book().centre();
        float centreSquared = VectorKernels.plain().dot(centre, 0, centre, 0, dimension);
        BitQuery[] nibbles = new BitQuery[codes.size()];
        float[] row = new float[dimension];
        for (int ordinal = 0; ordinal < nibbles.length; ordinal++) {
            cancel.throwIfCancelled();
            rows.read(ordinal, row);
            nibbles[ordinal] = codes.book().query(row);
        }
        return build(
                nibbles.length,
                dimension,
                spec,
                ordinal -> {
                    BitQuery one = nibbles[ordinal];
                    return other -> BitQuery.product(one, nibbles[other], dimension, centreSquared);
                },
                pool,
                cancel);
    }

    /** The same, scored by the rows themselves. */
    public static FrozenGraph build(RowSource rows, int count, GraphSpec spec, ForkJoinPool pool, Cancellation cancel) {
        return build(
                count,
                rows.dimension(),
                spec,
                ordinal -> {
                    float[] query = new float[rows.dimension()];
                    float[] room = new float[rows.dimension()];
                    rows.read(ordinal, query);
                    int[] one = new int[1];
                    float[] score = new float[1];
                    return other -> {
                        one[0] = other;
                        rows.dots(query, one, 1, score, room);
                        return score[0];
                    };
                },
                pool,
                cancel);
    }

    /** The cosine of one row with others, as exact as the codes are. Used by one thread. */
    private interface RowScore {
        float with(int other);
    }

    private static FrozenGraph build(
            int count,
            int dimension,
            GraphSpec spec,
            IntFunction<RowScore> scores,
            ForkJoinPool pool,
            Cancellation cancel) {
        cancel.throwIfCancelled();
        if (count == 0) {
            return FrozenGraph.of(0, spec.degree(), new int[0], new int[0]);
        }
        try (GraphIndexBuilder builder = new GraphIndexBuilder(
                new Provider(scores),
                dimension,
                spec.degree(),
                spec.beam(),
                OVERFLOW,
                ALPHA,
                false,
                false,
                pool,
                pool)) {
            AtomicInteger next = new AtomicInteger();
            ForkJoinTask<?>[] workers = new ForkJoinTask<?>[pool.getParallelism()];
            for (int i = 0; i < workers.length; i++) {
                workers[i] = pool.submit(() -> {
                    for (int ordinal; (ordinal = next.getAndIncrement()) < count && !cancel.isCancelled(); ) {
                        builder.addGraphNode(ordinal, searchProvider(scores.apply(ordinal)));
                    }
                });
            }
            for (ForkJoinTask<?> worker : workers) {
                worker.join();
            }
            cancel.throwIfCancelled();
            builder.cleanup();
            cancel.throwIfCancelled();
            return export(builder.getGraph(), count, spec.degree());
        } catch (IOException e) {
            throw new UncheckedIOException("A graph in memory could not be closed", e);
        }
    }

    private static FrozenGraph export(ImmutableGraphIndex graph, int count, int degree) throws IOException {
        int[] neighbours = new int[Math.multiplyExact(count, degree)];
        Arrays.fill(neighbours, -1);
        try (ImmutableGraphIndex.View view = graph.getView()) {
            for (int ordinal = 0; ordinal < count; ordinal++) {
                NodesIterator nodes = view.getNeighborsIterator(0, ordinal);
                for (int i = ordinal * degree, end = i + degree; i < end && nodes.hasNext(); i++) {
                    neighbours[i] = nodes.nextInt();
                }
            }
            return FrozenGraph.of(count, degree, neighbours, new int[] {view.entryNode().node});
        }
    }

    private static SearchScoreProvider searchProvider(RowScore score) {
        return new DefaultSearchScoreProvider(new ScoreFunction.ExactScoreFunction() {
            @Override
            public float similarityTo(int other) {
                // JVector drops scores below zero.
                return 0.5f + 0.5f * score.with(other);
            }
        });
    }

    /** What JVector asks about rows. */
    private record Provider(IntFunction<RowScore> scores) implements BuildScoreProvider {
        @Override
        public boolean isExact() {
            return true;
        }

        @Override
        public VectorFloat<?> approximateCentroid() {
            throw new UnsupportedOperationException("A graph without levels keeps its first row as the entry");
        }

        @Override
        public SearchScoreProvider searchProviderFor(VectorFloat<?> vector) {
            throw new UnsupportedOperationException("Rows are scored by their ordinals");
        }

        @Override
        public SearchScoreProvider searchProviderFor(int ordinal) {
            return searchProvider(scores.apply(ordinal));
        }

        @Override
        public SearchScoreProvider diversityProviderFor(int ordinal) {
            return searchProvider(scores.apply(ordinal));
        }
    }
}
