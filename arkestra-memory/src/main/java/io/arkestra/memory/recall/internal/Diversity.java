package io.arkestra.memory.recall.internal;

import io.arkestra.memory.semantic.internal.DenseSearch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Spreads the answer to a question for several things over what differs: each place goes to the candidate whose score, less its likeness
 * to those that have a place, is highest (maximal marginal relevance, Carbonell and Goldstein 1998).
 */
final class Diversity {
    private static final int HEAD = 50;
    private static final double LIKENESS = 2;
    /** Added when both were said in one conversation. */
    private static final double SESSION = 0.3;

    /** Cosines say how alike two texts are only beside those of other pairs: this is the mean of all pairs. */
    private final double usual;

    private final Function<Candidate, Set<String>> stems;
    private final Map<String, float[]> vectors;
    private final Map<String, Set<String>> words = new HashMap<>();

    private Diversity(Map<String, float[]> vectors, Function<Candidate, Set<String>> stems) {
        this.vectors = vectors;
        this.stems = stems;
        this.usual = usual(List.copyOf(vectors.values()));
    }

    private static double usual(List<float[]> vectors) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < vectors.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += dot(vectors.get(i), vectors.get(j));
                pairs++;
            }
        }
        return pairs == 0 ? 0 : Math.min(0.99, sum / pairs);
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
        }
        return dot;
    }

    /** The order becomes a part of the scores, so that these still tell it. Every other question keeps its order. */
    static List<Ranking.Scored> spread(
            List<Ranking.Scored> ranked, Question question, Features features, Optional<DenseSearch> dense) {
        if (!question.asksMany() || question.order() != Question.Order.ANY || ranked.size() < 3) {
            return ranked;
        }
        List<Ranking.Scored> head = ranked.subList(0, Math.min(HEAD, ranked.size()));
        Map<String, float[]> vectors = dense.map(search -> search.vectors(
                        head.stream().map(item -> item.candidate().key()).toList()))
                .orElse(Map.of());
        return new Diversity(vectors, features::stems).apply(head, ranked);
    }

    private List<Ranking.Scored> apply(List<Ranking.Scored> head, List<Ranking.Scored> ranked) {
        List<Ranking.Scored> left = new ArrayList<>(head);
        double[] penalties = new double[left.size()];
        Map<String, Integer> places = new HashMap<>();
        head.forEach(item -> places.put(item.candidate().key(), places.size()));
        List<Ranking.Scored> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Ranking.Scored next = null;
            double best = Double.NEGATIVE_INFINITY;
            for (Ranking.Scored item : left) {
                double value =
                        item.score() - penalties[places.get(item.candidate().key())];
                if (value > best) {
                    best = value;
                    next = item;
                }
            }
            if (next == null) {
                break;
            }
            left.remove(next);
            ordered.add(next.rescored("diversity", best));
            for (Ranking.Scored item : left) {
                int place = places.get(item.candidate().key());
                penalties[place] = Math.max(penalties[place], likeness(item.candidate(), next.candidate()));
            }
        }
        double last = ordered.get(ordered.size() - 1).score();
        for (Ranking.Scored item : ranked.subList(head.size(), ranked.size())) {
            ordered.add(item.score() <= last ? item : item.rescored("diversity", last));
        }
        return ordered;
    }

    private double likeness(Candidate one, Candidate other) {
        boolean together = !one.session().isEmpty() && one.session().equals(other.session());
        return LIKENESS * alike(one, other) + (together ? SESSION : 0);
    }

    /** By meaning where both have a vector, else by the share of words in common. */
    private double alike(Candidate one, Candidate other) {
        float[] a = vectors.get(one.key());
        float[] b = vectors.get(other.key());
        if (a != null && b != null) {
            return Math.max(0, (dot(a, b) - usual) / (1 - usual));
        }
        Set<String> first = words.computeIfAbsent(one.key(), key -> stems.apply(one));
        Set<String> second = words.computeIfAbsent(other.key(), key -> stems.apply(other));
        Set<String> shared = new HashSet<>(first);
        shared.retainAll(second);
        int all = first.size() + second.size() - shared.size();
        return all == 0 ? 0 : (double) shared.size() / all;
    }
}
