package io.arkestra.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import io.arkestra.common.Cancellation;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A reranker of Arkestra as a LangChain4j {@link ScoringModel}. LangChain4j wants a score for every text, so all of them are judged, however
 * long that takes within the limit; a text that the reranker leaves out, a blank one for example, has the lowest score of all, less one.
 * As thread-safe as the reranker, which belongs to who made it.
 */
public final class ArkestraScoringModel implements ScoringModel {
    private final Reranker reranker;
    private final Duration limit;

    private ArkestraScoringModel(Reranker reranker, Duration limit) {
        this.reranker = Objects.requireNonNull(reranker, "reranker");
        this.limit = Objects.requireNonNull(limit, "limit");
    }

    /** With at most a minute for one call. */
    public static ArkestraScoringModel of(Reranker reranker) {
        return new ArkestraScoringModel(reranker, Duration.ofMinutes(1));
    }

    /** @param limit after it no further text is judged; at least one is */
    public static ArkestraScoringModel of(Reranker reranker, Duration limit) {
        return new ArkestraScoringModel(reranker, limit);
    }

    /** @throws LangChain4jException when the reranker cannot be used; ours is its cause */
    @Override
    public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
        if (segments.isEmpty()) {
            return Response.from(List.of());
        }
        List<RerankCandidate> candidates = IntStream.range(0, segments.size())
                .mapToObj(i ->
                        RerankCandidate.of(Integer.toString(i), segments.get(i).text(), -i))
                .toList();
        List<RerankScore> judged;
        try {
            judged = reranker.rerank(query, candidates, limit, Cancellation.none());
        } catch (EmbeddingException e) {
            throw new LangChain4jException(e.getMessage(), e);
        }
        double lowest = judged.stream().mapToDouble(RerankScore::score).min().orElse(0);
        Double[] scores = new Double[segments.size()];
        Arrays.fill(scores, lowest - 1);
        judged.forEach(score -> scores[Integer.parseInt(score.id())] = score.score());
        return Response.from(List.of(scores));
    }
}
