package io.arkestra.embedding.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.testkit.TestProviderContext;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OnnxEmbedderTest {
    private static Embedders models;
    private static Embedder embedder;

    @BeforeAll
    static void open() {
        models = new OnnxEmbedderProvider().open(TestProviderContext.builder().build());
        embedder = models.find(EmbeddingPurpose.CONVERSATION).orElseThrow();
        embedder.ready().toCompletableFuture().join();
    }

    @AfterAll
    static void close() {
        models.close();
    }

    private static float[] vector(String text) {
        return embedder.embed(List.of(text), EmbeddingRole.PASSAGE, Cancellation.none())
                .get(0);
    }

    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    @Test
    void embed_sameTextAmongOthers_hasTheSameVector() {
        float[] alone = vector("The cat sat on the mat");
        List<float[]> together = embedder.embed(
                List.of(
                        "A much longer text that stands beside it and would change its scale",
                        "The cat sat on the mat"),
                EmbeddingRole.PASSAGE,
                Cancellation.none());

        assertArrayEquals(alone, together.get(1));
        assertEquals(1, cosine(alone, alone), 1e-5);
        assertEquals(384, alone.length);
    }

    @Test
    void embed_relatedTexts_areNearerThanOthers() {
        float[] question = embedder.embed(
                        List.of("Where did my sister move?"), EmbeddingRole.QUERY, Cancellation.none())
                .get(0);

        assertTrue(cosine(question, vector("My sister relocated to Lisbon"))
                > cosine(question, vector("The stock market fell on Monday")));
    }

    @Test
    void embed_longText_isRefusedAndChunked() {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(120);

        EmbeddingException failure = assertThrows(
                EmbeddingException.class,
                () -> embedder.embed(List.of(text), EmbeddingRole.PASSAGE, Cancellation.none()));

        assertEquals("embedding.too-long", failure.code());
        assertTrue(embedder.chunks(text, 512, 32).size() > 1);
        embedder.chunks(text, 512, 32)
                .forEach(chunk -> assertTrue(
                        embedder.countTokens(chunk.in(text), EmbeddingRole.PASSAGE) <= 512, chunk::toString));
    }

    @Test
    void language_selfTest_tellsEnglishFromRussian() {
        assertTrue(embedder.language(Locale.ENGLISH).understood());
        assertFalse(embedder.language(Locale.forLanguageTag("ru")).understood());
        assertTrue(embedder.understands("Where did I put the keys?"));
        assertFalse(embedder.understands("Куда я положил ключи от машины?"));
    }

    @Test
    void describe_modelInUseAndModelNotAskedFor_tellsTheStateOfNow() {
        vector("in use");

        List<String> lines = models.describe();

        assertTrue(lines.get(0).startsWith("conversation: e5-small-v2-q, e5-small-v2-q"), lines.toString());
        assertTrue(lines.get(2).endsWith("loaded when it is first needed"), lines.toString());
    }
}
