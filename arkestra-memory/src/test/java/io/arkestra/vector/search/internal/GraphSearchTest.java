package io.arkestra.vector.search.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.vector.VectorQuery.Effort;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphSearchTest {
    private static final int DIMENSION = 100;
    private static final int ROWS = 4_000;
    private static final int QUERIES = 100;
    private static final GraphSpec SPEC = new GraphSpec(24, 60);
    private static final VectorKernels KERNELS = VectorKernels.best();

    private static ForkJoinPool pool;
    private static float[] vectors;
    private static float[] queries;
    private static HeapRows rows;
    private static OneBitCodes bits;
    private static Int8Codes bytes;
    private static FrozenGraph graph;

    private final SearchRoom room = new SearchRoom();

    @BeforeAll
    static void build() {
        pool = new ForkJoinPool(2);
        vectors = TestVectors.clustered(ROWS, DIMENSION, 11, 0);
        queries = TestVectors.clustered(QUERIES, DIMENSION, 11, 1);
        rows = HeapRows.of(DIMENSION, vectors, KERNELS);
        bits = OneBitCodes.encode(Codebook.train(rows, ROWS), rows, ROWS);
        bytes = Int8Codes.encode(rows, ROWS);
        graph = GraphBuilder.build(bytes, SPEC, KERNELS, pool, Cancellation.none());
    }

    @AfterAll
    static void end() {
        pool.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"FAST, 0.9", "BALANCED, 0.95", "HIGH, 0.99", "EXACT, 1"})
    void search_overInt8Codes_findsTheShareOfTheEffort(Effort effort, double expected) {
        RowBits all = RowBits.all(ROWS);
        double recall =
                recall(all, query -> GraphSearch.search(graph, bytes, rows, KERNELS, query, 10, effort, all, room));
        assertTrue(recall >= expected, "recall " + recall);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 40, 120})
    void search_withTheBeamOfTheReference_findsAtLeastAsMuch(int beam) throws IOException {
        RowBits all = RowBits.all(ROWS);
        try (ReferenceSearch reference = new ReferenceSearch(graph, bytes, rows, KERNELS)) {
            double expected = recall(all, query -> reference.search(query, 10, beam, beam));
            double recall = recall(
                    all, query -> GraphSearch.search(graph, bytes, rows, KERNELS, query, 10, beam, beam, all, room));
            assertTrue(expected > 0.7, "the reference has only a recall of " + expected);
            assertTrue(recall >= expected, "recall " + recall + ", the reference has " + expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"FAST, 0.8", "BALANCED, 0.9", "HIGH, 0.97"})
    void search_overOneBitOfHundredDimensions_findsMost(Effort effort, double expected) {
        RowBits all = RowBits.all(ROWS);
        double recall = recall(all, query -> GraphSearch.search(graph, bits, rows, query, 10, effort, all, room));
        assertTrue(recall >= expected, "recall " + recall);
    }

    @Test
    void search_withHalfOfTheRows_findsThemAndNoOther() {
        RowBits half = RowBits.none(ROWS);
        IntStream.range(0, ROWS).filter(i -> i % 2 == 1).forEach(half::set);
        double recall = recall(half, query -> {
            Found found = GraphSearch.search(graph, bytes, rows, KERNELS, query, 10, Effort.BALANCED, half, room);
            IntStream.range(0, found.size()).forEach(i -> assertTrue(half.get(found.ordinal(i))));
            return found;
        });
        assertTrue(recall >= 0.95, "recall " + recall);
    }

    @Test
    void search_withOneRowOrNone_findsWhatThereIs() {
        float[] query = TestVectors.row(queries, DIMENSION, 0);
        RowBits one = RowBits.none(ROWS);
        one.set(1_234);
        Found found = GraphSearch.search(graph, bytes, rows, KERNELS, query, 10, Effort.FAST, one, room);
        assertArrayEquals(new int[] {1_234}, ScanSearchTest.ordinals(found));
        assertEquals(
                0,
                GraphSearch.search(graph, bits, rows, query, 10, Effort.FAST, RowBits.none(ROWS), room)
                        .size());
    }

    @Test
    void build_byOneBitCodesOrFloats_isAsGood() {
        RowBits all = RowBits.all(ROWS);
        FrozenGraph byFloats = GraphBuilder.build(rows, ROWS, SPEC, pool, Cancellation.none());
        double recall = recall(
                all, query -> GraphSearch.search(byFloats, bytes, rows, KERNELS, query, 10, Effort.HIGH, all, room));
        assertTrue(recall >= 0.99, "recall " + recall);
        FrozenGraph byBits = GraphBuilder.build(bits, rows, SPEC, pool, Cancellation.none());
        double bitRecall = recall(
                all, query -> GraphSearch.search(byBits, bytes, rows, KERNELS, query, 10, Effort.HIGH, all, room));
        assertTrue(bitRecall >= 0.98, "recall " + bitRecall);
    }

    @Test
    void build_ofEqualRows_leavesNoneOutOfReach() {
        int count = 10_000;
        float[] vector = TestVectors.clustered(1, 16, 12, 0);
        float[] other = TestVectors.clustered(1, 16, 12, 1);
        HeapRows equal = new HeapRows(16, KERNELS);
        for (int i = 0; i < count - 1; i++) {
            equal.append(vector, 0);
        }
        equal.append(other, 0);
        Int8Codes codes = Int8Codes.encode(equal, count);
        FrozenGraph ofEqual = GraphBuilder.build(codes, new GraphSpec(16, 32), KERNELS, pool, Cancellation.none());
        RowBits all = RowBits.all(count);

        Found same = GraphSearch.search(ofEqual, codes, equal, KERNELS, vector, 50, Effort.BALANCED, all, room);
        Found different = GraphSearch.search(ofEqual, codes, equal, KERNELS, other, 1, Effort.EXACT, all, room);

        assertEquals(50, Arrays.stream(ScanSearchTest.ordinals(same)).distinct().count());
        assertEquals(1, same.score(49), 1e-5);
        assertEquals(count - 1, different.ordinal(0));
    }

    @Test
    void search_ofRowsWithoutAPath_findsThem() {
        float[] four = Arrays.copyOf(vectors, 4 * DIMENSION);
        HeapRows fourRows = HeapRows.of(DIMENSION, four, KERNELS);
        Int8Codes codes = Int8Codes.encode(fourRows, 4);
        FrozenGraph cut = FrozenGraph.of(
                4, 4, new int[] {1, -1, -1, -1, 0, -1, -1, -1, 3, 0, -1, -1, 2, -1, -1, -1}, new int[] {0});
        assertArrayEquals(new int[] {2, 3}, cut.orphans());

        for (int ordinal = 0; ordinal < 4; ordinal++) {
            float[] query = TestVectors.row(four, DIMENSION, ordinal);
            Found found =
                    GraphSearch.search(cut, codes, fourRows, KERNELS, query, 1, Effort.BALANCED, RowBits.all(4), room);
            assertEquals(ordinal, found.ordinal(0));
        }
    }

    @Test
    void build_ofOneRowOrNone_works() {
        HeapRows one = HeapRows.of(DIMENSION, Arrays.copyOf(vectors, DIMENSION), KERNELS);
        Int8Codes code = Int8Codes.encode(one, 1);
        FrozenGraph single = GraphBuilder.build(code, SPEC, KERNELS, pool, Cancellation.none());
        FrozenGraph empty = GraphBuilder.build(Int8Codes.encode(one, 0), SPEC, KERNELS, pool, Cancellation.none());
        float[] query = TestVectors.row(queries, DIMENSION, 0);

        assertEquals(
                1,
                GraphSearch.search(single, code, one, KERNELS, query, 10, Effort.HIGH, RowBits.all(1), room)
                        .size());
        assertEquals(0, empty.size());
        assertEquals(
                0,
                GraphSearch.search(empty, code, one, KERNELS, query, 10, Effort.HIGH, RowBits.all(0), room)
                        .size());
    }

    @Test
    void build_cancelledMidway_endsAndLeavesThePoolUsable() {
        CancellationSource source = new CancellationSource();
        RowSource cancelling = new RowSource() {
            @Override
            public int dimension() {
                return DIMENSION;
            }

            @Override
            public void read(int ordinal, float[] target) {
                if (ordinal == 500) {
                    source.cancel("enough");
                }
                assertTrue(ordinal < 1_000, "row " + ordinal + " was added after the build was cancelled");
                rows.read(ordinal, target);
            }

            @Override
            public void dots(float[] query, int[] ordinals, int count, float[] scores, float[] space) {
                rows.dots(query, ordinals, count, scores, space);
            }

            @Override
            public void dotsFrom(float[] query, int ordinal, int count, float[] scores, float[] space) {
                rows.dotsFrom(query, ordinal, count, scores, space);
            }
        };

        assertThrows(CancelledException.class, () -> GraphBuilder.build(cancelling, ROWS, SPEC, pool, source));
        assertEquals(
                300,
                GraphBuilder.build(rows, 300, SPEC, pool, Cancellation.none()).size());
    }

    @Test
    void graph_writtenAndRead_isTheSame_andOneThatLeadsNowhereIsRefused() {
        FrozenGraph read = FrozenGraph.read(ROWS, SPEC.degree(), graph.neighbours(), graph.entries(), graph.orphans());
        Int8Codes codes = Int8Codes.read(bytes.scales(), bytes.codes(), ROWS);
        float[] query = TestVectors.row(queries, DIMENSION, 3);
        RowBits all = RowBits.all(ROWS);

        assertArrayEquals(
                ScanSearchTest.ordinals(
                        GraphSearch.search(graph, bytes, rows, KERNELS, query, 10, Effort.FAST, all, room)),
                ScanSearchTest.ordinals(
                        GraphSearch.search(read, codes, rows, KERNELS, query, 10, Effort.FAST, all, room)));
        assertThrows(
                IllegalArgumentException.class,
                () -> FrozenGraph.read(
                        2, 4, IntBuffer.wrap(new int[] {1, -1, -1, -1, 2, -1, -1, -1}), new int[] {0}, new int[0]));
    }

    private interface Search {
        Found search(float[] query);
    }

    private static double recall(RowBits accept, Search search) {
        return IntStream.range(0, QUERIES)
                .mapToDouble(i -> {
                    float[] query = TestVectors.row(queries, DIMENSION, i);
                    Found found = search.search(query);
                    ScanSearchTest.assertOrdered(found, vectors, DIMENSION, query);
                    return TestVectors.recall(TestVectors.truth(vectors, DIMENSION, query, 10, accept), found);
                })
                .average()
                .orElseThrow();
    }
}
