package io.arkestra.llm.llamacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Health;
import io.arkestra.common.Json;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import io.arkestra.testkit.TestProviderContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reranking and embeddings behind a fake llama-server. */
class LlamaServerVectorsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final FakeLlmServer server = FakeLlmServer.llamaServer();
    private final TestProviderContext context = TestProviderContext.builder()
            .settings(Json.object()
                    .put("url", server.uri().toString())
                    .put("model", "tiny model")
                    .build())
            .build();

    @AfterEach
    void close() {
        context.close();
        server.close();
    }

    private Reranker reranker() {
        return context.own(new LlamaServerRerankerProvider().open(context));
    }

    private Embedders embedders() {
        return context.own(new LlamaServerEmbedderProvider().open(context));
    }

    private static List<RerankCandidate> candidates(int count) {
        List<RerankCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            candidates.add(RerankCandidate.of("c" + i, i == 5 ? "where the cat sleeps" : "something else " + i, -i));
        }
        return candidates;
    }

    @Test
    void rerank_moreThanOneGroup_isBestFirst() {
        Reranker reranker = reranker();
        List<RerankScore> scores = reranker.rerank("cat sleeps", candidates(6), LONG, Cancellation.none());
        assertEquals(6, scores.size());
        assertEquals("c5", scores.get(0).id());
        assertEquals("llama-server-tiny-model", reranker.id());
    }

    @Test
    void rerank_deadlinePassed_judgesTheFirstGroupAlone() {
        List<RerankScore> scores = reranker().rerank("cat", candidates(6), Duration.ZERO, Cancellation.none());
        assertEquals(4, scores.size());
    }

    @Test
    void rerank_serverWithoutRanking_failsWithItsReason() {
        server.on("/v1/rerank", FakeReply.error(501, "not_supported_error", "start with --reranking"));
        EmbeddingException failure = assertThrows(
                EmbeddingException.class, () -> reranker().rerank("cat", candidates(1), LONG, Cancellation.none()));
        assertTrue(String.valueOf(failure.getMessage()).contains("--reranking"), failure.getMessage());
    }

    @Test
    void rerank_scoresMissing_fails() {
        server.on("/v1/rerank", FakeReply.json(200, Json.parse("{\"results\": [{\"index\": 7}]}")));
        assertThrows(
                EmbeddingException.class, () -> reranker().rerank("cat", candidates(2), LONG, Cancellation.none()));
    }

    @Test
    void rerank_cancelled_ends() {
        CancellationSource source = new CancellationSource();
        source.cancel("stop");
        assertThrows(CancelledException.class, () -> reranker().rerank("cat", candidates(2), LONG, source));
    }

    @Test
    void embed_texts_areVectorsOfLengthOneInOrder() {
        Embedder embedder = embedders().find(EmbeddingPurpose.DOCUMENT).orElseThrow();
        assertEquals(2, embedder.info().dimension());
        assertEquals("tiny-model", embedder.info().name());
        List<float[]> vectors = embedder.embed(List.of("a", "bcd"), EmbeddingRole.PASSAGE, Cancellation.none());
        assertEquals(1 + 'a' / 100.0, angle(vectors.get(0)), 1e-3);
        assertEquals(3 + 'b' / 100.0, angle(vectors.get(1)), 1e-3);
        assertEquals(6, embedder.countTokens("привет".substring(0, 3), EmbeddingRole.QUERY));
    }

    private static double angle(float[] vector) {
        double angle = Math.atan2(vector[1], vector[0]);
        return angle < 0 ? angle + 2 * Math.PI : angle;
    }

    @Test
    void embed_textBeyondTheLimit_isRefusedAndCanBeCut() {
        Embedder embedder = embedders().find(EmbeddingPurpose.DOCUMENT).orElseThrow();
        String longText = "word ".repeat(150);
        EmbeddingException failure = assertThrows(
                EmbeddingException.class,
                () -> embedder.embed(List.of(longText), EmbeddingRole.PASSAGE, Cancellation.none()));
        assertEquals("embedding.too-long", failure.code());
        assertTrue(embedder.chunks(longText, 512, 0).size() > 1);
    }

    @Test
    void language_modelThatKnowsNothing_isNotUnderstood() {
        Embedder embedder = embedders().find(EmbeddingPurpose.CONVERSATION).orElseThrow();
        assertFalse(embedder.language(Locale.ENGLISH).understood());
    }

    @Test
    void find_serverAway_isEmptyWithTheReason() {
        server.close();
        Embedders embedders = embedders();
        assertTrue(embedders.find(EmbeddingPurpose.TOOL).isEmpty());
        assertTrue(embedders.describe().get(0).contains("cannot be reached"), embedders.describe()::toString);
        assertFalse(embedders.health().equals(Health.green()));
    }

    @Test
    void open_withoutAddress_tellsWhatIsMissing() {
        TestProviderContext empty = TestProviderContext.builder().build();
        try (empty) {
            assertThrows(ConfigException.class, () -> new LlamaServerRerankerProvider().open(empty));
            try (Embedders none = new LlamaServerEmbedderProvider().open(empty)) {
                assertTrue(none.find(EmbeddingPurpose.DOCUMENT).isEmpty());
                assertTrue(none.describe().get(0).contains("embedding.url"));
            }
        }
    }
}
