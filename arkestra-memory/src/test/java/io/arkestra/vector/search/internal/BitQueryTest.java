package io.arkestra.vector.search.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitQueryTest {
    private static final VectorKernels KERNELS = VectorKernels.plain();

    @ParameterizedTest
    @ValueSource(ints = {61, 384, 768})
    void products_ofFourBitsAndOfOne_areNearTheCosine(int dimension) {
        int count = 300;
        float[] vectors = TestVectors.clustered(count, dimension, 21, 0);
        HeapRows rows = HeapRows.of(dimension, vectors, KERNELS);
        Codebook book = Codebook.train(rows, count);
        OneBitCodes codes = OneBitCodes.encode(book, rows, count);
        float[] centre = book.centre();
        float centreSquared = KERNELS.dot(centre, 0, centre, 0, dimension);
        BitQuery query = book.query(TestVectors.row(vectors, dimension, 0));
        int[] one = new int[1];
        float[] estimate = new float[1];
        double fourBits = 0;
        double oneBit = 0;
        double spread = 0;
        for (int other = 1; other < count; other++) {
            float cosine = KERNELS.dot(vectors, 0, vectors, other * dimension, dimension);
            one[0] = other;
            codes.estimates(query, one, 1, estimate);
            BitQuery row = book.query(TestVectors.row(vectors, dimension, other));
            fourBits += square(BitQuery.product(query, row, dimension, centreSquared) - cosine);
            oneBit += square(estimate[0] - cosine);
            spread += square(cosine);
        }

        // A wrong sign, plane or term would leave an error as large as the cosines themselves.
        assertTrue(Math.sqrt(fourBits / spread) < 0.15, "four bits: " + Math.sqrt(fourBits / spread));
        assertTrue(Math.sqrt(oneBit / spread) < 0.6, "one bit: " + Math.sqrt(oneBit / spread));
        assertTrue(fourBits < oneBit);
    }

    private static double square(double value) {
        return value * value;
    }
}
