package io.arkestra.tool.select.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tools for which exactly as much speaks. Ranks part them by their names alone, and further than what is thought of them beforehand could
 * make good; so they take these places in the order of that.
 */
final class Ties {
    private Ties() {}

    /**
     * Gives the scores of tools that fit alike to each other, the best to the preferred one. Where nothing is preferred nothing is changed.
     *
     * @param scores of all tools
     * @param preferred the better first
     */
    static void settle(double[] scores, Evidence evidence, List<Integer> candidates, Comparator<Integer> preferred) {
        if (candidates.stream().allMatch(i -> preferred.compare(candidates.get(0), i) == 0)) {
            return;
        }
        Map<List<Double>, List<Integer>> alike = new LinkedHashMap<>();
        for (int i : candidates) {
            alike.computeIfAbsent(evidence.of(i), key -> new ArrayList<>()).add(i);
        }
        for (List<Integer> tied : alike.values()) {
            if (tied.size() > 1) {
                settle(scores, tied, preferred);
            }
        }
    }

    private static void settle(double[] scores, List<Integer> tied, Comparator<Integer> preferred) {
        Comparator<Integer> best = Comparator.comparingDouble(i -> -scores[i]);
        List<Integer> order =
                tied.stream().sorted(preferred.thenComparing(best)).toList();
        double[] places = tied.stream().sorted(best).mapToDouble(i -> scores[i]).toArray();
        for (int place = 0; place < places.length; place++) {
            scores[order.get(place)] = places[place];
        }
    }
}
