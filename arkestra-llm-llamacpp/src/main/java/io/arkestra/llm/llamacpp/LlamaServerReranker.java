package io.arkestra.llm.llamacpp;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import io.arkestra.langchain4j.ScoringModelReranker;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A reranking model behind a llama-server that was started with {@code --reranking}. Candidates go in groups of four; the deadline is looked
 * at between two of them. Long texts are judged in parts, by their best one. Thread-safe.
 */
public final class LlamaServerReranker implements Reranker {
    private static final int GROUP = 4;
    private static final int LONGEST_TEXT = 1_000;

    private final LlamaServerClient server;
    private final String id;
    private final Duration timeout;
    private final Clock clock;

    /**
     * @param server closed with the reranker
     * @param id name of the model
     * @param timeout of one call to the server
     * @param clock that deadlines are measured by
     */
    LlamaServerReranker(LlamaServerClient server, String id, Duration timeout, Clock clock) {
        this.server = server;
        this.id = id;
        this.timeout = timeout;
        this.clock = clock;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public List<RerankScore> rerank(
            String query, List<RerankCandidate> candidates, Duration deadline, Cancellation cancel) {
        return order(cancel).rerank(query, candidates, deadline, cancel);
    }

    private ScoringModelReranker order(Cancellation cancel) {
        ScoringModel model = new ScoringModel() {
            @Override
            public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
                return Response.from(
                        scores(query, segments.stream().map(TextSegment::text).toList(), cancel));
            }
        };
        return ScoringModelReranker.of(id, model, GROUP, LONGEST_TEXT, clock);
    }

    private List<Double> scores(String query, List<String> texts, Cancellation cancel) {
        Json question = Json.object()
                .put("query", query)
                .put("documents", Json.strings(texts))
                .put("top_n", texts.size())
                .build();
        Double[] scores = new Double[texts.size()];
        try {
            Json answer = server.chat()
                    .endpoint()
                    .post("rerank", question, Deadlines.standard().total(timeout), cancel);
            for (Json result : answer.list("results")) {
                int index = Math.toIntExact(result.integer("index").orElse(-1L));
                double score = result.decimal("relevance_score").orElseThrow().doubleValue();
                scores[index] = score;
            }
        } catch (LlmException e) {
            throw new EmbeddingException("failed", String.valueOf(e.getMessage()), e);
        } catch (InvalidInputException | IndexOutOfBoundsException | ArithmeticException e) {
            throw unreadable(e);
        } catch (java.util.NoSuchElementException e) {
            throw unreadable(e);
        }
        List<Double> result = new ArrayList<>(scores.length);
        for (Double score : scores) {
            if (score == null || !Double.isFinite(score)) {
                throw unreadable(null);
            }
            result.add(score);
        }
        return result;
    }

    private EmbeddingException unreadable(@org.jspecify.annotations.Nullable RuntimeException cause) {
        return new EmbeddingException(
                "failed",
                "The llama-server of the reranker " + id
                        + " does not answer with one score for each text; expected a server started with --reranking",
                cause);
    }

    @Override
    public boolean understands(String text) {
        return order(Cancellation.none()).understands(text);
    }

    @Override
    public void close() {
        server.close();
    }
}
