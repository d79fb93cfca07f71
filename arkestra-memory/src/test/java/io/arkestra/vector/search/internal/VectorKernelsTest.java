package io.arkestra.vector.search.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs twice in every build: in a plain JVM and in one with the Vector API. */
class VectorKernelsTest {
    /** Set by the second run only, so that it cannot pass without the Vector API. */
    private static final boolean VECTOR_API = Boolean.getBoolean("arkestra.test.vectorApi");

    private final VectorKernels best = VectorKernels.best();
    private final Random random = new Random(7);

    @Test
    void best_dependsOnHowTheJvmWasStarted() {
        if (VECTOR_API) {
            assertInstanceOf(PanamaKernels.class, best, best.describe());
        } else {
            assertSame(VectorKernels.plain(), best);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 17, 61, 100, 384, 768, 1023})
    void products_ofAnyLengthAndCount_equalTheSumOfProducts(int length) {
        int rows = 11;
        float[] query = numbers(length);
        float[] others = numbers(rows * length + 5);
        byte[] codes = new byte[rows * length];
        random.nextBytes(codes);
        int[] ordinals = {10, 3, 3, 0, 7, 9, 1};
        float[] scores = new float[rows + 2];
        float[] codeScores = new float[ordinals.length];

        best.dots(query, others, 5, rows, scores, 2);
        best.dotsOfCodes(query, codes, ordinals, ordinals.length, codeScores);

        for (int r = 0; r < rows; r++) {
            double expected = 0;
            for (int i = 0; i < length; i++) {
                expected += (double) query[i] * others[5 + r * length + i];
            }
            assertEquals(expected, scores[2 + r], 1e-3);
            assertEquals(expected, best.dot(query, 0, others, 5 + r * length, length), 1e-3);
        }
        for (int r = 0; r < ordinals.length; r++) {
            double expected = 0;
            for (int i = 0; i < length; i++) {
                expected += (double) query[i] * codes[ordinals[r] * length + i];
            }
            assertEquals(expected, codeScores[r], 0.05);
        }
    }

    private float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return numbers;
    }
}
