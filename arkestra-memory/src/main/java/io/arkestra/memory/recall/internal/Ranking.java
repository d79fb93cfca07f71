package io.arkestra.memory.recall.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Orders candidates by a weighted sum of features. The parts of each score are the weighted features, which add up to it. */
final class Ranking {
    static final Comparator<Scored> BEST_FIRST = Comparator.comparingDouble(Scored::score)
            .reversed()
            .thenComparing(item -> item.candidate().at(), Comparator.reverseOrder())
            .thenComparing(item -> item.candidate().key());

    private final RecallWeights weights;

    Ranking(RecallWeights weights) {
        this.weights = weights;
    }

    /** A candidate with what its score is made of. */
    record Scored(Candidate candidate, double score, Map<String, Double> parts) {
        /** The same with another score; what changes it becomes a part. */
        Scored rescored(String part, double value) {
            Map<String, Double> more = new LinkedHashMap<>(parts);
            more.merge(part, value - score, Double::sum);
            return new Scored(candidate, value, more);
        }
    }

    List<Scored> rank(Collection<Candidate> candidates, Features features, boolean withMeaning) {
        List<Scored> scored = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Map<String, Double> parts = new LinkedHashMap<>();
            features.of(candidate).forEach((feature, value) -> {
                double weight = weights.of(feature, withMeaning);
                if (weight != 0) {
                    parts.put(feature.label(), weight * value);
                }
            });
            double score =
                    parts.values().stream().mapToDouble(Double::doubleValue).sum();
            scored.add(new Scored(candidate, score, parts));
        }
        scored.sort(BEST_FIRST);
        return scored;
    }
}
