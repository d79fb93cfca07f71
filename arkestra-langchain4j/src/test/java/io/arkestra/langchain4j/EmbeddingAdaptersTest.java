package io.arkestra.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import io.arkestra.common.Cancellation;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.TextChunk;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EmbeddingAdaptersTest {
    /** Scores how often the query stands in the text. */
    private static final ScoringModel COUNTING = (segments, query) -> Response.from(segments.stream()
            .map(segment -> (double) (segment.text().split(query, -1).length - 1))
            .toList());

    private static final EmbeddingModel LENGTHS = new EmbeddingModel() {
        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            return Response.from(segments.stream()
                    .map(segment -> Embedding.from(new float[] {segment.text().length(), 1}))
                    .toList());
        }

        @Override
        public int dimension() {
            return 2;
        }
    };

    private static EmbeddingModelEmbedder embedder() {
        return EmbeddingModelEmbedder.of(LENGTHS, "lengths", 20, text -> text.split("\\s+").length + 2, "", "p: ");
    }

    @Test
    void rerank_longText_isJudgedByItsBestPart() {
        ScoringModelReranker reranker = ScoringModelReranker.of("count", COUNTING, 2, 50, Clock.systemUTC());
        List<RerankScore> scores = reranker.rerank(
                "cat",
                List.of(
                        RerankCandidate.of("spread", ("cat " + "x".repeat(60) + " ").repeat(4), 3),
                        RerankCandidate.of("dense", "y ".repeat(60) + "cat cat", 2),
                        RerankCandidate.of("none", "dog", 1)),
                Duration.ofMinutes(1),
                Cancellation.none());

        assertEquals(
                List.of("dense", "spread", "none"),
                scores.stream().map(RerankScore::id).toList());
    }

    @Test
    void rerank_deadlinePassed_judgesTheFirstGroupOnly() {
        AtomicInteger asked = new AtomicInteger();
        InstantSource ticking = () -> Instant.EPOCH.plusSeconds(asked.getAndIncrement());
        ScoringModelReranker reranker =
                ScoringModelReranker.of("count", COUNTING, 2, 50, ticking.withZone(ZoneOffset.UTC));
        List<RerankScore> scores = reranker.rerank(
                "cat",
                List.of(
                        RerankCandidate.of("worst", "cat cat", 1),
                        RerankCandidate.of("best", "dog", 3),
                        RerankCandidate.of("next", "cat", 2)),
                Duration.ofSeconds(1),
                Cancellation.none());

        assertEquals(
                List.of("next", "best"), scores.stream().map(RerankScore::id).toList());
    }

    @Test
    void embed_modelOfAnotherLength_isNormalised() {
        float[] vector = embedder()
                .embed(List.of("abc"), EmbeddingRole.QUERY, Cancellation.none())
                .get(0);

        assertEquals(1, Math.hypot(vector[0], vector[1]), 1e-6);
        assertEquals(3, vector[0] / vector[1], 1e-5);
    }

    @Test
    void embed_tooLong_isRefusedAndChunked() {
        String text = "one two three 👍 five six seven eight nine ten ".repeat(10);
        EmbeddingException failure = assertThrows(
                EmbeddingException.class,
                () -> embedder().embed(List.of(text), EmbeddingRole.PASSAGE, Cancellation.none()));
        assertEquals("embedding.too-long", failure.code());

        int reached = 0;
        for (TextChunk chunk : embedder().chunks(text, 20, 4)) {
            assertTrue(embedder().countTokens(chunk.in(text), EmbeddingRole.PASSAGE) <= 20, chunk.toString());
            assertTrue(
                    chunk.start() <= reached
                            || text.substring(reached, chunk.start()).isBlank(),
                    chunk.toString());
            reached = chunk.end();
        }
        assertTrue(text.substring(reached).isBlank());
    }
}
