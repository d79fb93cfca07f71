package io.arkestra.memory.recall.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Orders by time where the question asks for it: "what did I say first about the garden", «когда я в последний раз говорил о саде». */
final class Order {
    /** Candidates about the topic are looked for among so many. */
    private static final int HEAD = 30;

    private Order() {}

    /** The order in time becomes a part of the scores, so that these still tell the order. */
    static List<Ranking.Scored> byTime(List<Ranking.Scored> ranked, Question question, Features features) {
        List<Ranking.Scored> values = ranked.stream()
                .filter(item -> features.isAsked(item.candidate()))
                .filter(item -> question.first() || question.past() && !features.isCurrent(item.candidate()))
                .toList();
        if (!values.isEmpty()) {
            return inTime(values, ranked, question.first());
        }
        if (question.order() == Question.Order.ANY || ranked.isEmpty()) {
            return ranked;
        }
        List<Ranking.Scored> head = ranked.subList(0, Math.min(HEAD, ranked.size()));
        double most = head.stream()
                .mapToDouble(item -> features.plainCoverage(item.candidate()))
                .max()
                .orElse(0);
        List<Ranking.Scored> topical = head.stream()
                .filter(item -> most > 0 && features.plainCoverage(item.candidate()) >= most)
                .toList();
        return inTime(topical, ranked, question.order() == Question.Order.FIRST);
    }

    /** Some of the candidates in the order of time, before the others. */
    private static List<Ranking.Scored> inTime(
            List<Ranking.Scored> some, List<Ranking.Scored> ranked, boolean oldestFirst) {
        List<Ranking.Scored> topical = new ArrayList<>(some);
        Comparator<Ranking.Scored> oldest =
                Comparator.comparing(item -> item.candidate().at());
        topical.sort(oldestFirst ? oldest : oldest.reversed());
        double best = ranked.get(0).score();
        List<Ranking.Scored> ordered = new ArrayList<>();
        for (int i = 0; i < topical.size(); i++) {
            ordered.add(topical.get(i).rescored("order", best + topical.size() - i));
        }
        List<String> keys = topical.stream().map(item -> item.candidate().key()).toList();
        ranked.stream().filter(item -> !keys.contains(item.candidate().key())).forEach(ordered::add);
        return ordered;
    }

    /** Passages that all belong to a stretch of time, the oldest first. */
    static List<Ranking.Scored> oldestFirst(List<Ranking.Scored> items) {
        List<Ranking.Scored> ordered = new ArrayList<>(items);
        ordered.sort(
                Comparator.comparing((Ranking.Scored item) -> item.candidate().at())
                        .thenComparing(item -> item.candidate().ordinal()));
        for (int i = 0; i < ordered.size(); i++) {
            ordered.set(i, ordered.get(i).rescored("order", (double) ordered.size() - i));
        }
        return ordered;
    }
}
