package io.arkestra.vector.search.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.vector.VectorQuery.Effort;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanSearchTest {
    private static final int QUERIES = 50;

    private final VectorKernels kernels = VectorKernels.best();
    private final SearchRoom room = new SearchRoom();

    @ParameterizedTest
    @CsvSource({
        "384, FAST, 0.9",
        "384, BALANCED, 0.97",
        "384, HIGH, 0.99",
        "384, EXACT, 1",
        "61, HIGH, 0.97",
        "100, HIGH, 0.98",
        "768, HIGH, 0.99"
    })
    void search_ofManyRows_findsTheShareOfTheEffort(int dimension, Effort effort, double expected) {
        float[] vectors = TestVectors.clustered(4_000, dimension, 1, 0);
        float[] queries = TestVectors.clustered(QUERIES, dimension, 1, 1);
        HeapRows rows = HeapRows.of(dimension, vectors, kernels);
        OneBitCodes codes = OneBitCodes.encode(Codebook.train(rows, rows.size()), rows, rows.size());
        RowBits all = RowBits.all(rows.size());

        double recall = IntStream.range(0, QUERIES)
                .mapToDouble(i -> {
                    float[] query = TestVectors.row(queries, dimension, i);
                    Found found = ScanSearch.search(codes, rows, query, 10, effort, all, room);
                    assertOrdered(found, vectors, dimension, query);
                    return TestVectors.recall(TestVectors.truth(vectors, dimension, query, 10, all), found);
                })
                .average()
                .orElseThrow();

        assertTrue(recall >= expected, "recall " + recall);
    }

    @Test
    void search_withAcceptedRows_findsOnlyThem() {
        int dimension = 128;
        float[] vectors = TestVectors.clustered(3_000, dimension, 2, 0);
        float[] query = TestVectors.clustered(1, dimension, 2, 1);
        HeapRows rows = HeapRows.of(dimension, vectors, kernels);
        OneBitCodes codes = OneBitCodes.encode(Codebook.train(rows, rows.size()), rows, rows.size());
        RowBits half = RowBits.none(3_000);
        RowBits few = RowBits.none(3_000);
        IntStream.range(0, 3_000).filter(i -> i % 2 == 0).forEach(half::set);
        IntStream.of(5, 1_000, 2_999).forEach(few::set);

        Found ofHalf = ScanSearch.search(codes, rows, query, 10, Effort.HIGH, half, room);
        Found ofFew = ScanSearch.search(codes, rows, query, 10, Effort.FAST, few, room);
        Found named = ScanSearch.search(codes, rows, query, 2, Effort.FAST, new int[] {2_999, 5, 1_000}, 3, room);

        assertTrue(TestVectors.recall(TestVectors.truth(vectors, dimension, query, 10, half), ofHalf) >= 0.9);
        IntStream.range(0, 10).forEach(i -> assertEquals(0, ofHalf.ordinal(i) % 2));
        assertArrayEquals(TestVectors.truth(vectors, dimension, query, 10, few), ordinals(ofFew));
        assertArrayEquals(TestVectors.truth(vectors, dimension, query, 2, few), ordinals(named));
        assertEquals(
                0,
                ScanSearch.search(codes, rows, query, 10, Effort.HIGH, RowBits.none(3_000), room)
                        .size());
    }

    @Test
    void search_ofManyNamedRows_goesThroughTheirCodes() {
        int dimension = 384;
        float[] vectors = TestVectors.clustered(3_000, dimension, 3, 0);
        float[] query = TestVectors.clustered(1, dimension, 3, 1);
        HeapRows rows = HeapRows.of(dimension, vectors, kernels);
        OneBitCodes codes = OneBitCodes.encode(Codebook.train(rows, rows.size()), rows, rows.size());
        RowBits accept = RowBits.none(3_000);
        IntStream.range(0, 3_000).filter(i -> i % 3 != 1).forEach(accept::set);

        Found found = ScanSearch.search(codes, rows, query, 10, Effort.HIGH, accept.toOrdinals(), accept.count(), room);

        assertTrue(TestVectors.recall(TestVectors.truth(vectors, dimension, query, 10, accept), found) >= 0.9);
        IntStream.range(0, 10).forEach(i -> assertTrue(accept.get(found.ordinal(i))));
    }

    @Test
    void search_ofOneRowOrNone_findsIt() {
        float[] vector = TestVectors.clustered(1, 7, 4, 0);
        HeapRows one = HeapRows.of(7, vector, kernels);
        HeapRows none = new HeapRows(7, kernels);
        OneBitCodes oneCode = OneBitCodes.encode(Codebook.train(one, 1), one, 1);
        OneBitCodes noCode = OneBitCodes.encode(Codebook.train(none, 0), none, 0);

        for (Effort effort : Effort.values()) {
            Found found = ScanSearch.search(oneCode, one, vector, 10, effort, RowBits.all(1), room);
            assertEquals(1, found.size());
            assertEquals(1, found.score(0), 1e-5);
            assertEquals(
                    0,
                    ScanSearch.search(noCode, none, vector, 10, effort, RowBits.all(0), room)
                            .size());
        }
    }

    @Test
    void search_ofEqualRows_findsTheFirstOfThem() {
        float[] vector = TestVectors.clustered(1, 384, 5, 0);
        HeapRows rows = new HeapRows(384, kernels);
        for (int i = 0; i < 10_000; i++) {
            rows.append(vector, 0);
        }
        OneBitCodes codes = OneBitCodes.encode(Codebook.train(rows, rows.size()), rows, rows.size());

        Found found = ScanSearch.search(codes, rows, vector, 10, Effort.BALANCED, RowBits.all(10_000), room);

        assertArrayEquals(IntStream.range(0, 10).toArray(), ordinals(found));
        assertEquals(1, found.score(9), 1e-5);
    }

    @Test
    void search_ofRowsThatAreAppendedMeanwhile_findsEveryRowOfItsSnapshot() throws Exception {
        int dimension = 96;
        float[] vectors = TestVectors.clustered(12_000, dimension, 6, 0);
        HeapRows rows = new HeapRows(dimension, kernels);
        OneBitCodes codes = OneBitCodes.growing(Codebook.train(HeapRows.of(dimension, vectors, kernels), 12_000));
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            Future<?> writing = writer.submit(() -> {
                for (int i = 0; i < 12_000; i++) {
                    rows.append(vectors, i * dimension);
                    codes.append(vectors, i * dimension);
                }
            });
            int searches = 0;
            do {
                int size = codes.size();
                for (int ordinal : size == 0 ? new int[0] : new int[] {0, size / 2, size - 1}) {
                    float[] query = TestVectors.row(vectors, dimension, ordinal);
                    Found found = ScanSearch.search(codes, rows, query, 3, Effort.HIGH, RowBits.all(size), room);
                    assertEquals(ordinal, found.ordinal(0));
                    assertEquals(1, found.score(0), 1e-4);
                    searches++;
                }
            } while (!writing.isDone());
            writing.get();
            assertTrue(searches > 0);
            assertEquals(12_000, codes.size());
        } finally {
            writer.shutdownNow();
        }
    }

    @Test
    void codes_writtenAndRead_giveTheSameAnswers() {
        int dimension = 100;
        float[] vectors = TestVectors.clustered(2_500, dimension, 7, 0);
        float[] query = TestVectors.clustered(1, dimension, 7, 1);
        HeapRows rows = HeapRows.of(dimension, vectors, kernels);
        Codebook book = Codebook.train(rows, rows.size());
        OneBitCodes growing = OneBitCodes.growing(book);
        for (int i = 0; i < 2_500; i++) {
            growing.append(vectors, i * dimension);
        }
        LongBuffer written = LongBuffer.allocate(2_500 * book.stride());
        growing.write(written);
        OneBitCodes read = OneBitCodes.read(Codebook.of(book.centre()), written.flip(), 2_500);
        BufferRows buffers = new BufferRows(
                dimension,
                List.of(
                        FloatBuffer.wrap(vectors, 0, 2_000 * dimension).slice(),
                        FloatBuffer.wrap(vectors, 2_000 * dimension, 500 * dimension)
                                .slice()),
                2_000,
                kernels);

        Found expected = ScanSearch.search(growing, rows, query, 20, Effort.FAST, RowBits.all(2_500), room);
        Found found = ScanSearch.search(read, buffers, query, 20, Effort.FAST, RowBits.all(2_500), room);
        Found exact = ScanSearch.search(read, buffers, query, 20, Effort.EXACT, RowBits.all(2_500), room);

        assertArrayEquals(ordinals(expected), ordinals(found));
        assertArrayEquals(TestVectors.truth(vectors, dimension, query, 20, RowBits.all(2_500)), ordinals(exact));
    }

    static int[] ordinals(Found found) {
        return IntStream.range(0, found.size()).map(found::ordinal).toArray();
    }

    static void assertOrdered(Found found, float[] vectors, int dimension, float[] query) {
        for (int i = 0; i < found.size(); i++) {
            float[] row = TestVectors.row(vectors, dimension, found.ordinal(i));
            assertEquals(VectorKernels.plain().dot(query, 0, row, 0, dimension), found.score(i), 1e-5);
            assertTrue(i == 0 || found.score(i) <= found.score(i - 1));
        }
    }
}
