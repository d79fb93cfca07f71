package io.arkestra.memory.recall.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Has a model read the best candidates together with the question, and fuses its order with the first one by rank. */
final class Rerank {
    private static final int CANDIDATES = 50;
    private static final Duration DEADLINE = Duration.ofMillis(800);
    /** Reciprocal rank fusion, Cormack et al. 2009. */
    private static final int K = 60;

    private static final double SCALE = 100;

    private final Reranker model;

    Rerank(Reranker model) {
        this.model = model;
    }

    /**
     * What the model made of it.
     *
     * @param ranked in the order of both
     * @param relevance by key, where between the worst (0) and the best (1) of all that it judged; empty when it judged none or all alike
     */
    record Judged(List<Ranking.Scored> ranked, Map<String, Double> relevance) {
        static Judged nothing(List<Ranking.Scored> ranked) {
            return new Judged(ranked, Map.of());
        }
    }

    Judged apply(String question, List<Ranking.Scored> ranked, List<String> notes) {
        if (ranked.size() < 2 || !model.understands(question)) {
            return Judged.nothing(ranked);
        }
        List<Ranking.Scored> head = ranked.subList(0, Math.min(CANDIDATES, ranked.size()));
        List<RerankCandidate> candidates = head.stream()
                .map(item -> RerankCandidate.of(
                        item.candidate().key(),
                        item.candidate().speaker() + ": " + item.candidate().text(),
                        item.score()))
                .toList();
        List<RerankScore> judged;
        try {
            judged = model.rerank(question, candidates, DEADLINE, Cancellation.none());
        } catch (EmbeddingException e) {
            notes.add("Not ordered once more, because the reranker failed: " + e.getMessage());
            return Judged.nothing(ranked);
        }
        if (judged.size() < head.size()) {
            notes.add("The reranker judged " + judged.size() + " of " + head.size() + " passages within "
                    + DEADLINE.toMillis() + " ms.");
        }
        Map<String, Integer> places = new HashMap<>();
        for (RerankScore score : judged) {
            places.put(score.id(), places.size());
        }
        return new Judged(fused(ranked, places, "rerank"), relevance(judged));
    }

    /** Models have scales of their own, so only what one call judged can be compared. */
    private static Map<String, Double> relevance(List<RerankScore> judged) {
        DoubleSummaryStatistics scores =
                judged.stream().mapToDouble(RerankScore::score).summaryStatistics();
        double span = scores.getMax() - scores.getMin();
        if (!Double.isFinite(span) || span <= 0) {
            return Map.of();
        }
        Map<String, Double> relevance = new HashMap<>();
        judged.forEach(score -> relevance.put(score.id(), (score.score() - scores.getMin()) / span));
        return relevance;
    }

    /** Orders by both ranks; what the second order does not hold counts by the first one alone. */
    static List<Ranking.Scored> fused(List<Ranking.Scored> ranked, Map<String, Integer> places, String part) {
        List<Ranking.Scored> fused = new ArrayList<>();
        for (int i = 0; i < ranked.size(); i++) {
            Ranking.Scored item = ranked.get(i);
            Integer place = places.get(item.candidate().key());
            double value = SCALE / (K + i + 1) + (place == null ? 0 : SCALE / (K + place + 1));
            fused.add(item.rescored(part, value));
        }
        fused.sort(Ranking.BEST_FIRST);
        return fused;
    }
}
