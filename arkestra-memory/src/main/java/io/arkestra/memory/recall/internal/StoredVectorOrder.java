package io.arkestra.memory.recall.internal;

import io.arkestra.memory.semantic.internal.DenseSearch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A second stage that orders what all searches brought by the cosines of the vectors that are stored anyway, and fuses that order with the
 * first one by rank: no model runs for any candidate.
 */
final class StoredVectorOrder {
    private StoredVectorOrder() {}

    /** What has no vector keeps its place of the first stage alone. */
    static List<Ranking.Scored> apply(List<Ranking.Scored> ranked, Optional<DenseSearch> dense) {
        if (dense.isEmpty() || ranked.size() < 2) {
            return ranked;
        }
        Map<String, Double> cosines = dense.get()
                .scores(ranked.stream().map(item -> item.candidate().key()).toList());
        List<String> byCosine = new ArrayList<>(cosines.keySet());
        byCosine.sort(
                Comparator.<String>comparingDouble(cosines::get).reversed().thenComparing(key -> key));
        Map<String, Integer> places = new HashMap<>();
        byCosine.forEach(key -> places.put(key, places.size()));
        return Rerank.fused(ranked, places, "storedVectors");
    }
}
